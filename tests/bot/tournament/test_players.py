"""Players who never look, and how players are named."""

from __future__ import annotations

import numpy as np
import pytest

from bot.game import Guess
from bot.tournament.players import (
    CONSTANT,
    Answer,
    Constant,
    Random,
    anywhere,
    blind,
    check_names,
    named,
    turn,
)
from models.geo import to_unit_vectors
from tests.bot.tournament.doubles import FakeScene


def test_anywhere_is_uniform_on_the_sphere() -> None:
    """Unit vectors of a uniform draw have mean 0 and a third of variance along each axis."""
    places = [anywhere(str(n)) for n in range(4000)]
    vectors = to_unit_vectors([(p.lat, p.lng) for p in places])
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=0.04)
    np.testing.assert_allclose(vectors.var(axis=0), 1 / 3, atol=0.02)


async def test_random_says_the_same_of_the_same_round() -> None:
    player = Random("random")
    scenes = [FakeScene(1, 1), FakeScene(1, 2), FakeScene(2, 1), FakeScene(1, 1)]
    guesses = [answer.guess for answer in await player.answers(scenes)]
    assert len(set(guesses)) == 3
    assert guesses[0] == guesses[3]


async def test_a_constant_is_where_it_is_said() -> None:
    player = blind("home", "constant:48.85,2.35")
    assert player is not None
    (answer,) = await player.answers([FakeScene(1, 1)])
    assert (player.name, answer.guess) == ("home", Guess(48.85, 2.35))


@pytest.mark.parametrize("place", ["north", "91,0", "0,181", "nan,0", "1"])
def test_a_constant_needs_a_place(place: str) -> None:
    with pytest.raises(ValueError, match="expected constant:LAT,LNG in degrees, got: '"):
        blind(None, f"constant:{place}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("random", (None, "random")),
        ("a=random", ("a", "random")),
        ("me=ws://host:1/?a=b", ("me", "ws://host:1/?a=b")),
        ("ws://host:1/?a=b", (None, "ws://host:1/?a=b")),
        ("python engine.py --fast=1", (None, "python engine.py --fast=1")),
    ],
)
def test_names_stand_before_specs(text: str, expected: tuple[str | None, str]) -> None:
    assert named(text) == expected


def test_names_are_players_own() -> None:
    one = Constant("one", CONSTANT, "constant")
    with pytest.raises(ValueError, match="expected 2 or more, got: one"):
        check_names([one])
    with pytest.raises(ValueError, match="names of their own, got: one twice"):
        check_names([one, Random("two"), one])


def test_a_turn_is_scored_as_the_game_scores() -> None:
    # A degree of latitude is 111.195 km; 5000 exp(-10 * 111.195 / 14916.862) = 4640.8.
    played = turn(Guess(10.0, 20.0), Answer(Guess(11.0, 20.0), 3.0), 14916.862)
    assert (played.distance_km, played.score) == (pytest.approx(111.195, abs=0.001), 4641)
    lost = turn(Guess(10.0, 20.0), Answer(None, 3.0, "late"), 14916.862)
    assert (lost.score, lost.distance_km, lost.failure) == (0, None, "late")
