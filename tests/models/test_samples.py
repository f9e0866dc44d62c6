"""Embeddings on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.samples import SamplesError, load_samples, make_samples, save_samples
from models.world.pack import Pack
from tests.models.small_models import samples


def test_saved_and_loaded(tmp_path: Path) -> None:
    known = samples()
    found = load_samples(save_samples(known, tmp_path / "new"))
    assert (found.pack, found.encoder) == ("made-up", "made-up@00000000")
    assert found.panoramas == known.panoramas
    assert found.splits == known.splits
    assert np.array_equal(found.points, known.points)
    assert np.array_equal(found.embeddings, known.embeddings)


def test_of_a_pack(tiny_pack: Pack) -> None:
    made = make_samples("tiny", "e@1", tiny_pack.panoramas, np.eye(6, dtype=np.float32))
    test = made.split("test")
    assert test.panoramas == ("kx7q2m", "p0zw9d", "t4hc1v")
    assert test.points.tolist() == [[p.lat, p.lng] for p in tiny_pack.split("test")]
    assert np.array_equal(test.embeddings, np.eye(6)[:3])


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(SamplesError, match=r"samples\.parquet: expected samples, got"):
        load_samples(tmp_path)
    save_samples(samples(), tmp_path)
    np.save(tmp_path / "embeddings.npy", np.zeros((5, 8), np.float32))
    with pytest.raises(SamplesError, match=r"expected 60 embeddings \(n, d\), got: \(5, 8\)"):
        load_samples(tmp_path)
    np.save(tmp_path / "embeddings.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(SamplesError, match="Python objects"):
        load_samples(tmp_path)
