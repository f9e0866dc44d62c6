"""Heat maps, against occlusion: what a picture loses when a patch is covered."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.models.small_models import DIM, geoclip, land_prior, nearest_neighbour, pigeon, zero_shot

pytestmark = pytest.mark.slow  # imports torch

TEXT = {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1}
VIT = {"image_size": 48, "layers": 3, "width": 32, "head_width": 8, "patch_size": 8}
TIMM = {"image_size": 96, "timm_model_pretrained": False, "timm_proj": "linear"}
TOWERS = {
    "class token": VIT,
    "averaged tokens": VIT | {"pool_type": "avg"},
    "timm convolutions": TIMM | {"timm_model_name": "test_byobnet", "timm_pool": "avg"},
    "timm transformer": TIMM | {"timm_model_name": "test_vit", "timm_pool": "token"},
}
PATCHES = 6
"""Of a side of the made-up pictures: noise but for one patch, whose colour is the class."""
COLOURS = np.array([(230, 40, 40), (40, 200, 60), (50, 60, 230), (230, 220, 40)])
STEPS, BATCH = {"timm transformer": 140}, {"timm transformer": 32}


def picture(rng: np.random.Generator, size_px: int) -> tuple[Image.Image, int, tuple[int, int]]:
    """With the class and the row and column of the patch that matters."""
    side = size_px // PATCHES
    pixels = rng.normal(128, 25, (size_px, size_px, 3))
    (row, column), colour = rng.integers(PATCHES, size=2), int(rng.integers(len(COLOURS)))
    inside = np.s_[row * side : (row + 1) * side, column * side : (column + 1) * side]
    pixels[inside] = COLOURS[colour] + rng.normal(0, 20, (side, side, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), colour, (int(row), int(column))


@cache
def trained(tower: str) -> tuple[Any, Any]:
    """An encoder and linear layer that learned to tell the colours, in seconds."""
    import torch

    from models.encoder import Encoder, new_model

    torch.manual_seed(0)
    model = new_model({"embed_dim": 16, "vision_cfg": TOWERS[tower], "text_cfg": TEXT})
    model.visual.preprocess_cfg = {"size": TOWERS[tower]["image_size"]} | {
        "mean": (0.5, 0.5, 0.5),
        "std": (0.5, 0.5, 0.5),
        "mode": "RGB",
        "interpolation": "bilinear",
        "resize_mode": "shortest",
        "fill_color": 0,
    }
    head = torch.nn.Linear(16, len(COLOURS))
    optimiser = torch.optim.AdamW([*model.visual.parameters(), *head.parameters()], lr=2e-3)
    encoder = Encoder(model, tower)
    model.train()
    rng = np.random.default_rng(0)
    for _ in range(STEPS.get(tower, 60)):
        drawn = [picture(rng, encoder.image_px) for _ in range(BATCH.get(tower, 16))]
        logits = head(model.encode_image(encoder.pixels([image for image, _, _ in drawn])))
        truth = torch.tensor([colour for _, colour, _ in drawn])
        loss = torch.nn.functional.cross_entropy(logits, truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    # A new one: the tower that embeds is made of the weights at that time.
    return Encoder(model, tower), head.weight.detach().numpy()


def occlusion(encoder: Any, direction: np.ndarray, image: Image.Image) -> np.ndarray:
    """What the product with the direction loses by greying each patch, `(6, 6)`."""
    side = image.width // PATCHES
    covered = [image]
    for row in range(PATCHES):
        for column in range(PATCHES):
            pixels = np.array(image)
            pixels[row * side : (row + 1) * side, column * side : (column + 1) * side] = 128
            covered.append(Image.fromarray(pixels))
    products = encoder.embed(covered) @ direction
    return (products[0] - products[1:]).reshape(PATCHES, PATCHES)


@pytest.mark.parametrize("tower", TOWERS)
def test_the_heat_is_where_covering_hurts(tower: str) -> None:
    from models.attribution import attribution

    encoder, weight = trained(tower)
    rng = np.random.default_rng(1)
    hits, correlations, n = 0, [], 12
    for _ in range(n):
        image, colour, patch = picture(rng, encoder.image_px)
        direction = weight[colour] - weight.mean(axis=0)
        heat = attribution(encoder, direction, image)
        assert heat.shape == (image.height, image.width)
        assert heat.dtype == np.float32
        assert 0 <= heat.min() < 0.1
        assert 0.9 < heat.max() <= 1
        side = image.width // PATCHES
        patches = heat.reshape(PATCHES, side, PATCHES, side).mean(axis=(1, 3))
        hits += np.unravel_index(patches.argmax(), patches.shape) == patch
        truth = occlusion(encoder, direction, image)
        correlations.append(np.corrcoef(truth.ravel(), patches.ravel())[0, 1])
    assert hits > n / 2, (hits, correlations)  # by chance one in 36
    assert np.mean(correlations) > 0.4
    assert np.mean(np.array(correlations) > 0) > 0.8


@pytest.mark.parametrize("tower", ["class token", "timm transformer"])
def test_looking_leaves_the_encoder_as_it_was(tower: str) -> None:
    from models.attribution import attribution

    encoder, weight = trained(tower)
    image, _, _ = picture(np.random.default_rng(2), encoder.image_px)
    before = encoder.embed([image])
    attribution(encoder, weight[0], image)
    assert np.array_equal(encoder.embed([image]), before)
    hooks = [h for m in encoder.model.modules() for h in m._forward_hooks]
    assert not hooks


def test_recorded_attention_is_torchs_own() -> None:
    import torch

    from models.attribution import _recorded

    encoder, _ = trained("class token")
    visual = encoder.model.visual
    pixels = encoder.pixels([picture(np.random.default_rng(3), 48)[0]])
    with torch.no_grad():
        expected = visual(pixels)
        with _recorded(visual.transformer.resblocks) as weights:
            assert torch.allclose(visual(pixels), expected, atol=1e-5)
    tokens = 1 + PATCHES**2
    assert [tuple(found.shape) for found in weights] == [(1, 4, tokens, tokens)] * 3
    assert all(torch.allclose(found.sum(dim=-1), torch.ones(())) for found in weights)


def test_a_linear_classifier_is_asked_for_its_lead() -> None:
    from models.attribution import towards

    locator = pigeon()
    query = np.random.default_rng(5).normal(size=DIM).astype(np.float32)
    direction = towards(locator, query)
    assert np.allclose(direction, towards_by_steps(locator, query), atol=1e-3)


def towards_by_steps(locator: Any, query: np.ndarray) -> np.ndarray:
    """The gradient, by differences, of the best geocell's log probability over the mean of all."""

    def lead(at: np.ndarray) -> float:
        found = locator.classifier.log_probabilities(at[None].astype(np.float32))[0]
        return float(found[best] - found.mean())

    best = int(locator.classifier.log_probabilities(query[None])[0].argmax())
    steps = np.eye(DIM) * 0.5  # the lead is linear
    return np.array([lead(query + step) - lead(query - step) for step in steps])


