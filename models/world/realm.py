"""Realms: parts of the world with plants and earth of their own, and tables by zone and realm."""

from __future__ import annotations

from typing import TypeVar

from models.world.setting import Setting

T = TypeVar("T")

_OF_REGION = {
    "british": "british",
    "mediterranean": "europe",
    "nordic": "europe",
    "western": "europe",
    "eastern": "europe",
    "middle east": "arabia",
    "central asia": "inner asia",
    "south asia": "india",
    "southeast asia": "malaya",
    "east asia": "china",
    "north america": "north america",
    "caribbean": "central america",
    "latin america": "south america",
    "oceania": "pacific",
    "africa": "africa",
}
_OF_COUNTRY = {"AU": "australia", "NZ": "new zealand", "MN": "inner asia", "JP": "japan"}
_OF_COUNTRY |= {"KR": "japan", "FK": "south america"}
_OF_COUNTRY |= dict.fromkeys(("MX", "GT", "BZ", "SV", "HN", "NI", "CR", "PA"), "central america")


def realm_of(setting: Setting) -> str:
    """The realm of a setting's place; Russia beyond the Urals is `inner asia`."""
    if setting.country == "RU" and setting.lng % 360 >= 60:
        return "inner asia"
    return _OF_COUNTRY.get(setting.country) or _OF_REGION[setting.region]


def fitting(table: dict[str, T], where: str) -> T:
    """The entry for a zone and realm, as `BWk arabia`: longest letters first, realm before none.

    A `D` zone goes by how warm it is, its third letter, as `Db`: the second tells only of rain.

    Raises:
        KeyError: there is none.
    """
    zone, realm = where.split(" ", 1)
    zone = "D" + zone[2] if zone[0] == "D" else zone
    for size in (3, 2, 1):
        for key in (f"{zone[:size]} {realm}", zone[:size]):
            if key in table:
                return table[key]
    raise KeyError(where)
