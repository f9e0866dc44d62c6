"""What `/metrics` tells, in Prometheus' words: how fast, how full, what failed, what was played."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from server.arena.events import Event, GuessMade, MatchCreated, RoundTimedOut
from server.inference.meter import Stage
from server.protocol import MAX_VIEWS, ErrorCode

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
"""Of `Metrics.text`."""

BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""From a small picture's decoding to a large encoder on a busy CPU."""
BATCHES = (1, 2, 4, MAX_VIEWS, 16, 32, 64, 128, 256)

HOW = {GuessMade: "guessed", RoundTimedOut: "timed_out"}


class Metrics:
    """One app's figures, in a registry of their own. A `Meter` of the inference room."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._stages = Histogram(
            "homing_stage_seconds",
            "Time in one stage of a located panorama",
            ["stage"],
            buckets=BUCKETS_S,
            registry=registry,
        )
        self._batches = Histogram(
            "homing_batch_views", "Views in one encoder call", buckets=BATCHES, registry=registry
        )
        self._waiting = Gauge(
            "homing_waiting_requests", "Admitted and not answered", registry=registry
        )
        self._errors = Counter(
            "homing_errors", "Failures sent on /ws/locate, by code", ["code"], registry=registry
        )
        for code in ErrorCode:  # an alert needs the zero before the first one
            self._errors.labels(code.value)
        self.connections = Gauge("homing_connections", "Open WebSockets", registry=registry)
        self._http = Histogram(
            "homing_http_seconds",
            "Time to answer over HTTP",
            ["method", "route", "status"],
            buckets=BUCKETS_S,
            registry=registry,
        )
        self._matches = Counter("homing_matches", "Opened in the arena", registry=registry)
        self._rounds = Counter(
            "homing_rounds", "Ended in the arena, by how", ["how"], registry=registry
        )
        ProcessCollector(registry=registry)
        registry.register(_GpuMemory())

    def took(self, stage: Stage, seconds: float) -> None:
        """See `Meter`."""
        self._stages.labels(stage).observe(seconds)

    def batched(self, views: int) -> None:
        """See `Meter`."""
        self._batches.observe(views)

    def waiting(self, requests: int) -> None:
        """See `Meter`."""
        self._waiting.set(requests)

    def failed(self, code: ErrorCode) -> None:
        """See `Meter`."""
        self._errors.labels(code.value).inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request over HTTP; `route` is the template, so that ids make no new series."""
        self._http.labels(method, route, str(status)).observe(seconds)

    def played(self, events: Sequence[Event]) -> None:
        """What was appended to a match's log."""
        for event in events:
            if isinstance(event, MatchCreated):
                self._matches.inc()
            elif how := HOW.get(type(event)):
                self._rounds.labels(how).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus scrapes it."""
        return generate_latest(self._registry)


class _GpuMemory(Collector):
    """Of the cards that torch uses in this process. Neither torch nor CUDA is started for it."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        used = GaugeMetricFamily(
            "homing_gpu_memory_bytes", "GPU memory by what it is", labels=["device", "kind"]
        )
        for labels, value in gpu_memory():
            used.add_metric(labels, value)
        return [used]


def gpu_memory() -> Iterator[tuple[list[str], float]]:
    """Bytes by device and kind; nothing where torch is not imported or has not begun with CUDA."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return
    for device in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(device)
        yield [str(device), "total"], total
        yield [str(device), "free"], free
        yield [str(device), "allocated"], torch.cuda.memory_allocated(device)
        yield [str(device), "reserved"], torch.cuda.memory_reserved(device)
