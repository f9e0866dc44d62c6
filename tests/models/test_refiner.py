"""The refiner, against a plain loop, and the faults of the reference that it must not have."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.geo import haversine_km
from models.prototypes import Prototypes, make_prototypes
from models.refiner import NEIGHBOURS, Refiner, Rivals, compete, cosine

CENTROIDS = np.array([(0.0, 0.0), (0.0, 5.0), (40.0, 100.0), (10.0, 50.0)])
FAR = 1e9


def prototypes(per_cell: int = 10, cells: tuple[int, ...] = (0, 1, 2)) -> Prototypes:
    rng = np.random.default_rng(4)
    ids = np.repeat(cells, per_cell)
    points = CENTROIDS[ids] + rng.normal(scale=0.4, size=(len(ids), 2))
    embeddings = rng.normal(size=(len(ids), 5)).astype(np.float32)
    names = tuple(f"p{n}" for n in range(len(ids)))
    return make_prototypes(names, points, embeddings, ids, min_samples=3, xi=0.15)


def refiner(
    known: Prototypes,
    top_k: int = 3,
    rivals: Rivals = Rivals.PROTOTYPES,
    temperature: float = 1.0,
    max_refinement_km: float = FAR,
) -> Refiner:
    return Refiner(CENTROIDS, known, top_k, rivals, temperature, max_refinement_km)


def log(*probabilities: float) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.log(np.array(probabilities))


@pytest.mark.parametrize("rivals", Rivals)
@pytest.mark.parametrize("cells", [(0, 1, 2), (0, 2)])
def test_a_batch_against_a_plain_loop(rivals: Rivals, cells: tuple[int, ...]) -> None:
    known, rng = prototypes(cells=cells), np.random.default_rng(8)
    queries = rng.normal(size=(30, 5)).astype(np.float32)
    shares = rng.dirichlet(np.ones(4), size=30)
    found = refiner(known, rivals=rivals, temperature=0.7).refine(queries, np.log(shares))
    for query, p, guess in zip(queries, shares, found.guesses, strict=True):
        assert tuple(guess) == by_hand(known, query, p, 0.7, rivals)


def by_hand(
    known: Prototypes,
    query: NDArray[np.float32],
    p: NDArray[np.float64],
    temperature: float,
    rivals: Rivals,
) -> tuple[float, float]:
    """The paper's words, one number at a time: L2 to prototypes, softmax, times probability."""
    candidates = []
    for cell in sorted(range(4), key=lambda c: -p[c])[:3]:
        rows = [row for row in range(len(known.geocells)) if known.geocells[row] == cell]
        options = []
        for members in groups(known, rows, rivals):
            mean = [
                sum(float(known.embeddings[m][i]) for m in members) / len(members) for i in range(5)
            ]
            options.append((math.dist(mean, query.tolist()), members))
        if options:
            distance, members = min(options)
            best = min(
                members, key=lambda m: math.dist(known.embeddings[m].tolist(), query.tolist())
            )
            candidates.append((cell, distance, tuple(map(float, known.points[best]))))
        else:
            candidates.append((cell, None, tuple(map(float, CENTROIDS[cell]))))
    worst = max(distance for _, distance, _ in candidates if distance is not None)
    weights = [
        p[cell] * math.exp(-(worst if distance is None else distance) / temperature)
        for cell, distance, _ in candidates
    ]
    return candidates[int(np.argmax(weights))][2]


def groups(known: Prototypes, rows: list[int], rivals: Rivals) -> list[list[int]]:
    """The clusters of a geocell's rows, or each row on its own."""
    if rivals is Rivals.MEMBERS:
        return [[row] for row in rows]
    clusters = sorted({int(known.clusters[row]) for row in rows})
    return [[row for row in rows if known.clusters[row] == cluster] for cluster in clusters]


def test_the_belief_against_a_plain_loop() -> None:
    """Cell 1 is empty: its centroid stands in for it, no more similar than any member."""
    known = prototypes(per_cell=4, cells=(0, 2))
    query = np.random.default_rng(8).normal(size=5).astype(np.float32)
    p = np.array([0.5, 0.2, 0.2, 0.1])
    found = refiner(known, temperature=0.7).believe(query, np.log(p))
    away = [math.dist(e.tolist(), query.tolist()) for e in known.embeddings]
    expected = {
        tuple(point): p[cell] / 4 * math.exp(-distance / 0.7)
        for point, cell, distance in zip(known.points, known.geocells, away, strict=True)
    }
    expected[tuple(CENTROIDS[1])] = p[1] * math.exp(-max(away) / 0.7)
    shares = dict(zip(map(tuple, found.points), found.probabilities, strict=True))
    assert shares.keys() == expected.keys()
    for place, share in expected.items():
        assert shares[place] == pytest.approx(share / sum(expected.values()), rel=1e-4)
    nearest = [
        min(float(haversine_km(a, b)) for j, b in enumerate(known.points) if j != i)
        for i, a in enumerate(known.points)
    ]
    assert found.spreads_km == pytest.approx([np.median(nearest)] * 9)


