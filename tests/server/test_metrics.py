"""Figures: what was counted is what was done, and counting starts nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.arena.events import GuessMade, PinPlaced, RoundStarted, RoundTimedOut
from server.arena.words import Pin
from server.inference.meter import Meter
from server.metrics import Metrics
from server.protocol import ErrorCode

PIN = Pin(lat=1, lng=2)


def figures(text: bytes) -> dict[tuple[str, ...], float]:
    """Samples by name and label values, as Prometheus reads them."""
    families = text_string_to_metric_families(text.decode())
    samples = [sample for family in families for sample in family.samples]
    return {(s.name, *(s.labels[name] for name in sorted(s.labels))): s.value for s in samples}


def test_what_the_inference_room_tells() -> None:
    metrics = Metrics()
    meter: Meter = metrics
    for seconds in (0.0015, 0.004, 0.03):
        meter.took("encode", seconds)
    meter.batched(4)
    meter.batched(6)
    meter.waiting(3)
    meter.waiting(2)
    meter.failed(ErrorCode.BUSY)
    found = figures(metrics.text())
    assert found["homing_stage_seconds_count", "encode"] == 3
    assert found["homing_stage_seconds_sum", "encode"] == pytest.approx(0.0355)
    assert found["homing_stage_seconds_bucket", "0.002", "encode"] == 1
    assert found["homing_stage_seconds_bucket", "0.005", "encode"] == 2
    assert found["homing_stage_seconds_bucket", "+Inf", "encode"] == 3
    assert (found["homing_batch_views_sum",], found["homing_batch_views_count",]) == (10, 2)
    assert found["homing_batch_views_bucket", "4.0"] == 1
    assert found["homing_waiting_requests",] == 2
    assert found["homing_errors_total", "busy"] == 1
    # Known before the first one: an alert on a rise needs the zero.
    assert {code: found["homing_errors_total", code.value] for code in ErrorCode} == {
        code: float(code is ErrorCode.BUSY) for code in ErrorCode
    }


def test_rounds_end_in_two_ways() -> None:
    metrics = Metrics()
    metrics.played([RoundStarted(at=1, number=1), PinPlaced(at=2, number=1, pin=PIN)])
    metrics.played([RoundTimedOut(at=3, number=1, guess=PIN), RoundStarted(at=4, number=2)])
    metrics.played([GuessMade(at=5, number=2, guess=PIN)])
    metrics.played([GuessMade(at=6, number=3, guess=PIN)])
    found = figures(metrics.text())
    assert found["homing_rounds_total", "guessed"] == 2
    assert found["homing_rounds_total", "timed_out"] == 1
    assert found["homing_matches_total",] == 0


def test_each_has_its_own_registry() -> None:
    one, other = Metrics(), Metrics()
    one.batched(4)
    assert figures(one.text())["homing_batch_views_count",] == 1
    assert figures(other.text())["homing_batch_views_count",] == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the library reads /proc")
def test_the_process_itself() -> None:
    found = figures(Metrics().text())
    assert found["process_resident_memory_bytes",] > 2**20
    assert found["process_cpu_seconds_total",] > 0


class Cuda(SimpleNamespace):
    """As torch.cuda speaks, with one card."""

    begun: bool

    def is_initialized(self) -> bool:
        return self.begun

    def device_count(self) -> int:
        return 1

    def mem_get_info(self, _: int) -> tuple[int, int]:
        assert self.begun, "expected CUDA not to be started for a figure"
        return 60, 100

    def memory_allocated(self, _: int) -> int:
        return 25

    def memory_reserved(self, _: int) -> int:
        return 30


@pytest.mark.parametrize("begun", [True, False])
def test_gpu_memory_where_torch_uses_one(monkeypatch: pytest.MonkeyPatch, begun: bool) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=Cuda(begun=begun)))
    found = figures(Metrics().text())
    memory = {key[2]: value for key, value in found.items() if key[0] == "homing_gpu_memory_bytes"}
    expected = {"total": 100.0, "free": 60.0, "allocated": 25.0, "reserved": 30.0}
    assert memory == (expected if begun else {})


@pytest.mark.slow
def test_no_torch_for_a_figure() -> None:
    code = "import sys, server.metrics as m; m.Metrics().text(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
