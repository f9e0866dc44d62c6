"""Glicko-2 ratings of everybody, and the share of people whom the bot stands above.

The people's first matches are one rating period, their second ones the next, and so on (Glickman,
"Example of the Glicko-2 system", 2012). Assumption: winning depends on the difference of two
strengths alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from glicko2.math import mu_to_rating, phi_to_rd, rd_to_phi, update_rating

from server.experiments.analysis.data import Data, MatchRow

BOT = ""
"""Its name among the rated; no person has none."""

Strength = tuple[float, float, float]
"""mu, phi and sigma of Glicko-2."""

NEWCOMER: Strength = 0.0, rd_to_phi(350), 0.06
"""Rating 1500, deviation 350."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A player's place."""

    name: str
    rating: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """All of them."""

    standings: tuple[Standing, ...]
    """Best first."""
    bot: Standing
    percentile: float
    """Of the bot among people, 0 to 100: the share rated below it, equals half."""


def ladder(data: Data) -> Ladder | None:
    """The ratings; None: the bot has played nobody."""
    strengths = dict.fromkeys((BOT, *data.people), NEWCOMER)
    if not any(row.opponent == "bot" for row in data.matches):
        return None
    for number in sorted({row.number for row in data.matches}):
        met = _met((row for row in data.matches if row.number == number), strengths)
        strengths = {
            name: update_rating(
                *strength, [(*strengths[other][:2], won) for other, won in met[name]]
            )
            for name, strength in strengths.items()
        }
    standings = [
        Standing(name, mu_to_rating(mu), phi_to_rd(phi)) for name, (mu, phi, _) in strengths.items()
    ]
    bot = next(one for one in standings if one.name == BOT)
    ranked = sorted(standings, key=lambda one: (-one.rating, one.name))
    return Ladder(tuple(ranked), bot, _percentile(bot, standings))


def _percentile(bot: Standing, standings: list[Standing]) -> float:
    people = [one.rating for one in standings if one.name != BOT]
    below = sum((bot.rating > rating) + (bot.rating == rating) / 2 for rating in people)
    return 100 * below / len(people)


def _met(
    rows: Iterable[MatchRow], known: Iterable[str]
) -> defaultdict[str, list[tuple[str, float]]]:
    """Whom each player met and what they won; the bot's half is the people's turned round.

    A match of two people is in each one's row, at the number that it had for them.
    """
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    names = {*known}
    for row in rows:
        if row.opponent == "bot":
            found[row.person].append((BOT, row.won))
            found[BOT].append((row.person, 1 - row.won))
        elif row.rival in names:
            found[row.person].append((str(row.rival), row.won))
    return found
