"""Makes the matches of a study: at ticks, for all who wait, so that waiting tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from server.arena.host import Host
from server.arena.rules import RuleBroken
from server.experiments.assignment import Pairing, pair
from server.experiments.book import Book
from server.experiments.events import Met, Ticked
from server.experiments.presence import Presence
from server.experiments.store import OWN, Overtaken, Studies, UnknownStudy
from server.experiments.study import Person, Study, sets_used
from server.experiments.tables import open_match

TICK_S = 5.0

log = logging.getLogger(__name__)


class Matching:
    """Ticks of all studies. Safe to share between threads."""

    def __init__(
        self,
        store: Studies,
        host: Host,
        book: Book,
        presence: Presence,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._host = host
        self._book = book
        self._presence = presence
        self._clock = clock
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

    def _waiting(self, study: str, state: Study) -> list[tuple[Person, int]]:
        """Who waits and is there, longest first, each with the length of their log."""
        found = [
            (person, length)
            for person, length in self._book.people(study)
            if person.phase(state.plan) == "waiting" and self._presence.is_here(study, person.id)
        ]
        return sorted(found, key=lambda one: (one[0].wants_since or 0, one[0].joined.number))

    def _pair(self, study: str, state: Study, tick: int, people: list[tuple[Person, int]]) -> None:
        secret, plan = state.opened.secret, state.plan
        lengths = {person.id: length for person, length in people}
        used = sets_used((person for person, _ in self._book.people(study)), len(plan.sets))
        waiting = [person.waiting(secret, plan) for person, _ in people]
        for match in pair(secret, tick, waiting, used):
            try:
                met = self._opened(state, match)
                added = {one: (lengths[one], [event]) for one, event in met.items()}
                self._store.append_all(study, added)
            except (RuleBroken, Overtaken, UnknownStudy, LookupError, ValueError):
                # The others of the tick shall play; these wait for the next one.
                log.exception("study %s: a match could not be opened", study)

    def _opened(self, state: Study, match: Pairing) -> dict[str, Met]:
        return open_match(self._host, state.plan, state.opened.secret, match, self._clock())
