"""Plays a match with chat rooms: the arena's events and the viewers' messages meet in a ChatGame.

The stream runs behind the match, and the operator may hold it or wind it back. What happens in the
match is taken for happening when the stream has come there, so that viewers may guess as long as
they see the round, and the chat does not tell what their screen has not shown yet.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress

from server.arena.words import MatchWord, Outcome
from server.live.chat.follow import Event, MatchOver, Started, Watched, follow
from server.live.chat.game import ChatGame, said
from server.live.chat.room import ChatRoom, RoomClosed
from server.live.chat.words import ChatSummary

RESULTS_S = 8.0
"""From the end of guessing to the results: the overlay's scoring takes seven seconds."""

ASK_S = 0.25
"""How often it is asked how far the stream is behind, while something waits for it. Guesses must be
closed before the truth is shown, which the overlay's suspense leaves 0.5 s for."""

Open = Callable[[MatchWord], ChatGame]
"""Makes the game when the match is known."""
Tell = Callable[[ChatSummary], None]
Show = Callable[[ChatSummary], Awaitable[None]]
Behind = Callable[[], Awaitable[float]]
"""By how many seconds the stream is behind the match now; infinite: it stands."""

log = logging.getLogger(__name__)


async def play_along(
    watched: Watched,
    rooms: Sequence[ChatRoom],
    open_game: Open,
    tell: Tell,
    behind_s: Behind,
    results_s: float,
    show: Show | None = None,
) -> bool:
    """Until the match is over; False: until no room can be read any more.

    `tell` gets each round's summary once it may be shown; `show`, which keeps it back itself, when
    guesses are closed.

    Raises:
        ExceptionGroup: of `NoMatch`, which the arena refuses.
    """
    table = _Table(rooms, open_game, tell, behind_s, results_s, show)
    async with asyncio.TaskGroup() as tasks:
        playing = tasks.create_task(table.play(watched))
        listening = tasks.create_task(table.listen_to_all())
        await asyncio.wait({playing, listening}, return_when=asyncio.FIRST_COMPLETED)
        over = playing.done()
        playing.cancel()
        listening.cancel()
    return over


async def timed(
    states: AsyncIterator[tuple[MatchWord, list[Event]]],
) -> AsyncGenerator[tuple[float, MatchWord, list[Event]], None]:
    """States with the loop's time at which they came; read on while they wait."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[float, MatchWord, list[Event]] | None] = asyncio.Queue()

    async def read() -> None:
        try:
            async for word, events in states:
                queue.put_nowait((loop.time(), word, events))
        finally:
            queue.put_nowait(None)

    reading = asyncio.create_task(read())
    try:
        while (item := await queue.get()) is not None:
            yield item
        await reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)  # `states` can be closed then


class _Table:
    """One game and its rooms."""

    def __init__(
        self,
        rooms: Sequence[ChatRoom],
        open_game: Open,
        tell: Tell,
        behind_s: Behind,
        results_s: float,
        show: Show | None,
    ) -> None:
        self._rooms = rooms
        self._open_game = open_game
        self._tell = tell
        self._behind_s = behind_s
        self._results_s = results_s
        self._show = show
        self._game: ChatGame | None = None
        self._results: asyncio.Task[None] | None = None
        self._at_once = asyncio.Event()
        """The results do not wait any longer."""

    async def play(self, watched: Watched) -> None:
        """The match, to its end."""
        never = asyncio.Event()
        try:
            async with aclosing(follow(watched)) as states, aclosing(timed(states)) as told:
                async for at, word, events in told:
                    await self._until(at, never)
                    self._game = self._game or self._open_game(word)
                    for event in events:
                        await self._happen(self._game, event, at)
        finally:
            if self._results:  # it asks the show, whose line is closed after this
                self._results.cancel()
                await asyncio.gather(self._results, return_exceptions=True)

    async def _until(self, at: float, early: asyncio.Event) -> None:
        """Until the stream has come to `at`, by the loop's time, or `early` is set."""
        loop = asyncio.get_running_loop()
        while not early.is_set():
            left_s = at + await self._behind_s() - loop.time()
            if left_s <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(early.wait(), min(ASK_S, left_s))

    async def listen_to_all(self) -> None:
        """Until none of the rooms can be read any more."""
        await asyncio.gather(*(self._listen(room) for room in self._rooms))

    async def _listen(self, room: ChatRoom) -> None:
        """Hear one room to its end; the others go on."""
        try:
            async with aclosing(room.messages()) as messages:
                async for message in messages:
                    answer = self._game.hear(message) if self._game else None
                    if answer:
                        await room.say(answer)
        except RoomClosed as closed:
            log.error("%s", closed)

    async def _happen(self, game: ChatGame, event: Event, at: float) -> None:
        if isinstance(event, MatchOver):
            await self._results_are_told()
            await self._say("The match is over. Best of the day: !best")
            return
        self._at_once.set()  # whatever comes next, nobody looks at the last round any more
        await self._results_are_told()
        if isinstance(event, Started):
            await self._say(game.round_started(event.number))
            return
        game.guesses_closed()
        self._at_once.clear()
        self._results = asyncio.create_task(
            self._tell_results(game, event.outcome, at + self._results_s)
        )
        if self._show:
            await self._show(game.summary(event.outcome))

    async def _results_are_told(self) -> None:
        if self._results:
            await self._results

    async def _tell_results(self, game: ChatGame, outcome: Outcome, at: float) -> None:
        """When the stream has come to `at`, or at once when the next round begins before that."""
        await self._until(at, self._at_once)
        summary = await asyncio.to_thread(game.round_over, outcome)
        self._tell(summary)
        await self._say(said(summary))

    async def _say(self, text: str) -> None:
        for room in self._rooms:
            await room.say(text)
