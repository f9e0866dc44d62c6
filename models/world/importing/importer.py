"""Found pictures into a pack: resumable, and whole or absent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from models.world.importing.pictures import (
    equirectangular,
    is_picture_id,
    is_whole,
    picture_id,
    write_jpeg,
)
from models.world.importing.source import BadPictureError, Skipped, Source
from models.world.pack import Pack, PackError, Panorama, load_pack, save_pack

PLACES_PER_DEG = 1000
"""Pictures are told apart by their place to 0.001 deg, 111 m, when splits are drawn."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import is asked for, besides the pictures."""

    name: str
    test_share: float = 0.2
    """Of places, in [0, 1]; the rest is for training."""
    licence: str = ""
    attribution: str = ""
    """Both for pictures that bring none of their own."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    panoramas: tuple[Panorama, ...]
    skipped: tuple[Skipped, ...]
    without_heading: tuple[str, ...]
    """Names of pictures taken to look north because nothing tells."""


def import_pack(found: Iterable[Source | Skipped], folder: Path, plan: Plan) -> Imported:
    """Make the pack at `folder` hold just what was found; pictures already there are kept.

    Nothing is written where nothing could be imported.

    Raises:
        PackError: another pack is at `folder`.
    """
    _refuse_other_pack(folder, plan.name)
    panoramas: dict[str, Panorama] = {}
    names: dict[str, str] = {}
    skipped: list[Skipped] = []
    without_heading: list[str] = []
    for item in found:
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        try:
            panorama = _import(item, folder, plan, names)
        except BadPictureError as error:
            skipped.append(Skipped(item.name, str(error)))
            continue
        panoramas[panorama.id] = panorama
        names[panorama.id] = item.name
        if item.heading is None:
            without_heading.append(item.name)
    imported = Imported(tuple(panoramas.values()), tuple(skipped), tuple(without_heading))
    if panoramas:
        _save(imported, folder, plan)
    return imported


def draw_split(key: str, test_share: float) -> str:
    """`test` for this share of keys and `train` for the others, the same in every pack."""
    drawn = int.from_bytes(sha256(f"split {key}".encode()).digest()[:8]) / 2**64
    return "test" if drawn < test_share else "train"


def _refuse_other_pack(folder: Path, name: str) -> None:
    if (folder / "pack.toml").exists() and (there := load_pack(folder).name) != name:
        raise PackError(f"{folder}: expected no pack or the pack {name!r}, got: {there!r}")


def _import(source: Source, folder: Path, plan: Plan, names: dict[str, str]) -> Panorama:
    panorama_id = picture_id(source)
    if panorama_id in names:
        raise BadPictureError(f"the same picture as {names[panorama_id]}")
    file = f"images/{panorama_id}.jpg"
    if not is_whole(folder / file):
        write_jpeg(equirectangular(source), folder / file)
    return Panorama(
        id=panorama_id,
        lat=source.lat,
        lng=source.lng,
        heading=(source.heading or 0.0) % 360,
        date=source.date,
        split=draw_split(source.sequence or _place_key(source.lat, source.lng), plan.test_share),
        licence=source.licence or plan.licence,
        attribution=source.attribution or plan.attribution,
        file=file,
        hfov_deg=source.hfov_deg,
        sequence=source.sequence,
    )


def _save(imported: Imported, folder: Path, plan: Plan) -> None:
    unknown = len(imported.without_heading)
    about = f"{len(imported.panoramas)} panoramas imported, {unknown} of them without a heading"
    save_pack(Pack(folder=folder, name=plan.name, about=about, panoramas=imported.panoramas))
    named = {folder / panorama.file for panorama in imported.panoramas}
    for left_over in set((folder / "images").glob("*.jpg")) - named:
        if is_picture_id(left_over.stem):  # others' pictures may lie there: the imported ones
            left_over.unlink()


def _place_key(lat: float, lng: float) -> str:
    row = round(lat * PLACES_PER_DEG)
    column = round(lng * PLACES_PER_DEG * math.cos(math.radians(row / PLACES_PER_DEG)))
    return f"{row} {column}"
