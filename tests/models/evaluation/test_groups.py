"""Groups of places that anybody knows."""

from __future__ import annotations

import numpy as np

from models.evaluation.groups import COUNTRIES, groups_of
from models.geography.admin import by_places
from models.geography.places import places
from tests.models.evaluation.small_questions import ATLANTIC, LYON, PARIS, SYDNEY

OUTBACK = (-25.0, 130.0)


def groups(points):
    points = np.array(points)
    found = groups_of(points, by_places(points))
    return {
        what: {name: np.flatnonzero(mask).tolist() for name, mask in masks.items()}
        for what, masks in found.items()
    }


def test_continents_countries_and_settings() -> None:
    found = groups([SYDNEY, PARIS, LYON, ATLANTIC, OUTBACK, PARIS])
    assert list(found["continent"].items()) == [("Europe", [1, 2, 5]), ("Oceania", [0, 4])]
    assert list(found["country"].items()) == [("France", [1, 2, 5]), ("Australia", [0, 4])]
    assert found["setting"] == {"urban": [0, 1, 2, 5], "rural": [3, 4]}


def test_a_group_without_panoramas_is_not_there() -> None:
    assert groups([PARIS])["setting"] == {"urban": [0]}


def test_only_the_most_frequent_countries() -> None:
    table = places()
    _, first = np.unique(table.countries, return_index=True)
    points = table.points[first][: 2 * COUNTRIES]
    found = groups([*points, *[PARIS] * 3])
    assert len(found["country"]) == COUNTRIES
    assert next(iter(found["country"])) == "France"
