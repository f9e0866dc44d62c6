"""Refinement beside the reference's behaviour, restated in plain loops, with equal answers.

The reference keeps the prototypes of each geocell as an Arrow table. Panorama by panorama and
geocell by geocell it makes a tensor of the table's embeddings, looks for the nearest, and reads the
members of that cluster in the same way. What it does wrong (the farthest member, a softmax that
overflows) is left out, or answers could not be equal. So is the time of the package `datasets`,
through which it reads. The same loops over tensors that lie ready tell how much of it is Arrow's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from rich.table import Table
from torch import Tensor

from models.pigeon import PIGEON
from models.prototypes import Prototypes
from models.refiner import Refiner, Rivals
from models.sections import Rows, Sections

Floats = NDArray[np.float32]
Read = Callable[[int], Tensor]
"""The embeddings `(rows, d)` of a geocell's prototypes, or of a cluster's members."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is refined."""

    batch: int = 256
    geocells: int = 2000
    prototypes: int = 50_000
    members: int = 100_000
    dim: int = 768


def refiner_table(size: Size | None = None) -> Table:
    """CPU seconds of one batch, by each of the ways; the best of a few runs.

    Raises:
        ValueError: they do not answer alike.
    """
    size = size or Size()
    refiner, embeddings, log_probabilities = asked = made_up(size)
    known = refiner.prototypes
    title = f"Refinement: {size.batch} panoramas, {size.geocells:,} geocells, "
    table = Table("", "homing", "other", "times faster", title=f"{title}{len(known):,} prototypes")
    for name, readers in (
        ("reference", arrow_readers(known, size.geocells)),
        ("its loops, over tensors at hand", ready_readers(known)),
    ):
        _compare(table, name, partial(ours, *asked), partial(loops, *asked, *readers))
    top = refiner.refine(embeddings, log_probabilities).geocells
    of_prototypes = known.geocells[np.searchsorted(known.clusters, np.arange(len(known)))]
    lists = Sections(known.means, of_prototypes, size.geocells)
    queries, geocells = np.repeat(embeddings, refiner.top_k, axis=0), top.ravel()
    _compare(
        table,
        "nearest prototypes alone: matrix products",
        lambda: lists.nearest(queries, geocells)[0],
        partial(products, known, embeddings, top),
    )
    return table


def _compare(table: Table, name: str, own: Callable[[], Rows], other: Callable[[], Rows]) -> None:
    (own_s, answers), (other_s, others) = _timed(own), _timed(other)
    if not np.array_equal(answers, others):
        raise ValueError(f"{name}: expected the answers of homing, got others")
    faster = f"{other_s / own_s:,.1f}"
    table.add_row(name, f"{own_s * 1e3:,.1f} ms", f"{other_s * 1e3:,.1f} ms", faster)


def made_up(size: Size) -> tuple[Refiner, Floats, NDArray[np.float64]]:
    """A refiner of PIGEON's constants, embeddings `(n, d)` and log probabilities `(n, c)`."""
    rng = np.random.default_rng(330)
    of_cluster = _spread(size.prototypes, size.geocells, rng)
    clusters = _spread(size.members, size.prototypes, rng)
    members = rng.standard_normal((size.members, size.dim), dtype=np.float32)
    starts = np.searchsorted(clusters, np.arange(size.prototypes))
    counts = np.bincount(clusters)[:, None]
    means = (np.add.reduceat(members, starts, axis=0) / counts).astype(np.float32)
    points = rng.uniform((-60, -180), (70, 180), size=(size.members, 2))
    names = tuple(map(str, range(size.members)))
    known = Prototypes(names, points, members, of_cluster[clusters], clusters, means)
    centroids = rng.uniform((-60, -180), (70, 180), size=(size.geocells, 2))
    embeddings = rng.standard_normal((size.batch, size.dim), dtype=np.float32)
    logits = rng.standard_normal((size.batch, size.geocells)) * 2
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    refiner = Refiner(centroids, known, PIGEON.top_k, Rivals.PROTOTYPES, PIGEON.temperature, None)
    return refiner, embeddings, log_probabilities


