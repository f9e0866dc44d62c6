"""The step `homing embed`: a pack and an encoder in, samples out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from models.artefact import written
from models.bundle import BundleError, bundle_path, load_bundle
from models.samples import Samples, SamplesError, load_samples, make_samples, save_samples
from models.world.pack import SPLITS, Pack, PackError, Panorama, pack_of
from models.world.pictures import read_panorama
from models.world.views import perspective_views

if TYPE_CHECKING:
    from models.encoder import Encoder

HEADINGS = (0.0, 90.0, 180.0, 270.0)
"""Of a panorama's views, degrees clockwise from north: those of the bot."""

PACK_HELP = "name of a pack at home, or its folder"
ENCODER_HELP = (
    "bundle, folder of an encoder, or ARCHITECTURE/PRETRAINED of open_clip; default: %(default)s"
)

CHUNK = 16
"""Panoramas embedded at once, and lost at most when the step is killed."""


def embed(pack: Pack, panoramas: Sequence[Panorama], encoder: Encoder, folder: Path) -> Samples:
    """Embed panoramas and write them as samples to `folder`.

    A run that was killed goes on where it stopped, and one that ended is not done again, if
    encoder and panoramas are the same.
    """
    done = _finished(pack, panoramas, encoder.name, folder)
    if done:
        return done
    asked = sha256(repr((encoder.name, pack.name, *panoramas)).encode()).hexdigest()
    partial = folder / f".embeddings-{asked[:16]}.part.npy"
    embeddings = _open_partial(partial, (len(panoramas), encoder.dim))
    left = np.flatnonzero(np.isnan(embeddings).any(axis=1))
    started = time.monotonic()
    for first in range(0, len(left), CHUNK):
        rows = left[first : first + CHUNK]
        embeddings[rows] = _embed_chunk(pack, [panoramas[row] for row in rows], encoder)
        _show_progress(first + len(rows), len(left), started)
    samples = make_samples(pack.name, encoder.name, tuple(panoramas), np.array(embeddings))
    save_samples(samples, folder)
    partial.unlink()
    return samples


def panorama_views(pack: Pack, panorama: Panorama, size_px: int) -> list[Image.Image]:
    """The views that a bot sees, `size_px` square: one of each of `HEADINGS`, one of a photo."""
    views = perspective_views(
        read_panorama(pack, panorama),
        HEADINGS if panorama.hfov_deg >= 360 else (panorama.heading,),
        size_px=size_px,
        centre_heading=panorama.heading,
    )
    return [Image.fromarray(view) for view in views]


def _embed_chunk(
    pack: Pack, panoramas: Sequence[Panorama], encoder: Encoder
) -> NDArray[np.float32]:
    from models.encoder import mean_of_views  # noqa: PLC0415  torch costs seconds

    views = [panorama_views(pack, panorama, encoder.image_px) for panorama in panoramas]
    embeddings = encoder.embed([view for of_one in views for view in of_one])
    ends = np.cumsum([len(of_one) for of_one in views])
    return np.stack([mean_of_views(of_one) for of_one in np.split(embeddings, ends[:-1])])


def _finished(
    pack: Pack, panoramas: Sequence[Panorama], encoder: str, folder: Path
) -> Samples | None:
    """The samples that an earlier run left, if they are those of the same panoramas."""
    try:
        found = load_samples(folder)
    except SamplesError:
        return None
    wanted = make_samples(pack.name, encoder, tuple(panoramas), found.embeddings)
    same = _but_for_embeddings(found) == _but_for_embeddings(wanted)
    return found if same else None


def _but_for_embeddings(samples: Samples) -> tuple[object, ...]:
    places = samples.points.tolist()
    return samples.pack, samples.encoder, samples.panoramas, places, samples.splits


def _open_partial(path: Path, shape: tuple[int, int]) -> NDArray[np.float32]:
    """The array of an earlier run, or a new one full of NaN."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        with written(path) as temporary:
            new: NDArray[np.float32] = open_memmap(
                temporary, mode="w+", dtype=np.float32, shape=shape
            )
            new[:] = np.nan
    found: NDArray[np.float32] = open_memmap(path, mode="r+")
    return found


def _show_progress(done: int, total: int, started: float) -> None:
    if done % (CHUNK * 16) == 0 or done == total:
        rate = done / max(time.monotonic() - started, 1e-9)
        left_s = (total - done) / rate
        print(f"embedded {done} of {total}, {rate:.0f}/s, {left_s:.0f} s left", file=sys.stderr)


def main(argv: list[str]) -> int:
    """Run `homing embed`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(prog="homing embed", description="Embed a pack's panoramas.")
    parser.add_argument("--pack", required=True, help=PACK_HELP)
    parser.add_argument("--split", choices=SPLITS, help="only this split; default: all")
    parser.add_argument("--encoder", default="world-small", help=ENCODER_HELP)
    parser.add_argument("--out", type=Path, required=True, help="folder for the samples")
    arguments = parser.parse_args(argv)
    try:
        pack = pack_of(arguments.pack)
        panoramas = pack.split(arguments.split) if arguments.split else pack.panoramas
        samples = embed(pack, panoramas, encoder_of(arguments.encoder), arguments.out)
    except (PackError, BundleError, OSError) as error:
        print(f"homing embed: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.out}: {len(samples)} panoramas of {pack.name}, encoder {samples.encoder}")
    return 0


def encoder_of(bundle_or_spec: str) -> Encoder:
    """The encoder of a bundle, or of a spec as in `models.encoder.load_encoder`.

    Raises:
        BundleError: it cannot be had.
    """
    from models.encoder import EncoderError, load_encoder  # noqa: PLC0415  torch costs seconds

    try:
        return load_encoder(spec_of(bundle_or_spec))
    except EncoderError as error:
        raise BundleError(str(error)) from error


def spec_of(bundle_or_spec: str) -> str:
    """The encoder spec of a bundle; a spec is its own."""
    try:
        folder = bundle_path(bundle_or_spec)
    except BundleError:
        return bundle_or_spec
    return load_bundle(folder).encoder_spec
