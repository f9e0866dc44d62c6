"""Köppen-Geiger zones from monthly temperature and rain.

Rules and letters of Kottek et al. 2006, "World Map of the Köppen-Geiger climate classification
updated", Meteorologische Zeitschrift 15, tables 1 and 2: E first, then B, then A, C and D.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.str_]
Numbers = NDArray[np.float64]


def koppen_zones(temperature_c: ArrayLike, precipitation_mm: ArrayLike, lats: ArrayLike) -> Words:
    """Symbols (n,), as `Cfb`, from monthly means and totals (n, 12) at latitudes (n,)."""
    warmth = np.asarray(temperature_c, dtype=np.float64)
    # From here on the summer half year is April to September, wherever one is.
    south = (np.asarray(lats, dtype=np.float64) < 0)[:, None]
    rain = np.asarray(precipitation_mm, dtype=np.float64)
    rain = np.where(south, np.roll(rain, 6, axis=1), rain)
    coldest, hottest = warmth.min(axis=1), warmth.max(axis=1)
    dryness = rain.sum(axis=1) / np.maximum(_threshold_mm(warmth, rain), 1e-9)
    seasons, letters = _seasons(rain), _letters(warmth)
    kinds = [hottest < 0, hottest < 10, dryness < 0.5, dryness < 1, coldest >= 18, coldest > -3]
    names = [
        np.full(len(warmth), "EF"),
        np.full(len(warmth), "ET"),
        _dry("BW", warmth),
        _dry("BS", warmth),
        _tropical(rain),
        np.strings.add(np.strings.add("C", seasons), letters),
    ]
    return np.select(kinds, names, np.strings.add(np.strings.add("D", seasons), letters))


def _halves(rain: Numbers) -> tuple[Numbers, Numbers]:
    return rain[:, 3:9], np.delete(rain, np.s_[3:9], axis=1)


def _threshold_mm(warmth: Numbers, rain: Numbers) -> Numbers:
    """Yearly rain under which a climate is dry."""
    summer, winter = (half.sum(axis=1) for half in _halves(rain))
    most = rain.sum(axis=1) * 2 / 3
    extra = np.select([summer >= most, winter >= most], [280, 0], 140)
    return np.asarray(20 * warmth.mean(axis=1) + extra)


def _dry(kind: str, warmth: Numbers) -> Words:
    return np.where(warmth.mean(axis=1) >= 18, f"{kind}h", f"{kind}k")


def _tropical(rain: Numbers) -> Words:
    driest = rain.min(axis=1)
    summer, winter = (half.min(axis=1) for half in _halves(rain))
    monsoon = rain.sum(axis=1) >= 25 * (100 - driest)
    return np.select([driest >= 60, monsoon, summer < winter], ["Af", "Am", "As"], "Aw")


def _seasons(rain: Numbers) -> Words:
    """`s` dry summer, `w` dry winter, `f` neither."""
    summer, winter = _halves(rain)
    s_min, s_max, w_min, w_max = summer.min(1), summer.max(1), winter.min(1), winter.max(1)
    dry_summer = (s_min < w_min) & (w_max > 3 * s_min) & (s_min < 40)
    dry_winter = (w_min < s_min) & (s_max > 10 * w_min)
    return np.select([dry_summer, dry_winter], ["s", "w"], "f")


def _letters(warmth: Numbers) -> Words:
    """How warm the summer is, or how cold the winter."""
    coldest, hottest = warmth.min(axis=1), warmth.max(axis=1)
    mild = (warmth >= 10).sum(axis=1) >= 4
    return np.select([hottest >= 22, mild, coldest > -38], ["a", "b", "c"], "d")
