"""ChatGame: viewers play along with one match. No socket: messages and rounds in, answers out.

Nothing that it says or tells before `round_over` holds a guess or a score of the running round.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from models.geo import WORLD_DIAGONAL_KM, haversine_km, score
from server.arena.words import Outcome
from server.live.chat.commands import Ask, Ban, GuessAt, Malformed, read_command
from server.live.chat.median import spherical_median
from server.live.chat.pacing import Pace, Paces
from server.live.chat.room import ChatMessage
from server.live.chat.scoreboard import DAY_S, Scoreboard, Scored, Standing
from server.live.chat.words import MAX_CLOSEST, ChatSummary, CombinedTurn, ViewerTurn
from server.protocol import PointWord

HOW_TO = "Guess with !g LAT, LNG, as in: !g 48.21, 16.37"


@dataclass(frozen=True, slots=True)
class ChatRules:
    """How viewers may play."""

    change: bool = True
    """A later guess replaces the first, until guesses close."""
    max_viewers: int = 5000
    """Who guess in one round; the others come too late."""
    viewer_pace: tuple[int, float] = (5, 10.0)
    """Commands of one viewer in so many seconds; more are not heard."""
    overall_pace: tuple[int, float] = (500, 5.0)
    """Commands of all of them."""
    answer_every_s: float = 30.0
    """Malformed guesses are answered once in so long; so is each viewer's `!me`."""
    best_every_s: float = 10.0
    """And `!best` and `!map`."""
    map_url: str = ""
    """What `!map` answers; '': nothing."""


@dataclass(frozen=True, slots=True)
class _Guess:
    name: str
    lat: float
    lng: float


@dataclass(slots=True)
class _Round:
    number: int
    open: bool = True
    guesses: dict[str, _Guess] = field(default_factory=dict)


