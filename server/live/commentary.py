"""Why the bot guesses as it does, in plain words: sentence patterns, filled from what it knows.

Before the reveal only the candidates and their odds are spoken of; `while_thinking` is not even
given the guess. The truth is never said: neither function is given it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from models.geo import haversine_km
from server.arena.words import TurnWord
from server.live.ground import Ground, ground_of
from server.protocol import Prediction, RankedGeocell

Look = Callable[[Sequence[tuple[float, float]]], list[Ground]]

MAX_CHARACTERS = 199
MAX_NAME = 30
SURE, LEANING = 0.8, 0.4
"""Belief in a country from which on the bot is sure of it, or leans to it."""
LIKELY = 0.2
"""Of the best candidate's probability: what is less likely is not spoken of."""
NEAR_KM = 100.0
"""Look-alikes within it speak for the guess."""
LEAST_SHARE = 0.05

_OPENINGS = {
    "sure": ("Almost sure of {country}", "This looks like {country}", "{country}, no doubt"),
    "leaning": ("Leaning to {country}", "Probably {country}", "It smells of {country}"),
    "torn": ("Torn between {country} and {other}", "{country} or {other}", "{country}, or {other}"),
    "within": ("All favourites lie in {country}", "Somewhere in {country}", "{country}, but where"),
}
_ENDINGS = {
    "hoped": ("as near as it had hoped", "one of its better guesses"),
    "expected": ("about what it expected", "no surprise to it"),
    "missed": ("a surprise even to itself", "farther than it had thought likely"),
}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A geocell, and what is known of its middle."""

    name: str
    probability: float
    ground: Ground


def while_thinking(cells: Sequence[RankedGeocell], look: Look = ground_of) -> str:
    """What to say before the bot locks in, from `Prediction.geocells` alone, best first.

    At most `MAX_CHARACTERS`; the same words for the same cells.
    """
    if not cells:
        return "Nothing to go by yet."
    candidates, pick = _candidates(cells, look), _pick(cells)
    odds = ", ".join(f"{one.name} {_percent(one.probability)}" for one in candidates[:2])
    hints = _hints(candidates)
    return _joined(f"{_opening(candidates, pick)}: {odds}.", _one_of(hints, pick))


def on_reveal(
    prediction: Prediction,
    turn: TurnWord,
    shares: Mapping[str, float] | None = None,
    look: Look = ground_of,
) -> str:
    """What to say when the round is over: why the guess, how sure it was, and how it went.

    `turn` is the bot's own; `shares` says how much of the attribution each part of the picture
    has (`{"the road": 0.4}`), where that is known.
    """
    candidates, pick = _candidates(prediction.geocells, look), _pick(prediction.geocells)
    belief = _opening(candidates, pick)
    if turn.guess is None or turn.distance_km is None:
        return _joined(f"{belief}, but no guess in time.")
    at = (turn.guess.lat, turn.guess.lng)
    reasons = [
        *_by_shares(shares or {}),
        *_by_neighbours(prediction, at),
        *_by_ground(look([at])),
    ]
    result = f"{belief}: {_km(turn.distance_km)} off, {turn.score:,} points"
    ending = _one_of(_ENDINGS[_met(prediction, turn.distance_km)], pick)
    return _joined(f"{result}, {ending}.", _one_of(reasons, pick))


def _candidates(cells: Sequence[RankedGeocell], look: Look) -> list[_Candidate]:
    """Those that are likely, beside the first; parts of one place, `(1)`, `(2)`, together."""
    least = LIKELY * cells[0].probability if cells else 0.0
    likely = [cell for cell in cells if cell.probability >= least]
    grounds = look([(cell.lat, cell.lng) for cell in likely])
    found: dict[tuple[str, str], _Candidate] = {}
    for cell, ground in zip(likely, grounds, strict=True):
        name = _short(cell.name) or _clipped(ground.country)
        known = found.setdefault((name, ground.country), _Candidate(name, 0.0, ground))
        total = known.probability + cell.probability
        found[name, ground.country] = replace(known, probability=total)
    return list(found.values())


def _pick(cells: Sequence[RankedGeocell]) -> int:
    """Chance from the best cell's name: which pattern is taken."""
    return crc32(cells[0].name.encode()) if cells else 0


def _one_of(patterns: Sequence[str], pick: int) -> str:
    return patterns[pick % len(patterns)] if patterns else ""


