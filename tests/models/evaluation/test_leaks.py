"""Leaks against brute force, and by drive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.evaluation.leaks import Members, find_leaks, members_of, sequences_of
from models.geo import haversine_km
from models.world.pack import Pack, Panorama
from tests.models.evaluation.small_questions import PARIS, SYDNEY, asked_at
from tests.models.small_models import land_prior, nearest_neighbour, pigeon, points, swc


def members_at(places) -> Members:
    return Members(tuple(f"m{row}" for row in range(len(places))), np.asarray(places, float))


def test_as_all_distances_say() -> None:
    rng = np.random.default_rng(1)
    asked = asked_at(rng.uniform((-60, -180), (70, 180), (80, 2)))
    known = rng.uniform((-60, -180), (70, 180), (200, 2))
    nearest_km = haversine_km(asked.points[:, None], known[None]).min(axis=1)
    leaking, found = find_leaks(asked, members_at(known), 400.0)
    assert leaking.tolist() == (nearest_km <= 400).tolist()
    assert 0 < found.left_out == leaking.sum() < 80
    assert found.median_km == pytest.approx(np.median(nearest_km))
    assert found.within_percent["25"] == pytest.approx(np.mean(nearest_km <= 25) * 100)


def test_a_drive_of_a_member_leaks_however_far() -> None:
    asked = asked_at([PARIS, SYDNEY, SYDNEY], ("a", "b", ""))
    leaking, found = find_leaks(asked, members_at([PARIS]), 1.0, frozenset({"b", ""}))
    assert leaking.tolist() == [True, True, False]
    assert (found.left_out, found.same_sequence) == (2, 1)


def test_radius_0_lets_all_pass() -> None:
    asked = asked_at([PARIS], ("a",))
    leaking, found = find_leaks(asked, members_at([PARIS]), 0.0, frozenset({"a"}))
    assert not leaking.any()
    assert found.within_percent["0.1"] == 100


def test_what_geolocators_hold() -> None:
    for model in (pigeon(), nearest_neighbour(), swc()):
        found = members_of(model)
        assert found is not None
        assert len(found.ids) == 60
        assert sorted(found.points.tolist()) == sorted(points().tolist())
    assert members_of(land_prior()) is None


def test_sequences_are_those_of_the_same_panoramas_only() -> None:
    def panorama(id_: str, lat: float, sequence: str) -> Panorama:
        return Panorama(id_, lat, 2.0, 0, "", "train", "", "", "x.jpg", sequence=sequence)

    mine = (panorama("m0", 10, "a"), panorama("m1", 20, "b"), panorama("m2", 30, ""))
    pack = Pack(Path(), "p", "", (*mine, panorama("other", 40, "c")))
    members = members_at([(10, 2), (20, 2), (30, 2)])
    assert sequences_of(members, pack) == {"a", "b"}
    # Ids are unique in their own pack only: elsewhere, it is another panorama.
    moved = replace(members, points=np.add(members.points, (0, 1)))
    assert sequences_of(moved, pack) == frozenset()
    assert sequences_of(members_at(np.zeros((0, 2))), pack) == frozenset()
