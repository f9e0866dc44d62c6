"""The step `homing card`: a bundle's model card, its scores measured anew where there is a pack."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from models.artefact import written
from models.bundle import Bundle, load_bundle
from models.embed import PACK_HELP
from models.evaluation.evaluation import DECIDED, Evaluation
from models.evaluation.leaks import LEAK_KM, members_of
from models.evaluation.metrics import Column, Metrics
from models.evaluation.printing import sentences
from models.evaluation.systems import bundle_on_pack
from models.evaluation.tables import Row, columns_of, row_of, shown
from models.pigeon import Pigeon
from models.presets import Preset
from models.render import BY_US
from models.swc.geolocator import Swc
from models.world.pack import SPLITS, Pack, counted, describe_splits, pack_of

CARD = "README.md"

MEASURED = tuple(split for split in SPLITS if split != "train")

NAMED = 20
"""Attributions that a bundle keeps, the most frequent ones."""

_COMPARED = (DECIDED, "retrieval", "cells", "hierarchy", "nearest neighbour", "land prior")
"""Kinds of guess of `Bundle.metrics` that a card shows."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What a card says that a bundle is worth."""

    measured: str
    """Where and how."""
    is_world: bool
    """On rendered panoramas."""
    rows: Mapping[str, Row]
    sentences: Mapping[str, Sequence[str]] = field(default_factory=dict)


def material_of(pack: Pack) -> dict[str, Any]:
    """What a trained bundle's `data` says of its pack."""
    training = pack.split("train")
    attributions = Counter(p.attribution for p in training if p.attribution)
    return {
        "pack": pack.name,
        "about": pack.about,
        "panoramas": len(training),
        "splits": describe_splits(pack.panoramas),
        "licences": sorted({p.licence for p in training}),
        "attributions": [name for name, _ in attributions.most_common(NAMED)],
        "attributed": len(attributions),
    }


def start_name(start: str) -> str:
    """A spec of open_clip as it is, a folder without the way to it."""
    return Path(start).name if Path(start).is_dir() else start


def commands_of(name: str, preset: Preset, pack: Pack) -> list[str]:
    """How a person makes the bundle again, from the preset of its name.

    An encoder's folder is taken for `homing pretrain`'s only where that one's work lies beside it.
    """
    own = preset.world and preset.world.pack == pack.name
    what = f"--preset {name}" if own else f"--preset {name} --pack {pack.name}"
    start = start_name(preset.encoder)
    if not start:
        return [f"homing train {what} --out {name}"]
    train = f"homing train {what} --encoder {start} --out {name}"
    folder = Path(preset.encoder)
    pretrained = folder.is_dir() and folder.with_name(f"{start}-training").is_dir()
    return [f"homing pretrain {what} --out {start}", train] if pretrained else [train]


def scores_when_made(bundle: Bundle) -> Scores:
    """Those that the bundle itself keeps."""
    found = {
        split if kind == DECIDED else f"{split}, {kind}": row_of(Metrics(**metrics))
        for split, kinds in bundle.metrics.items()
        for kind, metrics in kinds.items()
        if kind in _COMPARED
    }
    where = f"On the pack {bundle.data.get('pack', '')}, when it was made; nothing is left out."
    return Scores(where, is_world(bundle.data), found)


def scores_on(bundle: Bundle, pack: Pack, leak_km: float = LEAK_KM) -> Scores:
    """Measured now on all splits of a pack but the training one.

    Raises:
        ValueError: a split leaks as a whole, or there is none.
        OSError: a picture cannot be read.
    """
    splits = [split for split in MEASURED if pack.split(split)]
    if not splits:
        raise ValueError(f"{pack.name}: expected panoramas of a split of {MEASURED}, got none")
    found = {split: bundle_on_pack(bundle, pack, split, leak_km) for split in splits}
    return Scores(
        f"On the pack {pack.name} ({describe_splits(pack.panoramas)}) by `homing card`, with 95 % "
        "intervals; what is near a panorama of the bundle is left out.",
        pack.about.startswith(BY_US),
        {name: row for split, e in found.items() for name, row in _rows(split, e)},
        {split: list(sentences(e)) for split, e in found.items()},
    )


def is_world(data: Mapping[str, Any]) -> bool:
    """Whether a bundle learned from rendered panoramas."""
    return str(data.get("about", "")).startswith(BY_US)


