from __future__ import annotations

import numpy as np

from models.hardness.colours import BANDS, GRID, LEVELS, colour_features

MEANS = GRID[0] * GRID[1] * 3


def test_one_colour_has_that_mean_no_spread_and_one_box() -> None:
    picture = np.full((64, 128, 3), (51, 102, 255), dtype=np.uint8)
    features = colour_features(picture)
    assert np.allclose(features[:MEANS].reshape(-1, 3), (0.2, 0.4, 1.0))
    assert not features[MEANS : MEANS + BANDS * 3].any()
    boxes = features[MEANS + BANDS * 3 :].reshape(BANDS, LEVELS, LEVELS, LEVELS)
    assert (boxes[:, 0, 1, 3] == 1).all()
    assert boxes.sum() == BANDS


def test_each_cell_and_band_tells_of_its_own_part() -> None:
    picture = np.zeros((64, 128, 3), dtype=np.uint8)
    picture[:32, 64:] = 255  # the upper right is white
    features = colour_features(picture)
    grid = features[:MEANS].reshape(GRID[1], GRID[0], 3)
    assert (grid[: GRID[1] // 2, GRID[0] // 2 :] == 1).all()
    assert grid.mean() == 0.25
    spreads = features[MEANS : MEANS + BANDS * 3].reshape(BANDS, 3)
    assert np.allclose(spreads, [[0.5] * 3] * (BANDS // 2) + [[0] * 3] * (BANDS // 2))


def test_any_size_gives_as_many_features() -> None:
    for width in (64, 100, 512):
        picture = np.zeros((width // 2, width, 3), dtype=np.uint8)
        assert colour_features(picture).shape == (MEANS + BANDS * (3 + LEVELS**3),)
