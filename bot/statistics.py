"""Tells the server each round that is over, so that it can be analysed later.

Nothing waits for it: rounds are told beside the play, and one that cannot be told is only logged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import httpx

from bot.events import Event, MatchStarted, PlaceLocated, RoundPlayed
from bot.game import Match
from bot.telling import Telling

PATH = "/api/statistics/rounds"
PAUSES_S = (0.5, 2.0)
"""Between attempts. The server records a round once, however often it is told."""

NO_STATISTICS = frozenset({404, 405})
"""What a server answers that takes no rounds."""

log = logging.getLogger(__name__)


class Teller(Telling[dict[str, Any]]):
    """Hears a match and tells its rounds."""

    what = "the last rounds may not be recorded"
    patience_s = 10.0

    def __init__(
        self,
        server_url: str,
        token: str,
        *,
        clock: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`clock` is Unix time; `transport` stands in for the network."""
        super().__init__(server_url, token, transport)
        self._clock = clock
        self._match: Match | None = None
        self._bundle: str | None = None
        self._takes_rounds = True

    def __call__(self, event: Event) -> None:
        """Hear an event; a round that is over is told soon."""
        if isinstance(event, MatchStarted):
            self._match = event.match
        elif isinstance(event, PlaceLocated):
            self._bundle = event.located.prediction.bundle
        elif isinstance(event, RoundPlayed) and self._match:
            self.soon(_word(self._match, self._bundle, event, self._clock()))

    async def tell(self, word: dict[str, Any]) -> None:
        """Tell a round, three times where the server fails; never where it takes none."""
        reason = ""
        if not self._takes_rounds:
            return
        for pause_s in (*PAUSES_S, None):
            try:
                answer = await self.client.post(PATH, json=word)
            except httpx.HTTPError as error:
                reason = type(error).__name__
            else:
                if answer.is_success or answer.status_code in NO_STATISTICS:
                    self._takes_rounds = answer.is_success
                    return
                reason = f"{answer.status_code} {answer.text[:200]}"
                if answer.is_client_error:
                    break
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        log.warning("round %d was not recorded: %s", word["number"], reason)


def _word(match: Match, bundle: str | None, event: RoundPlayed, now: float) -> dict[str, Any]:
    """`FinishedRound` of `/api/openapi.json`."""
    result = event.result
    seat = "" if match.seat is None else f":{match.seat}"
    return {
        "id": quote(f"{match.site}:{match.id}:{result.round}{seat}", safe=":"),
        "site": match.site,
        "match": match.id,
        "number": result.round,
        "ended_at": now,
        "player": match.player,
        "bundle": bundle,
        "location": asdict(result.location),
        "guess": asdict(result.guess),
        "score": result.score,
        "times": asdict(event.times),
    }
