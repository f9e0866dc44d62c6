"""Opens a study's matches in the arena and reads what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from server.arena.host import Host
from server.arena.state import State
from server.arena.words import NewMatch, NewSharedMatch, SharedRules, TakeSeat
from server.experiments.assignment import Pairing, chance
from server.experiments.drawing import Panoramas
from server.experiments.events import MatchOver, Met, PlayedRound, PracticeOpened, StudyOpened
from server.experiments.names import drawn
from server.experiments.plan import Plan

PRACTICE_NAME = "You"


def open_practice(host: Host, plan: Plan, panoramas: Panoramas, now: float) -> PracticeOpened:
    """A match of one round, alone, by the plan's rules."""
    practice = plan.practice
    wish = NewMatch(
        pack=practice.pack,
        split=practice.split,
        seed=practice.seed,
        name=PRACTICE_NAME,
        rules=plan.rules.model_copy(update={"rounds": 1}),
    )
    seated = host.create(wish, panoramas)
    return PracticeOpened(at=now, match=seated.match, seat_token=seated.seat_token)


@dataclass(frozen=True, slots=True)
class _Seat:
    token: str
    alias: str
    avatar: int


def open_match(
    host: Host, opened: StudyOpened, pairing: Pairing, panoramas: Panoramas, now: float
) -> dict[str, Met]:
    """The match of a pairing, by person. Whether the bot sits first is chance, as names are.

    Raises:
        UnknownPack: the set's pack is not there any more.
    """
    plan, secret = opened.frozen.plan, opened.secret
    drawn_set = plan.sets[pairing.set]
    wish = NewSharedMatch(
        pack=drawn_set.pack,
        split=drawn_set.split,
        seed=drawn_set.seed,
        rules=plan.rules,
        shared=SharedRules(
            mode=plan.mode, seats=2, after_first_guess_s=plan.after_first_guess_s, rated=False
        ),
    )
    table = host.open_shared(wish, panoramas)
    seats = [
        _Seat(
            host.take_seat(table.match, table.invite, TakeSeat(name=alias)).seat_token,
            alias,
            avatar,
        )
        for alias, avatar in drawn(secret, table.match, 2)
    ]
    first = chance(secret, "bot seat", table.match) < 0.5
    places = dict(
        zip(pairing.people, (0, 1) if len(pairing.people) == 2 else (int(first),), strict=True)
    )
    return {
        person: _met(pairing, table.match, person, seat, seats, now)
        for person, seat in places.items()
    }


def _met(
    pairing: Pairing, match: str, person: str, seat: int, seats: list[_Seat], now: float
) -> Met:
    own, other = seats[seat], seats[1 - seat]
    rival = next((one for one in pairing.people if one != person), None)
    return Met(
        at=now,
        match=match,
        seat_token=own.token,
        seat=seat,
        alias=own.alias,
        avatar=own.avatar,
        rival_alias=other.alias,
        rival_avatar=other.avatar,
        set=pairing.set,
        opponent=pairing.opponent,
        rival=rival,
        bot_seat_token=None if rival else other.token,
        swapped=person in pairing.swapped,
    )


def outcome(state: State, met: Met, now: float) -> MatchOver | None:
    """What a person has played, once their match is over; None: it is not.

    Of another person's guesses nothing is kept here: those are theirs to delete.
    """
    if state.phase != "over":
        return None
    won = 0.5 if state.winner is None else float(state.winner == met.seat)
    rounds = tuple(_played(state, number, met) for number in range(len(state.ended)))
    return MatchOver(at=now, won=won, rounds=tuple(one for one in rounds if one))


def _played(state: State, number: int, met: Met) -> PlayedRound | None:
    ended = state.ended[number]
    own = ended.turns.get(met.seat)
    if own is None:
        return None
    bot = ended.turns.get(1 - met.seat) if met.opponent == "bot" else None
    return PlayedRound(
        number=number + 1,
        panorama=ended.planned.panorama,
        lat=ended.planned.lat,
        lng=ended.planned.lng,
        score=own.score,
        distance_km=own.distance_km,
        time_s=own.time_s,
        timed_out=own.timed_out,
        bot_score=bot.score if bot else None,
        bot_distance_km=bot.distance_km if bot else None,
        bot_time_s=bot.time_s if bot else None,
    )
