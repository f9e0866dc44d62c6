"""The step `homing world ablation`: what a bundle loses when cues are switched off.

The bundle stays as it is. The same places are rendered with all cues on, with each one off, and
with all off; a cue that is off is a stranger's (`models.world.scene.scene_at`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle, load_bundle
from models.embed import embed
from models.evaluation.asked import points_of
from models.evaluation.bootstrap import interval_of_mean
from models.evaluation.metrics import scores_of
from models.geo import haversine_km
from models.hardness.tables import Loss, losses_as_markdown, save_json
from models.render import render_pack
from models.world.pack import SPLITS, Pack, load_pack, packs_home
from models.world.scene import CUES, WORLD_VERSION, check_cues
from models.world.style import hashed

if TYPE_CHECKING:
    from models.encoder import Encoder

Array = NDArray[np.float64]

NOTHING, ALL = "nothing", "all cues"
"""Names of the rows with all cues on, and with all off."""


@dataclass(frozen=True, slots=True)
class Places:
    """Which places of the rendered world are asked for, and how they are rendered."""

    count: int
    split: str
    width_px: int
    seed: int


def ablation(
    bundle: Bundle,
    places: Places,
    home: Path,
    *,
    cues: Sequence[str] = tuple(CUES),
    processes: int = 1,
    progress: Callable[[str], None] | None = None,
) -> list[Loss]:
    """What the bundle loses without each of `cues`, as `losses_of` orders it.

    Work in progress lies in a folder in `home`; a call with the same arguments goes on there.
    `progress` gets the name of each row that begins.

    Raises:
        ValueError: one of `cues` is no cue, or the places cannot be rendered.
    """
    check_cues("cues", cues)
    encoder = bundle.load_encoder()
    work = home / f"{hashed('ablation', WORLD_VERSION, places, encoder.name):016x}"
    off = {NOTHING: frozenset[str](), **{cue: frozenset({cue}) for cue in cues}}
    scores: dict[str, Array] = {}
    for name, without in {**off, ALL: frozenset(CUES)}.items():
        if progress:
            progress(name)
        pack = _rendered(places, without, work / name, processes)
        scores[name] = _scores(bundle, encoder, pack)
        # Embeddings are kept until all is done: a call that goes on needs no more.
        shutil.rmtree(pack.folder / "images", ignore_errors=True)
    shutil.rmtree(work)
    return losses_of(scores, [panorama.sequence for panorama in pack.panoramas])


def losses_of(scores: Mapping[str, Array], groups: Sequence[str]) -> list[Loss]:
    """The losses against `NOTHING`: that row, `ALL`, then the others, the largest loss first.

    `scores` `(n,)` of one place stand in the same row of all arrays; `groups` are those of
    `interval_of_mean`.
    """
    on = scores[NOTHING]
    losses = {
        name: Loss(
            name,
            float(off.mean()),
            float((off - on).mean()),
            interval_of_mean(off - on, groups),
        )
        for name, off in scores.items()
    }
    rest = [loss for name, loss in losses.items() if name not in (NOTHING, ALL)]
    return [losses[NOTHING], losses[ALL], *sorted(rest, key=lambda loss: loss.difference)]


def _rendered(places: Places, without: frozenset[str], folder: Path, processes: int) -> Pack:
    """The pack of the places, rendered if it is not whole yet."""
    if not (folder / "pack.toml").is_file():  # written when all pictures are there
        render_pack(
            folder,
            name=folder.name,
            count=places.count,
            split=places.split,
            width_px=places.width_px,
            seed=places.seed,
            processes=processes,
            without=without,
        )
    return load_pack(folder)


def _scores(bundle: Bundle, encoder: Encoder, pack: Pack) -> Array:
    samples = embed(pack, pack.panoramas, encoder, pack.folder / "samples")
    predictions = bundle.geolocator.locate(np.asarray(samples.embeddings))
    guesses = [prediction.guess for prediction in predictions]
    return scores_of(haversine_km(guesses, points_of(pack.panoramas)), pack.diagonal_km)


def main(argv: list[str]) -> int:
    """Run `homing world ablation`; 0 when done, 1 when it could not be done."""
    arguments = _parser().parse_args(argv)
    places = Places(arguments.count, arguments.split, arguments.width, arguments.seed)
    try:
        losses = ablation(
            load_bundle(arguments.bundle),
            places,
            packs_home().parent / "ablation",
            processes=os.cpu_count() or 1,
            progress=lambda name: print(f"without {name}", file=sys.stderr),
        )
        print(losses_as_markdown(losses))
        if arguments.json:
            save_json(losses, arguments.json)
    except (ValueError, OSError) as error:
        print(f"homing world ablation: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing world ablation",
        description="What a bundle loses when cues are switched off one at a time: Markdown. "
        "Goes on where it stopped.",
    )
    add = parser.add_argument
    add("--bundle", required=True, help="folder, or name of a shipped bundle")
    add("--count", type=int, default=1000, help="places (default: %(default)s)")
    add("--split", choices=SPLITS, default="test", help="of the places (default: %(default)s)")
    add("--width", type=int, default=512, help="of a picture, px (default: %(default)s)")
    add("--seed", type=int, default=1, help="another one, other places (default: %(default)s)")
    add("--json", type=Path, help="file for the figures")
    return parser
