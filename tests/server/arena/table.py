"""A match without a store: its log grows by what is decided, and what a test needs to say of it."""

from __future__ import annotations

from models.geo import WORLD_DIAGONAL_KM
from server.arena import lobby
from server.arena.events import Event, MatchCreated, Planned, Shared
from server.arena.rules import Command, MakeGuess, StartRound, decide, settle
from server.arena.state import State, fold
from server.arena.words import Pin, Rules, SharedRules, TakeSeat

PLACE = (0.0, 0.0)
HERE = Pin(lat=0, lng=0)


def planned(at: tuple[float, float] = PLACE) -> Planned:
    return Planned(
        panorama="p",
        lat=at[0],
        lng=at[1],
        heading=0,
        hfov_deg=360,
        licence="",
        attribution="",
        place="",
    )


def shared(rounds: int = 3, limit_s: int | None = None, **rules: object) -> MatchCreated:
    return MatchCreated(
        at=0,
        pack="tiny",
        diagonal_km=WORLD_DIAGONAL_KM,
        rules=Rules(rounds=rounds, time_limit_s=limit_s),
        seed=1,
        rounds=(planned(),) * rounds,
        shared=Shared(
            rules=SharedRules.model_validate(rules),
            host_sha256="h",
            invite_sha256="i",
            watch_sha256="w",
        ),
    )


class Table:
    """Seats called A, B, C, ... sit down at time 0."""

    def __init__(self, first: MatchCreated, seats: int = 2, teams: tuple[int, ...] = ()) -> None:
        self.log: list[Event] = [first]
        for seat in range(seats):
            wish = TakeSeat(name=chr(65 + seat), team=teams[seat] if teams else None)
            self.log += lobby.take(self.state, wish, str(seat), None, 0)

    @property
    def state(self) -> State:
        return fold(self.log)

    def do(self, seat: int, command: Command, now: float) -> list[Event]:
        events = decide(self.state, command, now, seat)
        self.log += events
        return events

    def settle(self, now: float) -> list[Event]:
        events = settle(self.state, now)
        self.log += events
        return events

    def begin(self, number: int, now: float) -> None:
        for seat in range(len(self.state.seats)):
            self.do(seat, StartRound(number), now)

    def play(self, number: int, now: float, *guesses: Pin) -> None:
        """A whole round, one guess for each seat in order."""
        self.begin(number, now)
        for seat, guess in enumerate(guesses):
            if self.state.plays(seat):
                self.do(seat, MakeGuess(number, guess), now + 1)
