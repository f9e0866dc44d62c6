"""Training end to end on six coloured pictures: it learns them, resumes, and writes a bundle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.world.pack import Pack
from tests.models.test_encoder import TINY

pytestmark = pytest.mark.slow  # imports torch


def tiny_preset(epochs: int = 2):
    from models.train import WORLD_SMALL

    recipe = replace(WORLD_SMALL.recipe, epochs=epochs, batch=2, views=2, dropout=0.0)
    pigeon = replace(WORLD_SMALL.pigeon, min_points=1, max_points=1)
    return replace(WORLD_SMALL, model=TINY, recipe=recipe, pigeon=pigeon)


def test_the_way_from_pack_to_bundle(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.bundle import load_bundle
    from models.embed import panorama_views
    from models.encoder import mean_of_views
    from models.train import train

    bundle = load_bundle(train("tiny", tiny_preset(), tiny_pack, tmp_path / "tiny"))
    assert (bundle.name, bundle.kind, bundle.data["pack"]) == ("tiny", "pigeon", "tiny")
    assert {kind: m["n"] for kind, m in bundle.metrics["test"].items()} == {
        "geocell": 3,
        "refined": 3,
        "guess": 3,
        "nearest neighbour": 3,
        "land prior": 3,
    }
    encoder = bundle.load_encoder("cpu")
    assert encoder.name == bundle.geolocator.encoder
    views = panorama_views(tiny_pack, tiny_pack.panoramas[0], encoder.image_px)
    prediction = bundle.geolocator.locate(mean_of_views(encoder.embed(views))[None])[0]
    assert prediction.encoder.startswith("tiny@")
    assert ", " in prediction.geocells[0].name  # a place and its country
    lines = (tmp_path / "tiny-training" / "metrics.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2]


def test_cells_are_made_as_the_preset_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.train import make_cells
    from tests.models.small_areas import SmallAreas, grid

    lands = SmallAreas([*grid("AA", 0, 0, 1), *grid("BB", 1, 0, 1)])
    monkeypatch.setattr("models.train.GeoNamesAreas", lambda: lands)
    points = np.array([(0.2, 0.5), (0.8, 0.5), (0.5, 1.5)])
    boxes = make_cells(points, tiny_preset())
    assert (boxes.polygons[0].bounds[0], len(boxes)) == (-180, 3)
    cells = make_cells(points, replace(tiny_preset(), cells="semantic"))
    assert [name.rpartition(", ")[2] for name in cells.names] == ["AA (1)", "AA (2)", "BB"]


def test_a_pack_without_a_split_is_refused(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.train import train
    from models.world.pack import PackError

    half = replace(tiny_pack, panoramas=tiny_pack.split("test"))
    with pytest.raises(
        PackError, match=r"tiny: expected panoramas of these splits, got: .*'train': 0"
    ):
        train("tiny", tiny_preset(), half, tmp_path / "tiny")


def test_a_pack_smaller_than_a_batch_is_refused(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.train import train
    from models.world.pack import PackError

    preset = tiny_preset()
    large = replace(preset, recipe=replace(preset.recipe, batch=3))
    with pytest.raises(PackError, match="tiny: expected 3 or more panoramas to train on, got: 2"):
        train("tiny", large, tiny_pack, tmp_path / "tiny")


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    from models.fit import CheckpointError, fit

    recipe = tiny_preset(epochs=1).recipe
    fit(trainee(), material(), recipe, tmp_path, lambda _: {})
    moved = replace(material(), points=material().points + 1)
    for other in (moved, recipe), (material(), replace(recipe, epochs=2)):
        with pytest.raises(CheckpointError, match="expected a checkpoint of this recipe and pack"):
            fit(trainee(), *other, tmp_path, lambda _: {})


def test_a_killed_training_ends_where_a_whole_one_does(tmp_path: Path) -> None:
    import torch

    from models.fit import fit

    whole, cut, killed = trainee(dropout=0.5), trainee(dropout=0.5), False

    def kill_after_two(_: object) -> dict[str, float]:
        nonlocal killed
        if (tmp_path / "cut" / "metrics.jsonl").exists() and not killed:
            killed = True
            raise KeyboardInterrupt
        return {}

    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    recipe = tiny_preset(epochs=4).recipe
    fit(whole, material(), recipe, tmp_path / "whole", lambda _: {})
    with pytest.raises(KeyboardInterrupt):
        fit(cut, material(), recipe, tmp_path / "cut", kill_after_two)
    resumed = fit(
        trainee(seed=9, dropout=0.5), material(), recipe, tmp_path / "cut", kill_after_two
    )
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_it_learns_to_tell_colours_apart(tmp_path: Path) -> None:
    from models.fit import fit

    learned = trainee()
    recipe = replace(tiny_preset(epochs=30).recipe, batch=6)
    fit(learned, material(), recipe, tmp_path, lambda _: {})
    lines = (tmp_path / "metrics.jsonl").read_text("utf-8").splitlines()
    losses = [json.loads(line)["loss"] for line in lines]
    assert losses[0] > 1.0
    assert losses[-1] < 0.5 * losses[0]


def trainee(seed: int = 1, dropout: float = 0.0):
    import torch

    from models.encoder import new_model
    from models.fit import Trainee

    torch.manual_seed(seed)
    return Trainee(new_model(TINY), 3, TINY["embed_dim"], dropout)


def material():
    """Red, green and blue panoramas in three places."""
    from models.fit import Material

    points = np.array([(0.0, 0.0), (50.0, 100.0), (-30.0, -60.0)])
    colours = np.eye(3, dtype=np.uint8) * 200
    pictures = [np.tile(colour, (32, 64, 1)) for colour in colours] * 2
    return Material(pictures, np.tile(points, (2, 1)), points, smoothing_km=75)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    from models.fit import schedule

    values = [schedule(part / 1000) for part in range(1000)]
    top = int(np.argmax(values))
    assert top == 50
    assert max(values) == pytest.approx(1)
    assert values[:top] == sorted(values[:top])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert values[-1] < 1e-4


def test_normalised_is_what_the_encoder_feeds_its_tower() -> None:
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from PIL import Image

    from models.fit import normalised

    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    expected = image_transform_v2(PreprocessCfg(size=32), is_train=False)(Image.fromarray(pixels))
    assert torch.allclose(normalised(torch.from_numpy(pixels)[None])[0], expected, atol=1e-4)
