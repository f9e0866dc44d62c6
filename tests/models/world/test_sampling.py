from collections import Counter

import numpy as np
import pytest

from models.geo import haversine_km
from models.geography.climate import climate_zones
from models.geography.places import countries_of, places
from models.world.sampling import draw_places, split_of


@pytest.fixture(scope="module")
def spots():
    return draw_places(3000, 1)


def test_many_countries_and_none_takes_over(spots):
    counts = Counter(countries_of([(s.lat, s.lng) for s in spots]).tolist())
    assert len(counts) > 150
    assert max(counts.values()) < 0.05 * len(spots)


def test_spots_are_on_land_or_its_shore_and_near_people(spots):
    points = np.array([(s.lat, s.lng) for s in spots])
    distances_km, _ = places().nearest(points)
    assert distances_km.max() < 25.1
    assert (climate_zones(points) == "Ocean").mean() < 0.05  # islands below the raster's pixel


def test_splits_are_by_place_and_roughly_ninety_five_five(spots):
    counts = Counter(s.split for s in spots)
    assert counts["train"] / len(spots) == pytest.approx(0.9, abs=0.03)
    assert counts["test"] > 60 < counts["validation"]
    by_place: dict[str, set[str]] = {}
    for spot in spots:
        by_place.setdefault(spot.sequence, set()).add(spot.split)
    assert len(by_place) < len(spots)
    assert all(len(splits) == 1 for splits in by_place.values())


def test_one_split_only_and_never_a_place_of_another(spots):
    test = draw_places(40, 2, "test")
    assert {s.split for s in test} == {"test"}
    assert not {s.sequence for s in test} & {s.sequence for s in spots if s.split != "test"}


def test_the_same_seed_draws_the_same_and_longer_only_adds(spots):
    assert draw_places(50, 1) == spots[:50]
    assert draw_places(50, 2) != spots[:50]


def test_a_sequence_names_no_place(spots):
    assert all(len(s.sequence) == 16 and int(s.sequence, 16) >= 0 for s in spots[:50])
    assert split_of("a") == split_of("a")


def test_spots_scatter_around_their_place(spots):
    groups: dict[str, list[tuple[float, float]]] = {}
    for spot in spots:
        groups.setdefault(spot.sequence, []).append((spot.lat, spot.lng))
    pairs = [group[:2] for group in groups.values() if len(group) > 1]
    apart = haversine_km([a for a, _ in pairs], [b for _, b in pairs])
    assert 1 < np.median(apart) < 30
    assert apart.max() <= 50.1
