from collections import Counter
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial import cKDTree

from models.geo import EARTH_RADIUS_KM, haversine_km, to_unit_vectors
from models.geography.climate import climate_zones, is_land
from models.geography.places import countries_of, places
from models.world.sampling import draw_places
from models.world.sun import sun_position


@pytest.fixture(scope="module")
def spots():
    return draw_places(6000, 1)


@pytest.fixture(scope="module")
def drives(spots):
    """All drives but the last, which may be cut."""
    found = {}
    for spot in spots:
        found.setdefault(spot.sequence, []).append(spot)
    return list(found.values())[:-1]


def points_of(spots):
    return np.array([(s.lat, s.lng) for s in spots])


def test_many_countries_and_none_takes_over(spots):
    counts = Counter(countries_of(points_of(spots)).tolist())
    assert len(counts) > 150
    assert max(counts.values()) < 0.06 * len(spots)


def test_spots_are_on_land_or_its_shore_and_near_people(spots, drives):
    distances_km, _ = places().nearest(points_of(spots))
    assert distances_km.max() < 27.9  # 25, and a drive
    assert (climate_zones(points_of(spots)) == "Ocean").mean() < 0.05  # below the raster's pixel
    assert is_land(points_of([s for drive in drives for s in drive[1:]])).all()


@pytest.mark.slow
def test_splits_are_85_5_5_5(spots):
    draws = draw_places(20_000, 2)
    counts = Counter(s.split for s in draws)
    assert counts["train"] / len(draws) == pytest.approx(0.85, abs=0.02)
    for split in ("validation", "test", "holdout"):
        assert counts[split] / len(draws) == pytest.approx(0.05, abs=0.01)


@pytest.mark.slow
def test_the_holdout_is_25_km_from_all_else_whatever_the_seed():
    draws = [s for seed in range(4) for s in draw_places(8000, seed)]
    vectors = to_unit_vectors(points_of(draws))
    held = np.array([s.split == "holdout" for s in draws])
    chords, _ = cKDTree(vectors[~held]).query(vectors[held])
    apart_km = 2 * EARTH_RADIUS_KM * np.arcsin(chords / 2)
    assert apart_km.min() >= 25
    assert apart_km.min() < 60  # 20,000 others: were the bound slack, this would say so
    assert len({d.sequence for d in draws if d.split == "holdout"}) > 500


@pytest.mark.slow
def test_drives_that_begin_in_one_block_of_5_km_share_a_split_in_all_packs(drives):
    others = {spot.sequence: spot for spot in reversed(draw_places(6000, 2))}
    blocks = {}
    for first in [*(drive[0] for drive in drives), *others.values()]:
        lat, lng = np.radians((first.lat, first.lng))
        x, y, z = np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)
        block = tuple(np.floor(np.array((x, y, z)) * 6371.0088 / 5).astype(int).tolist())
        blocks.setdefault(block, []).append(first)
    assert sum(len(group) > 1 for group in blocks.values()) > 100
    kinds = [{s.split for s in group} - {"holdout"} for group in blocks.values()]
    assert max(map(len, kinds)) == 1


@pytest.mark.slow
def test_one_split_only_and_the_same_places_as_among_all(spots):
    for split in ("train", "validation", "test", "holdout"):
        only = draw_places(60, 1, split)
        assert only == [s for s in spots if s.split == split][:60]


def test_the_same_seed_draws_the_same_and_longer_only_adds(spots):
    assert draw_places(50, 1) == spots[:50]
    assert draw_places(50, 2) != spots[:50]


def test_nine_in_ten_drives_are_one_spot_and_none_is_longer_than_eight(drives):
    lengths = Counter(len(drive) for drive in drives)
    assert lengths[1] / len(drives) == pytest.approx(0.9, abs=0.03)
    assert sorted(lengths) == list(range(1, 9))
    assert lengths[2] > lengths[3] > lengths[5] > lengths[7]


def test_a_drive_goes_where_it_heads_and_winds_gently(drives):
    pairs = [(a, b) for drive in drives for a, b in pairwise(drive)]
    here, there = (np.radians(points_of(side)) for side in zip(*pairs, strict=True))
    metres = haversine_km(np.degrees(here), np.degrees(there)) * 1000
    assert metres.min() > 48
    assert metres.max() < 402  # places are rounded to a metre
    east = (there[:, 1] - here[:, 1]) * np.cos(here[:, 0])
    bearing = np.degrees(np.arctan2(east, there[:, 0] - here[:, 0]))
    off = np.abs((np.array([a.heading for a, _ in pairs]) - bearing + 180) % 360 - 180)
    assert np.percentile(off, 99) < 1.5
    turns = np.array([(b.heading - a.heading + 180) % 360 - 180 for a, b in pairs])
    assert 8 < turns.std() < 16
    headings = np.array([drive[0].heading for drive in drives])
    assert np.histogram(headings, 4, (0, 360))[0].min() > 0.22 * len(headings)


def test_a_drive_is_of_one_day_and_one_split_and_time_goes_on(drives):
    for drive in drives:
        assert len({(s.day, s.split) for s in drive}) == 1
        hours = [s.hour for s in drive]
        assert hours == sorted(set(hours))
        assert hours[-1] - hours[0] < 0.5


def test_pictures_are_taken_by_daylight(spots):
    heights = [sun_position(s.lat, s.day, s.hour)[0] for s in spots]
    assert min(heights) > 5
    assert all(7 <= s.hour < 18.5 and 0 <= s.heading < 360 for s in spots)
    assert all(date(2013, 1, 1) < s.day < date(2024, 1, 1) for s in spots)


def test_a_sequence_names_no_place(drives):
    assert all(len(d[0].sequence) == 16 and int(d[0].sequence, 16) >= 0 for d in drives)
    assert not {d[0].sequence for d in drives} & {s.sequence for s in draw_places(1000, 2)}
