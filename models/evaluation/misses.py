"""The worst misses, with small pictures and the names of places."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from models.evaluation.marks import Marks
from models.geography.survey import survey

WORST = 12

PICTURE_PX = (360, 240)
"""Width and height, at most, of a small picture."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One guess that was far off."""

    id: str
    error_km: float
    truth: tuple[float, float]
    guess: tuple[float, float]
    truth_name: str
    """The nearest town and the country."""
    guess_name: str
    picture: str
    """A data URI; empty where there is no picture."""
    credit: str


def worst_misses(marks: Marks, count: int = WORST) -> list[Miss]:
    """The guesses farthest off, worst first."""
    asked = marks.asked
    rows = np.argsort(-marks.errors_km, kind="stable")[:count].tolist()
    truths, guesses = asked.points[rows], marks.guesses[rows]
    names = zip(names_of(truths), names_of(guesses), strict=True)
    return [
        Miss(
            id=asked.ids[row],
            error_km=float(marks.errors_km[row]),
            truth=(float(asked.points[row, 0]), float(asked.points[row, 1])),
            guess=(float(marks.guesses[row, 0]), float(marks.guesses[row, 1])),
            truth_name=truth_name,
            guess_name=guess_name,
            picture=small_picture(asked.files[row]) if asked.files else "",
            credit=asked.credits[row] if asked.credits else "",
        )
        for row, (truth_name, guess_name) in zip(rows, names, strict=True)
    ]


def names_of(points: ArrayLike) -> list[str]:
    """`Town, Country` of points `(n, 2)`; at sea the nearest town alone, with its distance."""
    found = survey(points)
    near = zip(found.place_names, found.country_names.tolist(), found.place_km, strict=True)
    return [
        f"{town}, {country}" if country else f"at sea, {km:,.0f} km from {town}"
        for town, country, km in near
    ]


def small_picture(path: Path) -> str:
    """A JPEG of at most `PICTURE_PX` as a data URI; empty where there is no picture."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", PICTURE_PX)
            small = picture.convert("RGB")
    except OSError:
        return ""
    small.thumbnail(PICTURE_PX)
    data = BytesIO()
    small.save(data, format="JPEG", quality=72)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()
