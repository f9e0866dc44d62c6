"""Looks at a study and ends it: the only places where it is unblinded before people are told."""

from __future__ import annotations

from collections.abc import Sequence

from server.experiments.analysis.data import kept
from server.experiments.analysis.primary import Look, look
from server.experiments.book import Book
from server.experiments.events import Closed, Looked
from server.experiments.results import finished, results
from server.experiments.store import OWN, Overtaken, Studies
from server.experiments.study import NotNow, Person, Study


def take_look(store: Studies, study: str, now: float) -> Look:
    """The next planned look, at those who came to the end first; one that decides ends the study.

    Raises:
        UnknownStudy: there is none.
        NotNow: too few have finished, or no look is planned any more.
        Overtaken: somebody else took it or ended the study meanwhile.
    """
    state, length, people = _all(store, study)
    looks, number = state.plan.stopping.looks, len(state.looks)
    if state.closed or number >= len(looks):
        raise NotNow(f"expected a look that is planned, got: look {number + 1} of {len(looks)}")
    done = finished(people, state.plan.matches)
    if len(done) < looks[number]:
        raise NotNow(f"expected {looks[number]} people who finished, got: {len(done)}")
    data = kept(results(done[: looks[number]]), state.plan.exclusions)
    found = look(state.plan, number + 1, data)
    events: list[Looked | Closed] = [Looked(at=now, number=number + 1, decided=found.decided)]
    if found.decided:
        events.append(Closed(at=now, why=f"decided at look {number + 1}"))
    _append(store, study, state, length, events)
    return found


def end(store: Studies, study: str, now: float, why: str | None) -> tuple[Study, list[Person]]:
    """The study, which is over, and its people.

    Raises:
        UnknownStudy: there is none.
        NotNow: it is not over, and nobody says `why` it should be.
        Overtaken: somebody else took a look or ended it meanwhile.
    """
    state, length, people = _all(store, study)
    if state.closed:
        return state, people
    done, wanted = len(finished(people, state.plan.matches)), state.plan.stopping.people
    if done < wanted and not why:
        raise NotNow(
            f"study {study}: expected {wanted} people who finished, got: {done}; "
            "--end REASON ends it before that"
        )
    closed = Closed(at=now, why=why or f"{done} people finished, as planned")
    _append(store, study, state, length, [closed])
    return Book(store).study(study)[0], people


def _append(
    store: Studies, study: str, state: Study, length: int, events: Sequence[Looked | Closed]
) -> None:
    """Add to the study's log, whoever came in and whatever was matched since it was read.

    Raises:
        Overtaken: not only such things have happened.
    """
    while True:
        try:
            return store.append(study, OWN, length, events)
        except Overtaken:
            found, length = Book(store).study(study)
            if (found.looks, found.closed) != (state.looks, state.closed):
                raise


def _all(store: Studies, study: str) -> tuple[Study, int, list[Person]]:
    book = Book(store)
    state, length = book.study(study)
    return state, length, [person for person, _ in book.people(study)]
