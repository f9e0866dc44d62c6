"""What makes the picture in a JPEG's or PNG's bytes, and nothing else of them.

Decoders read every comment, profile and preview of a file, some in loops of Python: a few
megabytes of them keep a thread busy for a minute. Here they are cut out before a decoder looks.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from server.inference.work import WorkError
from server.protocol import ErrorCode

MAX_PARTS = 2**14
"""Segments or chunks of a file. A PNG of 32 MB in chunks of 8 KB has 4,000."""

MAX_TABLE_BYTES = 2**17
"""All of a JPEG's tables. 64 scans with Huffman tables of their own have half as many."""

MAX_SCANS = 64
"""Of a progressive JPEG; encoders make ten. An empty one costs 11 bytes and, of 64 million pixels,
6 ms."""

_EXIF = b"Exif\0\0"
_END, _SCAN = 0xD9, 0xDA
_BARE = frozenset({0x01, *range(0xD0, 0xDA)})  # markers without a length (ITU-T T.81, table B.1)
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
_FRAMES = frozenset(range(0xC0, 0xD0)) - _TABLES - {0xC8}
_MARKER = re.compile(rb"\xff([^\x00\xff])")
"""What decoders look for between segments, whatever stands before it."""
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Where a scan ends: at a marker that is neither a stuffed byte nor a restart (T.81, B.1.1.5)."""

_PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"eXIf"})
"""Beside `IDAT` and `IEND` (W3C PNG, third edition, 11)."""


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG's first picture: its tables, frame and scans, JFIF's, Adobe's and the first EXIF part.

    Raises:
        WorkError: it is broken, or has more parts than any picture needs.
    """
    kept, tables, scans = [data[:2]], 0, 0
    has_exif = False
    for marker, part in _segments(data):
        if marker == _SCAN:
            scans += 1
        elif marker in _TABLES:
            tables += len(part)
        elif marker == 0xE1 and part[4:10] == _EXIF and not has_exif:
            has_exif = True
        elif marker not in _FRAMES | {_END, 0xE0, 0xEE}:
            continue
        kept.append(part)
    _check_most("scans", MAX_SCANS, scans)
    _check_most("bytes of tables", MAX_TABLE_BYTES, tables)
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with their segments, a scan with all its bytes, up to the end of the image.

    A file that ends in the middle of a scan gives what is there: decoders know what is missing.
    """
    at = 2
    for _ in range(MAX_PARTS):
        found = _MARKER.search(data, at)
        if not found:
            return
        at, marker = found.start(), found[1][0]
        end = at + 2
        if marker not in _BARE:
            end += int.from_bytes(data[end : end + 2], "big")
            if end < at + 4 or end > len(data):
                raise _broken(f"expected the end of the part at byte {at}")
        if marker == _SCAN:
            after = _AFTER_SCAN.search(data, end)
            end = after.start() if after else len(data)
        yield marker, data[at:end]
        if marker == _END:
            return
        at = end
    raise _bomb("parts", MAX_PARTS)


def bare_png(data: bytes) -> bytes:
    """A PNG's picture: header, palette, transparency, EXIF and pixels.

    Raises:
        WorkError: it is broken, or has more parts than any picture needs.
    """
    kept: dict[bytes, bytes] = {}
    pixels = []
    for name, body in _chunks(data):
        if name == b"IDAT":
            pixels.append(body)
        elif name in _PNG_PARTS and not (name == b"eXIf" and pixels):
            kept.setdefault(name, body)
    parts = [_chunk(name, body) for name, body in kept.items()]
    return b"".join([data[:8], *parts, _chunk(b"IDAT", b"".join(pixels)), _chunk(b"IEND", b"")])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    for _ in range(MAX_PARTS):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise _broken(f"expected the end of the chunk at byte {at}")
        if name == b"IEND":
            return
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise _broken(f"expected a right checksum of the chunk at byte {at}")
        yield name, data[at + 8 : end - 4]
        at = end
    raise _bomb("parts", MAX_PARTS)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _check_most(what: str, most: int, found: int) -> None:
    if found > most:
        raise _bomb(what, most)


def _bomb(what: str, most: int) -> WorkError:
    return WorkError(ErrorCode.IMAGE_BOMB, f"expected at most {most} {what}, got more")


def _broken(expected: str) -> WorkError:
    return WorkError(ErrorCode.IMAGE_BROKEN, f"cannot be decoded: {expected}, got none")
