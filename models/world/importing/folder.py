"""Pictures found in a folder that know their own place."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from models.world.importing.metadata import read_metadata, source_of
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
    file = folder / name
    try:
        says = read_metadata(file)
        return source_of(says, name, checked_place(says.lat, says.lng), (file,))
    except BadPictureError as error:
        return Skipped(name, str(error))