def write_card(bundle: Bundle, scores: Scores) -> Path:
    """Write the card into the bundle's folder; return its path."""
    path = bundle.folder / CARD
    with written(path) as temporary:
        temporary.write_text(card_of(bundle, scores), encoding="utf-8")
    return path


def card_of(bundle: Bundle, scores: Scores) -> str:
    """The card, Markdown: the same for the same bundle and scores on any machine."""
    environment = Environment(
        loader=PackageLoader("models", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Markdown
    )
    about, geolocator = bundle.data, bundle.geolocator
    members = members_of(geolocator)
    return environment.get_template("card.md.j2").render(
        bundle=bundle,
        world=is_world(about),
        own_encoder=Path(bundle.encoder_spec).is_dir(),
        geocells=_geocells(bundle),
        members=f"{len(members.ids):,}" if members else "",
        clusters=f"{len(geolocator.prototypes):,}" if isinstance(geolocator, Pigeon) else "",
        size=f"{_size(bundle.folder) / 1e6:.1f} MB",
        data=[(what, _cell(value)) for what, value in _material(about) if value],
        command=about.get("command", []),
        recipe=_recipe(about.get("recipe", {})),
        measured=scores.measured,
        measured_world=scores.is_world,
        chosen="recipe" in about and any(row.startswith("validation") for row in scores.rows),
        rows=scores.rows,
        columns=columns_of(scores.rows),
        figure=_figure,
        sentences=scores.sentences,
    )


def _rows(split: str, evaluation: Evaluation) -> Iterator[tuple[str, Row]]:
    """The played guess, and the published ones of none."""
    for kind, metrics in evaluation.rows.items():
        if kind.startswith(DECIDED):
            yield split + kind.removeprefix(DECIDED), row_of(metrics)


def _geocells(bundle: Bundle) -> str:
    of = bundle.geolocator
    cells = of.mixture if isinstance(of, Swc) else getattr(of, "geocells", None)
    if cells is None:
        return ""
    return " ".join(filter(None, [f"{len(cells):,}", str(bundle.data.get("cells", ""))]))


def _material(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "pack", f"{data.get('pack', '')}: {data['about']}" if "about" in data else ""
    yield "panoramas", f"{data['panoramas']:,}" if "panoramas" in data else ""
    yield "splits", data.get("splits", "")
    yield "licences", "; ".join(licence or "unknown" for licence in data.get("licences", []))
    named = data.get("attributions", [])
    more = data.get("attributed", 0) - len(named)
    yield "attribution", " · ".join(named) + (f" · and {more:,} more in the pack" if more else "")
    yield "started from", data.get("start", "")


def _cell(text: str) -> str:
    """Text of others in a table of Markdown."""
    return " ".join(text.split()).replace("|", r"\|")


def _recipe(recipe: Mapping[str, Any]) -> str:
    wanted = ("epochs", "batch", "views", "learning_rate", "weight_decay", "dropout", "seed")
    told = {name.replace("_", " "): recipe[name] for name in wanted if name in recipe}
    return counted(told)


def _figure(row: Row, column: Column) -> str:
    """With its interval, where there is one."""
    figure = shown(row.values.get(column.name), column)
    if column.name not in row.intervals:
        return figure
    low, high = (shown(bound, column) for bound in row.intervals[column.name])
    return f"{figure} ({low} to {high})"


def _size(folder: Path) -> int:
    """Bytes, the card itself left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != CARD)
    return sum(path.stat().st_size for path in files)


def main(argv: list[str]) -> int:
    """Run `homing card`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing card",
        description="Write a bundle's model card (README.md in it): what it learned from, what it "
        "is worth, what it is not for.",
    )
    parser.add_argument("bundle", help="folder, or name of a shipped bundle")
    parser.add_argument("--pack", help=f"measure on it; {PACK_HELP}; default: as it was when made")
    arguments = parser.parse_args(argv)
    try:
        bundle = load_bundle(arguments.bundle)
        pack = pack_of(arguments.pack) if arguments.pack else None
        print(write_card(bundle, scores_on(bundle, pack) if pack else scores_when_made(bundle)))
    except (ValueError, OSError) as error:
        print(f"homing card: {error}", file=sys.stderr)
        return 1
    return 0
