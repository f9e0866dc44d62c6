"""Training views: what the bot would see, disturbed; reproducible."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from models.view_batches import (
    Augmentation,
    batches,
    compressed,
    read_panorama,
    read_panoramas,
    training_views,
)
from models.world.pack import Pack
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
    drawn = training_views(ramp(), np.random.default_rng(0), views=4, size_px=32, with_=NONE)
    assert drawn.shape == (4, 32, 32, 3)
    possible = [
        perspective_views(ramp(), [first * 360 / 128], size_px=32)[0] for first in range(128)
    ]
    found = [
        next(n for n, view in enumerate(possible) if np.array_equal(view, one)) for one in drawn
    ]
    assert sorted((n - found[0]) % 128 for n in found) == [0, 32, 64, 96]


def test_disturbed_views_keep_their_size_and_stay_alike() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        drawn = training_views(ramp(), rng, views=2, size_px=48, with_=Augmentation())
        assert drawn.shape == (2, 48, 48, 3)
        assert drawn.dtype == np.uint8
    pale = Augmentation(brightness=0.2, tint=0, contrast=0, compressed=0, erased=0)
    means = [
        training_views(np.full((64, 128, 3), 100, np.uint8), rng, views=1, size_px=8, with_=pale)
        for _ in range(60)
    ]
    assert 78 <= np.min(means) < 90
    assert 110 < np.max(means) <= 121


def test_an_epoch_shows_each_panorama_once_and_is_reproducible() -> None:
    pictures = [np.full((32, 64, 3), 10 * n, np.uint8) for n in range(10)]

    def epoch(seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
        rng = np.random.default_rng(seed)
        return list(batches(pictures, rng, batch=3, views=2, size_px=16, with_=NONE))

    drawn = epoch(1)
    assert [views.shape for _, views in drawn] == [(3, 2, 16, 16, 3)] * 3
    rows = np.concatenate([rows for rows, _ in drawn])
    assert len(set(rows.tolist())) == 9
    for own, views in drawn:
        assert (views == 10 * own[:, None, None, None, None]).all()
    assert all(
        np.array_equal(a, c) and np.array_equal(b, d)
        for (a, b), (c, d) in zip(drawn, epoch(1), strict=True)
    )
    assert not np.array_equal(rows, np.concatenate([rows for rows, _ in epoch(2)]))


def test_colours_are_red_green_blue(tiny_pack: Pack) -> None:
    first = read_panorama(tiny_pack, tiny_pack.panoramas[0])
    red, green, blue = first[100, 30].astype(int)
    assert red > 150 > green  # the first quarter is #c0392b
    assert red > blue


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


def test_panoramas_are_opened_when_asked_for(tiny_pack: Pack) -> None:
    pictures = read_panoramas(tiny_pack, tiny_pack.panoramas)
    assert len(pictures) == 6
    for picture, panorama in zip(pictures, tiny_pack.panoramas, strict=True):
        assert np.array_equal(picture, read_panorama(tiny_pack, panorama))
    assert [p.shape for p in pictures[1:3]] == [(128, 256, 3)] * 2


def test_an_unreadable_picture_is_named(tiny_pack: Pack) -> None:
    broken = tiny_pack.panoramas[2]
    tiny_pack.image_path(broken).write_bytes(b"not a picture")
    with pytest.raises(OSError, match=r"t4hc1v\.jpg: expected a picture"):
        read_panorama(tiny_pack, broken)
