"""Plays one round: panorama -> prediction -> guess."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.capture import captured
from bot.conversation import LocateFailed, LocateTimedOut
from bot.events import Hear, PlaceLocated, RoundPlayed, ViewCaptured
from bot.game import Game, GameError, Round, RoundResult, View
from bot.tactics.choice import Choice, choose
from bot.tactics.timing import thinking_s
from bot.timing import RoundTimes, Stopwatch
from server.protocol import ErrorCode, Located, PointWord

GLANCE_S = 0.5
"""Between two glances at the clock while an answer is awaited."""


class Locator(Protocol):
    """Who says where a panorama is: `bot.client.Client`."""

    async def locate_stream(
        self,
        views: AsyncIterable[View],
        of: int,
        hear: Callable[[Located], None],
        left_s: float | None = None,
    ) -> Located:
        """Take views as they come; tell of each answer, return the final one.

        After `left_s` nobody waits for it any more.
        """

    async def locate_embedding(
        self, embedding: Sequence[float], views: int, left_s: float | None = None
    ) -> Located:
        """Take the mean of `views` embeddings."""


class Embedder(Protocol):
    """An encoder on the bot's own side."""

    @property
    def name(self) -> str:
        """Must be the server's encoder."""

    def embed(self, jpeg: bytes) -> NDArray[np.float32]:
        """Embedding `(d,)` of one view. Slow: called in a thread."""


class Agent:
    """A player: sees views, asks a locator, places the guess it is told."""

    def __init__(self, locator: Locator, hear: Hear, embedder: Embedder | None = None) -> None:
        """With an `embedder` only embeddings leave the bot, else the views themselves."""
        self._locator = locator
        self._hear = hear
        self._embedder = embedder

    async def play_round(self, game: Game, round_: Round) -> RoundResult:
        """Capture, locate, place. Against a clock, the best answer so far is played in time.

        Raises:
            GameError: the site.
            ClientError: the locator.
        """
        watch = Stopwatch()
        turn = _Turn(game, round_, watch, self._hear)
        located = await self._located(turn)
        self._hear(PlaceLocated(round_.number, located, watch.total_ms))
        locate_ms = watch.lap_ms()
        guess = _named(located, round_)
        result = await game.place_guess(guess.lat, guess.lng)
        self._hear(RoundPlayed(result, RoundTimes(turn.capture_ms, locate_ms, watch.lap_ms())))
        return result

    async def _located(self, turn: _Turn) -> Located:
        try:
            async with asyncio.timeout(turn.limit_s) as limit:
                turn.limit = limit
                if self._embedder is None:
                    return await self._locator.locate_stream(
                        turn.views(), turn.of, turn.hear_located, turn.left_s
                    )
                return await self._embed_and_locate(turn, self._embedder)
        except (TimeoutError, LocateFailed) as error:
            if isinstance(error, LocateFailed) and error.code is not ErrorCode.TOO_LATE:
                raise
            if turn.latest is None:
                text = f"round {turn.round.number}: expected an answer in time, got: none"
                raise LocateTimedOut(text) from error
            return turn.latest
        finally:
            turn.end()

    async def _embed_and_locate(self, turn: _Turn, embedder: Embedder) -> Located:
        """Each view is embedded while the next is being captured."""
        loop = asyncio.get_running_loop()
        embeddings = [
            loop.run_in_executor(None, embedder.embed, view.jpeg) async for view in turn.views()
        ]
        mean = np.mean(await asyncio.gather(*embeddings), axis=0)
        numbers = [float(x) for x in mean]
        return await self._locator.locate_embedding(numbers, turn.of, turn.left_s)


def _named(located: Located, round_: Round) -> PointWord | Choice:
    """The guess; in a duel, what most probably wins it."""
    if round_.duel is None:
        return located.prediction.guess
    return choose(located.prediction, round_.duel)


class _Turn:
    """What happens in one round until it is located."""

    def __init__(self, game: Game, round_: Round, watch: Stopwatch, hear: Hear) -> None:
        self.round = round_
        self.of = len(round_.headings)
        self.limit_s = thinking_s(round_.time_left_s)
        """Of capturing and locating, from the turn's start."""
        self.limit: asyncio.Timeout | None = None
        self.capture_ms = 0.0
        self.latest: Located | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._game = game
        self._watch = watch
        self._hear = hear

    @property
    def left_s(self) -> float | None:
        """Of `limit_s`."""
        return None if self.limit_s is None else self.limit_s - self._watch.total_ms / 1000

    async def views(self) -> AsyncIterator[View]:
        number = 0
        async for view in captured(self._game, self.round):
            number += 1
            self._hear(ViewCaptured(self.round.number, number, view, self._watch.total_ms))
            await self._heed_clock()
            yield view
        self.capture_ms = self._watch.lap_ms()
        self._waiting = asyncio.create_task(self._keep_heeding())

    def end(self) -> None:
        """It is located, or will not be."""
        if self._waiting:
            self._waiting.cancel()

    async def _keep_heeding(self) -> None:
        """All is captured, an answer is awaited."""
        with suppress(GameError):  # placing the guess will meet it, too
            while True:
                await asyncio.sleep(GLANCE_S)
                await self._heed_clock()

    async def _heed_clock(self) -> None:
        """Hurry where another seat's guess has shortened the clock."""
        left_s = thinking_s(await self._game.time_left_s())
        if left_s is None or self.limit is None:
            return
        by_s = asyncio.get_running_loop().time() + left_s
        if by_s < (self.limit.when() or math.inf):
            self.limit.reschedule(by_s)

    def hear_located(self, located: Located) -> None:
        self.latest = located
        if not located.final:
            self._hear(PlaceLocated(self.round.number, located, self._watch.total_ms))
