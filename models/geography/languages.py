"""Languages and scripts of signs, by country and, where it has several, by first-level area.

Areas have GeoNames' English names, as `places()` has them.
"""

from __future__ import annotations

from functools import cache

from babel.core import get_global
from babel.languages import get_official_languages

_COUNTRIES = {
    # CLDR's first language is not the one of the signs, or it lists one of a part of the country.
    "AZ": "az",
    "BA": "bs hr sr",
    "BT": "dz en",
    "CD": "fr",
    "CF": "fr sg",
    "CY": "el en",
    "DZ": "ar fr",
    "GH": "en",
    "IL": "he ar en",
    "KZ": "kk ru",
    "LK": "si ta en",
    "MG": "mg fr",
    "MV": "dv en",
    "PG": "en",
    "PH": "en fil",
    "PY": "es gn",
    "RS": "sr sr_Latn",
    "RW": "rw en fr",
    "SD": "ar en",
    "SG": "en zh ms ta",
    "SN": "fr wo",
    "TD": "fr ar",
    "UA": "uk",
    "UG": "en sw",
    "UZ": "uz",
    "WS": "en sm",
    "XK": "sq sr",
    "ZW": "en sn nd",
    "KM": "fr ar",
    "SO": "so ar",
    "TZ": "sw en",
    "TL": "tet pt",
    "VU": "bi en fr",
}

_AREAS = {
    "AF": {
        "ps fa": "Kandahar/Helmand/Oruzgan/Zabul/Paktika/Paktia/Khowst/Nangarhar/Kunar/Laghman/"
        "Logar/Maidan Wardak Province/Nimroz/Farah",
    },
    "BA": {"sr": "Srpska"},
    "BE": {"nl": "Flanders", "fr": "Wallonia", "fr nl": "Brussels Capital"},
    "CA": {"fr": "Quebec", "en fr": "New Brunswick", "en iu fr": "Nunavut"},
    "CH": {
        "de": "Basel-Landschaft/Saint Gallen/Aargau/Zurich/Zug/Solothurn/Lucerne/Schwyz/Nidwalden/"
        "Schaffhausen/Thurgau/Appenzell Ausserrhoden/Uri/Glarus/Obwalden/Appenzell Innerrhoden/"
        "Basel-City",
        "de fr": "Bern",
        "de rm it": "Grisons",
        "fr": "Vaud/Geneva/Neuchâtel/Jura",
        "fr de": "Fribourg/Valais",
        "it": "Ticino",
    },
    "CN": {
        "zh": "Yunnan/Qinghai/Gansu/Sichuan/Jiangsu/Guizhou/Anhui/Hainan/Henan/Shanxi/Shaanxi/"
        "Shandong/Hunan/Chongqing/Hubei/Fujian/Hebei/Shanghai/Zhejiang/Tianjin/Liaoning/Ningxia/"
        "Guangdong/Jiangxi/Beijing/Heilongjiang/Jilin",
        "zh bo": "Tibet",
        "zh mn_Mong": "Inner Mongolia",
        "zh ug": "Xinjiang",
        "zh za": "Guangxi",
    },
    "CY": {"tr": "Keryneia"},
    "ES": {
        "ca es": "Catalonia/Balearic Islands",
        "es ca": "Valencia",
        "es eu": "Basque Country/Navarre",
        "gl es": "Galicia",
    },
    "ET": {"om am": "Oromiya", "so am": "Somali", "ti": "Tigray"},
    "GB": {"cy en": "Wales", "en gd": "Scotland"},
    "GE": {"ab ru": "Abkhazia"},
    "IN": {
        "as en": "Assam",
        "bn en": "West Bengal/Tripura",
        "en": "Nagaland/Arunachal Pradesh/Meghalaya/Mizoram",
        "en ne": "Sikkim",
        "gu en": "Gujarat/Dadra and Nagar Haveli and Daman and Diu",
        "hi en": "Uttar Pradesh/Himachal Pradesh/Haryana/Rajasthan/Bihar/Madhya Pradesh/"
        "Uttarakhand/Chhattisgarh/Jharkhand/Delhi/Andaman and Nicobar/Ladakh",
        "kn en": "Karnataka",
        "kok en": "Goa",
        "ml en": "Kerala/Laccadives",
        "mni en": "Manipur",
        "mr en": "Maharashtra",
        "or en": "Odisha",
        "pa en": "Punjab/Chandigarh",
        "ta en": "Tamil Nadu/Puducherry",
        "te en": "Andhra Pradesh/Telangana",
        "ur hi en": "Jammu and Kashmir",
    },
    "IQ": {"ckb ar": "Duhok/Erbil/Sulaymaniyah"},
    "IT": {"it de": "Trentino-Alto Adige", "it fr": "Aosta Valley"},
    "LK": {"ta si en": "Northern Province/Eastern Province"},
    "RU": {
        "ru ady": "Adygeya Republic",
        "ru ba": "Bashkortostan Republic",
        "ru ce": "Chechnya",
        "ru cv": "Chuvash Republic",
        "ru inh": "Ingushetiya Republic",
        "ru kbd": "Kabardino-Balkariya Republic",
        "ru krc": "Karachayevo-Cherkesiya Republic",
        "ru kv": "Komi",
        "ru os": "North Ossetia–Alania",  # noqa: RUF001  GeoNames' dash
        "ru sah": "Sakha",
        "ru tt": "Tatarstan Republic",
        "ru tyv": "Republic of Tyva",
        "ru udm": "Udmurtiya Republic",
    },
}
_LANGUAGES_OF_AREA = {
    (country, area): tuple(languages.split())
    for country, groups in _AREAS.items()
    for languages, areas in groups.items()
    for area in areas.split("/")
}


@cache
def languages_at(country: str, admin1: str = "") -> tuple[str, ...]:
    """CLDR codes of the languages that signs there are in, the first one on top.

    >>> languages_at("CA", "Quebec"), languages_at("IN", "Tamil Nadu")
    (('fr',), ('ta', 'en'))
    """
    if (country, admin1) in _LANGUAGES_OF_AREA:
        return _LANGUAGES_OF_AREA[country, admin1]
    if country in _COUNTRIES:
        return tuple(_COUNTRIES[country].split())
    found = get_official_languages(country, de_facto=True)
    return tuple(str(language) for language in found) or ("en",)


@cache
def scripts_at(country: str, admin1: str = "") -> tuple[str, ...]:
    """ISO 15924 codes of the scripts of `languages_at`, each once."""
    languages = languages_at(country, admin1)
    return tuple(dict.fromkeys(script_of_language(code, country) for code in languages))


@cache
def script_of_language(language: str, country: str) -> str:
    """The script that a code as `sr_Latn` names, else the likely one (CLDR), else Latin."""
    likely = get_global("likely_subtags")
    full = likely.get(f"{language}_{country}") or likely.get(language) or "en_Latn_US"
    parts = f"{language}_{full}".split("_")
    return next((part for part in parts if len(part) == 4), "Latn")
