"""What learns and what does not, in open_clip's own towers and in timm's."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from tests.models.training.small_training import TINY, trainee

pytestmark = pytest.mark.slow  # imports torch


def learning(visual) -> set[str]:
    return {name for name, parameter in visual.named_parameters() if parameter.requires_grad}


def test_the_last_block_of_a_transformer() -> None:
    from models.encoder import new_model
    from models.training.freezing import freeze

    visual = new_model(TINY).visual
    everything = learning(visual)
    freeze(visual, "last block")
    last = learning(visual)
    assert "proj" in last
    assert "transformer.resblocks.1.attn.out_proj.weight" in last
    assert {name.split(".")[0] for name in last} == {"proj", "ln_post", "transformer"}
    assert not any("resblocks.0" in name for name in last)
    freeze(visual, "head")
    assert learning(visual) == set()
    freeze(visual, "all")
    assert learning(visual) == everything


def test_the_last_block_of_a_timm_tower() -> None:
    from models.encoder import new_model
    from models.presets import WORLD_SMALL
    from models.training.freezing import freeze

    visual = new_model(copy.deepcopy(WORLD_SMALL.model)).visual
    everything = learning(visual)
    freeze(visual, "last block")
    last = learning(visual)
    assert any(name.startswith("head.") for name in last)  # open_clip's projection
    assert not any(name.startswith("trunk.stem") for name in last)
    assert any(name.startswith("trunk.") for name in last)
    assert len(last) < len(everything) / 2


def test_frozen_norms_keep_still() -> None:
    import torch

    from models.encoder import new_model
    from models.presets import WORLD_SMALL
    from models.training.freezing import freeze
    from models.training.trainee import Trainee

    model = new_model(copy.deepcopy(WORLD_SMALL.model))
    held = Trainee(model, 3, 192, 0.1)
    freeze(held.visual, "head")
    before = {name: tensor.clone() for name, tensor in held.visual.state_dict().items()}
    held.train()
    assert held.dropout.training
    views = torch.randint(0, 256, (2, 1, 128, 128, 3), dtype=torch.uint8)
    assert not held.embed(views).requires_grad
    assert all(tensor.equal(before[name]) for name, tensor in held.visual.state_dict().items())
    freeze(held.visual, "all")
    held.train()
    assert held.embed(views).requires_grad
    assert not all(tensor.equal(before[name]) for name, tensor in held.visual.state_dict().items())


def test_embeddings_pass_a_trainee_by(tmp_path: Path) -> None:
    import torch

    held = trainee().eval()
    views = torch.randint(0, 256, (2, 4, 32, 32, 3), dtype=torch.uint8)
    with torch.inference_mode():
        embeddings = held.embed(views)
        assert torch.equal(held(embeddings), held(views))
