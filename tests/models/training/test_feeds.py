"""Batches: reproducible, the same however they are parted, in the order that was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.training.small_training import Colours, recipe

pytestmark = pytest.mark.slow  # imports torch


def views(**changes):
    from models.training.feeds import Views

    return Views(Colours(), recipe(**changes), 32)


def test_a_panoramas_views_depend_on_the_key_and_on_nothing_else() -> None:
    feed, rows = views(), np.arange(24)
    whole = feed.cut(rows, (1, 0))
    assert whole.views.shape == (24, 2, 32, 32, 3)
    for part in feed.batches([rows[20:], rows[5:9]], (1, 0)):
        assert np.array_equal(part.views, whole.views[part.rows])
        assert np.array_equal(part.headings, whole.headings[part.rows])
    assert not np.array_equal(feed.cut(rows, (1, 1)).views, whole.views)
    assert not np.array_equal(feed.cut(rows, (2, 0)).views, whole.views)


def test_batches_come_in_order_with_their_own_pictures() -> None:
    parts = np.split(np.random.default_rng(1).permutation(24), 8)
    for rows, batch in zip(parts, views().batches(parts, (1, 0)), strict=True):
        assert np.array_equal(batch.rows, rows)
        brightest = batch.views.mean(axis=(1, 2, 3)).argmax(axis=1)
        assert np.array_equal(brightest, rows % 3)


def test_a_caller_may_stop_early() -> None:
    parts = np.split(np.arange(24), 24)
    drawn = views().batches(parts, (1, 0))
    next(drawn)
    drawn.close()


def test_headings_count_from_north() -> None:
    """The centre of `Colours` looks east, and headings are whole pixels of 64."""
    headings = views(views=4).cut(np.arange(24), (1, 0)).headings
    assert ((headings >= 0) & (headings < 360)).all()
    assert np.allclose(headings % (360 / 64), 0)
    assert len(np.unique(headings % 90)) > 4
    assert (np.sort(headings, axis=1)[:, 1:] - np.sort(headings, axis=1)[:, :-1] == 90).all()


def test_embeddings_are_fed_as_they_are() -> None:
    from models.training.feeds import Embeddings

    known = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    feed = Embeddings(known)
    (order,) = feed.order(np.random.default_rng(1), 1)
    assert sorted(order) == list(range(6))
    (batch,) = feed.batches([order[:3]], (1, 0))
    assert np.array_equal(batch.views, known[order[:3]])
