from datetime import date

import pytest

from models.world.setting import setting_at

JUNE = date(2022, 6, 15)


def test_what_geography_says_of_london():
    london = setting_at(51.507, -0.128, JUNE, "key")
    assert (london.country, london.admin1, london.region) == ("GB", "England", "british")
    assert london.zone == "Cfb"
    # Climate normals 1991-2020 of Heathrow: 5.7 in January, 19.0 in July; about 600 mm a year.
    assert london.temperature_c[0] == pytest.approx(5.7, abs=2)
    assert london.temperature_c[6] == pytest.approx(19.0, abs=2)
    assert sum(london.precipitation_mm) == pytest.approx(615, rel=0.2)
    assert london.elevation_m < 80
    assert london.urbanity > 0.8
    assert (london.day, london.key) == (JUNE, "key")


def test_the_wild_is_not_urban():
    assert setting_at(23.5, 12.0, JUNE, "").urbanity == 0


def test_islands_that_the_climate_raster_does_not_know_take_a_zone_of_their_latitude():
    assert setting_at(-25.07, -130.1, JUNE, "").zone == "Af"  # Pitcairn
    assert setting_at(-37.07, -12.31, JUNE, "").zone == "Cfb"  # Tristan da Cunha


def test_a_setting_can_be_a_key():
    here = setting_at(10, 10, JUNE, "")
    assert {here: 1}[setting_at(10, 10, JUNE, "")] == 1