def _countries(candidates: Sequence[_Candidate]) -> dict[str, float]:
    """How probable each country is, the most probable first."""
    odds: dict[str, float] = {}
    for one in candidates:
        odds[one.ground.country] = odds.get(one.ground.country, 0.0) + one.probability
    return dict(sorted(odds.items(), key=lambda pair: -pair[1]))


def _opening(candidates: Sequence[_Candidate], pick: int) -> str:
    """Which country, and how sure."""
    odds = _countries(candidates)
    if not odds:
        return "No idea"
    first, *others = odds
    if odds[first] >= SURE:
        how = "sure"
    elif odds[first] >= LEANING:
        how = "leaning"
    else:
        how = "torn" if others else "within"
    other = _clipped(others[0]) if others else ""
    return _one_of(_OPENINGS[how], pick).format(country=_clipped(first), other=other)


def _hints(candidates: Sequence[_Candidate]) -> list[str]:
    """What would tell the two best countries apart, or what is known of the best."""
    odds = _countries(candidates)
    grounds = [
        next(one.ground for one in candidates if one.ground.country == country) for country in odds
    ]
    common = [f"There {fact}." for fact in _facts(grounds[0])]
    if len(grounds) == 1 or odds[grounds[0].country] >= SURE:
        return common
    return _contrasts(grounds[0], grounds[1]) or common


def _facts(ground: Ground) -> list[str]:
    """Those worth a word."""
    facts = ["they drive on the left"] if ground.drives_left else []
    if ground.script != "Latin":
        facts.append(f"signs are in {ground.script}")
    if ground.climate:
        facts.append(f"the climate is {ground.climate}")
    return facts


def _contrasts(one: Ground, other: Ground) -> list[str]:
    here, there = _clipped(one.country), _clipped(other.country)
    hints = []
    if one.drives_left != other.drives_left:
        left, right = (here, there) if one.drives_left else (there, here)
        hints.append(f"The traffic would tell: left in {left}, right in {right}.")
    if one.script != other.script:
        hints.append(f"A sign would tell: {one.script} in {here}, {other.script} in {there}.")
    if one.climate and other.climate and one.climate != other.climate:
        hints.append(f"{here}'s climate is {one.climate}, {there}'s {other.climate}.")
    return hints


def _by_shares(shares: Mapping[str, float]) -> list[str]:
    best = max(shares, key=lambda name: shares[name], default="")
    if not best or not LEAST_SHARE <= shares[best] <= 1:
        return []
    return [f"{_percent(shares[best])} of what spoke for it was {_clipped(best)}."]


def _by_neighbours(prediction: Prediction, at: tuple[float, float]) -> list[str]:
    alike = [(one.lat, one.lng) for one in prediction.neighbours]
    near = int((haversine_km(alike, at) <= NEAR_KM).sum()) if alike else 0
    if near < 2:
        return []
    return [f"{near} of the {len(alike)} most alike panoramas lie within {_km(NEAR_KM)} of it."]


def _by_ground(grounds: Sequence[Ground]) -> list[str]:
    return [f"Around its guess {fact}." for one in grounds for fact in _facts(one)]


def _met(prediction: Prediction, distance_km: float) -> str:
    if distance_km <= prediction.radius_50_km:
        return "hoped"
    return "expected" if distance_km <= prediction.radius_90_km else "missed"


def _joined(*sentences: str) -> str:
    """As many of the sentences as there is room for, without empty ones."""
    said = ""
    for sentence in filter(None, sentences):
        longer = f"{said} {sentence}".strip()
        said = longer if len(longer) <= MAX_CHARACTERS else said
    return said


def _short(name: str) -> str:
    """Of a geocell's name, `A and B, Region, Country (2)`, its places."""
    place = name.partition(",")[0]
    return _clipped(re.sub(r"\s*\(\d+\)$", "", place))


def _clipped(name: str) -> str:
    words = " ".join(name.split())
    return words if len(words) <= MAX_NAME else f"{words[: MAX_NAME - 1].rstrip()}…"


def _percent(probability: float) -> str:
    return f"{probability:.0%}" if probability >= 0.01 else "under 1%"


def _km(km: float) -> str:
    return f"{km * 1000:,.0f} m" if km < 1 else f"{km:,.0f} km"
