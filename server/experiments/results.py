"""A study's data, unblinded, from its people's logs. For reports and exports only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from models.geography.places import countries_of, population_density
from server.experiments.analysis.data import Data, MatchRow, RoundRow
from server.experiments.events import PlayedRound
from server.experiments.study import Encounter, Person

URBAN_PER_KM2 = 300.0
"""People from which a place is urban: clusters of the Degree of Urbanisation (UN, 2020)."""


def results(people: Iterable[Person]) -> Data:
    """All matches that are over, of people in the order of their coming."""
    known = sorted(people, key=lambda one: one.joined.number)
    ids = {one.id for one in known}
    overs = [
        (person.id, number, encounter)
        for person in known
        for number, encounter in enumerate(person.encounters, start=1)
        if encounter.over
    ]
    rounds = [
        _round(person, encounter, one)
        for person, _, encounter in overs
        if encounter.over
        for one in encounter.over.rounds
    ]
    return Data(tuple(_match(*over, ids) for over in overs), tuple(_located(rounds)))


def finished(people: Iterable[Person], matches: int) -> list[Person]:
    """Who has answered after all of so many matches, first come to the end first."""
    done = [
        (one.encounters[-1].answer.at, one)
        for one in people
        if len(one.encounters) == matches and one.encounters[-1].answer
    ]
    return [one for _, one in sorted(done, key=lambda end: (end[0], end[1].id))]


def _match(person: str, number: int, one: Encounter, known: set[str]) -> MatchRow:
    assert one.over
    return MatchRow(
        person=person,
        match=one.met.match,
        number=number,
        set=one.met.set,
        opponent=one.met.opponent,
        won=one.over.won,
        rival=one.met.rival if one.met.rival in known else None,
        said_bot=one.answer.said_bot if one.answer else None,
        sure=one.answer.sure if one.answer else None,
    )


def _round(person: str, encounter: Encounter, one: PlayedRound) -> RoundRow:
    met = encounter.met
    return RoundRow(
        person=person,
        match=met.match,
        opponent=met.opponent,
        place=one.panorama,
        **one.model_dump(exclude={"panorama"}),
    )


def _located(rounds: Sequence[RoundRow]) -> list[RoundRow]:
    if not rounds:
        return []
    points = np.array([(one.lat, one.lng) for one in rounds])
    urban = population_density(points) >= URBAN_PER_KM2
    return [
        replace(one, country=str(country), urban=bool(is_urban))
        for one, country, is_urban in zip(rounds, countries_of(points), urban, strict=True)
    ]
