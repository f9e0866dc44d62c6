"""Everything that is said of one system's answers to one set of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluation.abstaining import Answered, risk_coverage
from models.evaluation.asked import Asked
from models.evaluation.benchmarks import Published
from models.evaluation.groups import groups_of
from models.evaluation.leaks import Leaks
from models.evaluation.localizable import Localizable, localizable_of
from models.evaluation.marks import Marks, mark, metrics_of
from models.evaluation.metrics import Metrics, as_json, guesses_of
from models.evaluation.reliability import (
    CellBelief,
    Coverage,
    Reliability,
    cell_belief,
    coverage_of,
    reliability_of,
)
from models.evaluation.tables import Row, row_of
from models.geography.admin import Located, by_places
from models.geolocator import Geolocator
from models.swc.geolocator import Swc

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

DECIDED = "guess"
"""The kind of guess that is played, and that groups, maps and misses are about."""

WITH_LEAKS = f"{DECIDED}, leaks in"


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a system says of `n` panoramas."""

    guesses: Mapping[str, Array]
    """`(n, 2)` by kind; one is `DECIDED`."""
    radii_km: Mapping[float, Array] = field(default_factory=dict)
    """`(n,)` by the percentage that they promise to hold."""
    trust: Array | None = None
    """`(n,)`: the expected scores."""
    belief: CellBelief | None = None
    densities: Array | None = None
    """Prediction densities `(n,)`, of a system that knows when to abstain."""

    def only(self, mask: Mask) -> Answers:
        """Those of the panoramas where the mask `(n,)` holds."""
        return Answers(
            {kind: points[mask] for kind, points in self.guesses.items()},
            {percent: radii[mask] for percent, radii in self.radii_km.items()},
            None if self.trust is None else self.trust[mask],
            self.belief.only(mask) if self.belief else None,
            None if self.densities is None else self.densities[mask],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A system on one split or benchmark; leaks are left out of all but one row."""

    asked: Asked
    rows: Mapping[str, Metrics]
    """By kind of guess."""
    decided: Marks
    errors_km: Mapping[str, Array]
    """`(n,)` by kind of guess."""
    groups: Mapping[str, Mapping[str, Metrics]]
    """Of the decided guess: by continent, setting, country."""
    reliability: Reliability | None
    coverages: tuple[Coverage, ...]
    abstaining: tuple[Answered, ...]
    """Risk and coverage of the decided guess; empty where no score is expected."""
    leaks: Leaks | None
    localizable: Localizable | None = None
    published: tuple[Published, ...] = ()

    @property
    def table(self) -> dict[str, Row]:
        """Published systems first, then what was measured here."""
        theirs = {result.system: result.row for result in self.published}
        return theirs | {kind: row_of(metrics) for kind, metrics in self.rows.items()}


def answers_of(geolocator: Geolocator, embeddings: NDArray[np.float32], points: Array) -> Answers:
    """What a geolocator says of embeddings `(n, d)` of panoramas at points `(n, 2)`."""
    predictions = geolocator.locate(embeddings)
    radii_km = {
        50.0: np.array([p.radius_50_km for p in predictions], dtype=np.float64),
        90.0: np.array([p.radius_90_km for p in predictions], dtype=np.float64),
    }
    trust = np.array([p.expected_score for p in predictions], dtype=np.float64)
    belief = cell_belief(geolocator, embeddings, points)
    guesses, densities = guesses_of(predictions), None
    if isinstance(geolocator, Swc):
        guesses["retrieval"] = geolocator.retrieve(embeddings)
        densities = geolocator.prediction_densities(embeddings)
    return Answers(guesses, radii_km, trust, belief, densities)


def evaluation_of(
    asked: Asked,
    answers: Answers,
    *,
    leaking: Mask | None = None,
    leaks: Leaks | None = None,
    published: tuple[Published, ...] = (),
) -> Evaluation:
    """Measure answers to all that is asked for, the `leaking` ones `(n,)` left out.

    Raises:
        ValueError: all of them leak.
    """
    rows: dict[str, Metrics] = {}
    if leaking is not None and leaking.any():
        truth = by_places(asked.points)
        rows[WITH_LEAKS] = metrics_of(mark(answers.guesses[DECIDED], asked, truth))
        asked, answers = asked.only(~leaking), answers.only(~leaking)
    _check_left(asked)
    truth = by_places(asked.points)
    marks = {kind: mark(points, asked, truth) for kind, points in answers.guesses.items()}
    decided = marks[DECIDED]
    return Evaluation(
        asked=asked,
        rows={kind: metrics_of(marked) for kind, marked in marks.items()} | rows,
        decided=decided,
        errors_km={kind: marked.errors_km for kind, marked in marks.items()},
        groups=_groups(decided, truth),
        reliability=reliability_of(answers.belief, asked.sequences) if answers.belief else None,
        coverages=_coverages(answers, decided),
        abstaining=_abstaining(answers, decided),
        leaks=leaks,
        localizable=None
        if answers.densities is None
        else localizable_of(answers.densities, decided.errors_km, asked.sequences),
        published=published,
    )


def _check_left(asked: Asked) -> None:
    if len(asked) == 0:
        raise ValueError(
            f"{asked.name}: expected panoramas farther from those of the bundle, got none; "
            "--leak-km 0 lets all pass"
        )


def _groups(decided: Marks, truth: Located) -> dict[str, dict[str, Metrics]]:
    return {
        what: {name: metrics_of(decided.only(mask)) for name, mask in masks.items()}
        for what, masks in groups_of(decided.asked.points, truth).items()
    }


def _coverages(answers: Answers, decided: Marks) -> tuple[Coverage, ...]:
    return tuple(
        coverage_of(percent, radii, decided.errors_km, decided.asked.sequences)
        for percent, radii in answers.radii_km.items()
    )


def _abstaining(answers: Answers, decided: Marks) -> tuple[Answered, ...]:
    if answers.trust is None:
        return ()
    return risk_coverage(answers.trust, decided.errors_km, decided.asked.diagonal_km)


def evaluation_as_json(evaluation: Evaluation) -> dict[str, Any]:
    """All of it, the decided guesses one by one too."""
    asked, decided = evaluation.asked, evaluation.decided
    return {
        "name": asked.name,
        "rows": as_json(evaluation.rows),
        "groups": {what: as_json(rows) for what, rows in evaluation.groups.items()},
        "reliability": asdict(evaluation.reliability) if evaluation.reliability else None,
        "coverage": [asdict(coverage) for coverage in evaluation.coverages],
        "abstaining": [asdict(row) for row in evaluation.abstaining],
        "leaks": asdict(evaluation.leaks) if evaluation.leaks else None,
        "localizable": asdict(evaluation.localizable) if evaluation.localizable else None,
        "published": [
            {"system": p.system, "source": p.source, **p.row.values} for p in evaluation.published
        ],
        "guesses": [
            {"id": id_, "lat": lat, "lng": lng, "error_km": round(km, 3)}
            for id_, (lat, lng), km in zip(
                asked.ids, decided.guesses.tolist(), decided.errors_km.tolist(), strict=True
            )
        ],
    }
