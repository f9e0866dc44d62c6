"""Step: draw places and render them into a pack. Resumes; same arguments, same bytes."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
from PIL import Image

from models.artefact import written
from models.world.pack import (
    SPLITS,
    Pack,
    PackError,
    Panorama,
    load_pack,
    packs_home,
    save_pack,
)
from models.world.renderer import check_width, render
from models.world.sampling import Spot, draw_places
from models.world.scene import CUES, WORLD_VERSION, check_cues, scene_at
from models.world.style import hashed

LICENCE = "Rendered by Homing; place names GeoNames CC BY 4.0"
ATTRIBUTION = (
    "Homing rendered world; GeoNames (geonames.org); Köppen-Geiger: Rubel et al. 2017; "
    "climate and elevation: ITU-R P.1510, P.837, P.1511; words: Unicode CLDR"
)
JPEG_QUALITY = 90
WORTH_A_PROCESS = 16
"""Panoramas: fewer are drawn before another process has read the world that it draws."""
BY_US = "Rendered by Homing"
"""How `Pack.about` of a rendered pack begins."""


@dataclass(frozen=True, slots=True)
class _Job:
    spot: Spot
    seed: int
    width_px: int
    without: frozenset[str]
    path: Path


def render_pack(  # noqa: PLR0913  all of them by name
    out: Path,
    *,
    name: str,
    count: int,
    split: str | None,
    width_px: int,
    seed: int,
    processes: int,
    without: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Render `count` panoramas into the folder `out` and return it.

    `split` None spreads them 85/5/5/5 over the splits, by place; a split's name draws only places
    of that one. Cues named in `without` are drawn as another place's, for experiments. Whole images
    of an earlier, stopped run are kept. `progress` gets done, all.

    Raises:
        PackError: `out` holds a pack that is not rendered, or a broken one.
        ValueError: an argument is not what it should be; nothing is written then.
        OSError: a file cannot be written, or a rendering process ended early.
    """
    _check_numbers(count=(count, 1), seed=(seed, 0), processes=(processes, 1))
    _check_picture(split, width_px, without)
    _check_folder(out)
    ids = [panorama_id(seed, number, split, without) for number in range(count)]
    jobs = [
        _Job(spot, hashed(seed, number) % 2**32, width_px, without, out / _file(ids[number]))
        for number, spot in enumerate(draw_places(count, seed, split))
    ]
    _make_room(out / "images")
    _render_missing(jobs, processes, progress)
    rows = tuple(_row(i, job) for i, job in zip(ids, jobs, strict=True))
    return save_pack(Pack(out, name, _about(width_px, without), rows))


def _render_missing(
    jobs: list[_Job], processes: int, progress: Callable[[int, int], None] | None
) -> None:
    """Those whose whole picture is not there yet."""
    missing = [job for job in jobs if not _is_whole(job)]
    for done, _ in enumerate(_run(missing, processes), start=len(jobs) - len(missing) + 1):
        if progress:
            progress(done, len(jobs))


def _check_numbers(**asked: tuple[int, int]) -> None:
    """Each by its name: the number, and the least that it may be."""
    for name, (number, least) in asked.items():
        if number < least:
            raise ValueError(f"{name}: expected {least} or more, got: {number}")


def _check_picture(split: str | None, width_px: int, without: frozenset[str]) -> None:
    if split is not None and split not in SPLITS:
        raise ValueError(f"split: expected one of {SPLITS} or None, got: {split!r}")
    check_cues("without", without)
    check_width(width_px)


def _check_folder(out: Path) -> None:
    """Other people's pictures may not lose their table."""
    if (out / "pack.toml").exists() and not (about := load_pack(out).about).startswith(BY_US):
        raise PackError(f"{out}: expected no pack or a rendered one, got: {about!r}")


def _make_room(images: Path) -> None:
    """The folder, without what `written` left half done in a run that was killed."""
    images.mkdir(parents=True, exist_ok=True)
    for half_written in images.glob(".*.jpg.*"):
        half_written.unlink()


def _about(width_px: int, without: frozenset[str]) -> str:
    """What the pack is. Players read this: the seed would let them draw the places again."""
    about = f"{BY_US}, world {WORLD_VERSION}, {width_px} px wide"
    return about + (f", without {', '.join(sorted(without))}" if without else "")


def panorama_id(
    seed: int, number: int, split: str | None, without: frozenset[str] = frozenset()
) -> str:
    """Opaque: made of what was asked for, so it says nothing of the place.

    The same number is another place in each `split` that is asked for, and another picture without
    some cues, so its id differs too.
    """
    asked = (seed, number, *([] if split is None else [split]), *sorted(without))
    return f"{hashed('panorama', WORLD_VERSION, *asked):016x}"


