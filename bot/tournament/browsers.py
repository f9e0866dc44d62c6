"""Plays a tournament's matches in the arena, in several browsers side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from playwright.async_api import Page

from bot.browser import opened_page
from bot.capture import captured
from bot.game import Game, GameError, Round, View
from bot.server_process import Server
from bot.sites.arena import ArenaGame
from bot.tournament.players import Due, Hear, Player, sitting
from bot.tournament.sittings import Sitting, Turn
from bot.wishes import Wish

TRIES = 2
"""At a sitting, where the site does not behave: that is no fault of the player."""

NOWHERE = (0.0, 0.0)
"""Where the pin of a player without a guess is put, so that the match goes on; it counts 0."""


@dataclass(frozen=True, slots=True)
class CapturedScene:
    """A `Scene` as the browser showed it."""

    seed: int
    number: int
    captured: tuple[View, ...]
    key: None = None
    """A browser does not tell which panorama it is."""

    def squares(self, side_px: int) -> list[Image.Image]:  # noqa: ARG002  the encoder fits them
        """See `Scene`; as large as they were captured."""
        return [Image.open(BytesIO(view.jpeg)).convert("RGB") for view in self.captured]

    def views(self) -> list[View]:
        """See `Scene`."""
        return list(self.captured)


async def play_in_browsers(
    server: Server,
    wish: Wish,
    players: Sequence[Player],
    due: Due,
    hear: Hear,
    browsers: int,
) -> None:
    """Play the sittings `due`, by player and seed, in so many browsers at once.

    `wish` is the match without its seed.

    Raises:
        GameError: the arena does not behave, twice at the same sitting.
    """
    named = {player.name: player for player in players}
    jobs = iter(sorted(due, key=lambda job: job[1]))

    async def work() -> None:
        async with opened_page() as page:
            for name, seed in jobs:  # shared: each takes the next one
                hear(await _sit(page, server, _seeded(wish, seed), named[name]))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(browsers, len(due))):
            group.create_task(work())


def _seeded(wish: Wish, seed: int) -> Wish:
    return Wish(wish.pack, wish.rounds, wish.split, seed)


async def _sit(page: Page, server: Server, wish: Wish, player: Player) -> Sitting:
    for _ in range(TRIES - 1):
        with suppress(GameError):
            return await _play(page, server, wish, player)
    return await _play(page, server, wish, player)


async def _play(page: Page, server: Server, wish: Wish, player: Player) -> Sitting:
    game = await ArenaGame.open(page, server.url, server.token, wish)
    assert wish.seed is not None
    turns = []
    while round_ := await game.next_round():
        turns.append(await _turn(game, round_, wish.seed, player))
    return sitting(player, wish.seed, turns)


async def _turn(game: Game, round_: Round, seed: int, player: Player) -> Turn:
    views = tuple([view async for view in captured(game, round_)])
    (answer,) = await player.answers([CapturedScene(seed, round_.number, views)])
    guess = answer.guess
    result = await game.place_guess(*((guess.lat, guess.lng) if guess else NOWHERE))
    if guess is None:
        return Turn(result.location, None, None, 0, answer.answer_ms, answer.failure)
    return Turn(result.location, result.guess, result.distance_km, result.score, answer.answer_ms)
