"""What a report draws: values with their intervals, one below the other, as SVG. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

WIDTH, LEFT, RIGHT = 640, 170, 24
ROW, TOP, BOTTOM = 20, 14, 42


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval."""

    name: str
    value: float
    low: float
    high: float
    bold: bool = False


def intervals(marks: Sequence[Mark], axis: str, middle: float) -> str:
    """The marks as an SVG with a line at `middle`; one that is bold stands out."""
    height = TOP + ROW * len(marks) + BOTTOM
    ends = [end for mark in marks for end in (mark.low, mark.high, mark.value)]
    low, high = _range([end for end in ends if np.isfinite(end)], middle)

    def x(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    foot = TOP + ROW * len(marks)
    ticks = [t for t in _ticks(low, high) if low <= t <= high]
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'font-family="system-ui, sans-serif" font-size="12" role="img" '
            f'aria-label="{escape(axis, {chr(34): "&quot;"})}">'
        ),
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        *(_tick(x(tick), tick, foot) for tick in ticks),
        f'<path d="M{x(middle):.1f} {TOP}V{foot}" stroke="#5c6675" stroke-dasharray="3 4"/>',
        *(_mark(mark, TOP + ROW * (i + 0.5), x) for i, mark in enumerate(marks)),
        (
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{foot + 34}" text-anchor="middle" '
            f'fill="#5c6675">{escape(axis)}</text>'
        ),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _mark(mark: Mark, y: float, x: Callable[[float], float]) -> str:
    colour = "#f59f0b" if mark.bold else "#1b2330"
    weight = ' font-weight="700"' if mark.bold else ""
    name = mark.name if len(mark.name) <= 24 else mark.name[:23] + "…"
    return (
        f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end" fill="#1b2330"{weight}>'
        f"{escape(name)}</text>"
        f'<path d="M{x(mark.low):.1f} {y:.1f}H{x(mark.high):.1f}" stroke="{colour}" '
        f'stroke-width="2" opacity=".45"/>'
        f'<circle cx="{x(mark.value):.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    )


def _tick(x: float, value: float, foot: float) -> str:
    return (
        f'<path d="M{x:.1f} {TOP}V{foot}" stroke="#e1e5eb"/>'
        f'<text x="{x:.1f}" y="{foot + 16}" text-anchor="middle" fill="#5c6675">{value:g}</text>'
    )


def _range(ends: Sequence[float], middle: float) -> tuple[float, float]:
    low, high = min([*ends, middle]), max([*ends, middle])
    margin = (high - low) * 0.05 or 1.0
    return low - margin, high + margin


def _ticks(low: float, high: float) -> list[float]:
    """At round values, about five."""
    step = 10 ** np.floor(np.log10((high - low) / 4))
    step *= next(by for by in (1, 2, 5, 10) if (high - low) / (step * by) <= 7)
    first = np.ceil(low / step)
    return [float(round(step * (first + i), 10)) for i in range(9)]
