"""The fonts that Homing ships for the scripts of signs: the same picture on every machine.

Parts of Noto (OFL 1.1, `data/fonts/OFL.txt`), made by `build_fonts.py`. Nothing is looked for on
the machine, and text is laid out by Pillow alone: whether it has Raqm changes nothing.
"""

from __future__ import annotations

import gzip
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from PIL import ImageFont

FONTS = Path(__file__).parent.parent / "data" / "fonts"
TEXT_PX = 48
CJK = frozenset(("Hans", "Hant", "Jpan", "Kore"))
_JOINING = (
    "Arab Beng Deva Gujr Guru Hebr Khmr Knda Laoo Mlym Mymr Orya Sinh Taml Telu Thaa Thai Tibt"
)
JOINING = frozenset(_JOINING.split())
"""Scripts whose letters change with their neighbours, stack, or run from right to left."""
LEFTWARD = frozenset(("Arab", "Hebr", "Thaa"))
TO = " \N{EN DASH} "
"""From one word to another; drawn in Latin, as not each script's font has it."""
_WITH_LATIN = ("Cyrl", "Grek")


@cache
def font_of(script: str, size_px: int = TEXT_PX) -> ImageFont.FreeTypeFont:
    """The font that writes the script; the Latin one for scripts that no sign is in."""
    name = "Latn" if script in _WITH_LATIN else script
    file = FONTS / f"{name}.{'otf' if name in CJK else 'ttf'}"
    file = file if file.exists() else FONTS / "Latn.ttf"
    return ImageFont.truetype(file, size_px, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str, script: str) -> str:
    """The characters that draw a text from left to right with `font_of(script)`.

    What the font can't draw is left out; empty where that is all of it.
    """
    if script in JOINING:
        return _shaped()[script].get(text, "")
    return "".join(c for c in text if c.isspace() or _has(script, c)).strip()


@cache
def _shaped() -> dict[str, dict[str, str]]:
    """By script, what draws each text of the signs."""
    packed = (FONTS / "shaped.json.gz").read_bytes()
    return cast("dict[str, dict[str, str]]", json.loads(gzip.decompress(packed)))


@lru_cache(maxsize=1 << 14)
def _has(script: str, letter: str) -> bool:
    """Whether the font has the letter: what it lacks is drawn as its empty box."""
    font = font_of(script, 16)
    return bytes(font.getmask(letter)) != _box(script)


@cache
def _box(script: str) -> bytes:
    return bytes(font_of(script, 16).getmask("\uffff"))
