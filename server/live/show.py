"""What the overlay may show: a pure function of the match at a time and what seats had sent.

The match is the arena's state at the show's clock, which runs behind. Of a round that is over
nothing is told before its suspense is: neither who won it nor how the sides stand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.arena.state import Ended, State
from server.arena.view import outcome_word, side_words
from server.arena.words import SideWord, TurnWord
from server.live.chat.words import ChatSummary
from server.live.inbox import Sent
from server.live.timeline import Moment
from server.live.words import (
    Belief,
    ChatPlace,
    PastRound,
    Reveal,
    ShownChat,
    ShownSeat,
    ShownSide,
    ShownView,
    ShowPhase,
    ShowSettings,
    ShowWord,
)

SUSPENSE_S = 2.5
"""From the last lock-in to the reveal."""
REVEAL_S = 9.0
"""From the last reveal to the final."""


@dataclass(frozen=True, slots=True)
class Comments:
    """What is said of a seat, in words."""

    thinking: Callable[[Belief], str]
    """Before the reveal: of what it thinks possible."""
    revealed: Callable[[TurnWord], str]
    """After it."""


SILENT = Comments(lambda _: "", lambda _: "")


def shown_round(moment: Moment) -> int:
    """Number of the round that is shown; 0: none yet."""
    running = moment.state.running
    return running.number if running else len(moment.state.ended)


def show(
    moment: Moment,
    sent: Sequence[Sent],
    settings: ShowSettings,
    *,
    held: bool = False,
    stage: int = 0,
    comments: Comments = SILENT,
    chat: ChatSummary | None = None,
) -> ShowWord:
    """The show at `moment`; `sent` is what each seat had told of the shown round by then.

    `chat` is of the shown round, too, and may be there long before it is to be told.
    """
    state, (phase, since) = moment.state, _phase(moment)
    known = moment.before if phase == "suspense" else state
    shared = state.shared
    assert shared is not None, "only shared matches are shown"
    names = _names(state, streamer=settings.streamer)
    revealed = phase in {"reveal", "over"}
    return ShowWord(
        phase=phase,
        phase_s=max(0.0, moment.at - since),
        round=shown_round(moment),
        rounds=state.created.rules.rounds,
        mode=shared.mode,
        pack="" if settings.streamer else state.created.pack,
        time_left_s=_left_s(state.deadline, moment.at),
        starts_in_s=None if phase == "suspense" else _left_s(state.next_start, moment.at),
        seats=[
            _seat(state, seat, names[seat], one, phase, comments)
            for seat, one in zip(range(len(state.seats)), sent, strict=False)
        ],
        sides=_sides(moment, known, names, phase),
        full_health=shared.health,
        reveal=_reveal(len(state.ended), state.ended[-1]) if revealed else None,
        chat=_chat(chat, streamer=settings.streamer) if revealed and chat else None,
        history=[_past(number, ended) for number, ended in enumerate(known.ended, 1)],
        winner=state.winner if phase == "over" else None,
        layout=settings.layout,
        streamer=settings.streamer,
        held=held,
        stage=stage,
    )


def _phase(moment: Moment) -> tuple[ShowPhase, float]:
    """And when it began."""
    state = moment.state
    if state.started_at is None:
        return "lobby", state.created.at
    if state.running:
        return "round", state.running.started_at
    if not state.ended:
        return "ready", state.started_at
    revealed_at = state.ended[-1].at + SUSPENSE_S
    if moment.at < revealed_at:
        return "suspense", state.ended[-1].at
    if state.phase == "over" and moment.at >= revealed_at + REVEAL_S:
        return "over", revealed_at + REVEAL_S
    return "reveal", revealed_at


def _names(state: State, *, streamer: bool) -> list[str]:
    if streamer:
        return [f"Player {seat}" for seat in range(1, len(state.seats) + 1)]
    return [seat.name for seat in state.seats]


def _seat(
    state: State, seat: int, name: str, sent: Sent, phase: ShowPhase, comments: Comments
) -> ShownSeat:
    hand = state.running.hands.get(seat) if state.running else None
    belief = sent.beliefs[-1].belief if sent.beliefs else None
    if phase in {"reveal", "over"}:
        turns = outcome_word(len(state.ended), state.ended[-1], None).turns
        said = "".join(comments.revealed(turn) for turn in turns if turn.seat == seat)
    else:
        said = comments.thinking(belief) if belief else ""
    return ShownSeat(
        name=name,
        side=state.side(seat),
        locked=phase == "suspense" or (hand is not None and hand.guess is not None),
        views=_views(sent),
        belief=belief,
        said=said,
    )


def _views(sent: Sent) -> list[ShownView]:
    heated = {heat.number for heat in sent.heats}
    return [
        ShownView(number=view.number, heading=view.heading, heat=view.number in heated)
        for view in sent.views
    ]


def _sides(moment: Moment, known: State, names: Sequence[str], phase: ShowPhase) -> list[ShownSide]:
    after = side_words(known)
    before = side_words(moment.before) if phase in {"reveal", "over"} else after
    teams = known.shared.teams if known.shared else 0
    return [
        _side(f"Team {side + 1}" if teams else names[side], *pair)
        for side, pair in enumerate(zip(after, before, strict=True))
    ]


def _side(name: str, after: SideWord, before: SideWord) -> ShownSide:
    return ShownSide(
        name=name,
        score=after.score,
        score_before=before.score,
        health=after.health,
        health_before=before.health,
        multiplier=after.multiplier,
    )


def _reveal(number: int, ended: Ended) -> Reveal:
    word = outcome_word(number, ended, None)
    return Reveal(
        location=word.location,
        place=word.place,
        turns=word.turns,
        blows=word.blows,
        licence=word.licence,
        attribution=word.attribution,
    )


def _chat(chat: ChatSummary, *, streamer: bool) -> ShownChat | None:
    if not chat.viewers:
        return None
    closest = [
        ChatPlace(
            name=f"Viewer {place}" if streamer else one.name,
            distance_km=one.distance_km,
            score=one.score,
        )
        for place, one in enumerate(chat.closest, 1)
    ]
    return ShownChat(viewers=chat.viewers, closest=closest, mean_score=chat.mean_score)


def _past(number: int, ended: Ended) -> PastRound:
    return PastRound(
        number=number,
        place=ended.planned.place,
        scores=list(ended.scores),
        damages=[blow.damage for blow in ended.blows],
    )


def _left_s(until: float | None, at: float) -> float | None:
    return None if until is None else max(0.0, until - at)
