"""Takes people through a study. Who is a bot stays here.

One process serves a study: who is there right now is known to it alone.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

from server.arena.host import Host
from server.experiments import views
from server.experiments.book import Book
from server.experiments.drawing import Drawings, playable
from server.experiments.events import (
    Admitted,
    Answered,
    Event,
    GaveUp,
    Joined,
    PracticeOpened,
    Ready,
)
from server.experiments.matching import Matching
from server.experiments.opening import digest
from server.experiments.presence import Presence
from server.experiments.store import OWN, Overtaken, Studies
from server.experiments.study import Full, Person, Study, require
from server.experiments.tables import open_practice, outcome
from server.experiments.words import (
    Admission,
    Answer,
    BotSeat,
    BotWord,
    Invitation,
    Join,
    PersonWord,
    Progress,
)

PLACES = 2
"""People who are admitted for each one that has to finish: some do not come to the end."""
ATTEMPTS = 20
"""At one step, while others append to the same log."""

Step = Callable[[Study, Person, float], Sequence[Event]]


class WrongKey(PermissionError):  # noqa: N818  the thing, as in PermissionError
    """The token does not open this."""


class Desk:
    """Studies without their HTTP. Safe to share between threads."""

    def __init__(self, store: Studies, host: Host, clock: Callable[[], float] = time.time) -> None:
        """Put together; `clock` is Unix time."""
        self._store = store
        self._host = host
        self._clock = clock
        self._book = Book(store)
        self._presence = Presence(clock)
        self._drawings = Drawings(host.shelf.find)
        self._matching = Matching(store, host, self._book, self._presence, self._drawings, clock)
        self._joining = Lock()

    def invitation(self, study: str, token: str) -> Invitation:
        """What is asked of whoever has the invite.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        state, _ = self._book.study(study)
        _require(token, state.opened.invite_sha256)
        return views.invitation(study, state, _is_open(state))

    def join(self, study: str, token: str, wish: Join) -> Admission:
        """A new person, in practice.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
            Full: nobody else is admitted.
            Unplayable: a set of the study cannot be played.
        """
        state, _ = self._book.study(study)
        _require(token, state.opened.invite_sha256)
        _require_open(state)
        *_, practice = map(playable, self._drawings.of(study, state.plan))
        now, person, key = self._clock(), secrets.token_hex(6), secrets.token_urlsafe(24)
        joined = Joined(
            at=now,
            nickname=wish.nickname,
            token_sha256=digest(key),
            consent_sha256=digest(state.opened.consent),
            number=0,
        )
        self._admit(study, person, joined, open_practice(self._host, state.plan, practice, now))
        return Admission(person_token=f"{person}.{key}")

    def see(self, study: str, token: str) -> PersonWord:
        """Where a person is.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        person = self._enter(study, token)
        if not self._presence.note(study, person.id):
            self._wait_anew(study, person.id)
        return self._step(study, person.id, lambda *_: [])

    def ready(self, study: str, token: str) -> PersonWord:
        """A person wants the next match; nothing happens if they wait already.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
            NotNow: a match is running or to be judged, or it was the last.
        """

        def step(state: Study, person: Person, now: float) -> list[Event]:
            phase = person.phase(state.plan)
            require(phase, "practice", "rest", "waiting")
            return [] if phase == "waiting" else [Ready(at=now)]

        return self._step(study, self._enter(study, token).id, step)

    def answer(self, study: str, token: str, said: Answer) -> PersonWord:
        """What a person took their opponent for.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
            NotNow: nobody asked.
        """

        def step(state: Study, person: Person, now: float) -> list[Event]:
            require(person.phase(state.plan), "question")
            return [Answered(at=now, said_bot=said.said_bot, sure=said.sure)]

        return self._step(study, self._enter(study, token).id, step)

    def own_data(self, study: str, token: str) -> list[dict[str, object]]:
        """All that is kept of a person, without what would tell who is who before the end.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        person = self._enter(study, token)
        done = person.phase(self._book.study(study)[0].plan) == "debrief"
        return views.own_data(self._store.load(study, person.id), done)

    def forget(self, study: str, token: str) -> None:
        """Delete a person's data for good.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        person = self._enter(study, token)
        self._store.forget(study, person.id)

    def progress(self, study: str, token: str) -> Progress:
        """Counts, for the experimenter.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        state, _ = self._book.study(study)
        _require(token, state.opened.experimenter_sha256)
        people = [person for person, _ in self._book.people(study)]
        return views.progress(study, state, people, self._presence.is_here(study, OWN))

    def bot(self, study: str, token: str) -> BotWord:
        """Who the bot is to be; asking does not make it be there.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        state, _ = self._book.study(study)
        _require(token, state.opened.runner_sha256)
        return BotWord(bundle=state.plan.bundle)

    def seats(self, study: str, token: str) -> list[BotSeat]:
        """Seats that the bot is to play, for the program that plays it.

        Asking makes the matches that are due. Nobody else's asking does: who made a match would see
        it before their opponent, sooner than any page could by chance.

        Raises:
            UnknownStudy, WrongKey: there is none, or not for this token.
        """
        state, _ = self._book.study(study)
        _require(token, state.opened.runner_sha256)
        self._presence.note(study, OWN)
        self._matching.tick(study)
        found = []
        for one, _ in list(self._book.people(study)):
            if one.phase(state.plan) == "match":
                _, person = self._advance(study, one.id, lambda *_: [])
                met = person.current.met if person.current else None
                if met and met.bot_seat_token and person.phase(state.plan) == "match":
                    found.append(
                        BotSeat(
                            match=met.match,
                            seat_token=met.bot_seat_token,
                            bundle=state.plan.bundle,
                        )
                    )
        return found

    def _admit(self, study: str, person: str, joined: Joined, practice: PracticeOpened) -> None:
        """Give the person the next number."""
        for _ in range(ATTEMPTS):
            with self._joining:
                state, length = self._book.study(study)
                _require_open(state)
                number = len(state.admitted)
                admitted = Admitted(at=joined.at, person=person, number=number)
                first = joined.model_copy(update={"number": number})
                logs: dict[str, tuple[int, list[Event]]] = {
                    OWN: (length, [admitted]),
                    person: (0, [first, practice]),
                }
                try:
                    self._store.append_all(study, logs)
                except Overtaken:
                    continue  # by a tick
                return
        raise Overtaken(f"study {study}: others were faster {ATTEMPTS} times; try again")

    def _enter(self, study: str, token: str) -> Person:
        id_, _, key = token.partition(".")
        if not id_:
            raise WrongKey("expected a person's token")
        person, _ = self._book.person(study, id_)
        _require(key, person.joined.token_sha256)
        return person

    def _step(self, study: str, id_: str, step: Step) -> PersonWord:
        """Note what time has brought, then do `step`; where the person is then."""
        state, person = self._advance(study, id_, step)
        return views.person(study, state, person, self._practised(person))

    def _advance(self, study: str, id_: str, step: Step) -> tuple[Study, Person]:
        """Add to a person's log what is due and what `step` makes of them; how all is then."""
        for _ in range(ATTEMPTS):
            state, _ = self._book.study(study)
            person, length = self._book.person(study, id_)
            now = self._clock()
            due = self._due(state, person, now)
            events = due or step(state, person, now)
            try:
                self._store.append(study, id_, length, events)
            except Overtaken:
                continue
            if not events:
                return state, person
            if not due:
                return state, self._book.person(study, id_)[0]
        raise Overtaken(f"study {study}: others were faster {ATTEMPTS} times; try again")

    def _wait_anew(self, study: str, id_: str) -> None:
        """Who was away has not waited all the while: nobody was looked for."""
        state, _ = self._book.study(study)
        person, length = self._book.person(study, id_)
        if person.phase(state.plan) == "waiting":
            with suppress(Overtaken):  # by another tab of theirs
                self._store.append(study, id_, length, [Ready(at=self._clock())])

    def _due(self, state: Study, person: Person, now: float) -> list[Event]:
        """A match that is over; the end of a wait when the study is over."""
        phase = person.phase(state.plan)
        if phase == "match" and person.current:
            found, _ = self._host.settled(person.current.met.match)
            over = outcome(found, person.current.met, now)
            return [over] if over else []
        return [GaveUp(at=now)] if phase == "waiting" and state.closed else []

    def _practised(self, person: Person) -> bool:
        if person.practice is None or person.encounters:
            return True
        return self._host.settled(person.practice.match)[0].phase == "over"


def _is_open(study: Study) -> bool:
    return study.closed is None and len(study.admitted) < PLACES * study.plan.stopping.people


def _require_open(study: Study) -> None:
    """Raises Full: nobody else is admitted."""
    if not _is_open(study):
        raise Full("expected a study that admits people, got: one that is full or over")


def _require(token: str, known_sha256: str) -> None:
    """Raises WrongKey: the token is not the one whose digest is known."""
    if not hmac.compare_digest(digest(token), known_sha256):
        raise WrongKey("expected a token of this study")
