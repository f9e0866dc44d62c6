"""Forest guesses, where the answer is known, and the choice among neighbours by brute force."""

from __future__ import annotations

import numpy as np

from models.geo import expected_points, haversine_km
from models.hardness.forest import best_neighbour, forest_guesses
from tests.models.small_models import CITIES, PER_CITY, points


def test_a_city_is_found_again_by_what_tells_it_apart() -> None:
    rng = np.random.default_rng(5)
    city = np.repeat(np.arange(len(CITIES)), PER_CITY)
    told = np.stack([city % 2, city // 2, *rng.normal(size=(3, len(city)))], axis=1)
    asked = np.array([(c % 2, c // 2, 0.0, 0.0, 0.0) for c in range(len(CITIES))])
    guesses = forest_guesses(told, points(), asked)
    assert (haversine_km(guesses, CITIES) < 50).all()


def test_what_is_missing_is_a_trait_too() -> None:
    city = np.repeat([0, 1], 20)
    features = np.where(city == 0, np.nan, 1.0)[:, None]
    places = CITIES[city]
    guesses = forest_guesses(features, places, np.array([[np.nan], [1.0]]))
    assert haversine_km(guesses, CITIES[:2]).max() < 1


def test_the_best_neighbour_promises_most() -> None:
    rng = np.random.default_rng(6)
    places = np.stack([rng.uniform(-60, 60, 30), rng.uniform(-180, 180, 30)], axis=1)
    weights = rng.uniform(size=30) * (rng.uniform(size=30) < 0.5)
    promised = [
        float(expected_points(haversine_km(place, places), 2000) @ weights) for place in places
    ]
    promised = [
        promise if weight > 0 else 0 for promise, weight in zip(promised, weights, strict=True)
    ]
    assert np.array_equal(best_neighbour(places, weights, 2000), places[np.argmax(promised)])


def test_many_rows_at_once_are_the_same_as_few() -> None:
    rng = np.random.default_rng(7)
    told, asked = rng.normal(size=(60, 4)), rng.normal(size=(300, 4))
    together = forest_guesses(told, points(), asked)
    assert np.array_equal(together[280:], forest_guesses(told, points(), asked[280:]))
