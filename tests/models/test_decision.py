"""Decisions on hand-made beliefs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.decision import Assurance, Belief, Rule, credible_radius_km, decide
from models.geo import PERFECT_KM, destination, haversine_km


def belief(places: list[tuple[float, float]], shares: list[float], spread_km: float = 0) -> Belief:
    return Belief(np.array(places), np.array(shares), np.full(len(places), spread_km))


def two_modes(apart_km: float) -> tuple[Belief, np.ndarray]:
    """Half and half; candidates are the modes and the point between them."""
    a, middle = (0.0, 0.0), destination((0, 0), 90, apart_km / 2)
    b = destination((0, 0), 90, apart_km)
    return belief([a, tuple(b)], [0.5, 0.5]), np.array([a, tuple(b), tuple(middle)])


def test_near_modes_are_hedged_far_ones_are_not() -> None:
    """The score is convex away from a mode: 300 km apart a mode has 4,545 points, as the middle."""
    for apart_km in (3000, 10000):
        places, candidates = two_modes(apart_km)
        chosen = decide(Rule.MOST_SCORE, places, candidates)
        assert chosen.point == (0, 0)
        decay = math.exp(-10 * apart_km / 14916.862)
        assert chosen.expected_score == pytest.approx(2500 + 2500 * decay)


def test_three_modes_are_hedged() -> None:
    """An equal triangle of side 600 km: a corner promises 3,896 points, the middle 3,964."""
    corners = [tuple(destination((0, 0), bearing, 600 / math.sqrt(3))) for bearing in (0, 120, 240)]
    candidates = np.array([*corners, (0, 0)])
    chosen = decide(Rule.MOST_SCORE, belief(corners, [1 / 3] * 3), candidates)
    assert chosen.point == (0, 0)
    assert chosen.expected_score == pytest.approx(5000 * math.exp(-3464.1 / 14916.862), abs=2)
    assert chosen.reason == "Promises 68 points more than the favourite."


def test_each_rule_follows_its_own_sum() -> None:
    """Most of the belief is far away in three places; least distance goes to their middle."""
    places = [(0.0, 0.0), (0.0, 60.0), (0.0, 75.0), (0.0, 90.0)]
    candidates = np.array(places)
    held = belief(places, [0.4, 0.2, 0.2, 0.2])
    assert decide(Rule.ARGMAX, held, candidates).point == (0, 0)
    assert decide(Rule.MOST_SCORE, held, candidates).point == (0, 0)
    assert decide(Rule.LEAST_DISTANCE, held, candidates).point == (0, 60)
    means = [float(haversine_km(c, candidates) @ held.probabilities) for c in candidates]
    assert means[1] == min(means)


def test_radii_hold_the_mass_they_name() -> None:
    distances = np.array([100.0, 0.0, 2000.0, 500.0])
    shares = np.array([0.3, 0.3, 0.05, 0.35])
    assert credible_radius_km(distances, shares, 0.5) == 100
    assert credible_radius_km(distances, shares, 0.6) == 100
    assert credible_radius_km(distances, shares, 0.9) == 500
    assert credible_radius_km(distances, shares, 1.0) == 2000


def test_a_sure_geocell_is_still_as_wide_as_it_is() -> None:
    sure = decide(Rule.ARGMAX, belief([(0, 0)], [1.0], spread_km=200), np.array([(0.0, 0.0)]))
    assert sure.radius_50_km == sure.radius_90_km == pytest.approx(200)
    assert sure.expected_score == pytest.approx(5000 * math.exp(-2000 / 14916.862))


def test_the_negligible_is_left_out() -> None:
    places = belief([(0, 0), (0, 1), (0, 2)], [0.9995, 0.0004, 0.0001]).without_negligible()
    assert places.probabilities.tolist() == [1.0]


def test_the_most_probable_places_are_listed_first() -> None:
    places = belief([(1, 2), (3, 4), (5, 6)], [0.2, 0.7, 0.1], spread_km=30)
    assert places.listed() == ((3, 4, 0.7, 30), (1, 2, 0.2, 30), (5, 6, 0.1, 30))
    many = belief([(0, 0)] * 300, [1 / 300] * 300)
    assert len(many.listed()) == 200


def test_a_flat_belief_widens_the_radii_but_leaves_the_choice() -> None:
    places = [(0.0, 0.0), (0.0, 5.0), (0.0, 40.0)]
    held, candidates = belief(places, [0.92, 0.07, 0.01]), np.array(places)
    sure = decide(Rule.MOST_SCORE, held, candidates)
    careful = decide(Rule.MOST_SCORE, held, candidates, Assurance(flatness=2))
    assert careful.point == sure.point == (0, 0)
    # Square roots: 0.959, 0.265 and 0.1, together 1.324.
    assert held.flattened(2).probabilities == pytest.approx([0.7246, 0.1999, 0.0755], abs=1e-4)
    assert sure.radius_90_km == pytest.approx(PERFECT_KM)
    assert careful.radius_90_km == pytest.approx(haversine_km((0, 0), (0, 5)))
    assert careful.expected_score < sure.expected_score


def test_circles_are_scaled_but_no_larger_than_the_earth_nor_out_of_order() -> None:
    held = belief([(0, 0)], [1.0], spread_km=100)
    for scales, radii in (((0.5, 3), (50, 300)), ((4, 3), (400, 400)), ((1, math.inf), (100, 0))):
        found = decide(Rule.ARGMAX, held, np.array([(0.0, 0.0)]), Assurance(1, *scales))
        assert found.radius_50_km == pytest.approx(radii[0])
        assert found.radius_90_km == pytest.approx(radii[1] or math.pi * 6371.0088)


def test_a_circle_is_never_a_point() -> None:
    """A conformal scale is 0 where half of the held-out guesses had no error at all."""
    held, candidates = belief([(0, 0)], [1.0], spread_km=100), np.array([(0.0, 0.0)])
    found = decide(Rule.ARGMAX, held, candidates, Assurance(1, 0, 0))
    assert found.radius_50_km == found.radius_90_km == PERFECT_KM


def test_on_a_small_map_more_is_risked() -> None:
    """The triangle again: where 346 km are as bad as 600 km, a corner of its own is worth more."""
    corners = [tuple(destination((0, 0), bearing, 600 / math.sqrt(3))) for bearing in (0, 120, 240)]
    candidates = np.array([*corners, (0, 0)])
    places = belief(corners, [1 / 3] * 3)
    assert decide(Rule.MOST_SCORE, places, candidates).point == (0, 0)
    chosen = decide(Rule.MOST_SCORE, places, candidates, diagonal_km=1000)
    assert chosen.point == pytest.approx(corners[0])
    assert chosen.expected_score == pytest.approx(5000 / 3 * (1 + 2 * math.exp(-6)), abs=2)
