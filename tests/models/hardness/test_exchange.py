"""A reader of cues that loses one of them: made-up traits of which the answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.hardness.ablation import ALL, NOTHING
from models.hardness.exam import Exam
from models.hardness.exchange import READ, exchanged, losses_of_reader
from models.world.pack import Pack, Panorama


@pytest.mark.slow  # asks the forest 69 times
def test_only_the_cue_that_tells_the_place_is_missed() -> None:
    rng = np.random.default_rng(0)
    north = rng.uniform(size=160) < 0.5
    panoramas = tuple(_panorama(i, 50.0 if up else -30.0) for i, up in enumerate(north))
    pack = Pack(Path(), "made-up", "", panoramas)
    exam = Exam(pack, panoramas[:120], panoramas[120:])
    traits = [
        {"side.left": float(up), "plates.front.0": float(noise), "style.hint": float(up)}
        for up, noise in zip(north, rng.uniform(size=160), strict=True)
    ]
    losses = {loss.name: loss for loss in losses_of_reader(exam, traits)}
    assert set(losses) == {NOTHING, ALL, *READ}
    assert losses[NOTHING].mean_score > 4900
    # Half of the strangers drive on the same side; the others are 8,896 km off, 13 points.
    assert -3100 < losses["side"].difference < -1900
    assert losses["side"].interval[1] < 0
    assert abs(losses["plates"].difference) < 60
    assert losses["paint"].difference == 0


def test_one_cue_is_exchanged_and_no_trait_of_it_stays() -> None:
    own = {"paint.edge.0": 1.0, "paint.edge.1": 1.0, "side.left": 0.0}
    assert exchanged(own, {"paint.edge": None, "side.left": 1.0}, "paint") == {
        "paint.edge": None,
        "side.left": 0.0,
    }


def _panorama(number: int, lat: float) -> Panorama:
    name = str(number)
    return Panorama(name, lat, 10.0, 0.0, "2020-01-01", "test", "", "", name, sequence=name)
