"""The head: what it learns from, and what its tasks share with the geocells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports torch


def fitted(tasks: bool, embeddings: np.ndarray, cells: np.ndarray):
    import torch
    from torch.nn import functional

    from models.ablation.head import Head, HeadLoss, fit_head
    from models.ablation.plan import SMALL
    from models.heads import Targets
    from models.training.recipe import Tasks

    count = len(embeddings)
    targets = Targets(
        np.tile(embeddings[:, :1] / 1000, (1, 6)),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
    )
    how = {"epochs": 60, "batch": 16, "learning_rate": 2e-2, "dropout": 0.0}
    recipe = replace(SMALL.head, **how, tasks=Tasks() if tasks else None)
    torch.manual_seed(1)
    head = Head(embeddings.shape[1], 32, 3, 0.0)
    labels = functional.one_hot(torch.from_numpy(cells), 3).float()
    learner = HeadLoss(head, labels, targets, recipe)
    return fit_head(learner, lambda rows, _: embeddings[rows], count, recipe)


def test_it_learns_geocells_with_tasks_and_without_and_these_matter() -> None:
    import torch

    rng = np.random.default_rng(1)
    cells = np.arange(60) % 3
    centres = rng.normal(size=(3, 5))[cells]
    embeddings = (1000 * (centres + 0.1 * rng.normal(size=(60, 5)))).astype(np.float32)
    logits = []
    for tasks in (True, False):
        head = fitted(tasks, embeddings, cells)
        with torch.inference_mode():
            logits.append(head(torch.from_numpy(embeddings)).numpy())
        assert (logits[-1].argmax(axis=1) == cells).all()
    assert not np.allclose(*logits, atol=1e-3)


def test_drawn_views_are_of_one_copy_and_of_the_row() -> None:
    """Views of copy c of row r are 100 c + 10 r + 1, 2, 4, 8."""
    from models.ablation.embedded import Embedded, drawn_mean, plain_mean

    views = np.array([1, 2, 4, 8])
    disturbed = 100 * np.arange(3)[:, None, None] + 10 * np.arange(5)[:, None] + views
    found = Embedded(
        (10 * np.arange(7)[:, None] + views)[..., None].astype(np.float32),
        disturbed[..., None].astype(np.float32),
    )
    rows, rng = np.array([4, 0] * 30), np.random.default_rng(1)
    of_four = drawn_mean(found, rows, rng, 4)[:, 0]
    assert set((of_four - 10 * rows).tolist()) == {3.75, 103.75, 203.75}
    of_one = drawn_mean(found, rows, rng, 1)[:, 0]
    assert {value % 100 for value in (of_one - 10 * rows).tolist()} == {1, 2, 4, 8}
    assert np.array_equal(plain_mean(found, 4, 1)[:, 0], 10 * np.arange(7) + 3.75)
    assert set((plain_mean(found, 1, 1)[:, 0] - 10 * np.arange(7)).tolist()) <= {1, 2, 4, 8}
