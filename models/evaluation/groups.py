"""Where guesses are good: by continent, by country, in town and country."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.geography.admin import Located
from models.geography.continents import continents_of
from models.geography.countries import country_name
from models.geography.places import population_density

Mask = NDArray[np.bool_]

COUNTRIES = 12
"""The most frequent ones are shown."""

URBAN_PER_KM2 = 300.0
"""People from which a place is urban: clusters of the Degree of Urbanisation (UN, 2020)."""


def groups_of(points: NDArray[np.float64], located: Located) -> dict[str, dict[str, Mask]]:
    """Masks `(n,)` of points `(n, 2)` by group, by what they are grouped by; none is empty.

    Largest first, but for urban and rural. Points at sea are in no country and no continent.
    """
    countries = located.countries
    named = {code: country_name(code) for code in np.unique(countries).tolist() if code}
    by_country = {named[code]: countries == code for code in named}
    continents = continents_of(countries, points)
    by_continent = {name: continents == name for name in np.unique(continents).tolist() if name}
    urban = population_density(points) >= URBAN_PER_KM2
    settings = {"urban": urban, "rural": ~urban}
    return {
        "continent": dict(_largest_first(by_continent)),
        "setting": {name: mask for name, mask in settings.items() if mask.any()},
        "country": dict(list(_largest_first(by_country))[:COUNTRIES]),
    }


def _largest_first(masks: dict[str, Mask]) -> Iterator[tuple[str, Mask]]:
    yield from sorted(masks.items(), key=lambda item: (-int(item[1].sum()), item[0]))
