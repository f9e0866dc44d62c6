"""A belief gathered into places far from each other."""

from __future__ import annotations

import numpy as np
import pytest

from models.decision import Belief
from models.far_places import MOST, far_places
from models.geolocator import Point

PARIS, LYON, SYDNEY = (48.86, 2.35), (45.76, 4.84), (-33.87, 151.21)
# Paris and Lyon are 392 km apart: one place.


def belief(*places: tuple[tuple[float, float], float]) -> Belief:
    points, odds = zip(*places, strict=True)
    return Belief(np.array(points), np.array(odds), np.zeros(len(odds)))


def test_near_ones_count_as_the_guess_and_the_rest_as_rivals() -> None:
    found = far_places(belief((PARIS, 0.3), (SYDNEY, 0.4), (LYON, 0.3)), Point(*LYON), 1.0)
    assert [(place.lat, place.lng) for place in found] == [LYON, SYDNEY]
    assert [place.probability for place in found] == pytest.approx([0.6, 0.4])


def test_whole_places_are_flattened() -> None:
    found = far_places(belief((PARIS, 0.8), (SYDNEY, 0.2)), Point(*PARIS), 2.0)
    assert found[1].probability == pytest.approx(1 / 3)  # sqrt(1/4) to 1


def test_no_more_than_can_be_weighed() -> None:
    spread = belief(*(((0.0, 10.0 * i), 0.1) for i in range(10)))
    found = far_places(spread, Point(0.0, 0.0), 1.0)
    assert len(found) == MOST
    assert sum(place.probability for place in found) == pytest.approx(1)
