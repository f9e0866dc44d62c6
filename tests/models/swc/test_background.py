"""Search in the background against brute force; what is added, broken or missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.swc.background import (
    Background,
    BackgroundError,
    append,
    make_segment,
    open_background,
    save_background,
)

DIM, CELLS = 16, 20


def pictures(n: int, seed: int = 1, dtype: type = np.float32):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    points = rng.uniform((-90, -180), (90, 180), (n, 2))
    names = [f"s{seed}-{row}" for row in range(n)]
    return names, points, vectors.astype(dtype), rng.integers(0, CELLS - 1, n)  # the last is empty


def brute_force(parts, query, k: int, asked: list[int] | None) -> list[tuple[float, str]]:
    found = [
        (float(vector.astype(np.float32) @ query), name)
        for names, _, vectors, cells in parts
        for name, vector, own in zip(names, vectors, cells, strict=True)
        if asked is None or own in asked
    ]
    return sorted(found, key=lambda pair: -pair[0])[:k]


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("cells", [None, [0], [7], [2, 3, 7], [CELLS - 1]])
def test_as_brute_force_says_over_all_segments(tmp_path: Path, dtype: type, cells) -> None:
    parts = [pictures(700, 1, dtype), pictures(50, 2, dtype), pictures(1, 3, dtype)]
    for part in parts:
        append(tmp_path / "b", *part)
    background = open_background(tmp_path / "b")
    assert (len(background), background.dim, len(background.segments)) == (751, DIM, 3)
    query = np.random.default_rng(9).normal(size=DIM).astype(np.float32)
    found = background.search(query, 10, cells)
    wanted = brute_force(parts, query, 10, cells)
    assert list(found.panoramas) == [name for _, name in wanted]
    assert found.similarities == pytest.approx([value for value, _ in wanted], rel=1e-5, abs=1e-6)
    at = {
        name: point
        for names, points, *_ in parts
        for name, point in zip(names, points, strict=True)
    }
    for name, point in zip(found.panoramas, found.points, strict=True):
        assert point.tolist() == at[name].tolist()


def test_only_the_cell_is_read_from_disk(tmp_path: Path) -> None:
    append(tmp_path / "b", *pictures(300))
    (segment,) = open_background(tmp_path / "b").segments
    assert isinstance(segment.vectors, np.memmap)
    (run,) = segment.runs([7])
    assert set(segment.cells[run]) == {7}
    assert (segment.cells == 7).sum() == run.stop - run.start


def test_adding_leaves_what_was_there_as_it_was(tmp_path: Path) -> None:
    first = append(tmp_path / "b", *pictures(30))
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    second = append(tmp_path / "b", *pictures(20, 2))
    assert (first.name, second.name) == ("000000", "000001")
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    assert [path.name for path in sorted((tmp_path / "b").iterdir())] == ["000000", "000001"]


def test_ties_go_to_what_was_added_first() -> None:
    same = np.ones((4, 2), np.float32)
    cells = np.array([1, 0, 1, 1])
    segment = make_segment(["a", "b", "c", "d"], np.zeros((4, 2)), same, cells)
    later = make_segment(["e"], np.zeros((1, 2)), same[:1], np.array([1]))
    found = Background((segment, later)).search(np.ones(2, np.float32), 3, [1])
    assert found.panoramas == ("a", "c", "d")


def test_saved_from_memory_and_opened(tmp_path: Path) -> None:
    made = Background((make_segment(*pictures(40)), make_segment(*pictures(9, 2))))
    save_background(made, tmp_path / "b")
    query = np.ones(DIM, np.float32)
    for cells in (None, [3]):
        expected = made.search(query, 5, cells)
        found = open_background(tmp_path / "b").search(query, 5, cells)
        assert found.panoramas == expected.panoramas
        assert found.similarities.tolist() == expected.similarities.tolist()


def test_what_is_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackgroundError, match=r"expected segments of one dimension, got: \[\]"):
        open_background(tmp_path)
    names, points, vectors, cells = pictures(5)
    with pytest.raises(BackgroundError, match="expected as many of each"):
        append(tmp_path / "b", names[:4], points, vectors, cells)
    folder = append(tmp_path / "b", names, points, vectors, cells)
    np.save(folder / "vectors.npy", vectors[:4])
    with pytest.raises(BackgroundError, match="expected a vector for each of 5 members"):
        open_background(tmp_path / "b")
    (folder / "vectors.npy").write_bytes(b"")
    with pytest.raises(BackgroundError, match="expected a segment, got"):
        open_background(tmp_path / "b")
    np.save(folder / "vectors.npy", vectors)
    append(tmp_path / "b", names, points, vectors[:, :3], cells)
    with pytest.raises(BackgroundError, match=r"of one dimension, got: \[3, 16\]"):
        open_background(tmp_path / "b")