def _spread(n: int, groups: int, rng: np.random.Generator) -> Rows:
    """The group `(n,)` of each of `n` things, ascending; no group is empty."""
    others = rng.integers(groups, size=n - groups)
    return np.sort(np.concatenate([np.arange(groups), others]))


def ours(refiner: Refiner, embeddings: Floats, log_probabilities: NDArray[np.float64]) -> Rows:
    """Rows `(n,)` of the members whose places are named."""
    found = refiner.refine(embeddings, log_probabilities)
    return found.rows[np.arange(len(found.rows)), found.winners]


def loops(
    refiner: Refiner,
    embeddings: Floats,
    log_probabilities: NDArray[np.float64],
    read_prototypes: Read,
    read_members: Read,
) -> Rows:
    """As `ours`, one panorama and one geocell at a time."""
    known, answers = refiner.prototypes, []
    all_probabilities = torch.from_numpy(np.exp(log_probabilities))
    for query, probabilities in zip(torch.from_numpy(embeddings), all_probabilities, strict=True):
        among, geocells = torch.topk(probabilities, refiner.top_k)
        distances, clusters = [], []
        for geocell in geocells.tolist():
            away = torch.linalg.norm(read_prototypes(geocell) - query, dim=1)
            distances.append(away.min())
            clusters.append(known.clusters_of(geocell).start + int(away.argmin()))
        similar = torch.softmax(-torch.stack(distances) / refiner.temperature, dim=0)
        cluster = clusters[int((among * similar).argmax())]
        away = torch.linalg.norm(read_members(cluster) - query, dim=1)
        answers.append(known.members_of(cluster).start + int(away.argmin()))
    return np.array(answers)


def arrow_readers(known: Prototypes, geocells: int) -> tuple[Read, Read]:
    """Each geocell's prototypes in a table of its own; all members in one."""
    tables = [_arrow(known.means[known.clusters_of(geocell)]) for geocell in range(geocells)]
    members = _arrow(known.embeddings)

    def read_members(cluster: int) -> Tensor:
        rows = known.members_of(cluster)
        return _tensor(members.take(pa.array(range(rows.start, rows.stop))))

    return lambda geocell: _tensor(tables[geocell]), read_members


def ready_readers(known: Prototypes) -> tuple[Read, Read]:
    """Slices of tensors that lie in memory."""
    means, members = torch.from_numpy(known.means), torch.from_numpy(known.embeddings)
    return (
        lambda geocell: means[known.clusters_of(geocell)],
        lambda cluster: members[known.members_of(cluster)],
    )


def _arrow(embeddings: Floats) -> pa.Table:
    values = pa.array(embeddings.ravel())
    offsets = pa.array(np.arange(len(embeddings) + 1) * embeddings.shape[1], type=pa.int32())
    return pa.table({"embedding": pa.ListArray.from_arrays(offsets, values)})


def _tensor(table: pa.Table) -> Tensor:
    """Row by row, as the `datasets` package makes tensors of a column of lists."""
    rows = [row for part in table["embedding"].chunks for row in part.to_numpy(False)]
    return torch.tensor(np.array(rows))


def products(known: Prototypes, embeddings: Floats, geocells: Rows) -> Rows:
    """Rows `(n * k,)` of the nearest prototypes in geocells `(n, k)`, a product for each geocell.

    Its squared distances are sums of far larger numbers: near ties may go the other way.
    """
    found = np.full(geocells.size, -1)
    asked, squares = geocells.ravel(), np.square(known.means).sum(axis=1)
    order = np.argsort(asked, kind="stable")
    different, starts = np.unique(asked[order], return_index=True)
    for geocell, places in zip(different, np.split(order, starts[1:]), strict=True):
        rows = known.clusters_of(int(geocell))
        queries = embeddings[places // geocells.shape[1]]
        distances = squares[rows] - 2 * (queries @ known.means[rows].T)
        found[places] = rows.start + distances.argmin(axis=1)
    return found


def _timed(way: Callable[[], Rows], times: int = 3) -> tuple[float, Rows]:
    took, found = [], way()  # the first time builds what later ones have
    for _ in range(times):
        started = time.process_time()
        found = way()
        took.append(time.process_time() - started)
    return min(took), found