def test_the_nearest_image_is_taken_not_the_farthest() -> None:
    """Fault 1 of the reference: a query equal to member 0 of 10 must return member 0."""
    embeddings = np.arange(10, dtype=np.float32)[:, None] * np.ones((1, 3), np.float32)
    points = np.column_stack([np.zeros(10), np.linspace(0, 1, 10)])
    one_cluster = make_prototypes(
        tuple("abcdefghij"), points, embeddings, np.zeros(10, np.int64), min_samples=99, xi=0.1
    )
    for member in range(10):
        asked = embeddings[[member]]
        found = refiner(one_cluster, top_k=1).refine(asked, log(1, 0, 0, 0)[None])
        assert tuple(found.guesses[0]) == tuple(points[member])


def test_shares_stay_finite_where_the_reference_underflows() -> None:
    """Fault 2: distances of 80 at temperature 0.6 gave NaN, which became the point (0, 0)."""
    shares = np.exp(compete(log(0.5, 0.3, 0.2), np.array([80.0, 81.0, 85.0]), 0.6))
    assert shares.sum() == pytest.approx(1)
    assert shares[1] / shares[0] == pytest.approx(0.3 / 0.5 * math.exp(-1 / 0.6))
    assert np.isfinite(compete(log(0.5, 0.5), np.array([1e6, 2e6]), 1e-3)).any()


def test_similarity_can_outvote_the_classifier_and_temperature_decides() -> None:
    distances = np.array([2.0, 1.0])
    assert np.argmax(compete(log(0.6, 0.4), distances, 0.5)) == 1
    assert np.argmax(compete(log(0.6, 0.4), distances, 50)) == 0


def test_an_empty_geocell_is_no_better_than_the_least_similar() -> None:
    shares = np.exp(compete(log(0.25, 0.5, 0.25), np.array([1.0, np.nan, 3.0]), 1.0))
    assert shares[1] / shares[2] == pytest.approx(2)


def test_where_all_geocells_are_empty_the_best_centroid_is_named() -> None:
    found = refiner(prototypes(cells=(2,)), top_k=2).refine(
        np.zeros((1, 5), np.float32), log(0.3, 0.5, 0.05, 0.15)[None]
    )
    assert tuple(found.guesses[0]) == tuple(CENTROIDS[1])
    assert found.rows.tolist() == [[-1, -1]]
    assert refiner(prototypes()).neighbours(np.zeros(5, np.float32), found.rows[0]) == ()


def test_a_winner_too_far_off_is_refused() -> None:
    """Cell 2, 10,000 km away, holds the very image; within 1,000 km only cells 0 and 1 may win."""
    known = prototypes()
    row = int(np.flatnonzero(known.geocells == 2)[0])
    query, p = known.embeddings[[row]], log(0.5, 0.3, 0.2, 0)[None]
    free = refiner(known, temperature=0.01).refine(query, p)
    assert free.geocells[0, free.winners[0]] == 2
    held = refiner(known, temperature=0.01, max_refinement_km=1000).refine(query, p)
    assert held.geocells[0, held.winners[0]] == 0
    assert haversine_km(held.guesses[0], CENTROIDS[0]) < 1000


def test_neighbours_are_the_most_similar_of_the_retrieved_ones_by_cosine() -> None:
    known = prototypes()
    query = np.random.default_rng(1).normal(size=5).astype(np.float32)
    rows = np.array([3, -1, 20, 7, 11, 29, 2, -1])
    found = refiner(known).neighbours(query, rows)
    expected = {
        known.panoramas[row]: np.dot(query, known.embeddings[row])
        / np.linalg.norm(query)
        / np.linalg.norm(known.embeddings[row])
        for row in rows
        if row >= 0
    }
    best = sorted(expected, key=lambda name: -expected[name])[:NEIGHBOURS]
    assert [neighbour.panorama for neighbour in found] == best
    for neighbour in found:
        assert neighbour.similarity == pytest.approx(expected[neighbour.panorama], abs=1e-6)
    assert cosine(np.zeros((1, 5), np.float32), query)[0] == 0


def test_geocells_that_tie_are_taken_by_the_lower_id() -> None:
    found = refiner(prototypes(), top_k=3).refine(
        np.zeros((2, 5), np.float32),
        np.array([log(0.2, 0.2, 0.4, 0.2), log(0.25, 0.25, 0.25, 0.25)]),
    )
    assert found.geocells.tolist() == [[2, 0, 1], [0, 1, 2]]
