"""Pretraining: captions tell views apart, the text tower learns, and training starts from it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.world.pack import Pack, PackError
from tests.models.test_encoder import TINY
from tests.models.test_train import alone, tiny_preset

pytestmark = pytest.mark.slow  # imports torch


def preset(epochs: int = 1):
    from models.text_config import HASHED

    text = {"context_length": 48, "vocab_size": 512, "width": 16, "heads": 2, "layers": 1}
    whole = tiny_preset()
    pretraining = whole.pretraining
    recipe = replace(pretraining.recipe, epochs=epochs, batch=2)
    return replace(
        whole,
        model={name: TINY[name] for name in ("embed_dim", "vision_cfg")},
        pretraining=replace(pretraining, recipe=recipe, text=text | {"tokenizer_kwargs": HASHED}),
    )


def test_from_pack_to_encoder_to_bundle(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.bundle import load_bundle
    from models.encoder import TextTower, load_encoder
    from models.pretrain import pretrain
    from models.train import train

    folder = pretrain("tiny", preset(), tiny_pack, tmp_path / "e", alone())
    (line,) = (tmp_path / "e-training" / "metrics.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line).keys() >= {"loss", "validation_loss", "right"}
    texts = TextTower(load_encoder(folder, "cpu"), folder).embed(["Looking north.", "It is May."])
    assert texts.shape == (2, 12)
    assert not np.allclose(texts[0], texts[1])
    started = replace(tiny_preset(), model=None, encoder=str(folder))
    bundle = load_bundle(train("tiny", started, tiny_pack, tmp_path / "b", alone()))
    weights = (bundle.folder / "encoder" / "open_clip_model.safetensors").stat().st_size
    assert weights < (folder / "open_clip_model.safetensors").stat().st_size


def test_it_learns_which_caption_is_whose() -> None:
    """Red, green and blue pictures of three countries."""
    import torch

    from models.captions import STREET, Facts
    from models.encoder import image_px
    from models.pretrain import CaptionLoss, Validation, start_of
    from models.training.feeds import CaptionedViews, Captions
    from tests.models.training.small_training import Colours, recipe

    start, tokenizer = start_of(preset())
    how = recipe(batch=3, views=1, epochs=1)
    facts = [Facts(country) for country in ("FR", "JP", "BR")]
    feed = CaptionedViews(
        Colours(3),
        how,
        image_px(start.model.visual),
        Captions(facts, replace(STREET, compass=0, climate=0, side=0, month=0), tokenizer),
    )
    learner = CaptionLoss(start.model)
    optimiser = torch.optim.AdamW(learner.parameters(), lr=3e-3)
    rows, found = np.arange(3), []
    for step in range(60):
        loss = learner(feed.cut(rows, (step,)))["loss"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        found.append(loss.item())
    assert found[0] > 0.8  # three of a kind: log 3 is 1.1
    assert np.mean(found[-5:]) < 0.4 * found[0]
    assert Validation(learner, feed, 3)()["right"] == 1


def test_captions_know_where_a_view_looks() -> None:
    """The centre of `Colours` looks east."""
    import torch

    from models.captions import STREET, Facts
    from models.training.feeds import CaptionedViews, Captions
    from tests.models.training.small_training import Colours, recipe

    said: list[str] = []

    def listening(texts: list[str]):
        said.extend(texts)
        return torch.zeros(len(texts), 3, dtype=torch.long)

    how = recipe(views=4)
    feed = CaptionedViews(
        Colours(),
        how,
        32,
        Captions([Facts("FR")] * 24, replace(STREET, compass=1), listening),
    )
    batch = feed.cut(np.arange(5), (1,))
    assert batch.tokens.shape == (5, 4, 3)
    words = [text.split("Looking ")[1].split(".")[0] for text in said]
    for row in range(5):
        assert sorted(words[4 * row : 4 * row + 4]) == ["east", "north", "south", "west"]
    sectors = ["north", "east", "south", "west"]
    expected = [sectors[round(heading / 90) % 4] for heading in batch.headings.ravel()]
    assert words == expected


def test_nothing_to_validate_on_is_told(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.pretrain import pretrain

    half = replace(tiny_pack, panoramas=tiny_pack.split("train"))
    with pytest.raises(PackError, match=r"tiny: expected 2 or more .* some to validate on, got: "):
        pretrain("tiny", preset(), half, tmp_path / "e", alone())


def test_as_commands(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    from models import pretrain, train

    presets = {"tiny": preset()}
    monkeypatch.setattr("models.pretrain.PRESETS", presets)
    monkeypatch.setattr("models.train.PRESETS", presets)
    shared = ["--preset", "tiny", "--pack", str(tiny_pack.folder)]
    assert pretrain.main([*shared, "--out", str(tmp_path / "e")]) == 0
    monkeypatch.setattr("models.train.PRESETS", {"tiny": tiny_preset()})
    encoder = ["--encoder", str(tmp_path / "e"), "--out", str(tmp_path / "b")]
    assert train.main([*shared, *encoder]) == 0
    capsys.readouterr()
    assert train.main([*shared, "--encoder", "x/y", "--out", str(tmp_path / "c")]) == 1
    assert "got: x/y" in capsys.readouterr().err
    monkeypatch.setattr("models.train.PRESETS", {"tiny": replace(tiny_preset(), world=None)})
    assert train.main(["--preset", "tiny", "--out", str(tmp_path / "d")]) == 1
    assert "--pack: expected one for this preset, got none" in capsys.readouterr().err
