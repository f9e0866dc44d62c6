"""A site's pages as an adapter describes them: what is where, and how its words are read. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from bot.consent import Doors
from bot.placement.hand import MapThings
from bot.sight import Glance, Nuisance, Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What `bot.seen_game.SeenGame` needs to know of a site."""

    site: str
    doors: Doors
    panorama: Thing
    guess_map: MapThings
    guess: Thing
    """The button; there and enabled only where a pin can be submitted."""
    result: Thing
    """Shown after each round, as are the three below and the two pins."""
    score: Thing
    distance: Thing
    guess_pin: Thing
    truth_pin: Thing
    result_map: MapThings
    over: Thing
    """Shown when the match is over."""
    next: Thing | None = None
    """None: the site goes on by itself."""
    last: tuple[Thing, ...] = ()
    """Buttons that lead from the last result to the end of the match, where `next` does not."""
    start: tuple[Thing, ...] = ()
    """Buttons to press, each when it is seen, to get to the first round."""
    loading: tuple[Thing, ...] = ()
    """While one of these is shown, the panorama is not there."""
    round_number: Thing | None = None
    """Text "2 / 5" or "Round 2"; None: the bot counts."""
    rounds: int = 5
    """Of a match, where `round_number` does not say."""
    clock: Thing | None = None
    """Text "0:57" or "57"."""
    compass: Thing | None = None
    """Turned against the heading, so that its needle points north; None: none can be read."""
    turns: bool = True
    """Whether the panorama can be turned; tried out where it is said to."""
    hfov_deg: float = 90.0
    """How wide the panorama looks, over its whole width; a first guess where there is a compass."""
    nuisances: tuple[Nuisance, ...] = ()
    hide: tuple[str, ...] = ()
    """Selectors of the interface, for pictures."""

    @property
    def watched(self) -> tuple[Thing, ...]:
        """By which the phase of a match is known."""
        optional = (
            self.next,
            self.round_number,
            self.clock,
            self.compass,
            *self.last,
            *self.loading,
        )
        things = (self.panorama, self.guess_map.map, self.result, self.over, *optional)
        return tuple(thing for thing in things if thing)


def things_of(layout: object) -> list[Thing]:
    """Every thing that a layout names, each once, in its order."""
    found: dict[Thing, None] = {}

    def walk(value: Any) -> None:  # noqa: ANN401  whatever fields hold
        if isinstance(value, Thing):
            found[value] = None
        elif isinstance(value, tuple):
            for each in value:
                walk(each)
        elif is_dataclass(value):
            for field in fields(value):
                walk(getattr(value, field.name))

    walk(layout)
    return list(found)


def phase_of(layout: Layout, glance: Glance) -> str:
    """`over`, `result`, `round`, or `waiting` for any of them."""
    if glance.sees(layout.over):
        return "over"
    if glance.sees(layout.result):
        return "result"
    busy = any(glance.sees(thing) for thing in layout.loading)
    if glance.sees(layout.panorama) and glance.sees(layout.guess_map.map) and not busy:
        return "round"
    return "waiting"


def round_and_count(text: str) -> tuple[int | None, int | None]:
    """Of "2 / 5", "Round 2", "Round 2 of 5"; None: it is not said."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    return (numbers[0] if numbers else None), (numbers[1] if len(numbers) > 1 else None)


def clock_s(text: str) -> float | None:
    """Of "0:57", "1:02:03" or "57"; None: there is no time in it."""
    found = re.search(r"\d+(?::\d\d)*", text)
    if not found:
        return None
    seconds = 0.0
    for part in found[0].split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def points(text: str) -> int | None:
    """Of "4,711 points", or of a bare "4711"; 5000 for "PERFECT 5K"; None: there are none."""
    if re.search(r"\b5k\b", text, re.IGNORECASE):
        return 5000
    number = r"\d[\d.,' \u00a0\u202f]*"
    found = re.search(rf"{number}(?=\s*(?:points|pts))", text, re.IGNORECASE)
    found = found or re.search(number, text)
    return int(re.sub(r"\D", "", found[0])) if found else None


UNITS_KM = {"km": 1.0, "m": 0.001, "mi": 1.609344, "miles": 1.609344, "yd": 0.0009144}
UNITS_KM["ft"] = UNITS_KM["yd"] / 3


def distance_km(text: str) -> float | None:
    """Of "1,131.5 mi", "850 m", "12 345 km"; None: there is none. The comma parts thousands."""
    units = "|".join(UNITS_KM)
    found = re.search(rf"(\d[\d, \u00a0\u202f]*(?:\.\d+)?)\s*({units})\b", text, re.IGNORECASE)
    if not found:
        return None
    return float(re.sub(r"[^\d.]", "", found[1])) * UNITS_KM[found[2].lower()]
