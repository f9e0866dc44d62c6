"""Makes `data/fonts/`: the writing that signs need, drawn alike on every machine.

Pillow shapes Arabic, Indic and other joining scripts only where the machine has FriBiDi. So such
texts are shaped here, by HarfBuzz: the fonts have a character in the private use area for each
glyph with its offset and advance, and `shaped.json.gz` tells which characters draw which text, from
left to right. All other scripts need no shaping. Wanted beside Homing's own packages: fonttools,
uharfbuzz, and Debian's fonts-noto-core and fonts-noto-cjk (Noto, OFL 1.1), unpacked:

    apt-get download fonts-noto-core fonts-noto-cjk
    for deb in fonts-noto-*.deb; do dpkg -x $deb noto; done
    python -m models.world.build_fonts noto
"""

from __future__ import annotations

import gzip
import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import uharfbuzz as hb
from babel import Locale, UnknownLocaleError
from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from models.geography.languages import languages_at, script_of_language
from models.geography.local_names import local_names
from models.geography.places import places
from models.world.renderer.fonts import CJK, FONTS, JOINING, TO

_FIRST_PRIVATE, _LAST_PRIVATE = 0xE000, 0xF8FF
_COLLECTION = {"Jpan": 0, "Kore": 1, "Hans": 2, "Hant": 3}
"""Faces of NotoSansCJK-Bold.ttc."""
_FAMILIES = {
    "Arab": "SansArabic", "Armn": "SansArmenian", "Beng": "SansBengali", "Deva": "SansDevanagari",
    "Ethi": "SansEthiopic", "Geor": "SansGeorgian", "Gujr": "SansGujarati",
    "Guru": "SansGurmukhi", "Hebr": "SansHebrew", "Khmr": "SansKhmer", "Knda": "SansKannada",
    "Laoo": "SansLao", "Latn": "Sans", "Mlym": "SansMalayalam", "Mymr": "SansMyanmar",
    "Orya": "SansOriya", "Sinh": "SansSinhala", "Taml": "SansTamil", "Telu": "SansTelugu",
    "Thaa": "SansThaana", "Thai": "SansThai", "Tibt": "SerifTibetan",
}  # fmt: skip
_RANGES = {
    "Latn": ((0x20, 0x24F), (0x259, 0x259), (0x2B0, 0x2BF), (0x300, 0x331), (0x386, 0x3CE),
             (0x400, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x20AC, 0x20AC)),
    "Armn": ((0x20, 0x7E), (0x531, 0x58A)),
    "Geor": ((0x20, 0x7E), (0x10D0, 0x10FF)),
    "Ethi": ((0x20, 0x7E), (0x1200, 0x137C)),
}  # fmt: skip
"""Letters that are there whether a text uses them or not; Latin with Cyrillic and Greek."""


def words() -> dict[str, dict[str, str]]:
    """Words for shops, from CLDR: opening days by language, countries' own names by country."""
    table = places()
    areas = set(zip(table.countries.tolist(), table.admin1, strict=True))
    days, names = {}, {}
    for country, admin1 in sorted(areas):
        for language in languages_at(country, admin1):
            try:
                locale = Locale.parse(language)
            except (UnknownLocaleError, ValueError):
                continue
            week = locale.days["format"]["wide"]
            if _foreign(week[0], language):
                continue
            days[language] = f"{week[0]}{TO}{week[5]}"
            if country in locale.territories:
                names[f"{country}/{language}"] = locale.territories[country]
    return {"days": days, "countries": names}


def _foreign(word: str, language: str) -> bool:
    """Whether CLDR's word is not in letters of the language that we have a font for."""
    script = script_of_language(language, "")
    if script == "Cans":
        return True  # Inuktitut's letters, for twelve towns
    return script != "Latn" and any("LATIN" in unicodedata.name(c, "") for c in word)


