"""Frames as values, before anyone asks what they mean: a few bytes may claim, or be, millions."""

from __future__ import annotations

from typing import Any

import msgpack

MAX_VALUES = 2**14
"""In a list, or a JSON frame: an embedding has half as many at most."""

MAX_NESTS = 64
"""Lists and maps in a frame: the largest message, of eight views, has ten."""


def check_text(frame: str) -> None:
    """Refuse JSON that would fill gigabytes with small things. Pictures are in base64: no commas.

    Raises:
        ValueError: there is too much in it.
    """
    if frame.count("[") + frame.count("{") > MAX_NESTS:
        raise ValueError(f"more than {MAX_NESTS} lists and objects")
    if frame.count(",") > MAX_VALUES:
        raise ValueError(f"more than {MAX_VALUES} values")


def unpacked(frame: str | bytes) -> Any:  # noqa: ANN401  whatever was packed
    """A MessagePack frame's value.

    Raises:
        ValueError, msgpack.exceptions.UnpackException: it is none, or there is too much in it.
    """
    nests = 0

    def counted(nest: Any) -> Any:  # noqa: ANN401  a list or a map
        nonlocal nests
        nests += 1
        if nests > MAX_NESTS:
            raise ValueError(f"more than {MAX_NESTS} lists and maps")
        return nest

    return msgpack.unpackb(
        frame,
        max_array_len=MAX_VALUES,  # a list's memory is taken before its values are read
        max_map_len=MAX_NESTS,
        object_hook=counted,
        list_hook=counted,
    )
