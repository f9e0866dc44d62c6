"""A faster tower says what the exact one says, or it is not taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.models.test_encoder import pictures, save_tiny_encoder

if TYPE_CHECKING:
    from models.encoder import Encoder

pytestmark = pytest.mark.slow  # imports torch

PLACES = ((48.3, 11.3), (1.3, 103.8), (64.0, -150.0))


@pytest.fixture(scope="module")
def world_small() -> Encoder:
    from models.bundle import SHIPPED
    from models.encoder import load_encoder

    return load_encoder(SHIPPED / "world-small" / "encoder", "cpu")


@pytest.fixture(scope="module")
def views() -> list[Image.Image]:
    """Of places of the rendered world."""
    from models.world.renderer import render
    from models.world.scene import scene_at
    from models.world.views import perspective_views

    panoramas = [render(scene_at(*place, 1, date(2022, 6, 15)), 512) for place in PLACES]
    cut = [perspective_views(panorama, (0, 90, 180, 270), size_px=160) for panorama in panoramas]
    return [Image.fromarray(view) for of_one in cut for view in of_one]


def test_a_folded_tower_has_no_batch_norms_and_says_the_same(
    world_small: Encoder, views: list[Image.Image]
) -> None:
    import torch

    from models.bench_encoder import least_cosine, reference
    from models.precision import folded

    visual = world_small.model.visual
    norms = [m for m in folded(visual).modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms == []
    assert any(isinstance(m, torch.nn.BatchNorm2d) for m in visual.modules())
    embeddings = world_small.embed(views)
    with torch.inference_mode():
        whole = world_small.model.encode_image(world_small.pixels(views)).numpy()
    assert embeddings == pytest.approx(whole, abs=1e-4)
    # Pictures are not brought to size by Pillow, as open_clip's are.
    assert least_cosine(embeddings, reference(world_small, views)) > 0.9999


def test_half_precision_that_passes_the_trial_holds_on_the_rendered_world(
    world_small: Encoder, views: list[Image.Image]
) -> None:
    import torch

    from models.bench_encoder import least_cosine, reference
    from models.precision import fast_tower, trial_pictures

    trials = world_small.pixels(trial_pictures(world_small.image_px))
    tower = fast_tower(world_small.model, trials, (torch.float16,))
    with torch.inference_mode():
        together = tower.encode(world_small.pixels(views)).float()
        alone = torch.cat([tower.encode(world_small.pixels([view])) for view in views]).float()
    assert tower.dtype == torch.float16
    assert least_cosine(together.numpy(), reference(world_small, views)) > 0.999
    assert least_cosine(together.numpy(), alone.numpy()) > 0.9999
    assert world_small.model.visual.head.proj.weight.dtype == torch.float32


def test_what_overflows_or_is_too_coarse_is_not_taken(tmp_path: Path, world_small: Encoder) -> None:
    import torch

    from models.encoder import load_encoder
    from models.precision import fast_tower, trial_pictures

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    trials = encoder.pixels(pictures())
    assert fast_tower(encoder.model, trials, (torch.float16,)).dtype == torch.float16
    with torch.no_grad():
        encoder.model.visual.proj.mul_(1e8)  # fp16 ends at 65,504
    assert fast_tower(encoder.model, trials, (torch.float16,)).dtype == torch.float32
    trials = world_small.pixels(trial_pictures(world_small.image_px))
    assert fast_tower(world_small.model, trials, (torch.bfloat16,)).dtype == torch.float32


def test_a_picture_that_overflows_is_embedded_exactly(tmp_path: Path) -> None:
    import torch

    from models.encoder import load_encoder
    from models.precision import Tower

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    expected = encoder.embed(pictures())
    encoder._tower = Tower(lambda x: torch.full((len(x), 12), torch.inf), torch.float16)
    assert encoder.embed(pictures()) == pytest.approx(expected, abs=1e-6)


def test_a_cpu_computes_exactly_and_an_accelerator_in_fp16_if_it_can() -> None:
    import torch

    from models.precision import dtypes_for

    assert dtypes_for(torch.device("cpu")) == (torch.float32,)
    assert dtypes_for(torch.device("cuda")) == (torch.float16, torch.float32)


def test_a_tower_without_batch_norms_has_no_second_set_of_weights(tmp_path: Path) -> None:
    import torch

    from models.encoder import load_encoder
    from models.precision import fast_tower

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    tower = fast_tower(encoder.model, encoder.pixels(pictures()), (torch.float32,))
    assert tower.encode == encoder.model.encode_image


def test_trial_pictures_are_always_the_same() -> None:
    from models.precision import TRIALS, trial_pictures

    once, again = ([np.asarray(one) for one in trial_pictures(32)] for _ in range(2))
    assert np.array_equal(once, again)
    assert np.shape(once) == (TRIALS, 32, 32, 3)
