from dataclasses import replace
from datetime import date

import pytest

from models.world.cues import crops, flora
from models.world.cues.vegetation import vegetation_of
from models.world.realm import fitting, realm_of
from models.world.renderer.crops import CROPS
from models.world.renderer.species import SPECIES
from models.world.setting import Setting
from models.world.style import Style

ZONES = ["Af", "Am", "Aw", "As", "BWh", "BWk", "BSh", "BSk", "Csa", "Csb", "Cfa", "Cfb", "Cfc"]
ZONES += ["Cwa", "Cwb", "Cwc", "Dfa", "Dfb", "Dfc", "Dfd", "Dwa", "Dwd", "Dsa", "Dsc", "ET", "EF"]
REALMS = [
    "british",
    "europe",
    "arabia",
    "africa",
    "inner asia",
    "india",
    "malaya",
    "china",
    "japan",
]
REALMS += ["north america", "central america", "south america", "pacific", "australia"]
REALMS += ["new zealand"]


def setting(country, region, zone, lat=45.0, lng=10.0, warmth=15.0, rain=80.0):
    return Setting(
        lat=lat, lng=lng, day=date(2021, 6, 1), hour=None, key="k", country=country,
        admin1="", town="", town_km=1, region=region, zone=zone, temperature_c=(warmth,) * 12,
        precipitation_mm=(rain,) * 12, elevation_m=100, urbanity=0.1, style=Style(lat, lng),
    )  # fmt: skip


def test_the_longest_letters_win_and_the_realm_before_none():
    table = {"C": 1, "Cs": 2, "C china": 3, "Db": 4}
    assert fitting(table, "Csa china") == 2
    assert fitting(table, "Cfa china") == 3
    assert fitting(table, "Cfa india") == 1
    assert fitting(table, "Dwb india") == 4
    with pytest.raises(KeyError, match="Af"):
        fitting(table, "Af india")


def test_realms():
    assert realm_of(setting("AU", "oceania", "Cfa")) == "australia"
    assert realm_of(setting("MX", "latin america", "Aw")) == "central america"
    assert realm_of(setting("RU", "eastern", "Dfc", lng=40)) == "europe"
    assert realm_of(setting("RU", "eastern", "Dfc", lng=-175)) == "inner asia"


def test_each_name_can_be_drawn_and_each_zone_has_its_own():
    for zone in ZONES:
        for realm in REALMS:
            assert set(flora.trees_in(zone, realm, 0)) <= set(SPECIES)
            assert set(flora.bushes_in(zone, realm)) <= set(SPECIES)
            assert set(crops.crops_of(zone, realm)) <= set(CROPS)
    for crop in CROPS.values():
        assert crop.plant in SPECIES or not crop.plant


def test_plants_that_tell_a_continent():
    everywhere = {
        (zone, realm): set(flora.trees_in(zone, realm, -38))
        for zone in ("BWh", "BSh", "Aw", "Csb", "Cfb")
        for realm in ("europe", "africa", "north america", "south america", "malaya", "india")
    }
    assert {realm for (_, realm), trees in everywhere.items() if "baobab" in trees} == {"africa"}
    assert {realm for (_, realm), trees in everywhere.items() if "saguaro" in trees} == {
        "north america"
    }
    assert {realm for (_, realm), trees in everywhere.items() if "monkey puzzle" in trees} == {
        "south america"
    }
    assert flora.trees_in("Cfb", "australia", -37)[0] == "eucalyptus"
    assert "paddy" in crops.crops_of("Cfa", "japan")
    assert "paddy" not in crops.crops_of("Csa", "europe")


def test_no_tree_beyond_the_tree_line_and_no_field_in_the_desert():
    tundra = vegetation_of(setting("NO", "nordic", "ET", lat=71, warmth=5))
    assert tundra.trees_per_ha == tundra.farmed == 0
    desert = vegetation_of(setting("SA", "middle east", "BWh", lat=25, warmth=27, rain=5))
    assert desert.farmed == 0
    assert desert.trees_per_ha < 6
    assert desert.cover < 0.1
    forest = vegetation_of(setting("MY", "southeast asia", "Af", lat=3, warmth=27, rain=250))
    assert forest.trees_per_ha > 4 * desert.trees_per_ha
    assert forest.cover == 1


def test_chances_add_up_and_people_till_the_land():
    here = setting("DE", "western", "Cfb")
    for chances in (vegetation_of(here).trees, vegetation_of(here).crops):
        assert sum(chance for _, chance in chances) == pytest.approx(1)
    assert vegetation_of(replace(here, urbanity=0.4)).farmed > vegetation_of(here).farmed
