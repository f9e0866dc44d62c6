"""An exam: panoramas to learn from, others to be asked for, and how guesses at these are marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.evaluation.asked import points_of
from models.evaluation.bootstrap import interval_of_mean
from models.evaluation.metrics import measure, scores_of
from models.geo import haversine_km
from models.hardness.forest import forest_guesses
from models.hardness.tables import Row
from models.world.pack import Pack, PackError, Panorama

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exam:
    """A pack's training panoramas, and those that are asked for."""

    pack: Pack
    train: tuple[Panorama, ...]
    asked: tuple[Panorama, ...]

    @property
    def panoramas(self) -> tuple[Panorama, ...]:
        """Both, the training ones first."""
        return self.train + self.asked

    def row(self, name: str, guesses: ArrayLike) -> Row:
        """The row of guesses `(n, 2)` at the panoramas that are asked for."""
        truths, diagonal_km = points_of(self.asked), self.pack.diagonal_km
        scores = scores_of(haversine_km(guesses, truths), diagonal_km)
        groups = [panorama.sequence for panorama in self.asked]
        return Row(name, measure(guesses, truths, diagonal_km), interval_of_mean(scores, groups))

    def learnt(self, name: str, features: Array) -> Row:
        """The row of a forest over features `(n, d)` of `panoramas`, learnt on the first ones."""
        known, asked = features[: len(self.train)], features[len(self.train) :]
        points, diagonal_km = points_of(self.train), self.pack.diagonal_km
        return self.row(name, forest_guesses(known, points, asked, diagonal_km=diagonal_km))


def make_exam(pack: Pack, split: str) -> Exam:
    """Train on the training split, ask for another one.

    Raises:
        PackError: one of them is empty.
    """
    found = Exam(pack, pack.split("train"), pack.split(split))
    if not found.train or not found.asked:
        counts = {"train": len(found.train), split: len(found.asked)}
        raise PackError(f"{pack.name}: expected panoramas of both splits, got: {counts}")
    return found
