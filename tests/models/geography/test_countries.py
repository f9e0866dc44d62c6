import pytest

from models.geography.countries import country_name, drives_left, region_of
from models.geography.places import places

LEFT = "GB JP AU ZA IN TH ID KE IE MT CY NZ PK SR GY MO TL"
RIGHT = "US CN FR SE MM PH NG GH RW ET GI AR VN KR"


@pytest.mark.parametrize("country", LEFT.split())
def test_left(country):
    assert drives_left(country)


@pytest.mark.parametrize("country", RIGHT.split())
def test_right(country):
    assert not drives_left(country)


def test_names():
    assert country_name("SN") == "Senegal"
    assert country_name("??") == "??"


def test_each_country_of_the_table_has_a_region():
    for country in set(places().countries.tolist()):
        assert region_of(country)


def test_regions():
    assert [region_of(c) for c in ("SE", "SN", "JP", "BR")] == [
        "nordic",
        "africa",
        "east asia",
        "latin america",
    ]
