"""Makes the matches of a study: at ticks, for all who wait, so that waiting tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from server.arena.host import Host
from server.arena.rules import RuleBroken
from server.arena.shelf import UnknownPack
from server.experiments.assignment import Opponent, Pairing, pair
from server.experiments.book import Book
from server.experiments.drawing import Drawings, Unplayable, playable
from server.experiments.events import Met, Ticked
from server.experiments.plan import Plan
from server.experiments.presence import Presence
from server.experiments.store import OWN, Overtaken, Studies
from server.experiments.study import Person, Study, sets_used
from server.experiments.tables import open_match

TICK_S = 5.0
LAST = 10**6
"""Times that a set which cannot be opened counts as played: it comes when nothing else is left."""

log = logging.getLogger(__name__)


class Matching:
    """Ticks of all studies. Safe to share between threads."""

    def __init__(
        self,
        store: Studies,
        host: Host,
        book: Book,
        presence: Presence,
        drawings: Drawings,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._host = host
        self._book = book
        self._presence = presence
        self._drawings = drawings
        self._clock = clock
        self._aside: set[tuple[str, int]] = set()
        self._lock = Lock()

    def tick(self, study: str) -> None:
        """Make the matches that are due, unless somebody else is at it.

        None begins while the bot is away: its opponents would sit before an empty chair.
        """
        tick = int(self._clock() // TICK_S)
        state, length = self._book.study(study)
        if tick <= state.tick or state.closed or not self._presence.is_here(study, OWN):
            return
        if not self._lock.acquire(blocking=False):
            return
        try:
            people = self._waiting(study, state)
            if people:
                self._store.append(study, OWN, length, [Ticked(at=self._clock(), tick=tick)])
                self._pair(study, state, tick, people)
        except Overtaken:
            return  # by somebody who makes the matches, or who came in: the next one will
        finally:
            self._lock.release()

    def _waiting(self, study: str, state: Study) -> list[Person]:
        """Who waits and is there, longest first."""
        found = [
            person
            for person, _ in self._book.people(study)
            if person.phase(state.plan) == "waiting" and self._presence.is_here(study, person.id)
        ]
        return sorted(found, key=lambda one: (one.wants_since or 0, one.joined.number))

    def _pair(self, study: str, state: Study, tick: int, people: list[Person]) -> None:
        secret, plan = state.opened.secret, state.plan
        here_s, now = self._presence.here_for_s(study, OWN), self._clock()
        waiting = [
            one.waiting(secret, plan, min(here_s, now - (one.wants_since or now))) for one in people
        ]
        for match in pair(secret, tick, waiting, self._used(study, plan)):
            try:
                met = self._opened(study, state, match)
                self._store.append_all(study, self._after_wait(study, state, met))
            except (UnknownPack, Unplayable) as error:
                self._aside.add((study, match.set))
                log.error("study %s: set %d is set aside: %s", study, match.set + 1, error)
            except (RuleBroken, Overtaken, LookupError, ValueError) as error:
                # The others of the tick shall play; these wait for the next one. A log is no place
                # for who meets whom.
                log.warning("study %s: no match opened: %s", study, type(error).__name__)

    def _used(self, study: str, plan: Plan) -> dict[tuple[Opponent, int], int]:
        """How often each set was played against each kind; what was set aside as if very often."""
        used = sets_used((person for person, _ in self._book.people(study)), len(plan.sets))
        return {
            (kind, number): count + LAST * ((study, number) in self._aside)
            for (kind, number), count in used.items()
        }

    def _after_wait(
        self, study: str, state: Study, met: dict[str, Met]
    ) -> dict[str, tuple[int, list[Met]]]:
        """Where the events go in each person's log.

        Raises:
            Overtaken: somebody does not wait any more.
        """
        added = {}
        for id_, event in met.items():
            person, length = self._book.person(study, id_)
            if person.phase(state.plan) != "waiting":
                raise Overtaken(f"study {study}: expected somebody who waits")
            added[id_] = length, [event]
        return added

    def _opened(self, study: str, state: Study, match: Pairing) -> dict[str, Met]:
        panoramas = playable(self._drawings.of(study, state.plan)[match.set])
        return open_match(self._host, state.opened, match, panoramas, self._clock())
