"""Where a location is, in words, for the round's result."""

from __future__ import annotations

from models.geography.countries import country_name
from models.geography.places import places

NEAR_KM = 1.0
"""Within it one is in a place, not so many km from it."""


def describe(lat: float, lng: float) -> str:
    """Nearest place and its country: `12 km from Arcachon, Nouvelle-Aquitaine, France`."""
    table = places()
    distances_km, rows = table.nearest((lat, lng))
    distance_km, row = float(distances_km[0, 0]), int(rows[0, 0])
    names = [table.names[row], table.admin1[row], country_name(str(table.countries[row]))]
    words = ", ".join(dict.fromkeys(name for name in names if name))
    return words if distance_km < NEAR_KM else f"{distance_km:,.0f} km from {words}"
