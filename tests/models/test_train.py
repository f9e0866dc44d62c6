"""Training end to end on six coloured pictures: it learns them, resumes, and writes a bundle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.world.pack import Pack
from tests.models.test_encoder import TINY, save_tiny_encoder

pytestmark = pytest.mark.slow  # imports torch


def tiny_preset(epochs: int = 2, cells: str = "rectangular"):
    """Of boxes: to tile the world's areas takes seconds."""
    from models.presets import WORLD_RETRIEVAL, WORLD_SMALL

    head = replace(WORLD_RETRIEVAL.head, epochs=2, batch=2)
    retrieval = replace(WORLD_RETRIEVAL, head=head, hidden=8, far_km=20_100)
    recipe = replace(WORLD_SMALL.recipe, epochs=epochs, batch=2, views=2, dropout=0.0)
    pigeon = replace(WORLD_SMALL.pigeon, min_points=1, max_points=1)
    tiny = replace(WORLD_SMALL, model=TINY, recipe=recipe, pigeon=pigeon, retrieval=retrieval)
    return replace(tiny, cells=cells)


def alone():
    import torch

    from models.training.distributed import Team

    return Team(0, 1, torch.device("cpu"))


def test_the_way_from_pack_to_bundle(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.bundle import load_bundle
    from models.embed import panorama_views
    from models.encoder import mean_of_views
    from models.train import train

    preset = tiny_preset(cells="semantic")
    bundle = load_bundle(train("tiny", preset, tiny_pack, tmp_path / "tiny", alone()))
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
    card = (tmp_path / "tiny" / "README.md").read_text(encoding="utf-8")
    assert "homing train --preset tiny --pack tiny --out tiny" in card
    assert "splits | train 2, validation 1, test 3 |" in card
    assert "| test, nearest neighbour | 3 |" in card
    assert "epochs 2, batch 2, views 2" in card
    lines = (tmp_path / "tiny-training" / "metrics.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2]


def test_a_card_is_measured_anew_on_a_pack(tiny_pack: Pack, tmp_path: Path, capsys) -> None:
    from models.card import main
    from models.train import train

    bundle = train("tiny", tiny_preset(1), tiny_pack, tmp_path / "tiny", alone())
    cards = []
    for _ in range(2):
        assert main([str(bundle), "--pack", str(tiny_pack.folder)]) == 0
        cards.append((bundle / "README.md").read_text(encoding="utf-8"))
    assert cards[0] == cards[1]
    assert "On the pack tiny (train 2, validation 1, test 3) by `homing card`" in cards[0]
    assert "0 of 3 left out: within 0.1 km of one of the bundle's 2 panoramas" in cards[0]
    assert capsys.readouterr().out.splitlines()[-1] == str(bundle / "README.md")


def test_cells_are_made_as_the_preset_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.train import make_cells
    from tests.models.small_areas import SmallAreas, grid

    lands = SmallAreas([*grid("AA", 0, 0, 1), *grid("BB", 1, 0, 1)])
    monkeypatch.setattr("models.train.GeoNamesAreas", lambda: lands)
    points = np.array([(0.2, 0.5), (0.8, 0.5), (0.5, 1.5)])
    boxes = make_cells(points, replace(tiny_preset(), cells="rectangular"))
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
        train("tiny", tiny_preset(), half, tmp_path / "tiny", alone())


def test_a_pack_smaller_than_a_batch_is_refused(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.train import train
    from models.world.pack import PackError

    preset = tiny_preset()
    large = replace(preset, recipe=replace(preset.recipe, batch=3))
    with pytest.raises(PackError, match="tiny: expected 3 or more panoramas to train on, got: 2"):
        train("tiny", large, tiny_pack, tmp_path / "tiny", alone())


def test_a_head_comes_first_then_the_last_block(tiny_pack: Pack, tmp_path: Path) -> None:
    """The published order; both stages with auxiliary heads, from a pretrained encoder."""
    from models.bundle import load_bundle
    from models.encoder import load_encoder
    from models.train import train
    from models.training.recipe import Tasks

    start = save_tiny_encoder(tmp_path / "start")
    preset = tiny_preset()
    head = replace(preset.recipe, trained="head", tasks=Tasks())
    last = replace(head, trained="last block", accumulate=2)
    both = replace(preset, model=None, encoder=str(start), head=head, recipe=last)
    bundle = load_bundle(train("two", both, tiny_pack, tmp_path / "two", alone()))
    before = load_encoder(start, "cpu").model.visual.state_dict()
    after = bundle.load_encoder("cpu").model.visual.state_dict()
    moved = {name for name, tensor in after.items() if not tensor.equal(before[name])}
    assert moved
    assert all(name.startswith(("transformer.resblocks.0", "ln_post", "proj")) for name in moved)
    lines = (tmp_path / "two-training" / "stage-1" / "steps.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[0]).keys() >= {"loss", "geocells", "numbers", "climate", "month"}


def test_a_bundle_ships_no_text_tower_that_nobody_reads(tmp_path: Path) -> None:
    from models.text_config import SMALLEST_TEXT
    from models.training.start import started

    start = started(str(save_tiny_encoder(tmp_path / "start")))
    assert start.config["text_cfg"] != SMALLEST_TEXT
    tower = start.image_tower()
    assert tower.config["text_cfg"] == SMALLEST_TEXT
    assert tower.name == start.name  # the image tower is the same


@pytest.mark.parametrize("name", ["pigeon", "pigeon-last-block", "pigeotto"])
def test_published_presets_run_with_a_tiny_stand_in(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import shapely

    from models.presets import PRESETS
    from models.train import train
    from tests.models.small_areas import SmallAreas

    lands = [("AA", "West", "W", shapely.box(-180, -90, 0, 90))]
    lands += [("BB", "East", "E", shapely.box(0, -90, 180, 90))]
    monkeypatch.setattr("models.train.GeoNamesAreas", lambda: SmallAreas(lands))
    preset, small = PRESETS[name], {"epochs": 1, "batch": 2, "accumulate": 1}
    tiny = replace(
        preset,
        encoder=str(save_tiny_encoder(tmp_path / "start")),
        head=preset.head and replace(preset.head, **small),
        recipe=replace(preset.recipe, **small),
        pigeon=replace(preset.pigeon, min_points=1, max_points=2),
    )
    assert (train(name, tiny, tiny_pack, tmp_path / name, alone()) / "bundle.json").is_file()


def test_the_published_constants() -> None:
    """Of PIGEON's release."""
    from models.presets import PRESETS

    pigeon, pigeotto = PRESETS["pigeon"], PRESETS["pigeotto"]
    assert pigeon.encoder.startswith("ViT-L-14-336")
    assert (pigeon.recipe.learning_rate, pigeon.recipe.batch) == (2e-5, 4 * 256)
    tasks = pigeon.recipe.tasks
    assert tasks
    assert (tasks.numbers, tasks.climate, tasks.month) == (8, 2, 1)
    assert (pigeon.pigeon.smoothing_km, pigeotto.pigeon.smoothing_km) == (75, 65)
    for preset, rate, epochs, warm_up in ((pigeon, 1e-6, 20, 0.2), (pigeotto, 5e-7, 4, 0.02)):
        pretraining = preset.pretraining.recipe
        found = pretraining.learning_rate, pretraining.epochs, pretraining.warm_up
        assert found == (rate, epochs, warm_up)
        assert (pretraining.betas, pretraining.epsilon) == ((0.9, 0.98), 1e-6)
        assert pretraining.part_of_rank(4) == 32
