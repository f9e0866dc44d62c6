"""All ways of the benchmark name the same members; the table would refuse others."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports torch


def test_all_ways_answer_alike() -> None:
    from models.bench_refiner import Size, loops, made_up, ours, ready_readers, refiner_table

    size = Size(batch=16, geocells=20, prototypes=90, members=200, dim=12)
    refiner, *asked = made_up(size)
    known = refiner.prototypes
    assert (len(known), len(known.points)) == (90, 200)
    answers = loops(refiner, *asked, *ready_readers(known))
    assert np.array_equal(ours(refiner, *asked), answers)
    assert len(set(answers.tolist())) > 8
    assert refiner_table(size).row_count == 3
