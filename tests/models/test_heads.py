"""Auxiliary heads: targets from the survey, and the published sum."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports torch

PLACES = [(48.8584, 2.2945), (-33.9249, 18.4241), (27.9881, 86.9250), (31.5, 35.48)]
"""Paris, Cape Town, Everest, the Dead Sea."""


def surveyed():
    from models.geography.survey import survey

    return survey(PLACES)


def test_numbers_are_logarithms_but_for_the_mean_temperature() -> None:
    from models.heads import NUMBERS, numbers_of

    found = surveyed()
    numbers = numbers_of(found)
    assert numbers.shape == (4, len(NUMBERS))
    assert np.isfinite(numbers).all()
    warmth, rain = found.temperature_c[0], found.precipitation_mm[0]
    assert numbers[0] == pytest.approx(
        [
            math.log(found.elevation_m[0] + 408),
            math.log(found.population_density[0] + 1),
            sum(warmth) / 12,
            math.log(max(warmth) - min(warmth) + 1),
            math.log(sum(rain) / 12 + 1),
            math.log(max(rain) - min(rain) + 1),
        ]
    )
    assert 8 < numbers[0, 2] < 14  # Paris, mean of the year


def test_targets_are_standardised_and_gaps_are_marked() -> None:
    from models.heads import UNKNOWN, ZONES, targets_of

    targets = targets_of(surveyed(), ["2024-05-01", "", "2020-12", "2019"])
    assert targets.numbers.mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-5)
    assert targets.numbers.std(axis=0) == pytest.approx(np.ones(6), abs=1e-5)
    assert targets.month.tolist() == [4, UNKNOWN, 11, UNKNOWN]
    assert ZONES[targets.climate[0]] == "Cfb"


def test_the_published_weights() -> None:
    import torch

    from models.heads import multi_task_sum
    from models.training.recipe import Tasks

    losses = {"numbers": torch.tensor(0.5), "climate": torch.tensor(3.0)}
    losses |= {"month": torch.tensor(7.0)}
    assert multi_task_sum(torch.tensor(11.0), losses, Tasks()).item() == 11 + 8 * 0.5 + 2 * 3 + 7


def test_losses_in_a_plain_loop_and_nothing_for_what_is_not_known() -> None:
    import torch

    from models.heads import Heads, targets_of, tensors_of

    torch.manual_seed(0)
    heads, embeddings = Heads(5), torch.randn(4, 5)
    numbers, climate, month = tensors_of(targets_of(surveyed(), ["2024-05-01", "", "", "2020-12"]))
    found = heads(embeddings, numbers, climate, month)
    guessed = heads.numbers(embeddings).tolist()
    squares = [
        (g - t) ** 2
        for row, true in zip(guessed, numbers.tolist(), strict=True)
        for g, t in zip(row, true, strict=True)
    ]
    assert found["numbers"].item() == pytest.approx(sum(squares) / 24, rel=1e-5)
    logits = heads.month(embeddings).tolist()
    costs = [
        math.log(sum(map(math.exp, logits[row]))) - logits[row][int(month[row])] for row in (0, 3)
    ]
    assert found["month"].item() == pytest.approx(sum(costs) / 2, rel=1e-5)
    assert heads(embeddings, numbers, climate, torch.full((4,), -1))["month"].item() == 0
