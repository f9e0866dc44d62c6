"""What people and the experimenter may see of a study. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from server.experiments.events import Event, MatchOver, Met, PracticeOpened
from server.experiments.study import Encounter, Person, Study
from server.experiments.tables import PRACTICE_NAME
from server.experiments.words import (
    Invitation,
    LookWord,
    PersonWord,
    Progress,
    RevealWord,
    TableWord,
)

PAUSE_S = 8
"""Of the arena, before each round."""


def invitation(study: str, state: Study, is_open: bool) -> Invitation:
    """What is asked of whoever is invited."""
    plan = state.plan
    round_s = (plan.rules.time_limit_s or 0) + PAUSE_S
    rounds = plan.rules.rounds * plan.matches + 1
    return Invitation(
        study=study,
        title=plan.title,
        matches=plan.matches,
        minutes=-(-rounds * round_s // 60),
        consent=state.opened.consent,
        open=is_open,
    )


def person(study: str, state: Study, one: Person, practised: bool) -> PersonWord:
    """Where a person is."""
    plan, phase = state.plan, one.phase(state.plan)
    at_the_end = phase == "debrief"
    return PersonWord(
        study=study,
        title=plan.title,
        nickname=one.joined.nickname,
        phase=phase,
        number=min(len(one.encounters) + (one.current is None), plan.matches),
        matches=plan.matches,
        table=_table(one, phase),
        practised=practised,
        debrief=state.opened.debrief if at_the_end else None,
        reveals=[_reveal(number, met) for number, met in enumerate(one.encounters, 1)]
        if at_the_end
        else [],
    )


def progress(study: str, state: Study, people: Sequence[Person], bot_ready: bool) -> Progress:
    """Counts."""
    frozen, plan = state.opened.frozen, state.plan
    phases = Counter(one.phase(plan) for one in people)
    overs = sum(encounter.over is not None for one in people for encounter in one.encounters)
    return Progress(
        study=study,
        title=plan.title,
        sha256=frozen.sha256,
        frozen_at=frozen.frozen_at,
        order_sha256=sha256(state.opened.secret.encode()).hexdigest(),
        admitted=len(state.admitted),
        wanted=plan.stopping.people,
        finished=phases["debrief"] - sum(one.gave_up for one in people),
        by_phase=dict(phases),
        playing=phases["match"],
        played=overs,
        bot_ready=bot_ready,
        looks=[LookWord(number=look.number, decided=look.decided) for look in state.looks],
        closed=state.closed.why if state.closed else None,
    )


def own_data(events: Iterable[Event], at_the_end: bool) -> list[dict[str, object]]:
    """A person's log as it may leave: no tokens; what was who only at the end."""
    return [_without(event, _hidden(event, at_the_end)) for event in events]


def _hidden(event: Event, at_the_end: bool) -> set[str]:
    hidden = {"token_sha256", "seat_token", "bot_seat_token", "rival"}
    if isinstance(event, Met) and not at_the_end:
        hidden |= {"opponent", "swapped", "seat", "set"}
    return hidden


def _without(event: Event, hidden: set[str]) -> dict[str, object]:
    body: dict[str, object] = event.model_dump(mode="json", exclude=hidden)
    if isinstance(event, MatchOver):
        body["rounds"] = [
            one.model_dump(mode="json", exclude={"bot_score", "bot_distance_km", "bot_time_s"})
            for one in event.rounds
        ]
    return body


def _table(one: Person, phase: str) -> TableWord | None:
    if one.current:
        met = one.current.met
        return TableWord(
            match=met.match,
            seat_token=met.seat_token,
            alias=met.alias,
            avatar=met.avatar,
            rival_alias=met.rival_alias,
            rival_avatar=met.rival_avatar,
        )
    return _practice(one.practice) if phase == "practice" and one.practice else None


def _practice(practice: PracticeOpened) -> TableWord:
    return TableWord(
        match=practice.match,
        seat_token=practice.seat_token,
        alias=PRACTICE_NAME,
        avatar=0,
        rival_alias=None,
        rival_avatar=None,
    )


def _reveal(number: int, one: Encounter) -> RevealWord:
    return RevealWord(
        number=number,
        alias=one.met.rival_alias,
        was_bot=one.met.opponent == "bot",
        said_bot=one.answer.said_bot if one.answer else None,
        sure=one.answer.sure if one.answer else None,
        won=one.over.won if one.over else 0.5,
    )
