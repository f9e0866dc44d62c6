"""Two modes far apart: who is ahead plays safe, who is far behind gambles."""

from __future__ import annotations

import numpy as np
import pytest

from bot.game import Guess
from bot.tactics.choice import Choice, choose, stakes_of
from bot.tactics.duel import SHARED, Duel
from server.protocol import FarPlace
from tests.bot.doubles import located

# Three places on the equator: a favourite far east, and two rivals that are near each other.
# The favourite hits more often; the middle never misses by much.
GAMBLE, MIDDLE, THIRD = (0.0, 60.0), (0.0, 0.0), (0.0, -8.0)


def chosen(own: float, their: float, odds: tuple[float, ...], round_: int = 8) -> Choice:
    prediction = located("r", 4, 4, Guess(*GAMBLE)).prediction
    places = [
        FarPlace(lat=lat, lng=lng, probability=share)
        for (lat, lng), share in zip((GAMBLE, MIDDLE, THIRD), odds, strict=True)
    ]
    duel = Duel(SHARED, round_, own, their)
    return choose(prediction.model_copy(update={"places": places}), duel)


def test_the_scores_that_are_at_stake() -> None:
    places = np.array([[*GAMBLE, 0.375], [*MIDDLE, 0.625]])  # trusted: even odds
    stakes = stakes_of(places, radius_50_km=50.0)
    # 60 degrees of the equator are 6671.7 km: 5000 exp(-10 * 6671.9 / 14916.862) = 57 points;
    # 50 km score 4835. Whoever wavers with even odds and names one of them scores as we do.
    assert stakes.probabilities.sum() == pytest.approx(1)
    assert stakes.differences.max() == pytest.approx(4835 - 57, abs=1)
    assert stakes.differences[0] @ stakes.probabilities == pytest.approx(0, abs=1)


def test_without_rivals_the_guess_stands() -> None:
    prediction = located("r", 4, 4, Guess(*GAMBLE)).prediction
    choice = choose(prediction, Duel(SHARED, 3, 6000, 4000))
    assert (choice.lat, choice.lng, choice.place) == (*GAMBLE, 0)
    assert choice.win == choice.win_by_guess > 0.5


def test_the_leader_takes_the_safe_place_and_who_is_behind_gambles() -> None:
    odds = (0.3, 0.38, 0.32)
    assert chosen(5500, 600, odds, round_=6).place == 1
    assert chosen(600, 5500, odds, round_=6).place == 0
