"""Against places anyone can look up, and the layers against each other."""

from __future__ import annotations

import numpy as np
import pytest

from models.geography.admin import Located
from models.geography.climate import OCEAN, climate_zones
from models.geography.continents import continents_of
from models.geography.grids import precipitation_mm, temperature_c
from models.geography.koppen import koppen_zones
from models.geography.places import places
from models.geography.survey import Layers, survey

# lat, lng, country, continent, side, a language, a script, metres (published), mean C, mm a year
KNOWN = {
    "London": (51.507, -0.128, "GB", "Europe", "left", "en", "Latn", 11, 11, 610),
    "Moscow": (55.75, 37.62, "RU", "Europe", "right", "ru", "Cyrl", 150, 6, 690),
    "Cairo": (30.04, 31.24, "EG", "Africa", "right", "ar", "Arab", 23, 22, 20),
    "Singapore": (1.30, 103.85, "SG", "Asia", "left", "ms", "Latn", 15, 27.5, 2340),
    "La Paz": (-16.5, -68.15, "BO", "South America", "right", "es", "Latn", 3640, 8.5, 580),
    "Yakutsk": (62.03, 129.73, "RU", "Asia", "right", "ru", "Cyrl", 95, -8.8, 235),
    "Sydney": (-33.87, 151.2, "AU", "Oceania", "left", "en", "Latn", 20, 18, 1150),
    "Tokyo": (35.68, 139.76, "JP", "Asia", "left", "ja", "Jpan", 40, 15.8, 1530),
    "Denver": (39.74, -104.99, "US", "North America", "right", "en", "Latn", 1609, 10.2, 370),
    "Lhasa": (29.65, 91.12, "CN", "Asia", "right", "zh", "Hans", 3650, 8, 440),
}


@pytest.mark.parametrize("place", KNOWN)
def test_known_places(place: str) -> None:
    lat, lng, country, continent, side, language, script, metres, celsius, mm = KNOWN[place]
    found = survey((lat, lng))
    assert len(found) == 1
    assert found.admin.countries[0] == country
    assert found.continents[0] == continent
    assert found.driving_sides[0] == side
    assert language in found.languages[0]
    assert script in found.scripts[0]
    assert found.place_km[0] < 8
    assert found.population_density[0] > 800
    assert abs(found.elevation_m[0] - metres) < 500
    assert abs(found.temperature_c[0].mean() - celsius) < 4
    assert abs(found.precipitation_mm[0].sum() - mm) < 0.3 * mm + 20


def test_areas_have_names_and_codes() -> None:
    found = survey([(48.8584, 2.2945), (40.7128, -74.006), (34.05, -118.24)]).admin
    assert found.admin1.tolist() == ["Île-de-France", "New York", "California"]
    assert found.admin2[2] == "Los Angeles County"
    assert found.admin1_ids[2] == "US/California"
    assert found.admin2_ids[2] == "US/California/Los Angeles County"


def test_languages_and_scripts_are_the_area_s() -> None:
    # Montréal, Liège, Ghent, Chennai, Kochi.
    points = [(45.5, -73.57), (50.63, 5.57), (51.05, 3.72), (13.08, 80.27), (9.97, 76.28)]
    found = survey(points)
    assert [languages[0] for languages in found.languages] == ["fr", "fr", "nl", "ta", "ml"]
    assert [scripts[0] for scripts in found.scripts] == ["Latn", "Latn", "Latn", "Taml", "Mlym"]


def test_months_follow_the_hemisphere() -> None:
    months = survey([(55.75, 37.62), (-33.87, 151.2)]).temperature_c
    assert months.shape == (2, 12)
    assert months[0].argmax() == 6
    assert months[1].argmin() == 6


ISLANDS = {
    "Rarotonga": (-21.236, -159.778, "CK"),
    "Pitcairn": (-25.066, -130.101, "PN"),
    "Funafuti": (-8.52, 179.197, "TV"),
    "Taveuni, beyond the antimeridian": (-16.9, -179.95, "FJ"),
    "Réunion": (-21.1, 55.5, "RE"),
    "Longyearbyen": (78.22, 15.65, "SJ"),
    "Gibraltar": (36.14, -5.35, "GI"),
    "Wrangel Island": (71.2, -179.3, "RU"),
    "Tristan da Cunha": (-37.067, -12.31, "SH"),
    "Cayenne": (4.93, -52.33, "GF"),
}


@pytest.mark.parametrize("island", ISLANDS)
def test_islands_and_far_parts(island: str) -> None:
    lat, lng, country = ISLANDS[island]
    found = survey((lat, lng))
    assert found.admin.countries[0] == country
    assert found.admin.admin2[0]
    assert found.climate[0] != OCEAN


def test_disputed_land_has_the_country_geonames_gives() -> None:
    found = survey([(44.95, 34.1), (42.66, 21.17), (9.56, 44.06), (35.19, 33.36), (25.03, 121.5)])
    assert found.admin.countries.tolist() == ["UA", "XK", "SO", "CY", "TW"]


def test_poles_and_oceans() -> None:
    north, south, ocean = (90.0, 12.0), (-90.0, 0.0), (0.0, -150.0)
    found = survey([north, south, ocean])
    assert found.admin.countries.tolist() == ["", "AQ", ""]
    assert found.admin.admin2_ids.tolist() == ["", "AQ/Antarctica/Antarctica", ""]
    assert found.climate.tolist() == [OCEAN, "EF", OCEAN]
    assert found.continents.tolist() == ["", "Antarctica", ""]
    assert found.driving_sides[2] == ""
    assert found.languages[2] == ()
    assert 2700 < found.elevation_m[1] < 2900
    assert found.elevation_m[2] == 0
    assert found.place_km[2] > 500
    assert np.isfinite(found.temperature_c).all()


