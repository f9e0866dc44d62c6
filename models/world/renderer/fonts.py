"""Fonts for the scripts that signs are written in, as far as the machine has them."""

from __future__ import annotations

from functools import cache, lru_cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

TEXT_PX = 64
_NOTO = {
    "Arab": "Arabic",
    "Deva": "Devanagari",
    "Beng": "Bengali",
    "Thaa": "Thaana",
    "Khmr": "Khmer",
}
_NOTO |= {"Mymr": "Myanmar", "Laoo": "Lao", "Thai": "Thai", "Geor": "Georgian", "Armn": "Armenian"}
_NOTO |= {"Ethi": "Ethiopic", "Hebr": "Hebrew", "Sinh": "Sinhala", "Tibt": "Tibetan"}
_CJK = frozenset(("Hans", "Hant", "Jpan", "Kore"))


@cache
def font_of(script: str) -> Font | None:
    """A font that writes the script; None where the machine has none. Latin always has one."""
    for name in _font_files(script):
        try:
            return ImageFont.truetype(name, TEXT_PX)
        except OSError:
            continue
    return ImageFont.load_default(TEXT_PX) if script == "Latn" else None


def _font_files(script: str) -> tuple[str, ...]:
    if script in _CJK:
        return ("wqy-microhei.ttc", "DroidSansFallbackFull.ttf")
    if script in _NOTO:
        family = "Serif" if script == "Tibt" else "Sans"
        return (f"Noto{family}{_NOTO[script]}-Bold.ttf", f"Noto{family}{_NOTO[script]}-Regular.ttf")
    return (
        ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf") if script in ("Latn", "Cyrl", "Grek") else ()
    )


@lru_cache(maxsize=4096)
def writable(text: str, font: Font) -> bool:
    """Whether the font has a glyph for each letter (an unknown one draws the font's empty box)."""
    missing = bytes(font.getmask("\uffff"))
    return all(
        bytes(font.getmask(letter)) != missing for letter in set(text) if not letter.isspace()
    )
