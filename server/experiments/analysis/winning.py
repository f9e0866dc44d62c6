"""How often the bot wins.

Assumption of the interval: people are independent; matches of one person need not be. It is
Wilson's (1927), with as many matches as the spread between people makes them worth (the effective
sample size of Korn and Graubard, Survey Methodology 24, 1998, 193-201). A draw is half a win.

On a set of panoramas the bot guesses the same whoever sits opposite, so a lucky set wins against
everybody: `p` is the larger one of a test over people and a test over sets, as in `paired`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from server.experiments.analysis.data import Data
from server.experiments.analysis.resampling import Array, Interval, flipped_p, means_by


@dataclass(frozen=True, slots=True)
class WinRate:
    """The bot's share of its matches."""

    share: float
    low: float
    high: float
    p: float
    """Of a half."""
    matches: int
    people: int


def win_rate(data: Data) -> WinRate | None:
    """Of the matches between a bot and a person; None: there are none."""
    met = [row for row in data.matches if row.opponent == "bot"]
    if not met:
        return None
    wins = np.array([1 - row.won for row in met])
    people = [row.person for row in met]
    low, high = wilson(wins, people)
    return WinRate(float(wins.mean()), low, high, win_p(data), len(met), len({*people}))


def win_p(data: Data) -> float:
    """Its p alone; 1 where there are no matches."""
    met = [row for row in data.matches if row.opponent == "bot"]
    leads = [0.5 - row.won for row in met]
    by_person = means_by([row.person for row in met], leads)
    by_set = means_by([str(row.set) for row in met], leads)
    return max(flipped_p(by_person), flipped_p(by_set))


def wilson(wins: Array, people: list[str]) -> Interval:
    """95 % interval of the mean of wins `(n,)`, 0 to 1, that come in groups of one person."""
    share, groups = float(wins.mean()), len({*people})
    worth = _effective(wins, people)
    z = float(stdtrit(groups - 1, 0.975)) if groups > 1 else np.inf
    if not np.isfinite(z):
        return 0.0, 1.0
    middle = (share + z**2 / (2 * worth)) / (1 + z**2 / worth)
    half = z / (1 + z**2 / worth) * np.sqrt(share * (1 - share) / worth + z**2 / (4 * worth**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _effective(wins: Array, people: list[str]) -> float:
    """Matches of as many people as carry the same information; never more than there are."""
    count, share = len(wins), float(wins.mean())
    _, at = np.unique(np.asarray(people), return_inverse=True)
    off = np.bincount(at, weights=wins - share)
    groups = len(off)
    plain = share * (1 - share) / count
    if groups < 2 or plain == 0:
        return float(count)
    clustered = float((off**2).sum()) / count**2 * groups / (groups - 1)
    return count if clustered == 0 else min(float(count), count * plain / clustered)
