"""Opens matches, knows callers by their tokens, and lets the rules decide on each command."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from functools import reduce

from models.world.pack import PackError, Panorama
from server.arena import lobby
from server.arena.callers import (
    Caller,
    caller,
    digest,
    new_token,
    require_host,
    require_invite,
    viewer,
)
from server.arena.events import Event, MatchCreated, Planned, Shared
from server.arena.fold import apply
from server.arena.logs import Logs
from server.arena.names import EVERYBODYS, look_of
from server.arena.picture import clean_jpeg
from server.arena.ratings import Ratings
from server.arena.replay import replay
from server.arena.rules import Command, NoSeat, OutOfOrder, RuleBroken, decide, settle
from server.arena.shelf import Shelf, UnknownPack, draw
from server.arena.state import State
from server.arena.store import Conflict, Store
from server.arena.view import match_word
from server.arena.words import (
    MatchWord,
    NewMatch,
    NewSharedMatch,
    Opened,
    PackWord,
    Rating,
    Replay,
    Seated,
    TakeSeat,
)

ATTEMPTS = 20
"""At one command, while others append to the same match. Each failure means someone got on."""

log = logging.getLogger(__name__)

Step = Callable[[State, float], list[Event]]


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
        self.shelf = shelf
        self._describe = describe
        self._clock = clock
        self._hear = hear
        self._logs = Logs(store)
        self._ratings = Ratings(store)
        self._changed: Callable[[str], None] = lambda _: None

    def listen(self, changed: Callable[[str], None]) -> None:
        """Tell `changed` of each match that something happened in, from any thread."""
        self._changed = changed

    def now(self) -> float:
        """Unix time by the clock that matches go by."""
        return self._clock()

    def packs(self) -> list[PackWord]:
        """What can be played."""
        return self.shelf.words()

    def create(self, wish: NewMatch, on: Sequence[Panorama] = ()) -> Seated:
        """A new match, drawn to its last round or `on` these panoramas, and a seat in it.

        Raises:
            UnknownPack, TooFewPanoramas: it cannot be played.
        """
        seated = Seated(match=_new_match(), seat=0, seat_token=new_token())
        created = self._created(wish, on)
        seat = {"name": wish.name, "token_sha256": digest(seated.seat_token)}
        self._open(seated.match, created.model_copy(update=seat))
        return seated

    def open_shared(self, wish: NewSharedMatch, on: Sequence[Panorama] = ()) -> Opened:
        """A new match with an open lobby, drawn to its last round or `on` these panoramas.

        Raises:
            UnknownPack, TooFewPanoramas: it cannot be played.
        """
        opened = Opened(
            match=_new_match(), host_token=new_token(), invite=new_token(), watch_token=new_token()
        )
        shared = Shared(
            rules=wish.shared,
            host_sha256=digest(opened.host_token),
            invite_sha256=digest(opened.invite),
            watch_sha256=digest(opened.watch_token),
        )
        self._open(opened.match, self._created(wish, on).model_copy(update={"shared": shared}))
        return opened

    def take_seat(self, match: str, invite: str, wish: TakeSeat) -> Seated:
        """A seat in a lobby, for whoever has the invite.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this invite's.
            NoSeat: there is none to be had, or not as wished for.
        """
        token = new_token()
        keeps = wish.player_token if look_of(wish.name) not in EVERYBODYS else None
        player = digest(keeps) if keeps else None
        found, _ = self._logs.state(match)
        require_invite(found, invite)
        lobby.take(found, wish, "", player, self._clock())  # who gets no seat keeps no name
        if not self._store.keep_name(wish.name, player):
            raise NoSeat(f"name: expected one that nobody keeps, got: {wish.name}")

        def step(state: State, now: float) -> list[Event]:
            return lobby.take(state, wish, digest(token), player, now)

        state, _ = self._append(match, step)
        return Seated(match=match, seat=len(state.seats) - 1, seat_token=token)

    def start(self, match: str, token: str) -> MatchWord:
        """Close the lobby; round 1 is next.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this host's.
            NoSeat: seats are still to be taken.
        """

        def step(state: State, now: float) -> list[Event]:
            require_host(state, token)
            return [*settle(state, now), *lobby.start(state, now)]

        return match_word(match, *self._append(match, step), seat=None)

    def see(self, match: str, token: str) -> MatchWord:
        """The match as the caller may see it now.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this token's.
            NoSeat: who is invited comes too late.
        """

        def step(state: State, now: float) -> list[Event]:
            viewer(state, token)
            return settle(state, now)

        state, now = self._append(match, step)
        return match_word(match, state, now, viewer(state, token).seat)

    def act(self, match: str, token: str, command: Command) -> MatchWord:
        """Carry out a seat's command and see the match after it.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this seat's.
            RuleBroken: the rules do not allow the command now.
        """

        def step(state: State, now: float) -> list[Event]:
            seat = caller(state, token).seat
            if seat is None:
                raise RuleBroken("expected the token of a seat, got: a watcher's")
            return decide(state, command, now, seat)

        state, now = self._append(match, step)
        return match_word(match, state, now, caller(state, token).seat)

    def panorama(self, match: str, token: str, number: int) -> bytes:
        """The JPEG of a round that is running or over, without metadata.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this token's.
            OutOfOrder: the round has not been started.
            NoPicture: it is not in the pack any more.
        """
        state, _ = self._logs.state(match)
        caller(state, token)
        if number > len(state.ended) + bool(state.running):
            raise OutOfOrder(f"expected a round that has been started, got: round {number}")
        try:
            pack = self.shelf.find(state.created.pack)
            path = pack.image_path(pack[state.created.rounds[number - 1].panorama])
            return clean_jpeg(path.read_bytes())
        except (UnknownPack, KeyError, PackError, OSError) as error:
            log.exception("match %s, round %d: no picture", match, number)
            raise NoPicture(f"round {number}: its picture cannot be read any more") from error

    def enter(self, match: str, token: str) -> Caller:
        """Whose token it is.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this token's.
        """
        return caller(self._logs.state(match)[0], token)

    def settled(self, match: str) -> tuple[State, float]:
        """The match by now, and when that is: what the clock has brought is in its log.

        Raises:
            UnknownMatch: it is none.
        """
        return self._append(match, settle)

    def events(self, match: str, after: int = 0) -> list[Event]:
        """The match's log but its first `after` events; for those who keep its secrets.

        Raises:
            UnknownMatch: it is none.
        """
        return self._store.load(match, after)

    def replay(self, match: str, token: str) -> Replay:
        """All that happened in the rounds that are over.

        Raises:
            UnknownMatch, WrongSeat: it is none, or not this token's.
            RuleBroken: a seat asks before the match is over.
        """
        word = self.see(match, token)
        if word.seat is not None and word.phase != "over":
            raise RuleBroken("expected a match that is over, got: one that is being played")
        return replay(word, self._store.load(match))

    def ratings(self) -> list[Rating]:
        """Of all who played duels, best first."""
        return self._ratings.words()

    def _created(self, wish: NewMatch | NewSharedMatch, on: Sequence[Panorama]) -> MatchCreated:
        pack = self.shelf.find(wish.pack)
        seed = secrets.randbits(53) if wish.seed is None else wish.seed
        return MatchCreated(
            at=self._clock(),
            pack=pack.name,
            diagonal_km=pack.diagonal_km,
            rules=wish.rules,
            seed=seed,
            rounds=tuple(self._planned(one) for one in on or draw(pack, wish, seed)),
        )

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

    def _open(self, match: str, created: MatchCreated) -> None:
        self._store.append(match, 0, [created])
        self._hear([created])

    def _append(self, match: str, step: Step) -> tuple[State, float]:
        """Add what `step` makes of the match now; the state after it, and when that was."""
        for _ in range(ATTEMPTS):
            state, length = self._logs.state(match)
            now = self._clock()
            new = step(state, now)
            after = reduce(apply, new, state)
            try:
                self._store.append(match, length, new, after.result if new else None)
            except Conflict:
                continue
            if new:
                self._hear(new)
                self._changed(match)
            return after, now
        raise Conflict(f"match {match}: others were faster {ATTEMPTS} times; try again")


def _new_match() -> str:
    return secrets.token_urlsafe(9)