@pytest.mark.parametrize("maker", [nearest_neighbour, zero_shot])
def test_a_geolocator_of_cosines_grows_surer_that_way(maker: Any) -> None:
    from models.attribution import towards

    locator = maker()
    for query in np.random.default_rng(7).normal(size=(5, DIM)).astype(np.float32):
        direction = towards(locator, query)
        assert abs(direction @ query) < 1e-5
        ahead = query + 0.05 * direction / np.linalg.norm(direction)
        now, then = locator.locate(np.stack([query, ahead.astype(np.float32)]))
        assert then.geocells[0].name == now.geocells[0].name
        assert then.geocells[0].probability > now.geocells[0].probability


def test_through_a_head_it_is_the_gradient_by_differences() -> None:
    from models.attribution import towards

    locator = geoclip()
    for query in np.random.default_rng(7).normal(size=(3, DIM)).astype(np.float32):
        best = int(locator.log_probabilities(query).argmax())

        def lead(at: np.ndarray, best: int = best) -> float:
            found = locator.log_probabilities(at.astype(np.float32))
            return float(found[best] - found.mean())

        steps = np.eye(DIM) * 1e-3
        expected = np.array([lead(query + step) - lead(query - step) for step in steps])
        cosine = expected @ (direction := towards(locator, query))
        assert cosine / np.linalg.norm(expected) / np.linalg.norm(direction) > 0.999


def test_who_does_not_look_cannot_say() -> None:
    from models.attribution import AttributionError, towards

    with pytest.raises(AttributionError, match="small-prior: expected a geolocator that looks"):
        towards(land_prior(), np.zeros(DIM, np.float32))


@pytest.mark.parametrize(
    ("mode", "at_left_edge", "at_top_edge"),
    [("shortest", 0.0, 1.0), ("squash", 1.0, 1.0), ("longest", 1.0, 1.0)],
)
def test_heat_lies_where_the_encoder_looked(
    mode: str, at_left_edge: float, at_top_edge: float
) -> None:
    from models.attribution import _onto

    heat = _onto(Image.new("RGB", (60, 20)), np.ones((4, 4), np.float32), mode)
    assert heat.shape == (20, 60)
    assert heat[10, 30] == pytest.approx(1)
    assert heat[10, 2] == pytest.approx(at_left_edge)
    assert heat[0, 30] == pytest.approx(at_top_edge)


def test_the_overlay_shows_colour_only_where_it_is_hot() -> None:
    from models.attribution import overlay

    image = Image.new("RGB", (4, 2), (200, 30, 90))
    heat = np.zeros((2, 4), np.float32)
    heat[0, 3] = 1
    pixels = np.asarray(overlay(image, heat)).astype(int)
    assert np.ptp(pixels[1, 0]) == 0
    assert np.ptp(pixels[0, 3]) > 50


def test_the_command_looks_with_the_shipped_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from models.look import main

    views = []
    for n in range(2):
        image, _, _ = picture(np.random.default_rng(n), 120)
        image.save(tmp_path / f"{n}.png")
        views.append(str(tmp_path / f"{n}.png"))
    out = tmp_path / "heat.png"
    assert main([*views, "--bundle", "world-small", "--out", str(out)]) == 0
    with Image.open(out) as sheet:
        assert sheet.size == (120 + 8 + 120, 120)
    said = capsys.readouterr().out
    assert said.startswith(f"{out}: ")
    assert said.endswith("%, by world-small\n")
    assert main(["no.png", "--bundle", "world-small", "--out", str(out)]) == 1
    assert "homing look:" in capsys.readouterr().err
