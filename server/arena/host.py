"""Opens matches, knows seats by their tokens, and lets the rules decide on each command."""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from functools import reduce
from hashlib import sha256

from models.world.pack import PackError, Panorama
from server.arena.events import Event, MatchCreated, Planned
from server.arena.picture import clean_jpeg
from server.arena.rules import Command, OutOfOrder, State, apply, decide, fold, settle
from server.arena.shelf import Shelf, UnknownPack, draw
from server.arena.store import Conflict, Store
from server.arena.view import match_word
from server.arena.words import MatchWord, NewMatch, PackWord, Seated

ATTEMPTS = 20
"""At one command, while others append to the same match. Each failure means someone got on."""

log = logging.getLogger(__name__)


class WrongSeat(PermissionError):  # noqa: N818  the thing, as in PermissionError
    """The token is not this match's."""


class NoPicture(LookupError):  # noqa: N818  the thing, as in LookupError
    """A round's panorama cannot be read any more; the message does not say which it is."""


class Host:
    """The arena without its HTTP. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        describe: Callable[[float, float], str],
        clock: Callable[[], float] = time.time,
        hear: Callable[[Sequence[Event]], None] = lambda _: None,
    ) -> None:
        """Put together.

        `describe` says where a `lat, lng` is, in words, `clock` is Unix time, `hear` is told what
        was appended to a match's log.
        """
        self._store = store
        self._shelf = shelf
        self._describe = describe
        self._clock = clock
        self._hear = hear

    def packs(self) -> list[PackWord]:
        """What can be played."""
        return self._shelf.words()

    def create(self, wish: NewMatch) -> Seated:
        """A new match, drawn to its last round, and a seat in it.

        Raises:
            UnknownPack, TooFewPanoramas: it cannot be played.
        """
        pack = self._shelf.find(wish.pack)
        seed = secrets.randbits(53) if wish.seed is None else wish.seed
        seated = Seated(match=secrets.token_urlsafe(9), seat_token=secrets.token_urlsafe(24))
        created = MatchCreated(
            at=self._clock(),
            pack=pack.name,
            diagonal_km=pack.diagonal_km,
            rules=wish.rules,
            seed=seed,
            name=wish.name,
            token_sha256=_digest(seated.seat_token),
            rounds=tuple(self._planned(panorama) for panorama in draw(pack, wish, seed)),
        )
        self._store.append(seated.match, 0, [created])
        self._hear([created])
        return seated

    def see(self, match: str, token: str) -> MatchWord:
        """The match as its seat may see it now.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this seat's.
        """
        return self._advance(match, token, settle)

    def act(self, match: str, token: str, command: Command) -> MatchWord:
        """Carry out a command and see the match after it.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this seat's.
            RuleBroken: the rules do not allow the command now.
        """
        return self._advance(match, token, lambda state, now: decide(state, command, now))

    def panorama(self, match: str, token: str, number: int) -> bytes:
        """The JPEG of a round that is running or over, without metadata.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this seat's.
            OutOfOrder: the round has not been started.
            NoPicture: it is not in the pack any more.
        """
        state = self._enter(match, token)[0]
        if number > len(state.ended) + bool(state.running):
            raise OutOfOrder(f"expected a round that has been started, got: round {number}")
        try:
            pack = self._shelf.find(state.created.pack)
            path = pack.image_path(pack[state.created.rounds[number - 1].panorama])
            return clean_jpeg(path.read_bytes())
        except (UnknownPack, KeyError, PackError, OSError) as error:
            log.exception("match %s, round %d: no picture", match, number)
            raise NoPicture(f"round {number}: its picture cannot be read any more") from error

    def _planned(self, panorama: Panorama) -> Planned:
        return Planned(
            panorama=panorama.id,
            lat=panorama.lat,
            lng=panorama.lng,
            heading=panorama.heading,
            hfov_deg=panorama.hfov_deg,
            licence=panorama.licence,
            attribution=panorama.attribution,
            place=self._describe(panorama.lat, panorama.lng),
        )

    def _enter(self, match: str, token: str) -> tuple[State, int]:
        """The match's state and the length of its log."""
        events = self._store.load(match)
        state = fold(events)
        if not hmac.compare_digest(_digest(token), state.created.token_sha256):
            raise WrongSeat("expected this match's seat token")
        return state, len(events)

    def _advance(
        self, match: str, token: str, step: Callable[[State, float], list[Event]]
    ) -> MatchWord:
        for _ in range(ATTEMPTS):
            state, length = self._enter(match, token)
            now = self._clock()
            events = step(state, now)
            try:
                self._store.append(match, length, events)
            except Conflict:
                continue
            self._hear(events)
            return match_word(match, reduce(apply, events, state), now)
        raise Conflict(f"match {match}: others were faster {ATTEMPTS} times; try again")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
