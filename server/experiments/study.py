"""A study and its people between two events, as their logs make them. Pure.

NotNow        a step that is not the person's next one; the message says which is
`- Full       nobody else is admitted
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from server.experiments.assignment import Opponent, Waiting, order
from server.experiments.events import (
    Admitted,
    Answered,
    Closed,
    Event,
    GaveUp,
    Joined,
    Looked,
    MatchOver,
    Met,
    PracticeOpened,
    Ready,
    StudyOpened,
    Ticked,
)
from server.experiments.plan import Plan

Phase = Literal["practice", "rest", "waiting", "match", "question", "debrief"]


class NotNow(Exception):  # noqa: N818  read as a sentence: raise NotNow
    """A step that is not the person's next one."""


class Full(NotNow):
    """Nobody else is admitted."""


@dataclass(frozen=True, slots=True)
class Study:
    """What the study's own log says."""

    opened: StudyOpened
    admitted: tuple[str, ...] = ()
    """People, by number."""
    tick: int = -1
    looks: tuple[Looked, ...] = ()
    closed: Closed | None = None

    @property
    def plan(self) -> Plan:
        """As it was frozen."""
        return self.opened.frozen.plan


@dataclass(frozen=True, slots=True)
class Encounter:
    """A match of one person, and what they said of it."""

    met: Met
    over: MatchOver | None = None
    answer: Answered | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What a person's log says."""

    id: str
    joined: Joined
    practice: PracticeOpened | None = None
    wants_since: float | None = None
    """A match, since then."""
    encounters: tuple[Encounter, ...] = ()
    gave_up: bool = False

    @property
    def current(self) -> Encounter | None:
        """The match that is running or still to be judged."""
        last = self.encounters[-1] if self.encounters else None
        return last if last and last.answer is None else None

    def phase(self, plan: Plan) -> Phase:
        """rest: they may say that they are ready; practice is one, too, until then."""
        if self.current:
            return "question" if self.current.over else "match"
        if self.gave_up or len(self.encounters) >= plan.matches:
            return "debrief"
        if self.wants_since is not None:
            return "waiting"
        return "rest" if self.encounters else "practice"

    def waiting(self, secret: str, plan: Plan, waited_s: float) -> Waiting:
        """For `pair`."""
        start = Waiting(self.id, order(secret, self.joined.number, plan.matches), waited_s=waited_s)
        return reduce(_after_met, (one.met for one in self.encounters), start)


def _after_met(waiting: Waiting, met: Met) -> Waiting:
    return waiting.played(met.opponent, met.set, [met.rival] if met.rival else [])


def study_of(events: Iterable[Event]) -> Study:
    """A study from its own log."""
    first, *others = events
    assert isinstance(first, StudyOpened)
    return reduce(study_after, others, Study(first))


def person_of(id_: str, events: Iterable[Event]) -> Person:
    """A person from their log."""
    first, *others = events
    assert isinstance(first, Joined)
    return reduce(person_after, others, Person(id_, first))


def require(phase: Phase, *expected: Phase) -> None:
    """Raises NotNow: the person is elsewhere."""
    if phase not in expected:
        raise NotNow(f"expected a person in {' or '.join(expected)}, got: one in {phase}")


def sets_used(people: Iterable[Person], sets: int) -> dict[tuple[Opponent, int], int]:
    """How often each set was played against each kind."""
    kinds: tuple[Opponent, ...] = ("bot", "person")
    counts = {(kind, number): 0 for kind in kinds for number in range(sets)}
    for person in people:
        for one in person.encounters:
            counts[one.met.opponent, one.met.set] += 1
    return counts


def study_after(study: Study, event: Event) -> Study:
    """The study after one more event of its own log."""
    match event:
        case Admitted():
            return replace(study, admitted=(*study.admitted, event.person))
        case Ticked():
            return replace(study, tick=event.tick)
        case Looked():
            return replace(study, looks=(*study.looks, event))
        case Closed():
            return replace(study, closed=event)
        case _:
            raise AssertionError(f"expected an event of a study, got: {event.type}")


def person_after(person: Person, event: Event) -> Person:
    """The person after one more event of their log."""
    match event:
        case PracticeOpened():
            return replace(person, practice=event)
        case Ready():
            return replace(person, wants_since=event.at)
        case Met():
            met = (*person.encounters, Encounter(event))
            return replace(person, encounters=met, wants_since=None)
        case MatchOver():
            return _with_last(person, replace(person.encounters[-1], over=event))
        case Answered():
            return _with_last(person, replace(person.encounters[-1], answer=event))
        case GaveUp():
            return replace(person, gave_up=True, wants_since=None)
        case _:
            raise AssertionError(f"expected an event of a person, got: {event.type}")


def _with_last(person: Person, last: Encounter) -> Person:
    return replace(person, encounters=(*person.encounters[:-1], last))
