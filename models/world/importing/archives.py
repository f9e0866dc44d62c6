"""Pictures as data sets ship them: in folders, zips and tars, read in the order they lie in."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeVar

from models.world.importing.source import BadPictureError, Skipped

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
TARS = (".tar", ".tgz", ".tar.gz")
MAX_BYTES = 64 * 2**20
"""Of one picture, unpacked."""

_BROKEN = (
    *(OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(RuntimeError, ValueError),  # of zips: encrypted, packed in an unknown way, misnamed
)

Wanted = TypeVar("Wanted")


class Spot(NamedTuple):
    """Where a picture lies; they sort in the order in which they are read fastest."""

    container: Path
    """An archive, or the picture itself."""
    start: int
    """Byte of a zip at which its header begins, or of an unpacked tar at which it does."""
    name: str
    """In the archive."""
    size: int
    """Bytes, unpacked."""


def containers_below(folder: Path) -> list[Path]:
    """All pictures and archives below a folder, by path."""
    known = (*PICTURES, *TARS, ".zip")
    return sorted(path for path in folder.rglob("*") if path.name.lower().endswith(known))


class Pictures:
    """Where pictures lie, by their names."""

    def __init__(self) -> None:
        # Of millions of stems nearly all are there once, and a list for each would take memory.
        self._first: dict[str, Spot] = {}
        self._others: dict[str, list[Spot]] = {}

    def add(self, spot: Spot) -> None:
        """Take one in."""
        stem = stem_of(spot.name)
        if stem in self._first:
            self._others.setdefault(stem, []).append(spot)
        else:
            self._first[stem] = spot

    def __iter__(self) -> Iterator[Spot]:
        """All, in no order that means anything."""
        yield from self._first.values()
        yield from chain.from_iterable(self._others.values())

    def of_stem(self, name: str) -> list[Spot]:
        """Those whose `stem_of` is that of a name."""
        stem = stem_of(name)
        return [self._first[stem], *self._others.get(stem, [])] if stem in self._first else []

    def at_path(self, name: str) -> list[Spot]:
        """Those of them whose path ends with the folders of the name, too."""
        return [spot for spot in self.of_stem(name) if _lies_at(spot, name)]


def _lies_at(spot: Spot, name: str) -> bool:
    wanted = PurePosixPath(name).parent.parts
    folders = (spot.container.parent / spot.name).parent.parts
    return folders[len(folders) - len(wanted) :] == wanted


def find_pictures(containers: Iterable[Path]) -> tuple[list[Skipped], Pictures]:
    """Archives that cannot be read to their end, and where each picture lies."""
    broken: list[Skipped] = []
    pictures = Pictures()
    for container in containers:
        try:
            for spot in _spots(container):
                pictures.add(spot)
        except _BROKEN as error:
            broken.append(Skipped(container.name, f"unreadable: {error}"))
    return broken, pictures


def stem_of(name: str) -> str:
    """A picture's file name without folders and ending; of a name without a known one, all."""
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in PICTURES else path.name


def read_pictures(
    wanted: Iterable[tuple[Spot, Wanted]],
) -> Iterator[tuple[Wanted, bytes | BadPictureError]]:
    """What is wanted, with its bytes or why they cannot be had, by `Spot`; each archive once."""
    ordered = sorted(wanted, key=lambda pair: pair[0])
    for container, group in groupby(ordered, lambda pair: pair[0].container):
        with _reader(container) as read:
            for spot, asked in group:
                yield asked, _bytes(read, spot)


def _bytes(read: Callable[[Spot], bytes], spot: Spot) -> bytes | BadPictureError:
    if spot.size > MAX_BYTES:
        return BadPictureError(f"expected up to {MAX_BYTES} bytes, got: {spot.size}")
    try:
        data = read(spot)
    except _BROKEN as error:
        return BadPictureError(f"unreadable: {error}")
    if len(data) < spot.size:
        return BadPictureError(f"expected {spot.size} bytes, got: {len(data)}")
    return data


def _spots(container: Path) -> Iterator[Spot]:
    if container.suffix.lower() == ".zip":
        with zipfile.ZipFile(container) as archive:
            for entry in archive.infolist():
                if _is_picture(entry.filename):
                    yield Spot(container, entry.header_offset, entry.filename, entry.file_size)
    elif container.name.lower().endswith(TARS):
        with tarfile.open(container) as tar:
            for member in tar:
                # It would keep them all: some KB each, and there are millions.
                tar.members.clear()  # type: ignore[attr-defined]
                if member.isreg() and _is_picture(member.name):
                    yield Spot(container, member.offset_data, member.name, member.size)
    else:
        yield Spot(container, 0, container.name, container.stat().st_size)


def _is_picture(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in PICTURES


@contextmanager
def _reader(container: Path) -> Iterator[Callable[[Spot], bytes]]:
    if container.suffix.lower() == ".zip":
        with zipfile.ZipFile(container) as archive:
            yield lambda spot: archive.read(spot.name)
    elif container.name.lower().endswith(TARS):
        with tarfile.open(container) as tar:
            yield lambda spot: _part(tar, spot)
    else:
        yield lambda _: container.read_bytes()


def _part(tar: tarfile.TarFile, spot: Spot) -> bytes:
    """By its place: to look a name up, all of the archive would be read once more."""
    assert tar.fileobj is not None
    tar.fileobj.seek(spot.start)
    return bytes(tar.fileobj.read(spot.size))
