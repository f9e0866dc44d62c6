"""Tells the server each round that is over, so that it can be analysed later.

Nothing waits for it: rounds are told beside the play, and one that cannot be told is only logged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from bot.events import Event, MatchStarted, PlaceLocated, RoundPlayed
from bot.game import Match

PATH = "/api/statistics/rounds"
PAUSES_S = (0.5, 2.0)
"""Between attempts. The server records a round once, however often it is told."""

PATIENCE_S = 10.0
"""At the match's end, for what is not told yet."""

PLAYER = "Homing"

NO_STATISTICS = frozenset({404, 405})
"""What a server answers that takes no rounds."""

log = logging.getLogger(__name__)


class Teller:
    """Hears a match and tells its rounds; an async context manager, which tells the rest."""

    def __init__(
        self,
        server_url: str,
        token: str,
        *,
        clock: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`clock` is Unix time; `transport` stands in for the network."""
        self._client = httpx.AsyncClient(
            base_url=server_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
            trust_env=False,  # no proxy: the server is on this machine
            transport=transport,
        )
        self._clock = clock
        self._match: Match | None = None
        self._bundle: str | None = None
        self._told: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        """Words; None: it was the last one."""
        self._telling: asyncio.Task[None] | None = None

    def __call__(self, event: Event) -> None:
        """Hear an event; a round that is over is told soon."""
        if isinstance(event, MatchStarted):
            self._match = event.match
        elif isinstance(event, PlaceLocated):
            self._bundle = event.located.prediction.bundle
        elif isinstance(event, RoundPlayed) and self._match:
            self._told.put_nowait(_word(self._match, self._bundle, event, self._clock()))

    async def __aenter__(self) -> Self:
        """Begin to tell."""
        self._telling = asyncio.create_task(self._tell())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Tell the rest, for a while."""
        assert self._telling is not None
        self._told.put_nowait(None)
        _, late = await asyncio.wait([self._telling], timeout=PATIENCE_S)
        if late:
            self._telling.cancel()
            await asyncio.wait([self._telling])
            log.warning("the last rounds may not be recorded: no answer in %g s", PATIENCE_S)
        await self._client.aclose()

    async def _tell(self) -> None:
        while word := await self._told.get():
            if not await self._try_to_tell(word):
                break

    async def _try_to_tell(self, word: dict[str, Any]) -> bool:
        """Whether the server takes rounds at all."""
        reason = ""
        for pause_s in (*PAUSES_S, None):
            try:
                answer = await self._client.post(PATH, json=word)
            except httpx.HTTPError as error:
                reason = type(error).__name__
            else:
                if answer.is_success or answer.status_code in NO_STATISTICS:
                    return answer.is_success
                reason = f"{answer.status_code} {answer.text[:200]}"
                if answer.is_client_error:
                    break
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        log.warning("round %d was not recorded: %s", word["number"], reason)
        return True


def _word(match: Match, bundle: str | None, event: RoundPlayed, now: float) -> dict[str, Any]:
    """`FinishedRound` of `/api/openapi.json`."""
    result = event.result
    return {
        "id": quote(f"{match.site}:{match.id}:{result.round}", safe=":"),
        "site": match.site,
        "match": match.id,
        "number": result.round,
        "ended_at": now,
        "player": PLAYER,
        "bundle": bundle,
        "location": asdict(result.location),
        "guess": asdict(result.guess),
        "score": result.score,
        "times": asdict(event.times),
    }
