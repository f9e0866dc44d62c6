import pytest

from models.geography.climate import OCEAN, climate_zones, is_land

# Köppen-Geiger zones as atlases give them
ZONES = {
    "London": ((51.507, -0.128), "Cfb"),
    "Cairo": ((30.044, 31.236), "BWh"),
    "Singapore": ((1.352, 103.82), "Af"),
    "Tokyo": ((35.68, 139.76), "Cfa"),
    "Reykjavik": ((64.147, -21.94), "Cfc"),
    "Moscow": ((55.75, 37.62), "Dfb"),
    "Oymyakon": ((63.46, 142.79), "Dfd"),
    "Vostok": ((-78.46, 106.84), "EF"),
}


@pytest.mark.parametrize("city", ZONES)
def test_known_zones(city):
    point, zone = ZONES[city]
    assert climate_zones(point).tolist() == [zone]


def test_the_open_sea_has_no_climate_zone():
    assert climate_zones([(0, -30), (-40, -179.999), (10, 180)]).tolist() == [OCEAN] * 3


def test_a_point_just_off_the_coast_takes_the_zone_of_the_land():
    harbour = (38.7, -9.6)  # the Atlantic, about 9 km off Cascais
    assert is_land(harbour).tolist() == [False]
    assert climate_zones(harbour).tolist() == ["Csa"]


def test_land_and_sea():
    points = [(48.85, 2.35), (45.0, -30.0), (-25.0, 134.0), (64.9, -18.5), (35.0, 18.0)]
    assert is_land(points).tolist() == [True, False, True, True, False]


def test_poles_and_the_antimeridian_are_inside_the_raster():
    assert climate_zones([(90, 0), (-90, 180), (66.5, -180), (66.5, 180)]).shape == (4,)
