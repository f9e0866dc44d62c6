"""Places to embeddings, against plain loops and torch's own modules."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.models.geoclip.published import PLACES, location_encoder

pytestmark = pytest.mark.slow  # imports torch


def test_fourier_features_in_plain_loops() -> None:
    import torch

    from models.geoclip.location_encoder import fourier_features

    rng = np.random.default_rng(1)
    frequencies, plane = rng.normal(size=(3, 2)) * 256, rng.uniform(-1, 1, size=(4, 2))
    found = fourier_features(torch.from_numpy(frequencies), torch.from_numpy(plane))
    assert found.shape == (4, 6)
    for row, (x, y) in zip(found.tolist(), plane.tolist(), strict=True):
        angles = [2 * math.pi * (x * a + y * b) for a, b in frequencies.tolist()]
        expected = [*map(math.cos, angles), *map(math.sin, angles)]
        assert row == pytest.approx(expected, abs=1e-6)


def test_names_and_shapes_are_those_of_the_modules() -> None:
    from models.geoclip.location_encoder import location_shapes

    theirs = {name: tuple(t.shape) for name, t in location_encoder().state_dict().items()}
    assert location_shapes() == theirs


def test_three_branches_through_torchs_modules_are_added() -> None:
    import torch

    from models.geo import equal_earth
    from models.geoclip.location_encoder import embed_chunk, embed_places

    torch.manual_seed(2)
    modules, points = location_encoder(), np.array(PLACES)
    plane = equal_earth(points) * 66.50336 / 180
    assert np.abs(plane).max() < 1
    expected = np.zeros((len(points), 512))
    with torch.inference_mode():
        for branch in modules.values():
            angles = 2 * np.pi * plane @ branch["capsule"][0].b.double().numpy().T
            values = torch.from_numpy(np.concatenate([np.cos(angles), np.sin(angles)], axis=1))
            for layer in [*branch["capsule"][1:], *branch["head"]]:
                values = layer.double()(values)
            expected += values.numpy()
    tensors = {name: tensor.float() for name, tensor in modules.state_dict().items()}
    assert embed_chunk(tensors, points).numpy() == pytest.approx(expected, abs=1e-5)
    lengths = np.linalg.norm(expected, axis=1, keepdims=True)
    assert embed_places(tensors, points) == pytest.approx(expected / lengths, abs=1e-5)
