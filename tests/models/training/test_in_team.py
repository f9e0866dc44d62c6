"""torchrun, gloo, two processes: they lose what one loses, and write one bundle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import save_tiny_pack
from tests.models.training.small_training import train

pytestmark = pytest.mark.slow  # imports torch

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a team trained the loop's coloured pictures in `loop` and a bundle in `team`."""
    from models.shard import shard

    folder = tmp_path_factory.mktemp("team")
    pack = shard(save_tiny_pack(folder / "tiny"), folder / "sharded", per_shard=1)
    program = Path(__file__).with_name("in_team.py")
    subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"),
            *("--standalone", str(program)),
            *(str(folder / "loop"), str(pack), str(folder / "team")),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        check=True,
        timeout=110,
        capture_output=True,
    )
    return folder


def steps(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "steps.jsonl").read_text("utf-8").splitlines()]


def test_two_processes_lose_what_one_loses(folder: Path, tmp_path: Path) -> None:
    """With parts of the batch within each process."""
    train(tmp_path)
    one, two = ([step["loss"] for step in steps(where)] for where in (tmp_path, folder / "loop"))
    assert two == pytest.approx(one, abs=1e-4)


def test_torchrun_trains_one_bundle_from_shards(folder: Path) -> None:
    from models.bundle import load_bundle

    assert load_bundle(folder / "team").metrics["test"]["guess"]["n"] == 3
    assert len(steps(folder / "team-training")) == 2  # epochs of one step, told once
