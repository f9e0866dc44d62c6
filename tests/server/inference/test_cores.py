"""Threads of a real encoder's library."""

from __future__ import annotations

import pytest

from server.inference.cores import ALONE, Cores

pytestmark = pytest.mark.slow


def test_where_many_ask_half_the_cores_encode() -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        cores = Cores(4)
        with cores.taken(ALONE):
            assert torch.get_num_threads() == 4
        with cores.taken(ALONE + 1):
            assert torch.get_num_threads() == 2
        assert torch.get_num_threads() == 4
        with Cores(1).taken(32):
            assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
