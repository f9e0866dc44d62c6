"""The loop: it learns, survives being killed, and does the same in parts.

In several processes: `test_in_team`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.models.training.small_training import material, recipe, run_in, train, trainee

pytestmark = pytest.mark.slow  # imports torch

ROOT = Path(__file__).parents[3]
PROGRAM = str(Path(__file__).with_name("small_training.py"))
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def lines(folder: Path, name: str = "steps.jsonl") -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def losses(folder: Path) -> list[float]:
    return [line["loss"] for line in lines(folder)]


def test_it_learns_to_tell_colours_apart(tmp_path: Path) -> None:
    train(tmp_path, epochs=8)
    found = [line["loss"] for line in lines(tmp_path, "metrics.jsonl")]
    assert found[0] > 0.8
    assert found[-1] < 0.5 * found[0]


def test_metrics_are_means_of_the_steps(tmp_path: Path) -> None:
    train(tmp_path)
    steps = lines(tmp_path)
    assert [(line["epoch"], line["step"]) for line in steps] == [
        (epoch, step) for epoch in (1, 2) for step in range(1, 7)
    ]
    for line in lines(tmp_path, "metrics.jsonl"):
        own = [step["loss"] for step in steps if step["epoch"] == line["epoch"]]
        assert line["loss"] == pytest.approx(np.mean(own))


def test_killed_in_the_middle_of_an_epoch_it_ends_with_the_same_losses(tmp_path: Path) -> None:
    """A real process, a real SIGKILL, and dropout."""
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    process = subprocess.Popen(
        [sys.executable, PROGRAM, str(cut), "0.15"],
        env=ENVIRONMENT,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    while not (cut / "steps.jsonl").exists() or len(losses(cut)) < 8:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = losses(cut)
    assert 8 <= len(before) < 12
    train(
        cut, trainee(seed=9, dropout=0.5), dropout=0.5
    )  # other weights: those of the checkpoint count
    train(whole, dropout=0.5)
    assert losses(cut) == pytest.approx(losses(whole), abs=1e-4)
    assert losses(cut)[:6] == before[:6]


def test_resumed_losses_and_weights_are_those_of_a_whole_run(tmp_path: Path) -> None:
    import torch

    whole = train(tmp_path / "whole", trainee(dropout=0.5), dropout=0.5)
    cut = trainee(dropout=0.5)
    forward, calls = cut.embed, []

    def until_the_ninth(views):
        calls.append(1)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return forward(views)

    cut.embed = until_the_ninth
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", cut, save_every_s=0, dropout=0.5)
    assert len(losses(tmp_path / "cut")) == 8
    resumed = train(tmp_path / "cut", trainee(seed=9, dropout=0.5), dropout=0.5)
    assert losses(tmp_path / "cut") == pytest.approx(losses(tmp_path / "whole"), abs=1e-5)
    epochs = [
        [line["loss"] for line in lines(tmp_path / name, "metrics.jsonl")]
        for name in ("cut", "whole")
    ]
    assert epochs[0] == pytest.approx(epochs[1], abs=1e-5)
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_a_batch_in_parts_is_the_batch(tmp_path: Path) -> None:
    train(tmp_path / "whole")
    train(tmp_path / "parts", accumulate=2)
    assert losses(tmp_path / "parts") == pytest.approx(losses(tmp_path / "whole"), abs=1e-4)


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    from models.training.checkpoint import CheckpointError

    train(tmp_path, epochs=1)
    with pytest.raises(CheckpointError, match="expected a checkpoint of this recipe and pack"):
        train(tmp_path, epochs=2)


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    assert recipe(batch=12, accumulate=3).part_of_rank(2) == 2
    for batch, ranks in ((5, 2), (2, 4)):
        with pytest.raises(ValueError, match=f"multiple of {ranks} processes x 1 parts, got: "):
            recipe(batch=batch).part_of_rank(ranks)


def test_too_little_for_a_batch_is_told(tmp_path: Path) -> None:
    from models.training.loop import TrainingError

    with pytest.raises(TrainingError, match=r"expected 25 or more .* of 1 processes, got: \[24\]"):
        train(tmp_path, batch=25)


def test_a_loss_that_is_no_number_ends_the_training(tmp_path: Path) -> None:
    import torch

    from models.training.loop import TrainingError

    broken = trainee()
    torch.nn.init.constant_(broken.classifier.bias, float("nan"))
    with pytest.raises(TrainingError, match=r"expected a number, got: nan \(epoch 1, step 1\)"):
        train(tmp_path, broken)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    from models.training.recipe import schedule

    values = [schedule(part / 1000, recipe()) for part in range(1000)]
    top = int(np.argmax(values))
    assert top == 50
    assert max(values) == pytest.approx(1)
    assert values[:top] == sorted(values[:top])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert values[-1] < 1e-4
    linear = recipe(decay="linear", warm_up=0.2)
    assert schedule(0.6, linear) == pytest.approx(0.5)


def test_normalised_is_what_the_encoder_feeds_its_tower() -> None:
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from PIL import Image

    from models.training.trainee import normalised

    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    expected = image_transform_v2(PreprocessCfg(size=32), is_train=False)(Image.fromarray(pixels))
    assert torch.allclose(normalised(torch.from_numpy(pixels)[None])[0], expected, atol=1e-4)
    floats = torch.from_numpy(pixels)[None].float()
    assert torch.allclose(normalised(floats)[0], expected, atol=1e-4)
    assert torch.equal(floats[0], torch.from_numpy(pixels).float())  # the caller's own


def test_without_tensorboard_its_absence_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.training.checkpoint import Place
    from models.training.journal import Journal

    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ModuleNotFoundError, match="--tensorboard: expected the package"):
        Journal(tmp_path, Place(), tensorboard=True)


def test_tensorboard_is_told_what_the_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from models.training.checkpoint import Place
    from models.training.journal import Journal

    told: list[tuple[str, float, int]] = []
    board = SimpleNamespace(add_scalar=lambda *values: told.append(values), close=lambda: None)
    module = SimpleNamespace(SummaryWriter=lambda _: board)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    journal = Journal(tmp_path, Place(), tensorboard=True)
    journal.step({"epoch": 2, "step": 3, "loss": 0.5}, 13)
    journal.epoch({"epoch": 2, "score": 4000.0})
    journal.close()
    assert told == [("step/loss", 0.5, 13), ("epoch/score", 4000.0, 2)]


def test_progress_tells_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A terminal's line is written over; a file gets a line every 30 s."""
    from models.training.journal import Progress, duration

    now = [100.0]
    monkeypatch.setattr("models.training.journal.time.monotonic", lambda: now[0])
    progress = Progress(1000, done=200)
    for done, at in ((300, 110.0), (310, 111.0), (600, 141.0)):
        now[0] = at
        progress.show(done, "epoch 1/2")
    first, second = capsys.readouterr().err.splitlines()
    assert first == "epoch 1/2  10.0 panoramas/s  70 s left"
    assert second.startswith("epoch 1/2  9.8 panoramas/s")
    assert [duration(s) for s in (40, 720, 11100)] == ["40 s", "12 min", "3 h 05 min"]


def test_a_line_that_a_kill_cut_short_is_dropped(tmp_path: Path) -> None:
    from models.training.checkpoint import Place
    from models.training.journal import Journal

    whole = [{"epoch": 1, "step": step, "loss": 1.0} for step in (1, 2, 3)]
    text = "".join(json.dumps(line) + "\n" for line in whole)
    (tmp_path / "steps.jsonl").write_text(text + '{"epoch": 1, "st', "utf-8")
    Journal(tmp_path, Place(0, 2)).close()
    assert lines(tmp_path) == whole[:2]


def test_material_of_other_places_is_another_training() -> None:
    from dataclasses import replace

    how = recipe()
    same, moved = material(), replace(material(), points=material().points + 1)
    assert same.digest(how) == material().digest(how) != moved.digest(how)
    assert same.digest(how) != replace(same, start="other").digest(how)
    assert run_in(Path()).team.leads
