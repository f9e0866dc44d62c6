"""Pictures found in a folder that know their own place."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from models.world.importing.metadata import read_metadata
from models.world.importing.source import BadPictureError, Skipped, Source, checked_place

SUFFIXES = frozenset({".jpg", ".jpeg"})


def find_in_folder(folder: Path, only: str = "*") -> list[Source | Skipped]:
    """All JPEGs below `folder` whose path in it matches the glob `only`, by path.

    One that claims to be equirectangular (GPano) is a panorama, any other a photo.
    """
    paths = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES]
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    return [_found(folder, name) for name in names if fnmatch(name, only)]


def _found(folder: Path, name: str) -> Source | Skipped:
    try:
        says = read_metadata(folder / name)
        lat, lng = checked_place(says.lat, says.lng)
    except BadPictureError as error:
        return Skipped(name, str(error))
    return Source(
        name=name,
        kind="equirect" if says.is_panorama else "photo",
        files=(folder / name,),
        lat=lat,
        lng=lng,
        heading=says.heading,
        hfov_deg=says.hfov_deg,
        pitch=says.pitch,
        roll=says.roll,
        date=says.date,
        attribution=says.attribution,
    )