def texts_by_script(listed: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """All that signs may say in a script other than Latin."""
    table, texts = places(), defaultdict(set)
    for row in range(len(table)):
        for language, name in local_names(row).items():
            texts[script_of_language(language, str(table.countries[row]))].add(name)
    for language, text in listed["days"].items():
        texts[script_of_language(language, "")].update(text.split(TO))
    for key, text in listed["countries"].items():
        texts[script_of_language(key[3:], key[:2])].add(text)
    return texts


def _options() -> subset.Options:
    options = subset.Options()
    options.layout_features, options.hinting, options.name_IDs = [], False, [0, 1, 2, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "vhea", "vmtx", "VORG", "BASE", "kern"]
    return options


def _plain_font(source: Path, script: str, letters: Iterable[str]) -> TTFont:
    """The letters' own glyphs."""
    font = TTFont(source, fontNumber=_COLLECTION.get(script, -1))
    subsetter = subset.Subsetter(_options())
    subsetter.populate(text="".join(letters))
    subsetter.subset(font)
    return font


Glyph = tuple[str, int, int, int]
"""Name, offset to the right and up, advance, in font units."""


def _shape(face: hb.Font, order: list[str], text: str) -> list[Glyph]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face, buffer)
    line, behind = [], 0
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        advance = at.x_advance + behind
        line.append((order[info.codepoint], at.x_offset + behind, at.y_offset, max(advance, 0)))
        behind = min(advance, 0)  # a font's glyphs can't go back: the next ones are moved
    return line


def _shaped_font(source: Path, texts: set[str]) -> tuple[TTFont, dict[str, str]]:
    """A font of placed glyphs, and each text in its characters."""
    font = TTFont(source)
    face = hb.Font(hb.Face(source.read_bytes()))
    lines = {text: _shape(face, font.getGlyphOrder(), text) for text in sorted(texts)}
    missing = sorted(text for text, line in lines.items() if any(g[0] == ".notdef" for g in line))
    if missing:
        raise ValueError(
            f"{source.name}: expected a glyph for each letter, got none for: {missing}"
        )
    private: dict[Glyph, int] = {}
    for line in lines.values():
        for glyph in line:
            private.setdefault(glyph, _FIRST_PRIVATE + len(private))
    assert len(private) <= _LAST_PRIVATE - _FIRST_PRIVATE
    subsetter = subset.Subsetter(_options())
    subsetter.populate(
        glyphs={name for name, *_ in private}, text="".join(map(chr, range(32, 127)))
    )
    subsetter.subset(font)
    _place(font, private)
    return font, {text: "".join(chr(private[g]) for g in line) for text, line in lines.items()}


def _place(font: TTFont, private: dict[Glyph, int]) -> None:
    """Give each placed glyph a character: the glyph itself, or one that holds it moved."""
    glyphs, metrics = font["glyf"], font["hmtx"]
    letters = dict(font.getBestCmap())
    for (name, right, up, advance), character in private.items():
        letters[character] = name
        if (right, up, advance) == (0, 0, metrics[name][0]):
            continue
        pen = TTGlyphPen(glyphs)
        if glyphs[name].numberOfContours:
            pen.addComponent(name, (1, 0, 0, 1, right, up))
        letters[character] = moved = f"u{character:04X}"
        glyphs[moved] = pen.glyph()
        glyphs[moved].recalcBounds(glyphs)
        metrics[moved] = (advance, getattr(glyphs[moved], "xMin", 0))
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 1, 0, letters
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [table]


def _source(noto: Path, script: str) -> Path:
    name = "NotoSansCJK-Bold.ttc" if script in CJK else f"Noto{_FAMILIES[script]}-Bold.ttf"
    return next(noto.rglob(name))


def main(noto: Path) -> None:
    """Writes all fonts, the shaped texts and the words."""
    FONTS.mkdir(parents=True, exist_ok=True)
    listed, shaped = words(), {}
    texts = texts_by_script(listed)
    texts["Latn"] |= texts["Cyrl"] | texts["Grek"]
    for script in [*_FAMILIES, *_COLLECTION]:
        if script in JOINING:
            font, lines = _shaped_font(_source(noto, script), texts[script])
            shaped[script] = lines
        else:
            letters = {chr(c) for a, b in _RANGES.get(script, ()) for c in range(a, b + 1)}
            used = (
                (texts[script] | texts["Cyrl"] | texts["Grek"])
                if script == "Latn"
                else texts[script]
            )
            font = _plain_font(_source(noto, script), script, letters.union(*used))
        font.save(FONTS / f"{script}.{'otf' if script in CJK else 'ttf'}")
    packed = json.dumps(shaped, ensure_ascii=False, sort_keys=True).encode()
    (FONTS / "shaped.json.gz").write_bytes(gzip.compress(packed, mtime=0))
    text = json.dumps(listed, ensure_ascii=False, sort_keys=True, indent=0)
    (FONTS.parent / "words.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
