"""What the logs of studies add up to, without reading them anew at each step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from threading import Lock

from server.experiments.store import OWN, Studies, UnknownStudy
from server.experiments.study import Person, Study, person_after, person_of, study_after, study_of


class Book:
    """Studies and people. Safe to share between threads, and right whoever else appends."""

    def __init__(self, store: Studies) -> None:
        self._store = store
        self._lock = Lock()
        self._studies: dict[str, tuple[Study, int]] = {}
        self._people: dict[tuple[str, str], tuple[Person, int]] = {}

    def study(self, study: str) -> tuple[Study, int]:
        """A study and the length of its own log.

        Raises:
            UnknownStudy: there is none.
        """
        with self._lock:
            known = self._studies.get(study)
        events = self._store.load(study, OWN, known[1] if known else 0)
        state = reduce(study_after, events, known[0]) if known else study_of(events)
        found = state, len(events) + (known[1] if known else 0)
        with self._lock:
            self._studies[study] = found
        return found

    def person(self, study: str, person: str) -> tuple[Person, int]:
        """A person and the length of their log.

        Raises:
            UnknownStudy: there is none, or not any more.
        """
        with self._lock:
            known = self._people.get((study, person))
        try:
            events = self._store.load(study, person, known[1] if known else 0)
        except UnknownStudy:
            with self._lock:
                self._people.pop((study, person), None)
            raise
        state = reduce(person_after, events, known[0]) if known else person_of(person, events)
        found = state, len(events) + (known[1] if known else 0)
        with self._lock:
            self._people[study, person] = found
        return found

    def people(self, study: str) -> Iterator[tuple[Person, int]]:
        """All who are there; read again only where something was added."""
        for person, length in self._store.lengths(study).items():
            if person == OWN:
                continue
            with self._lock:
                known = self._people.get((study, person))
            if known and known[1] == length:
                yield known
                continue
            try:
                yield self.person(study, person)
            except UnknownStudy:
                continue  # deleted just now