def _file(panorama: str) -> str:
    return f"images/{panorama}.jpg"


def _row(panorama: str, job: _Job) -> Panorama:
    spot = job.spot
    return Panorama(
        id=panorama,
        lat=spot.lat,
        lng=spot.lng,
        heading=spot.heading,
        date=spot.day.isoformat(),
        split=spot.split,
        licence=LICENCE,
        attribution=ATTRIBUTION,
        file=_file(panorama),
        sequence=spot.sequence,
    )


def _is_whole(job: _Job) -> bool:
    """Whether the picture is there, of the right size and with its end."""
    try:
        with Image.open(job.path) as picture:
            return picture.size == (job.width_px, job.width_px // 2) and _has_end(job.path)
    except OSError:
        return False


def _has_end(path: Path) -> bool:
    return path.read_bytes()[-2:] == b"\xff\xd9"  # JPEG's end-of-image marker


def _run(jobs: list[_Job], processes: int) -> Iterator[None]:
    """Render the jobs, here or in other processes."""
    processes = min(processes, len(jobs) // WORTH_A_PROCESS)
    if processes <= 1:
        with _one_thread():
            yield from map(_render_one, jobs)
        return
    context = multiprocessing.get_context("spawn")
    try:
        # Unlike multiprocessing.Pool this one notices when one of its processes is killed.
        with ProcessPoolExecutor(processes, context, initializer=_begin) as pool:
            yield from pool.map(_render_one, jobs, chunksize=4)
    except BrokenProcessPool as error:
        raise ChildProcessError(
            "expected rendering processes to live, got: one ended early (out of memory?); "
            "run again to go on"
        ) from error


def _begin() -> None:
    """In a rendering process: one thread, and no life longer than the parent's."""
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


@contextmanager
def _one_thread() -> Iterator[None]:
    """OpenCV's own threads cost more than they give at this size."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


def _render_one(job: _Job) -> None:
    spot = job.spot
    scene = scene_at(
        spot.lat, spot.lng, job.seed, spot.day, job.without, heading=spot.heading, hour=spot.hour
    )
    picture = Image.fromarray(render(scene, job.width_px))
    with written(job.path) as path:
        picture.save(path, format="JPEG", quality=JPEG_QUALITY)


def main(argv: list[str]) -> int:
    """Run `homing world render`; 0 when done, 1 when it could not be; progress goes to stderr."""
    args = _parser().parse_args(argv)
    try:
        folder = render_pack(
            args.out or packs_home() / _folder_name(args.name),
            name=args.name,
            count=args.count,
            split=args.split,
            width_px=args.width,
            seed=args.seed,
            processes=args.processes,
            without=frozenset(filter(None, args.without.split(","))),
            progress=_reporter(),
        )
    except (ValueError, OSError) as error:
        print(f"homing world render: {error}", file=sys.stderr)
        return 1
    print(folder)
    return 0


def _folder_name(name: str) -> str:
    if name in {"", ".."} or Path(name).name != name:
        raise ValueError(f"name: expected one that a folder can have, or --out, got: {name!r}")
    return name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing world render",
        description="Render panoramas into a pack; goes on where it stopped.",
    )
    add = parser.add_argument
    add("--name", default="world", help="of the pack (default: world)")
    add("--out", type=Path, help="the pack's folder (default: packs/NAME at home)")
    add("--count", type=int, default=100, help="panoramas (default: 100)")
    add("--width", type=int, default=1024, help="of a picture, px (default: 1024)")
    add("--split", choices=SPLITS, help="only places of this one (default: all)")
    add("--seed", type=int, default=0, help="another one, other places (default: 0)")
    add(
        "--without",
        default="",
        metavar="CUE[,CUE]",
        help=f"draw these as they are elsewhere, for experiments: {', '.join(CUES)}",
    )
    cores = os.cpu_count() or 1
    add("--processes", type=int, default=cores, help=f"at most (default: {cores}, the cores)")
    return parser


def _reporter() -> Callable[[int, int], None]:
    """Progress on one line of stderr, with rate and time to go."""
    start = time.monotonic()
    first: list[int] = []

    def report(done: int, count: int) -> None:
        first[:] = first or [done - 1]
        rate = (done - first[0]) / max(time.monotonic() - start, 1e-6)
        left_s = (count - done) / rate
        end = "\n" if done == count else ""
        print(f"\r{done}/{count}  {rate:.1f}/s  {left_s:.0f} s to go ", end=end, file=sys.stderr)

    return report