class ChatGame:
    """What viewers do in one match."""

    def __init__(
        self,
        match: str,
        scoreboard: Scoreboard,
        rules: ChatRules | None = None,
        diagonal_km: float = WORLD_DIAGONAL_KM,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`diagonal_km` is the match's map; `clock` gives seconds since 1970."""
        self._match = match
        self._scoreboard = scoreboard
        self._rules = rules = rules or ChatRules()
        self._diagonal_km = diagonal_km
        self._clock = clock
        self._round: _Round | None = None
        self._banned = scoreboard.banned()
        self._overall = Pace(*rules.overall_pace)
        self._viewers = Paces(*rules.viewer_pace, rules.max_viewers)
        self._malformed = Pace(1, rules.answer_every_s)
        self._asked = Paces(1, rules.answer_every_s, rules.max_viewers)
        self._public = Paces(1, rules.best_every_s, 8)

    @property
    def guesses(self) -> int:
        """How many have guessed in the running round; all that may be shown of it."""
        return len(self._round.guesses) if self._round else 0

    def round_started(self, number: int) -> str:
        """Take guesses for a round; what to tell the chat. Said again, it changes nothing."""
        if self._round is None or self._round.number != number:
            self._round = _Round(number)
        return f"Round {number}: where is it? {HOW_TO}"

    def guesses_closed(self) -> None:
        """Take no more."""
        if self._round:
            self._round.open = False

    def summary(self, outcome: Outcome) -> ChatSummary:
        """The closed round in short; who keeps it back until the reveal is the caller."""
        guesses = self._guesses(outcome)
        return _summary(self._match, outcome, guesses, self._diagonal_km)

    def round_over(self, outcome: Outcome) -> ChatSummary:
        """Score the round, keep it on the scoreboard; what to show from now on."""
        self.guesses_closed()
        guesses = self._guesses(outcome)
        self._round = None
        location = (outcome.location.lat, outcome.location.lng)
        turns = _turns(guesses, location, self._diagonal_km)
        self._scoreboard.record(
            self._match,
            outcome.number,
            self._clock(),
            [Scored(viewer, turn.name, turn.score) for viewer, turn in turns.items()],
        )
        return _summary(self._match, outcome, guesses, self._diagonal_km)

    def _guesses(self, outcome: Outcome) -> dict[str, _Guess]:
        played = self._round
        return played.guesses if played and played.number == outcome.number else {}

    def hear(self, message: ChatMessage) -> str | None:
        """Take a message; the answer to say in its chat, if there is one."""
        command = read_command(message.text)
        now = self._clock()
        if command is None or message.viewer in self._banned:
            return None
        if isinstance(command, Ban):
            return self._ban(command) if message.host else None
        if not (self._viewers.take(message.viewer, now) and self._overall.take(now)):
            return None
        if isinstance(command, GuessAt):
            self._guess(message, command)
            return None
        if isinstance(command, Malformed):
            return f"@{message.name} {HOW_TO}" if self._malformed.take(now) else None
        return self._answer(message, command, now)

    def _guess(self, message: ChatMessage, guess: GuessAt) -> None:
        running = self._round
        if running is None or not running.open:
            return
        known = message.viewer in running.guesses
        if known and not self._rules.change:
            return
        if known or len(running.guesses) < self._rules.max_viewers:
            running.guesses[message.viewer] = _Guess(message.name, guess.lat, guess.lng)

    def _answer(self, message: ChatMessage, asked: Ask, now: float) -> str | None:
        if asked.what == "me":
            return self._of(message, now) if self._asked.take(message.viewer, now) else None
        if not self._public.take(asked.what, now):
            return None
        if asked.what == "map":
            return f"Guess on a map: {self._rules.map_url}" if self._rules.map_url else None
        every = asked.what == "best all"
        best = self._scoreboard.best(0.0 if every else now - DAY_S)
        return _ranking("Best of all time" if every else "Best of the day", best)

    def _of(self, message: ChatMessage, now: float) -> str:
        every = self._scoreboard.of(message.viewer)
        if every is None:
            return f"@{message.name} has no rounds yet. {HOW_TO}"
        day = self._scoreboard.of(message.viewer, now - DAY_S)
        today = _points(day) if day else "nothing yet"
        return f"@{message.name} today: {today}; in all: {_points(every)}."

    def _ban(self, command: Ban) -> str:
        name = command.name
        self._know(name)
        viewers = self._scoreboard.ban(name, banned=command.banned)
        if not viewers:
            return f"Nobody here is called {name}."
        if command.banned:
            self._banned |= viewers
            if self._round:
                for viewer in viewers:
                    self._round.guesses.pop(viewer, None)
        else:
            self._banned -= viewers
        if len(viewers) > 1:
            then = "play no more" if command.banned else "may play again"
            return f"{len(viewers)} viewers called {name} {then}."
        return f"{name} {'plays no more' if command.banned else 'may play again'}."

    def _know(self, name: str) -> None:
        """Who of the running round is called so may never have been on the scoreboard."""
        for viewer, guess in self._round.guesses.items() if self._round else ():
            if guess.name.casefold() == name.casefold():
                self._scoreboard.know(viewer, guess.name)


def said(summary: ChatSummary) -> str:
    """A round's summary as a line of chat."""
    if not summary.closest or summary.combined is None:
        return f"Round {summary.number}: nobody guessed. {HOW_TO}"
    nearest = ", ".join(
        f"{one.name} {one.distance_km:,.0f} km ({one.score:,})" for one in summary.closest[:3]
    )
    guesses = f"{summary.viewers:,} guess{'es' * (summary.viewers != 1)}"
    return (
        f"Round {summary.number}, {guesses}. Nearest: {nearest}. "
        f"On average {summary.mean_score:,.0f} points; all of you together: "
        f"{summary.combined.distance_km:,.0f} km off, {summary.combined.score:,}."
    )


def _summary(
    match: str, outcome: Outcome, guesses: Mapping[str, _Guess], diagonal_km: float
) -> ChatSummary:
    location = (outcome.location.lat, outcome.location.lng)
    turns = list(_turns(guesses, location, diagonal_km).values())
    return ChatSummary(
        match=match,
        number=outcome.number,
        viewers=len(turns),
        closest=sorted(turns, key=lambda turn: turn.distance_km)[:MAX_CLOSEST],
        mean_score=float(np.mean([turn.score for turn in turns])) if turns else 0.0,
        combined=_combined(guesses, location, diagonal_km),
    )


def _turns(
    guesses: Mapping[str, _Guess], location: tuple[float, float], diagonal_km: float
) -> dict[str, ViewerTurn]:
    """Each viewer's."""
    points = np.array([(one.lat, one.lng) for one in guesses.values()]).reshape(-1, 2)
    distances_km = haversine_km(points, location).tolist()
    return {
        viewer: ViewerTurn(
            name=one.name,
            guess=PointWord(lat=one.lat, lng=one.lng),
            distance_km=distance_km,
            score=score(distance_km, diagonal_km),
        )
        for (viewer, one), distance_km in zip(guesses.items(), distances_km, strict=True)
    }


def _combined(
    guesses: Mapping[str, _Guess], location: tuple[float, float], diagonal_km: float
) -> CombinedTurn | None:
    if not guesses:
        return None
    lat, lng = spherical_median([(one.lat, one.lng) for one in guesses.values()])
    distance_km = float(haversine_km((lat, lng), location))
    return CombinedTurn(
        guess=PointWord(lat=lat, lng=lng),
        distance_km=distance_km,
        score=score(distance_km, diagonal_km),
    )


def _points(standing: Standing) -> str:
    return f"{standing.score:,} points in {standing.rounds} round{'s' * (standing.rounds > 1)}"


def _ranking(title: str, best: list[Standing]) -> str:
    places = ", ".join(f"{n}. {one.name} {one.score:,}" for n, one in enumerate(best, start=1))
    return f"{title}: {places or 'nobody yet'}"
