"""The encoder's race: its reference is open_clip's way, its arithmetic that of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.test_encoder import pictures, save_tiny_encoder

pytestmark = pytest.mark.slow  # imports torch


@pytest.mark.parametrize(
    ("architecture", "published_gmac"), [("ViT-L-14-336", 191.1), ("ViT-B-32", 4.41)]
)
def test_what_a_picture_costs_is_what_timm_says(architecture: str, published_gmac: float) -> None:
    import open_clip
    import torch

    from models.bench_encoder import picture_flop
    from models.encoder import new_model

    with torch.device("meta"):
        model = new_model(open_clip.get_model_config(architecture))
    assert picture_flop(model.visual) / 2e9 == pytest.approx(published_gmac, rel=0.01)


def test_the_least_cosine_is_that_of_the_worst_pair() -> None:
    import numpy as np

    from models.bench_encoder import least_cosine

    some, others = np.float32([[1, 0], [2, 0]]), np.float32([[5, 0], [3, 4]])
    assert least_cosine(some, others) == pytest.approx(0.6)


def test_a_median_is_taken_without_the_first_turn() -> None:
    from models.bench_encoder import raced_s

    turns: list[str] = []
    took_s = raced_s({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, 2)
    assert turns == ["a", "b"] * 3
    assert set(took_s) == {"a", "b"}


def test_the_tables(tmp_path: Path) -> None:
    from models.bench_encoder import race_table, rate_table, reference, stage_table
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    assert reference(encoder, pictures()) == pytest.approx(encoder.embed(pictures()), abs=2e-3)
    assert race_table(encoder, (1, 2), 1).row_count == 2
    assert stage_table(encoder, (1, 2), 1).row_count == 2
    assert rate_table(encoder, 2, 1, 16).row_count == 1
