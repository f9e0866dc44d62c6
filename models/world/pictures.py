"""The pictures of a pack: from their files, or out of the tar files of a sharded pack.

A sharded pack's table names a picture by its tar file and its name in there, as
`shards/train-00003.tar/00000017.jpg`. Tar does not compress, so one picture is one seek away.
"""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.pack import Pack, Panorama

Picture = NDArray[np.uint8]


def read_panorama(pack: Pack, panorama: Panorama) -> Picture:
    """One picture of a pack, RGB uint8 `(h, w, 3)`.

    Raises:
        OSError: it cannot be read, or is no picture.
    """
    path = pack.image_path(panorama)
    return opened(picture_bytes(path), path)


def picture_bytes(path: Path) -> bytes:
    """The compressed picture at a path, in a tar file or not."""
    if not in_shard(path):
        return path.read_bytes()
    found = _members(path.parent).get(path.name)
    if found is None:
        raise OSError(f"{path.parent}: expected {path.name} in it, got none")
    offset, size = found
    with path.parent.open("rb") as file:
        file.seek(offset)
        return file.read(size)


def opened(data: bytes, path: Path) -> Picture:
    """A compressed picture as an array; `path` is where it came from.

    Raises:
        OSError: it is no picture.
    """
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), flags) if data else None
    if picture is None:
        raise OSError(f"{path}: expected a picture, got none that can be read")
    return np.asarray(picture, dtype=np.uint8)


def in_shard(path: Path) -> bool:
    """Whether a picture's path leads into a tar file."""
    return path.parent.suffix == ".tar"


@lru_cache(maxsize=64)
def _members(path: Path) -> Mapping[str, tuple[int, int]]:
    """Offset and size of each member of a tar file. Training goes from shard to shard."""
    try:
        with tarfile.open(path, "r:") as file:
            return {member.name: (member.offset_data, member.size) for member in file}
    except tarfile.TarError as error:
        raise OSError(f"{path}: expected a tar file, got: {error}") from error
