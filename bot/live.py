"""Tells a match's show what the bot sees and thinks, with the token of its seat.

The guess is not told: the arena has it, and the show shows it after the round. The last prediction
of a round goes to the arena, which keeps it for replays. With somebody to look at the views again,
what in them spoke for the guess is told, too. Nothing waits for any of this; what cannot be told is
logged and left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from bot.events import Event, PlaceLocated, ViewCaptured
from bot.telling import Telling
from server.protocol import Prediction

LIVE = "/api/live/"
"""Where shows are told; the arena, which keeps predictions, is another room."""

NO_SHOW = frozenset({404, 405})
"""What a server answers that has none."""

Look = Callable[[Sequence[bytes]], Sequence[bytes]]
"""Makes of a round's views, JPEGs, a heat map each, small JPEGs; may take seconds, in a thread.

Raises:
    ValueError, OSError: it cannot.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Put:
    """A request to be made; its body is JSON or a picture."""

    path: str
    json: Mapping[str, Any] | None = None
    jpeg: bytes | None = field(default=None, repr=False)


class Teller(Telling[_Put]):
    """Hears a match and tells its show."""

    what = "the end of the show was not told"
    patience_s = 3.0
    max_waiting = 64

    def __init__(
        self,
        server_url: str,
        match: str,
        seat_token: str,
        look: Look | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`look` makes heat maps, None: there are none; `transport` stands in for the network."""
        super().__init__(server_url, seat_token, transport)
        self._match = match
        self._look = look
        self._views: dict[int, bytes] = {}
        """Of the running round, by number."""
        self._looking: asyncio.Task[None] | None = None
        self._is_shown = True

    def __call__(self, event: Event) -> None:
        """Hear an event; views and predictions are told soon."""
        for put in _puts(self._match, event):
            self.soon(put)
        if self._look and isinstance(event, ViewCaptured):
            if event.number == 1:
                self._views = {}  # a round that failed left its own
            self._views[event.number] = event.view.jpeg
        elif self._look and isinstance(event, PlaceLocated) and event.located.final:
            views, self._views = self._views, {}
            if self._looking is None or self._looking.done():  # else it is too slow for this pace
                heating = self._heat(self._look, event.round, views)
                self._looking = asyncio.create_task(heating)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Tell the rest, for a short while."""
        if self._looking:
            await asyncio.wait([self._looking], timeout=self.patience_s)
        await super().__aexit__(kind, error, trace)

    async def _heat(self, look: Look, number: int, views: Mapping[int, bytes]) -> None:
        """Look at a round's views again, in a thread."""
        try:
            heats = await asyncio.to_thread(look, list(views.values()))
        except (ValueError, OSError) as error:
            log.warning("round %d is shown without heat: %s", number, error)
            return
        path = f"/api/live/matches/{self._match}/rounds/{number}/views"
        for view, jpeg in zip(views, heats, strict=True):
            self.soon(_Put(f"{path}/{view}/heat", jpeg=jpeg))

    async def tell(self, word: _Put) -> None:
        """Tell it once, unless it is for a show and there is none."""
        if not self._is_shown and word.path.startswith(LIVE):
            return
        headers = {"Content-Type": "image/jpeg"} if word.jpeg else {}
        try:
            answer = await self.client.put(
                word.path, json=word.json, content=word.jpeg, headers=headers
            )
        except httpx.HTTPError as error:
            log.warning("the show was not told: %s", type(error).__name__)
            return
        if answer.status_code in NO_SHOW and word.path.startswith(LIVE):
            self._is_shown = False
        elif answer.is_error:
            log.info("the show was not told: %d %s", answer.status_code, answer.text[:200])


def _puts(match: str, event: Event) -> list[_Put]:
    """What an event is worth telling."""
    if isinstance(event, ViewCaptured):
        path = f"/api/live/matches/{match}/rounds/{event.round}/views/{event.number}"
        return [_Put(f"{path}?heading={event.view.heading % 360:g}", jpeg=event.view.jpeg)]
    if not isinstance(event, PlaceLocated):
        return []
    said, rounds = event.located.prediction, f"matches/{match}/rounds/{event.round}"
    belief = _Put(f"/api/live/{rounds}/belief", json=_belief(said, event.located.views))
    if not event.located.final:
        return [belief]
    kept = said.model_dump(mode="json")
    return [belief, _Put(f"/api/arena/{rounds}/prediction", json=kept)]


def _belief(said: Prediction, views: int) -> dict[str, Any]:
    """The geocells, most probable first, and no guess."""
    return {"views": views, "cells": [cell.model_dump() for cell in said.geocells]}
