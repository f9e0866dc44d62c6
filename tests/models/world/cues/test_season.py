from datetime import date

import numpy as np
import pytest

from models.geography import grids
from models.world.cues.season import potential_evapotranspiration_mm, season_at

EVEN = [80.0] * 12


def day(month, number=15):
    return date(2021, month, number)


def wave(mean, swing):
    """Monthly temperatures, warmest in July."""
    return [mean + swing * np.cos(2 * np.pi * (month - 6) / 12) for month in range(12)]


def test_thornthwaite_as_worked_by_hand():
    """20 degrees all year at the equator: heat index 12 * 4 ** 1.514 = 97.9, power 2.14."""
    demand = potential_evapotranspiration_mm([20.0] * 12, 0.0)
    assert demand == pytest.approx([16 * (200 / 97.9) ** 2.141] * 12, rel=0.01)
    assert potential_evapotranspiration_mm([-5.0] * 12, 60.0) == [0.0] * 12
    willmott = -415.85 + 32.24 * 30 - 0.43 * 900
    assert potential_evapotranspiration_mm([30.0] * 12, 0.0)[5] == pytest.approx(willmott, rel=0.01)


def test_the_day_s_temperature_lies_between_the_months():
    months = [0.0, 0, 0, 10, 20, 20, 20, 20, 10, 0, 0, 0]
    assert season_at(months, EVEN, 50, day(4)).temperature_c == pytest.approx(10, abs=1.2)
    assert season_at(months, EVEN, 50, day(5, 1)).temperature_c == pytest.approx(15, abs=1)
    assert season_at(months, EVEN, 50, day(12, 31)).temperature_c == pytest.approx(
        season_at(months, EVEN, 50, day(1, 1)).temperature_c, abs=0.1
    )


def test_snow_outlasts_the_frost_and_needs_water():
    cold = wave(0, 15)
    spring, autumn = (season_at(cold, EVEN, 60, day(m)) for m in (4, 10))
    assert spring.temperature_c == pytest.approx(autumn.temperature_c, abs=1)
    assert spring.snow > autumn.snow + 0.2
    assert season_at(cold, [0.0] * 12, 60, day(1)).snow == 0
    assert season_at(cold, EVEN, 60, day(7)).snow == 0


def test_leaves_turn_in_autumn_only_and_drop_in_winter():
    mild = wave(10, 9)
    autumn, winter, spring = (season_at(mild, EVEN, 50, day(m)) for m in (11, 1, 5))
    assert autumn.autumn > 0.7
    assert spring.autumn == spring.bare == 0
    assert winter.bare > 0.9
    steady = season_at([12.0] * 12, EVEN, 0, day(11))
    assert steady.autumn == steady.bare == 0


def test_the_year_s_height_is_the_warmest_day_or_the_wettest():
    assert season_at(wave(10, 9), EVEN, 50, day(7)).phase == pytest.approx(0, abs=0.03)
    rain = [0.0] * 12
    rain[8] = 300.0
    assert season_at([27.0] * 12, rain, 10, day(9)).phase == pytest.approx(0, abs=0.03)


PLACES = {
    "Oslo": (59.91, 10.75),
    "Sydney": (-33.87, 151.2),
    "Sahel": (14.0, 2.0),
    "Singapore": (1.35, 103.82),
    "Seville": (37.39, -5.99),
    "Yakutsk": (62.03, 129.73),
    "Mumbai": (19.08, 72.88),
}


def seen(name, month):
    lat, lng = PLACES[name]
    rain = grids.precipitation_mm((lat, lng))[0]
    return season_at(grids.temperature_c((lat, lng))[0], rain, lat, day(month))


@pytest.mark.slow
def test_oslo_is_white_and_bare_in_january_and_green_in_july():
    january, july = seen("Oslo", 1), seen("Oslo", 7)
    assert january.snow > 0.6
    assert january.bare == 1
    assert july.green > 0.7
    assert july.snow == july.bare == 0


@pytest.mark.slow
def test_the_south_is_warm_when_the_north_is_cold():
    assert seen("Sydney", 1).temperature_c > seen("Sydney", 7).temperature_c + 7
    assert seen("Oslo", 7).temperature_c > seen("Oslo", 1).temperature_c + 15
    assert abs(seen("Sydney", 1).phase) < 0.1
    assert abs(seen("Oslo", 1).phase) > 0.4


@pytest.mark.slow
def test_rain_makes_green():
    assert seen("Sahel", 8).green > 0.6
    assert seen("Sahel", 3).green < 0.1
    assert min(seen("Singapore", month).green for month in range(1, 13)) > 0.9
    assert seen("Seville", 3).green > 0.8
    assert seen("Seville", 8).green < 0.2
    assert seen("Mumbai", 7).wetness > 0.9
    assert seen("Mumbai", 4).wetness < 0.15


@pytest.mark.slow
def test_yakutsk_lies_under_snow_in_april():
    assert seen("Yakutsk", 4).snow > 0.7
    assert seen("Yakutsk", 7).snow == 0