def test_off_the_coast_is_still_the_country() -> None:
    # 9 km off Brighton, 60 km off Newquay.
    assert survey([(50.74, -0.15), (50.4, -5.95)]).admin.countries.tolist() == ["GB", ""]


def test_any_longitude_is_understood() -> None:
    east, west = survey([(66, 185), (51.5, -360.1)]), survey([(66, -175), (51.5, -0.1)])
    assert east.admin.admin2_ids.tolist() == west.admin.admin2_ids.tolist()
    np.testing.assert_allclose(east.elevation_m, west.elevation_m)
    np.testing.assert_allclose(east.precipitation_mm, west.precipitation_mm)
    assert east.continents.tolist() == ["Asia", "Europe"]


def test_both_sides_of_the_antimeridian_agree() -> None:
    found = survey([(67.5, 179.9999), (67.5, -179.9999)])
    assert found.admin.admin1.tolist() == ["Chukotka", "Chukotka"]
    np.testing.assert_allclose(*found.temperature_c, atol=0.01)
    np.testing.assert_allclose(*found.elevation_m, atol=1)


@pytest.mark.parametrize("points", [[(91.0, 0.0)], [(0.0, np.nan)], [1.0, 2.0, 3.0]])
def test_what_is_no_point_is_refused(points: list[object]) -> None:
    with pytest.raises(ValueError, match="points: expected"):
        survey(points)


def test_none_at_all() -> None:
    assert len(survey(np.empty((0, 2)))) == 0


def test_a_layer_can_be_replaced() -> None:
    def flat(points: object) -> np.ndarray:
        return np.full(len(np.asarray(points)), 7.0)

    def nowhere(points: object) -> Located:
        empty = np.full(len(np.asarray(points)), "")
        return Located(empty, empty, empty, empty, empty)

    found = survey([(51.5, -0.1)], Layers(elevation_m=flat, admin=nowhere))
    assert found.elevation_m.tolist() == [7]
    assert found.driving_sides.tolist() == [""]


def test_countries_of_places_agree_with_the_borders() -> None:
    table = places()
    some = np.random.default_rng(0).choice(len(table), 5000, replace=False)
    found = survey(table.points[some]).admin
    assert (found.countries == table.countries[some]).mean() > 0.99
    assert (found.admin1 == np.array(table.admin1)[some]).mean() > 0.98


def test_every_country_has_one_continent() -> None:
    codes = np.unique(places().countries)
    assert "" not in continents_of(codes, np.zeros((len(codes), 2))).tolist()


@pytest.mark.parametrize(
    ("zone", "lat", "celsius", "mm"),
    [
        # Monthly normals 1991-2020 as national weather services publish them, rounded.
        ("Af", 1.3, [27, 27, 28, 28, 29, 28, 28, 28, 28, 28, 27, 27],
         [234, 113, 170, 154, 171, 131, 155, 148, 134, 166, 254, 333]),  # Singapore
        ("BWh", 30.0, [14, 15, 18, 22, 25, 28, 28, 28, 27, 24, 19, 15],
         [5, 4, 4, 1, 0, 0, 0, 0, 0, 1, 4, 6]),  # Cairo
        ("Cfb", 51.5, [6, 6, 8, 11, 14, 17, 19, 19, 16, 12, 9, 6],
         [59, 45, 39, 42, 46, 47, 46, 53, 50, 65, 67, 57]),  # London
        ("Csb", -33.9, [21, 21, 20, 17, 15, 13, 12, 13, 14, 16, 18, 20],
         [11, 12, 16, 41, 66, 93, 82, 70, 43, 29, 25, 13]),  # Cape Town
        ("Dfd", 62.0, [-39, -34, -20, -3, 8, 17, 20, 16, 6, -8, -28, -38],
         [9, 8, 7, 8, 18, 34, 42, 37, 31, 19, 16, 10]),  # Yakutsk
        ("ET", 78.2, [-11, -12, -12, -9, -2, 4, 7, 6, 2, -4, -7, -9],
         [14, 12, 14, 10, 8, 10, 20, 24, 23, 17, 17, 16]),  # Longyearbyen
    ],
)  # fmt: skip
def test_zones_of_published_normals(
    zone: str, lat: float, celsius: list[float], mm: list[float]
) -> None:
    assert koppen_zones([celsius], [mm], [lat]).tolist() == [zone]


def test_zones_from_the_months_agree_with_the_climate_raster() -> None:
    """Two independent sources; they part at borders of zones and in mountains."""
    z = np.random.default_rng(3).uniform(-1, 1, (20_000, 2))
    points = np.stack([np.degrees(np.arcsin(z[:, 0])), 180 * z[:, 1]], axis=1)
    zones = climate_zones(points)
    points, zones = points[zones != OCEAN], zones[zones != OCEAN]
    made = koppen_zones(temperature_c(points), precipitation_mm(points), points[:, 0])
    main = [zone[0] for zone in zones.tolist()]
    assert np.mean([zone[0] for zone in made.tolist()] == np.array(main)) > 0.9
