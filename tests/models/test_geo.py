"""Points on the sphere, against geopy, against hand-computed cases and the game's own numbers."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from models.geo import (
    EARTH_RADIUS_KM,
    destination,
    equal_earth,
    expected_points,
    from_mercator,
    haversine_km,
    mercator,
    score,
    spherical_mean,
    to_points,
    to_unit_vectors,
    wrap_lng,
)

ORACLE = Path(__file__).parents[3] / "shared/data/meta/osv5m_select.csv"
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(points, points)
def test_haversine_is_geopys_great_circle(a: tuple[float, float], b: tuple[float, float]) -> None:
    expected = great_circle(a, b, radius=EARTH_RADIUS_KM).km
    # Near antipodes half a metre of the arcsine's own rounding remains.
    assert haversine_km(a, b) == pytest.approx(expected, rel=1e-9, abs=1e-3)


def test_haversine_is_near_the_ellipsoid() -> None:
    paris, sydney = (48.8566, 2.3522), (-33.8688, 151.2093)
    assert haversine_km(paris, sydney) == pytest.approx(geodesic(paris, sydney).km, rel=0.006)


@pytest.mark.parametrize(
    ("a", "b", "quarters"),
    [
        ((0, 0), (0, 90), 1),
        ((90, 0), (-90, 77), 2),
        ((0, 179), (0, -179), 2 / 90),
        ((5, 5), (5, 5), 0),
    ],
)
def test_haversine_by_hand(a: tuple[float, float], b: tuple[float, float], quarters: float) -> None:
    assert haversine_km(a, b) == pytest.approx(quarters * math.pi / 2 * EARTH_RADIUS_KM)


def test_haversine_broadcasts() -> None:
    distances = haversine_km(np.zeros((3, 1, 2)), np.ones((1, 4, 2)))
    assert distances.shape == (3, 4)


@given(points)
def test_unit_vectors_and_back(point: tuple[float, float]) -> None:
    assert haversine_km(to_points(to_unit_vectors(point)), point) < 1e-6


def test_mean_crosses_the_antimeridian() -> None:
    np.testing.assert_allclose(spherical_mean([(0, 179), (0, -177)]), (0, -179), atol=1e-9)


def test_mean_of_places_round_the_pole_is_the_pole() -> None:
    ring = [(80, lng) for lng in (0, 90, 180, 270)]
    assert spherical_mean(ring)[0] == pytest.approx(90)


def test_mean_follows_weights() -> None:
    np.testing.assert_allclose(spherical_mean([(10, 10), (50, 50)], [0, 1]), (50, 50))


@pytest.mark.parametrize("cancelling", [[], [(0, 0), (0, 180)]])
def test_no_mean_is_an_error(cancelling: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="expected points with a mean direction"):
        spherical_mean(np.array(cancelling).reshape(-1, 2))


@given(points, st.floats(0, 360), st.floats(0, 15000))
def test_destination_lies_at_its_distance(
    start: tuple[float, float], bearing_deg: float, distance_km: float
) -> None:
    arrival = destination(start, bearing_deg, distance_km)
    assert haversine_km(start, arrival) == pytest.approx(distance_km, abs=1e-3)


def test_destination_by_hand() -> None:
    quarter_km = math.pi / 2 * EARTH_RADIUS_KM
    np.testing.assert_allclose(destination((0, 100), 90, quarter_km), (0, -170), atol=1e-9)
    np.testing.assert_allclose(destination((0, 0), 0, quarter_km)[0], 90)


def test_wrap_lng() -> None:
    np.testing.assert_allclose(wrap_lng([-190, 180, 539, 0]), [170, -180, 179, 0])


@pytest.mark.parametrize(
    ("distance_km", "points_expected"),
    [(0, 5000), (0.025, 5000), (0.149, 5000), (0.15, 4999), (1491.6862, 1839), (20015, 0)],
)
def test_score_on_the_world_map(distance_km: float, points_expected: int) -> None:
    # games.md section 0: 5000 needs d <= D * 1e-5 = 149 m; one tenth of the diagonal costs 1/e.
    assert score(distance_km) == points_expected


def test_small_maps_punish_harder_but_not_within_25_m() -> None:
    assert score(1, diagonal_km=10) == 1839
    assert score(0.025, diagonal_km=0.1) == 5000


@pytest.mark.skipif(not ORACLE.exists(), reason="shared/data is not beside this checkout")
def test_published_distances_and_scores() -> None:
    with ORACLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 50
    for row in rows:
        guess = float(row["pred_lat"]), float(row["pred_lon"])
        truth = float(row["true_lat"]), float(row["true_lon"])
        distance_km = float(haversine_km(guess, truth))
        assert distance_km == pytest.approx(float(row["distance"]), rel=1e-5)
        # Published with a decay of 1492.7 km, ours is a tenth of the diagonal, 1491.69 km.
        published = float(row["score"])
        assert expected_points(distance_km, 14927) == pytest.approx(published, abs=0.1)


def test_mercator_is_square_at_the_latitude_where_web_maps_end() -> None:
    # EPSG:3857 is cut at 85.05112878 degrees, where y is half the equator.
    assert mercator([(85.05112878, 190.0), (0.0, -5.0)]) == pytest.approx(
        np.array([(190.0, 180.0), (-5.0, 0.0)])
    )
    assert np.isfinite(mercator([(90.0, 0.0), (-90.0, 0.0)])).all()


@given(st.tuples(st.floats(-89, 89), st.floats(-180, 180)))
def test_mercator_and_back(point: tuple[float, float]) -> None:
    assert from_mercator(mercator(point)) == pytest.approx(np.array(point), abs=1e-9)


@pytest.mark.parametrize(
    ("point", "plane"),
    [
        ((0, 180), (2.7066299837, 0)),
        ((90, 0), (0, 1.3173627592)),
        ((-90, -180), (-1.6035886483, -1.3173627592)),
        ((40.7128, -74.006), (-0.9818614500, 0.7870642200)),
    ],
)
def test_equal_earth_is_projs(point: tuple[float, float], plane: tuple[float, float]) -> None:
    """What PROJ 9 gives for `+proj=eqearth +R=1`."""
    assert equal_earth(point) == pytest.approx(plane, abs=1e-9)


def test_equal_earth_as_in_projs_handbook() -> None:
    assert np.round(equal_earth((47, 122)), 2).tolist() == [1.55, 0.89]


@given(st.floats(-89, 88), st.floats(-179, 178))
def test_equal_earth_keeps_areas(lat: float, lng: float) -> None:
    """A small square's area on the map is that on the sphere, by differences."""
    step = 1e-3
    here, east, north = equal_earth([(lat, lng), (lat, lng + step), (lat + step, lng)])
    (a, b), (c, d) = east - here, north - here
    on_sphere = math.radians(step) ** 2 * math.cos(math.radians(lat + step / 2))
    assert a * d - b * c == pytest.approx(on_sphere, rel=2e-3)
