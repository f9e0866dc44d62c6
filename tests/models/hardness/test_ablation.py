"""Cues switched off: the sums by hand, the step on a few places with the shipped bundle."""

from __future__ import annotations

import numpy as np
import pytest

from models.bundle import load_bundle
from models.hardness import ablation as step
from models.hardness.ablation import ALL, NOTHING, Places, ablation, losses_of, main

PLACES = Places(count=3, split="test", width_px=64, seed=2)


def test_losses_are_paired_and_the_largest_comes_first() -> None:
    on = np.array([1000.0, 3000.0, 5000.0, 4000.0])
    scores = {
        NOTHING: on,
        "paint": on - [0, 0, 40, 0],
        "sky": on - [100, 100, 100, 100],
        ALL: on - [900, 1000, 1100, 1000],
    }
    losses = losses_of(scores, [""] * 4)
    assert [loss.name for loss in losses] == [NOTHING, ALL, "sky", "paint"]
    assert [loss.mean_score for loss in losses] == [3250, 2250, 3150, 3240]
    assert [loss.difference for loss in losses] == [0, -1000, -100, -10]
    assert losses[0].interval == (0, 0)
    # Every place loses the same: however unlike the places are, that loss is certain.
    assert losses[2].interval == (-100, -100)
    low, high = losses[3].interval
    assert -40 <= low < -10 < high <= 0


def test_an_impossible_cue_is_refused(tmp_path) -> None:
    bundle = load_bundle("world-small")
    with pytest.raises(ValueError, match=r"cues: expected names out of sky, .* got: \['smell'\]"):
        ablation(bundle, PLACES, tmp_path, cues=["sky", "smell"])


@pytest.mark.slow
def test_a_stopped_run_goes_on_and_ends_alike(tmp_path, monkeypatch) -> None:
    bundle, cues = load_bundle("world-small"), ("soil", "side")
    whole = ablation(bundle, PLACES, tmp_path / "whole", cues=cues)
    assert {loss.name for loss in whole} == {NOTHING, ALL, *cues}
    assert whole[1].mean_score != whole[0].mean_score
    assert not list((tmp_path / "whole").iterdir())

    def stop_at_side(name: str) -> None:
        if name == "side":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ablation(bundle, PLACES, tmp_path / "half", cues=cues, progress=stop_at_side)
    rendered = []
    real = step.render_pack
    monkeypatch.setattr(
        step, "render_pack", lambda out, **how: rendered.append(out.name) or real(out, **how)
    )
    assert ablation(bundle, PLACES, tmp_path / "half", cues=cues) == whole
    assert rendered == ["side", ALL]


def test_what_cannot_be_done_is_told(capsys) -> None:
    assert main(["--bundle", "nobody"]) == 1
    assert "homing world ablation: bundle: expected" in capsys.readouterr().err
