"""Found pictures into a pack: resumable, and whole or absent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from models.world.importing.pictures import (
    equirectangular,
    is_picture_id,
    is_whole,
    picture_id,
    write_jpeg,
)
from models.world.importing.source import BadPictureError, Skipped, Source, StoppedError
from models.world.pack import Pack, PackError, Panorama, load_pack, save_pack

PLACES_PER_DEG = 1000
"""Pictures are told apart by their place to 0.001 deg, 111 m, when splits are drawn."""

MAX_FAILED_IN_A_ROW = 20
"""Remote pictures, before the import gives up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import is asked for, besides the pictures."""

    name: str
    test_share: float = 0.2
    validation_share: float = 0.1
    """Both of places, in [0, 1]; the rest is for training."""
    licence: str = ""
    attribution: str = ""
    """Both for pictures that bring none of their own."""
    count: int | None = None
    """Panoramas wanted; None for all that are found."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    panoramas: tuple[Panorama, ...]
    skipped: tuple[Skipped, ...]
    without_heading: tuple[str, ...]
    """Names of pictures taken to look north because nothing tells."""
    stopped: str = ""
    """Why it ended early, if it did."""


def import_pack(
    found: Iterable[Source | Skipped],
    folder: Path,
    plan: Plan,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Make the pack at `folder` hold just what was found; pictures already there are kept.

    Where it stopped early, what the pack held before is kept as well. Nothing is written where
    nothing could be imported. `progress` hears how many were imported and skipped so far.

    Raises:
        PackError: another pack is at `folder`.
    """
    before = _there(folder, plan.name)
    work = _Work(folder, plan)
    stopped = ""
    try:
        for item in found:
            work.take(item)
            if progress:
                progress(len(work.panoramas), len(work.skipped))
            if len(work.panoramas) == plan.count:
                break
    except StoppedError as error:
        stopped = str(error)
        work.panoramas = {**{row.id: row for row in before}, **work.panoramas}
    imported = work.done(stopped)
    if imported.panoramas:
        _save(imported, folder, plan)
    return imported


class _Work:
    """An import under way."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self.panoramas: dict[str, Panorama] = {}
        self.names: dict[str, str] = {}
        self.skipped: list[Skipped] = []
        self.without_heading: list[str] = []
        self.failed_in_a_row = 0

    def take(self, item: Source | Skipped) -> None:
        """Import one; raises StoppedError where remote ones keep failing."""
        if isinstance(item, Skipped):
            self.skipped.append(item)
            return
        try:
            panorama = _import(item, self.folder, self.plan, self.names)
        except BadPictureError as error:
            self.skipped.append(Skipped(item.name, str(error)))
            self._failed(item, error)
            return
        self.failed_in_a_row = 0
        self.panoramas[panorama.id] = panorama
        self.names[panorama.id] = item.name
        if item.heading is None:
            self.without_heading.append(item.name)

    def done(self, stopped: str) -> Imported:
        """What became of it."""
        return Imported(
            tuple(self.panoramas.values()),
            tuple(self.skipped),
            tuple(self.without_heading),
            stopped,
        )

    def _failed(self, item: Source, error: BadPictureError) -> None:
        self.failed_in_a_row += item.remote is not None and not item.remote.at_hand
        if self.failed_in_a_row >= MAX_FAILED_IN_A_ROW:
            raise StoppedError(
                f"{self.failed_in_a_row} pictures in a row failed, the last: {error}"
            )


def draw_split(key: str, test_share: float, validation_share: float = 0.0) -> str:
    """`test` and `validation` for these shares of keys, else `train`; the same in every pack."""
    drawn = int.from_bytes(sha256(f"split {key}".encode()).digest()[:8]) / 2**64
    if drawn < test_share:
        return "test"
    return "validation" if drawn < test_share + validation_share else "train"


def _there(folder: Path, name: str) -> tuple[Panorama, ...]:
    if not (folder / "pack.toml").exists():
        return ()
    pack = load_pack(folder)
    if pack.name != name:
        raise PackError(f"{folder}: expected no pack or the pack {name!r}, got: {pack.name!r}")
    return pack.panoramas


def _import(source: Source, folder: Path, plan: Plan, names: dict[str, str]) -> Panorama:
    panorama_id = picture_id(source)
    if panorama_id in names:
        raise BadPictureError(f"the same picture as {names[panorama_id]}")
    file = f"images/{panorama_id}.jpg"
    key = source.sequence or _place_key(source.lat, source.lng)
    if not is_whole(folder / file):
        _draw(source, folder / file)
    return Panorama(
        id=panorama_id,
        lat=source.lat,
        lng=source.lng,
        heading=(source.heading or 0.0) % 360,
        date=source.date,
        split=draw_split(key, plan.test_share, plan.validation_share),
        licence=source.licence or plan.licence,
        attribution=source.attribution or plan.attribution,
        file=file,
        hfov_deg=source.hfov_deg,
        sequence=source.sequence,
    )


def _draw(source: Source, path: Path) -> None:
    if source.remote is None:
        write_jpeg(equirectangular(source), path)
        return
    with TemporaryDirectory() as folder:
        original = Path(folder) / "original"
        original.write_bytes(source.remote.fetch())
        write_jpeg(equirectangular(replace(source, files=(original,))), path)


def _save(imported: Imported, folder: Path, plan: Plan) -> None:
    unknown = len(imported.without_heading)
    about = f"{len(imported.panoramas)} panoramas imported, {unknown} of them without a heading"
    save_pack(Pack(folder=folder, name=plan.name, about=about, panoramas=imported.panoramas))
    if imported.stopped:
        return
    named = {folder / panorama.file for panorama in imported.panoramas}
    for left_over in set((folder / "images").glob("*.jpg")) - named:
        if is_picture_id(left_over.stem):  # others' pictures may lie there: the imported ones
            left_over.unlink()


def _place_key(lat: float, lng: float) -> str:
    row = round(lat * PLACES_PER_DEG)
    column = round(lng * PLACES_PER_DEG * math.cos(math.radians(row / PLACES_PER_DEG)))
    return f"{row} {column}"
