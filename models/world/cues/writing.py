"""Cue: what is written on signs, in which language and script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

from models.geography import countries
from models.world.setting import Setting

TO = "\N{EN DASH}"
ENGLISH_DAYS = f"Monday {TO} Saturday"


@dataclass(frozen=True, slots=True)
class Writing:
    """Words; fonts are the renderer's."""

    town: str
    """What the place-name sign says."""
    fallback: str
    """What it says where no letter of `town` can be drawn."""
    shop: str
    """What a shop board says: the days it is open."""
    script: str
    """ISO 15924 code of the shop's words, as `Cyrl`."""


def writing_of(setting: Setting) -> Writing:
    """The nearest place's name, and opening days in the country's language."""
    shop, script = _days(setting.country)
    return Writing(setting.town, setting.country, shop, script)


@cache
def _days(country: str) -> tuple[str, str]:
    """Opening days in the country's language (CLDR), or in English; with the script's code."""
    try:
        locale = Locale.parse(countries.language_of(country).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return ENGLISH_DAYS, "Latn"
    days = locale.days["format"]["wide"]
    return f"{days[0]} {TO} {days[5]}", countries.script_of(country)
