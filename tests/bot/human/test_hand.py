"""A hand that moves as people's do."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from bot.human.hand import MOST_PINS, PinMove, Played, Zoom, play
from models.geo import haversine_km

LIMA = (-12.05, -77.04)
SUVA = (-18.14, 178.44)


def pins(played: Played) -> list[PinMove]:
    return [move for move in played.moves if isinstance(move, PinMove)]


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
@pytest.mark.parametrize("place", [LIMA, SUVA, (89.9, 0.0)])
def test_every_play_is_possible(difficulty, place) -> None:
    for seed in range(60):
        played = play(Random(seed), difficulty, 60, place)
        times = [move.at_s for move in played.moves]
        assert times == sorted(times)
        assert times[0] > 0
        assert times[-1] <= played.guess_s <= 59
        last = pins(played)[-1]
        assert (last.lat, last.lng) == place
        assert 1 <= len(pins(played)) <= MOST_PINS
        assert all(-90 <= move.lat <= 90 and -180 <= move.lng <= 180 for move in played.moves)


def test_the_same_seed_plays_the_same() -> None:
    assert play(Random(5), "hard", 60, LIMA) == play(Random(5), "hard", 60, LIMA)
    assert play(Random(5), "hard", 60, LIMA) != play(Random(6), "hard", 60, LIMA)


def test_pins_come_nearer_and_zooms_go_in() -> None:
    for seed in range(50):
        played = play(Random(seed), "hard", 60, LIMA)
        off = [float(haversine_km((pin.lat, pin.lng), LIMA)) for pin in pins(played)]
        assert all(b < a for a, b in pairwise(off)), off
        levels = [move.level for move in played.moves if isinstance(move, Zoom)]
        assert levels == list(range(2, 2 + len(levels)))
        assert 4 <= levels[-1] <= 7


def test_harder_rounds_take_longer_and_more_pins() -> None:
    taken = {
        name: [play(Random(seed), name, 60, LIMA) for seed in range(200)]
        for name in ("easy", "medium", "hard")
    }
    times = [np.median([p.guess_s for p in plays]) for plays in taken.values()]
    counts = [np.mean([len(pins(p)) for p in plays]) for plays in taken.values()]
    assert times == sorted(times)
    assert counts == sorted(counts)
    assert 1.1 < counts[0] < counts[2] < 2.5
