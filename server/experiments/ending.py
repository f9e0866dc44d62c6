"""Looks at a study and ends it: the only places where it is unblinded before people are told."""

from __future__ import annotations

from server.experiments.analysis.data import kept
from server.experiments.analysis.primary import Look, look
from server.experiments.book import Book
from server.experiments.events import Closed, Looked
from server.experiments.results import finished, results
from server.experiments.store import OWN, Studies
from server.experiments.study import NotNow, Person, Study


def take_look(store: Studies, study: str, now: float) -> Look:
    """The next planned look, at those who came to the end first; one that decides ends the study.

    Raises:
        UnknownStudy: there is none.
        NotNow: too few have finished, or no look is planned any more.
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
    store.append(study, OWN, length, events)
    return found


def end(store: Studies, study: str, now: float, why: str | None) -> tuple[Study, list[Person]]:
    """The study, which is over, and its people.

    Raises:
        UnknownStudy: there is none.
        NotNow: it is not over, and nobody says `why` it should be.
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
    store.append(
        study, OWN, length, [Closed(at=now, why=why or f"{done} people finished, as planned")]
    )
    return Book(store).study(study)[0], people


def _all(store: Studies, study: str) -> tuple[Study, int, list[Person]]:
    book = Book(store)
    state, length = book.study(study)
    return state, length, [person for person, _ in book.people(study)]
