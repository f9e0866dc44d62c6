"""Cue: what is written on signs, in the languages and scripts of the place."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from models.geography.languages import languages_at, script_of_language
from models.geography.local_names import local_names
from models.geography.places import places
from models.world.setting import Setting
from models.world.style import uniform

ENTRY_KM = 4.0
"""From farther off, signs tell the way to a town instead of its beginning."""
_KM_A_MILE = 1.609344
_MILES = frozenset(("US", "GB", "LR", "MM"))
_ONE_SCRIPT = frozenset(("RU", "BY", "KZ", "KG", "TJ", "MN", "KP"))
"""Countries whose signs have no Latin line below their own script."""
_NEIGHBOURS = 24
_WORDS = Path(__file__).parent.parent / "data" / "words.json"


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one language."""

    text: str
    script: str
    """ISO 15924 code, as `Cyrl`."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A town on a sign."""

    names: tuple[Line, ...]
    """One in each script, the first one the largest."""
    distance: str
    """As `12 km`, a bare number where it is miles; empty where the town begins."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Words; colours are the cue signs', fonts the renderer's."""

    towns: tuple[Destination, ...]
    """The town that begins here, or the way to one or two."""
    shop: tuple[Line, ...]
    """What a shop's board says."""


def writing_of(setting: Setting) -> Writing:
    """The nearest town with a name in the local script, and words in the first language."""
    return Writing(_towns(setting), _shop(setting))


def names_of(row: int) -> tuple[Line, ...]:
    """A place's names (row of `places()`) as its sign has them.

    The Latin name alone where no name in the local script is known.
    """
    table = places()
    country, admin1, latin = str(table.countries[row]), table.admin1[row], table.names[row]
    known = local_names(row)
    lines = [
        Line(known[language], script_of_language(language, country))
        for language in languages_at(country, admin1)
        if language in known
    ]
    scripts = [line.script for line in lines]
    if not lines or ("Latn" not in scripts and country not in _ONE_SCRIPT):
        lines.append(Line(_plain(latin) if lines else latin, "Latn"))
    return tuple(lines)


def _plain(latin: str) -> str:
    """A romanised name as signs have it, without scholars' marks."""
    letters = unicodedata.normalize("NFD", latin)
    return "".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Lm", "Pf", "Pi"))


def _towns(setting: Setting) -> tuple[Destination, ...]:
    """The nearest town; the way to it, and to the largest of the next ones, if it is far off."""
    table = places()
    distances_km, rows = table.nearest((setting.lat, setting.lng), k=_NEIGHBOURS)
    near = [
        (row, km)
        for row, km in zip(rows[0].tolist(), distances_km[0].tolist(), strict=True)
        if table.countries[row] == setting.country and _signposted(row)
    ] or [(int(rows[0, 0]), float(distances_km[0, 0]))]
    row, km = near[0]
    if row == rows[0, 0] and (km < ENTRY_KM or uniform(setting.key, "entry") < 0.3):
        return (Destination(names_of(row), ""),)
    towns = [(row, km)]
    if uniform(setting.key, "two towns") < 0.5:
        largest = max(near, key=lambda found: float(table.populations[found[0]]))
        towns = sorted({*towns, largest}, key=lambda found: found[1])
    return tuple(Destination(names_of(row), _distance(km, setting)) for row, km in towns)


def _signposted(row: int) -> bool:
    """Whether the place's sign is known in its first language's script."""
    table = places()
    country = str(table.countries[row])
    first = languages_at(country, table.admin1[row])[0]
    return script_of_language(first, country) == "Latn" or first in local_names(row)


def _distance(km: float, setting: Setting) -> str:
    if setting.country in _MILES:
        return str(max(1, round(km / _KM_A_MILE)))
    first = languages_at(setting.country, setting.admin1)[0]
    unit = "км" if script_of_language(first, setting.country) == "Cyrl" else "km"
    return f"{max(1, round(km))} {unit}"


def _shop(setting: Setting) -> tuple[Line, ...]:
    """Opening days, at times below the country's own name; English where CLDR has no words."""
    days, names = _words()["days"], _words()["countries"]
    spoken = languages_at(setting.country, setting.admin1)
    language = next((code for code in spoken if code in days), "en")
    script = script_of_language(language, setting.country)
    lines = [Line(days[language], script)]
    name = names.get(f"{setting.country}/{language}")
    if name and uniform(setting.key, "shop name") < 0.4:
        lines.insert(0, Line(name, script))
    return tuple(lines)


@cache
def _words() -> dict[str, dict[str, str]]:
    """From CLDR, by `build_fonts.py`: the fonts have just these words."""
    return cast("dict[str, dict[str, str]]", json.loads(_WORDS.read_text(encoding="utf-8")))
