"""The law of `bot.game.Game`, run on every site: subclass it and give it a fixture `game`."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from geopy.distance import great_circle
from numpy.typing import NDArray
from PIL import Image

from bot.game import Game, GameError, Guess

TARGETS = (Guess(48.85837, 2.29448), Guess(-41.28664, 174.77557), Guess(69.64921, -179.93))
"""A city, the far south, and a hair east of the antimeridian."""

PLACED_KM = 0.2
"""A pin lands on a whole pixel of a map that has been zoomed in."""


def pixels(jpeg: bytes) -> NDArray[np.float64]:
    with Image.open(BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return np.asarray(image.convert("RGB"), dtype=np.float64)


def apart_km(a: Guess, b: Guess) -> float:
    return float(great_circle((a.lat, a.lng), (b.lat, b.lng)).km)


class GameContract:
    """`game` is a fresh match of three rounds that can be panned and has no clock."""

    async def test_a_match_from_beginning_to_end(self, game: Game) -> None:
        assert game.match.rounds == len(TARGETS)
        for number, target in enumerate(TARGETS, start=1):
            round_ = await game.next_round()
            assert round_ is not None
            assert (round_.number, round_.time_left_s) == (number, None)
            assert round_.headings == (0.0, 90.0, 180.0, 270.0)
            result = await game.place_guess(target.lat, target.lng)
            assert result.round == number
            assert apart_km(result.guess, target) < PLACED_KM
            # The one Earth radius of this project and geopy's are 0.0002 km apart.
            assert result.distance_km == pytest.approx(
                apart_km(result.guess, result.location), rel=1e-4
            )
            assert 0 <= result.score <= 5000
        assert await game.next_round() is None
        assert await game.next_round() is None

    async def test_views_are_square_pictures_of_different_directions(self, game: Game) -> None:
        round_ = await game.next_round()
        assert round_ is not None
        views = [pixels(await game.view(heading)) for heading in round_.headings]
        assert len({view.shape for view in views}) == 1
        assert views[0].shape[0] == views[0].shape[1]
        for a, b in pairwise(views):
            assert np.abs(a - b).mean() > 1
        again = pixels(await game.view(round_.headings[0]))
        assert np.abs(again - views[0]).mean() < 1

    async def test_the_order_is_law(self, game: Game) -> None:
        with pytest.raises(GameError):
            await game.view(0.0)
        with pytest.raises(GameError):
            await game.place_guess(0.0, 0.0)
        assert await game.next_round() is not None
        with pytest.raises(GameError, match="expected a guess for round 1"):
            await game.next_round()
        await game.place_guess(10.0, 10.0)
        with pytest.raises(GameError):
            await game.view(0.0)
        with pytest.raises(GameError):
            await game.place_guess(10.0, 10.0)
