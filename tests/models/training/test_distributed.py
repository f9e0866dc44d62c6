"""What only a team does; that it trains like one process is in test_loop.py."""

from __future__ import annotations

import copy

import pytest

pytestmark = pytest.mark.slow  # imports torch


def test_synchronised_norms_keep_their_activations() -> None:
    import torch

    from models.encoder import new_model
    from models.presets import WORLD_SMALL
    from models.training.distributed import synchronised

    torch.manual_seed(0)
    visual = new_model(copy.deepcopy(WORLD_SMALL.model)).visual.eval()
    pictures, names = torch.randn(2, 3, 128, 128), set(visual.state_dict())
    with torch.inference_mode():
        expected = visual(pictures)
        converted = synchronised(visual)
        assert any(isinstance(m, torch.nn.SyncBatchNorm) for m in converted.modules())
        assert torch.allclose(converted.eval()(pictures), expected, atol=1e-5)
    assert set(converted.state_dict()) == names


def test_one_process_is_a_team() -> None:
    import torch

    from models.training.distributed import joined

    with joined() as team:
        assert team.leads
        assert team.ranks == 1
        with team.leader_first():
            team.wait()
        assert team.mean(torch.tensor([2.0])).tolist() == [2.0]
        module = torch.nn.Linear(2, 2)
        assert team.wrap(module) is module
