"""Training views: what the bot would see, disturbed; reproducible."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from models.training.views import Augmentation, compressed, training_views
from models.world.views import perspective_views

NONE = Augmentation((0.0,), (90.0,), (1.0,), 0, 0, 0, 0, 0)
"""Undisturbed."""


def ramp() -> np.ndarray:
    """A panorama whose blue tells the column and whose green tells the row."""
    picture = np.zeros((64, 128, 3), np.uint8)
    picture[..., 2] = np.arange(128)[None] * 2
    picture[..., 1] = np.arange(64)[:, None] * 4
    return picture


def test_undisturbed_views_are_four_directions_of_the_panorama() -> None:
    rng = np.random.default_rng(0)
    drawn, headings = training_views(ramp(), rng, views=4, size_px=32, with_=NONE)
    assert drawn.shape == (4, 32, 32, 3)
    possible = [
        perspective_views(ramp(), [first * 360 / 128], size_px=32)[0] for first in range(128)
    ]
    found = [
        next(n for n, view in enumerate(possible) if np.array_equal(view, one)) for one in drawn
    ]
    assert sorted((n - found[0]) % 128 for n in found) == [0, 32, 64, 96]
    assert headings.tolist() == [n * 360 / 128 for n in found]


def test_disturbed_views_keep_their_size_and_stay_alike() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        drawn, _ = training_views(ramp(), rng, views=2, size_px=48, with_=Augmentation())
        assert drawn.shape == (2, 48, 48, 3)
        assert drawn.dtype == np.uint8
    pale = Augmentation(brightness=0.2, tint=0, contrast=0, compressed=0, erased=0)
    means = [
        training_views(np.full((64, 128, 3), 100, np.uint8), rng, views=1, size_px=8, with_=pale)[0]
        for _ in range(60)
    ]
    assert 78 <= np.min(means) < 90
    assert 110 < np.max(means) <= 121


def test_of_a_photo_every_view_is_its_centre() -> None:
    rng = np.random.default_rng(0)
    drawn, headings = training_views(ramp(), rng, views=2, size_px=32, with_=NONE, photo=True)
    assert headings.tolist() == [0, 0]
    centre = perspective_views(ramp(), [0], size_px=32)[0]
    assert all(np.array_equal(view, centre) for view in drawn)


def test_compressed_views_look_as_pillow_compresses_them() -> None:
    """Chroma is halved and luma kept: with red and blue swapped, the loss is in other places."""
    view = np.zeros((64, 64, 3), np.uint8)
    view[..., 0] = np.random.default_rng(0).integers(0, 2, (64, 64)) * 255  # red on black
    file = BytesIO()
    Image.fromarray(view).save(file, "JPEG", quality=60, subsampling="4:2:0")
    expected = np.asarray(Image.open(file)).astype(int)
    got = compressed(view, 60).astype(int)
    assert got[..., 0].mean() > 100
    assert got[..., 2].mean() < 60
    assert np.abs(got - expected).mean() < 3
    of_blue = compressed(np.ascontiguousarray(view[..., ::-1]), 60)[..., ::-1]
    assert np.abs(of_blue - expected).mean() > 10  # so this test can tell
