import pytest

from models.geography.countries import (
    country_name,
    drives_left,
    language_of,
    languages_of,
    region_of,
    script_of,
    scripts_of,
)
from models.geography.places import places

LEFT = "GB JP AU ZA IN TH ID KE IE MT CY NZ PK SR GY MO TL"
RIGHT = "US CN FR SE MM PH NG GH RW ET GI AR VN KR"
SCRIPTS = (
    "EG Arab, RU Cyrl, GR Grek, JP Jpan, KR Kore, CN Hans, TW Hant, IN Deva, TH Thai, GE Geor, "
    "FR Latn, BR Latn"
)


@pytest.mark.parametrize("country", LEFT.split())
def test_left(country):
    assert drives_left(country)


@pytest.mark.parametrize("country", RIGHT.split())
def test_right(country):
    assert not drives_left(country)


@pytest.mark.parametrize(("country", "script"), [pair.split() for pair in SCRIPTS.split(", ")])
def test_scripts(country, script):
    assert script_of(country) == script


def test_languages_and_names():
    assert (language_of("BR"), language_of("AT"), language_of("JP")) == ("pt", "de", "ja")
    assert country_name("SN") == "Senegal"
    assert country_name("??") == "??"


def test_each_country_of_the_table_has_a_region_a_language_and_a_script():
    for country in set(places().countries.tolist()):
        assert region_of(country)
        assert language_of(country)
        assert len(script_of(country)) == 4


def test_regions():
    assert [region_of(c) for c in ("SE", "SN", "JP", "BR")] == [
        "nordic",
        "africa",
        "east asia",
        "latin america",
    ]


def test_countries_of_several_languages_and_scripts():
    assert {"de", "fr", "it", "rm"} <= set(languages_of("CH"))
    assert scripts_of("CH") == ("Latn",)
    assert set(scripts_of("RS")) == {"Latn", "Cyrl"}
    assert set(scripts_of("BA")) == {"Latn", "Cyrl"}
    assert script_of("BA") == "Latn"
    assert scripts_of("HK") == ("Hant", "Latn")
    assert {"Hans", "Taml", "Latn"} <= set(scripts_of("SG"))
