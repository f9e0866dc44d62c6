from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from models.hardness.traits import feature_table, traits_of


@dataclass(frozen=True)
class Roof:
    kind: str
    colour: tuple[float, float, float] | None


@dataclass(frozen=True)
class House:
    roofs: tuple[Roof, ...]
    floors: int
    door: bool
    built: date
    street: str


HOUSE = House((Roof("flat", (0, 0.5, 1)), Roof("hip", None)), 2, True, date(1900, 1, 1), "Elm")


def test_all_that_is_inside_by_its_path() -> None:
    assert traits_of(HOUSE, "house", hidden={"street"}) == {
        "house.roofs.0.kind": "flat",
        "house.roofs.0.colour.0": 0.0,
        "house.roofs.0.colour.1": 0.5,
        "house.roofs.0.colour.2": 1.0,
        "house.roofs.1.kind": "hip",
        "house.roofs.1.colour": None,
        "house.floors": 2.0,
        "house.door": 1.0,
    }


def test_a_column_for_each_word_and_each_number() -> None:
    table = feature_table([{"a": "x", "b": 1.0}, {"a": "y"}, {"a": "x", "b": None, "c": None}])
    # a is x, a is y, b
    assert np.array_equal(table, [[1, 0, 1], [0, 1, np.nan], [1, 0, np.nan]], equal_nan=True)


def test_nothing_told_is_no_column() -> None:
    assert feature_table([{}, {}]).shape == (2, 0)
