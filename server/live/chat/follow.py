"""Follows a match by the arena's WebSocket for those who watch, and tells what happened in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from server.arena.words import ARENA_SUBPROTOCOL, MatchWord, Outcome
from server.live.chat.room import pauses_s

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
MAX_FRAME_BYTES = 4 * 2**20

log = logging.getLogger(__name__)


class NoMatch(Exception):  # noqa: N818  read as a sentence
    """The arena does not let us watch this match; the message says why."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A match, and the token that shows it."""

    url: str
    """`ws://host:port/api/arena/matches/MATCH/watch`."""
    match: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Started:
    """A round runs."""

    number: int


@dataclass(frozen=True, slots=True)
class Over:
    """A round is over."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MatchOver:
    """There will be no more."""


Event = Started | Over | MatchOver


def read_link(link: str, token: str = "") -> Watched:
    """A match's link, `http://host:port/play/MATCH#seat=TOKEN`; `token` goes before the link's.

    Raises:
        ValueError: it is none, or has no token; the text does not repeat the token.
    """
    url = urlsplit(link)
    match = url.path.rstrip("/").rpartition("/")[2]
    fields = parse_qs(url.fragment)
    shown = token or fields.get("seat", [""])[0]
    if url.scheme not in {"http", "https"} or not match or not shown:
        place = f"{url.scheme}://{url.netloc}{url.path}" if url.scheme else "no address"
        raise ValueError(
            f"match: expected a link like http://.../play/MATCH#seat=TOKEN, or HOMING_WATCH_TOKEN "
            f"beside it, got: {place}"
        )
    scheme = "wss" if url.scheme == "https" else "ws"
    return Watched(f"{scheme}://{url.netloc}/api/arena/matches/{match}/watch", match, shown)


@dataclass(slots=True)
class Story:
    """What of a match has been told already. Pure."""

    started: int = 0
    over: int | None = None
    """Rounds; None: nothing was seen yet, and what was over before is not told."""
    ended: bool = False

    def go_on(self, word: MatchWord) -> list[Event]:
        """What is new in a match's newest state, in order."""
        events: list[Event] = []
        known = len(word.outcomes) if self.over is None else self.over
        events += [Over(outcome) for outcome in word.outcomes[known:]]
        self.over = max(known, len(word.outcomes))
        if word.round and word.round.number > self.started:
            self.started = word.round.number
            events.append(Started(self.started))
        if word.phase == "over" and not self.ended:
            self.ended = True
            events.append(MatchOver())
        return events


async def follow(
    watched: Watched, first_pause_s: float = FIRST_PAUSE_S
) -> AsyncGenerator[tuple[MatchWord, list[Event]], None]:
    """States of the match with what is new in each, until it is over.

    Raises:
        NoMatch: the arena refuses.
    """
    story = Story()
    pauses = pauses_s(first_pause_s, LONGEST_PAUSE_S)
    headers = {"Authorization": f"Bearer {watched.token}"}
    while not story.ended:
        try:
            async with connect(
                watched.url,
                additional_headers=headers,
                subprotocols=[Subprotocol(ARENA_SUBPROTOCOL)],
                proxy=None,
                max_size=MAX_FRAME_BYTES,
            ) as connection:
                pauses = pauses_s(first_pause_s, LONGEST_PAUSE_S)
                async for frame in connection:
                    word = MatchWord.model_validate_json(frame)
                    yield word, story.go_on(word)
                    if story.ended:
                        return
        except InvalidStatus as error:
            if error.response.status_code < 500:
                status = error.response.status_code
                raise NoMatch(
                    f"match {watched.match}: expected to watch it, got: {status}"
                ) from error
            log.info("arena: connecting again after %s", error.response.status_code)
        except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake) as error:
            log.info("arena: connecting again after %s", type(error).__name__)
        await asyncio.sleep(next(pauses))
