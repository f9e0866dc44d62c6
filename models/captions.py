"""Captions made up from geography, to pretrain an encoder on (PIGEON, section 3.4).

A caption is a few sentences, each drawn with the chance that the paper's release gives it. The
wording is ours. All is decided by the generator that is handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.geography.countries import country_name
from models.geography.survey import Survey

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)

COMPASS = ("north", "east", "south", "west")

CLIMATES = {
    "Af": "tropical rainforest",
    "Am": "tropical monsoon",
    "As": "tropical savanna with a dry summer",
    "Aw": "tropical savanna with a dry winter",
    "BWh": "hot desert",
    "BWk": "cold desert",
    "BSh": "hot steppe",
    "BSk": "cold steppe",
    "Csa": "mediterranean, with a hot dry summer",
    "Csb": "mediterranean, with a warm dry summer",
    "Csc": "mediterranean, with a cold dry summer",
    "Cwa": "subtropical, with a dry winter",
    "Cwb": "highland subtropical, with a dry winter",
    "Cwc": "cold highland, with a dry winter",
    "Cfa": "humid subtropical",
    "Cfb": "oceanic and mild",
    "Cfc": "oceanic and cool",
    "Dsa": "continental, with a hot dry summer",
    "Dsb": "continental, with a warm dry summer",
    "Dsc": "subarctic, with a cool dry summer",
    "Dsd": "subarctic, with a dry summer and a severe winter",
    "Dwa": "continental, with a hot summer and a dry winter",
    "Dwb": "continental, with a warm summer and a dry winter",
    "Dwc": "subarctic, with a dry winter",
    "Dwd": "subarctic, with a dry and severe winter",
    "Dfa": "humid continental, with a hot summer",
    "Dfb": "humid continental, with a warm summer",
    "Dfc": "subarctic",
    "Dfd": "subarctic, with a severe winter",
    "ET": "tundra",
    "EF": "ice cap",
}
"""Köppen-Geiger symbols in words."""

WITH_ARTICLE = frozenset(
    [
        *("AE", "AN", "AX", "BQ", "BS", "CC", "CD", "CF", "CG", "CK", "DO", "FK", "FO", "GB", "GM"),
        *("GS", "IM", "IO", "KM", "KY", "MH", "MP", "MV", "NL", "PH", "PN", "SB", "SC", "SZ", "TC"),
        *("TF", "UM", "US", "VA", "VG", "VI"),
    ]
)
"""Countries whose names want "the"."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How probable each part of a caption is."""

    opening: str
    """What the sentence about the location begins with."""
    location: float
    """Where there is a sentence about the climate; without one there is always a location."""
    town: float
    """In the sentence about the location."""
    region: float
    """In the sentence about the location."""
    climate: float
    side: float
    """Of the road, where there is no sentence about the climate."""
    compass: float
    month: float


STREET = Grammar(
    "A Street View picture", 0.7, 0.4, 0.6, climate=0.4, side=0.3, compass=0.3, month=0.3
)
"""For street panoramas."""

PHOTOS = Grammar(
    opening="A photo taken",
    location=0.8,
    town=1,
    region=1,
    climate=0.45,
    side=0.2,
    compass=0,
    month=0,
)
"""For photos from anywhere."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say of a panorama; an empty word or None is not known and never said."""

    country: str
    """ISO code."""
    region: str = ""
    town: str = ""
    climate: str = ""
    """Köppen-Geiger symbol."""
    side: str = ""
    """`left` or `right`."""
    month: int | None = None
    """1 for January."""


def caption(
    facts: Facts, grammar: Grammar, rng: np.random.Generator, heading: float | None = None
) -> str:
    """A caption for a view to `heading`, degrees clockwise from north, or for any view."""
    # All chances are drawn whatever is known, so that one gap in the facts shifts no other draw.
    named, townly, regional, climatic, sided, turned, dated = rng.random(7)
    order = rng.permutation(4)
    climate = CLIMATES.get(facts.climate, "") if climatic < grammar.climate else ""
    rest = (
        f"The climate is {climate}." if climate else "",
        f"Cars drive on the {facts.side}."
        if facts.side and not climate and sided < grammar.side
        else "",
        f"Looking {towards(heading)}." if heading is not None and turned < grammar.compass else "",
        f"It is {MONTHS[facts.month - 1]}." if facts.month and dated < grammar.month else "",
    )
    location = ""
    if not climate or named < grammar.location:
        town = facts.town if townly < grammar.town else ""
        region = facts.region if regional < grammar.region else ""
        location = _location(facts.country, region, town, grammar.opening)
    return " ".join(filter(None, [location, *(rest[part] for part in order)]))


def towards(heading: float) -> str:
    """The point of the compass within 45 degrees of a heading."""
    return COMPASS[round(heading / 90) % 4]


def facts_of(survey: Survey, dates: Sequence[str]) -> list[Facts]:
    """The facts of surveyed points, with ISO 8601 dates of their pictures (or empty)."""
    names = survey.place_names
    return [
        Facts(
            country=str(survey.admin.countries[row]),
            region=str(survey.admin.admin1[row]),
            town=names[row],
            climate=str(survey.climate[row]),
            side=str(survey.driving_sides[row]),
            month=month_of(date),
        )
        for row, date in enumerate(dates)
    ]


def month_of(date: str) -> int | None:
    """1 to 12 of an ISO 8601 date, None of one without a month."""
    return int(date[5:7]) if len(date) >= 7 else None


def _location(country: str, region: str, town: str, opening: str) -> str:
    if not country:
        return f"{opening} at sea."
    article = "the " if country in WITH_ARTICLE else ""
    inside = f" in {region}," if region else " in"
    return f"{opening}{f' near {town}' if town else ''}{inside} {article}{country_name(country)}."
