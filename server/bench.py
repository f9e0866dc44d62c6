"""`make bench`: the server's overhead, its batches and the reference way, in one run.

Views are 512 px JPEGs of a rendered pack, the encoder is the small one, at the end a large one.
Servers and clients are processes of their own on a real loopback socket; what is compared takes
turns, so that all meet the same machine. Clients share its cores with the server they ask: on few
cores they cost it something, which the comparison with the bare encoder counts against the server.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from models.world.pack import load_pack, packs_home
from server.bench_bare import LARGE, SMALL, Models, encoded_rate, fed_rate, load, panorama_ms
from server.inference.served import ImageEncoder
from server.locate.bundles import panorama_views

PACK = "world-bench"
PANORAMAS = 10
VIEW_PX = 512
QUALITY = 85
BATCHES = (1, 4, 8, 16, 32)
LARGE_BATCHES = (8, 32)
MANY = 32
"""Clients at once."""
LARGE_ROUNDS = 2
LARGE_REQUESTS = 1
"""Of a client a round: a CPU takes a second for a few panoramas."""

TARGET_MEDIAN_MS = 6
TARGET_P99_MS = 15
TARGET_BATCHED = 1.8
TARGET_OF_BARE = 0.9

Panorama = list[bytes]
"""Its views, as JPEGs."""


@dataclass(slots=True)
class Times:
    """Of requests, over all rounds."""

    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def median_ms(self) -> float:
        """Half of the requests took no longer."""
        return float(np.median(self.ms))

    @property
    def p99_ms(self) -> float:
        """99 of 100 took no longer."""
        return float(np.percentile(self.ms, 99))

    @property
    def rate(self) -> float:
        """Panoramas per second."""
        return len(self.ms) / self.seconds


def main(argv: list[str]) -> int:
    """Measure and print; 0 whatever the numbers are: they are for people to judge."""
    parser = argparse.ArgumentParser(description="Measure the inference server.")
    parser.add_argument("--rounds", type=int, default=5, help="of all that is compared (default 5)")
    parser.add_argument("--requests", type=int, default=8, help="of a client a round (default 8)")
    wish = parser.parse_args(argv)
    panoramas = _panoramas()
    models = load(SMALL)
    with ExitStack() as stack:
        folder = stack.enter_context(_written(panoramas))
        ports = {
            way: stack.enter_context(_server(way)) for way in ("batched", "unbatched", "reference")
        }
        asking = _Asking(folder, ports, wish.requests)
        _one_client(asking, models, panoramas, wish.rounds)
        _many_clients(asking, models, panoramas, wish.rounds)
    with _written(panoramas) as folder, _server("large") as port:
        _large(_Asking(folder, {"large": port}, wish.requests), panoramas, LARGE_ROUNDS)
    print(f"{os.cpu_count()} cores for server and clients; at a round's start all are idle")
    return 0


@dataclass(frozen=True, slots=True)
class _Asking:
    """Runs the process of clients."""

    folder: Path
    ports: dict[str, int]
    requests: int

    def __call__(self, way: str, clients: int, into: Times, requests: int = 0) -> None:
        port = self.ports["batched" if way == "cached" else way]
        arguments = [way, port, self.folder, clients, requests or self.requests]
        command = [sys.executable, "-m", "server.bench_client", *map(str, arguments)]
        said = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603  our own
        found = json.loads(said)
        into.ms += found["ms"]
        into.seconds += found["seconds"]


def _one_client(
    ask: _Asking,
    models: Models,
    panoramas: Sequence[Panorama],
    rounds: int,
) -> None:
    """A panorama at a time, in turn with the same work done without a server."""
    bare, times = Times(), {way: Times() for way in ("batched", "cached", "reference")}
    for _ in range(rounds):
        bare.ms += [panorama_ms(models, one) for one in [*panoramas] * 3]
        for way, into in times.items():
            ask(way, 1, into, 3 * len(panoramas))
    table = Table("", "median", "p99", "beyond bare: median", "p99", title="One client, four views")
    table.add_row("decode, encode, locate", f"{bare.median_ms:.1f} ms", f"{bare.p99_ms:.1f} ms")
    for way, name in (
        ("batched", "server"),
        ("cached", "server, views seen before"),
        ("reference", "reference"),
    ):
        found = times[way]
        beyond = (found.median_ms - bare.median_ms, found.p99_ms - bare.p99_ms)
        shown = (found.median_ms, found.p99_ms, *beyond)
        table.add_row(name, *(f"{ms:.1f} ms" for ms in shown))
    Console().print(table)
    print(f"targets beyond bare: median under {TARGET_MEDIAN_MS} ms, p99 {TARGET_P99_MS} ms")


def _many_clients(ask: _Asking, models: Models, panoramas: Sequence[Panorama], rounds: int) -> None:
    """Clients that each ask again as soon as they are answered."""
    times = {way: Times() for way in ("batched", "unbatched", "reference")}
    bare = _Bare(models[0], panoramas, BATCHES)
    whole = Times()
    for _ in range(rounds):
        for way, into in times.items():
            ask(way, MANY, into)
        bare.measure()
        whole.ms += [panorama_ms(models, one) for one in panoramas]
    rates = bare.rates() | {"decode, encode, locate, one by one": 1000 / whole.median_ms}
    _show(f"{MANY} clients at once, {SMALL}", rates, times)
    print(f"targets: {TARGET_BATCHED} x unbatched, {TARGET_OF_BARE} x the bare encoder")


def _large(ask: _Asking, panoramas: Sequence[Panorama], rounds: int) -> None:
    """The same with an encoder as large as deployed ones, where encoding is most of the work."""
    bare = _Bare(load(LARGE)[0], panoramas, LARGE_BATCHES)
    found = Times()
    for _ in range(rounds):
        ask("large", MANY, found, LARGE_REQUESTS)
        bare.measure(times=1)
    _show(f"{MANY} clients at once, {LARGE}", bare.rates(), {"batched": found})


def _show(title: str, rates: dict[str, float], times: dict[str, Times]) -> None:
    ours = times["batched"].rate
    table = Table("", "panoramas/s", "batched is", "p99", title=title)
    for name, rate in rates.items():
        table.add_row(name, f"{rate:.1f}", f"{ours / rate:.2f} x", "")
    for way, one in times.items():
        name = way if way == "reference" else f"server, {way}"
        table.add_row(name, f"{one.rate:.1f}", f"{ours / one.rate:.2f} x", f"{one.p99_ms:.0f} ms")
    Console().print(table)


class _Bare:
    """The encoder without a server: with pictures that are ready, and with JPEGs as a server is."""

    def __init__(
        self, encoder: ImageEncoder, panoramas: Sequence[Panorama], batches: Sequence[int]
    ) -> None:
        self._encoder = encoder
        self._views = [view for panorama in panoramas for view in panorama]
        self._ready: dict[int, list[float]] = {batch: [] for batch in batches}
        self._fed: dict[int, list[float]] = {batch: [] for batch in batches}

    def measure(self, times: int = 3) -> None:
        """A round: the fastest of so many calls of each size."""
        for batch, rates in self._ready.items():
            rates.append(encoded_rate(self._encoder, self._views, batch, times))
        for batch, rates in self._fed.items():
            rates.append(fed_rate(self._encoder, self._views, batch, times))

    def rates(self) -> dict[str, float]:
        """Panoramas per second, medians at the best size of a call."""
        return {
            f"bare encoder, pictures ready, {_best(self._ready)}": _median(self._ready),
            f"bare encoder, fed JPEGs, {_best(self._fed)}": _median(self._fed),
        }


def _best(rates: dict[int, list[float]]) -> str:
    return f"{max(rates, key=lambda batch: float(np.median(rates[batch])))} views a call"


def _median(rates: dict[int, list[float]]) -> float:
    return max(float(np.median(some)) for some in rates.values()) / 4


def _panoramas() -> list[Panorama]:
    """Of a rendered pack; what of it is there already is kept."""
    wish = ["--name", PACK, "--count", str(PANORAMAS), "--width", "2048", "--split", "test"]
    command = [sys.executable, "-m", "homing", "world", "render", *wish]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    pack = load_pack(packs_home() / PACK)
    return [_views(pack.image_path(one)) for one in pack.panoramas[:PANORAMAS]]


def _views(panorama: Path) -> Panorama:
    with Image.open(panorama) as picture:
        return [_jpeg(view) for view in panorama_views(picture.convert("RGB"), VIEW_PX)]


def _jpeg(view: Image.Image) -> bytes:
    file = BytesIO()
    view.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


@contextmanager
def _written(panoramas: Sequence[Panorama]) -> Iterator[Path]:
    """A folder of folders of views, for clients to read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, panorama in enumerate(panoramas):
            (folder / f"{number:03}").mkdir()
            for at, view in enumerate(panorama):
                (folder / f"{number:03}" / f"{at}.jpg").write_bytes(view)
        yield folder


@contextmanager
def _server(way: str) -> Iterator[int]:
    """The port of a server that is ready."""
    command = [sys.executable, "-m", "server.bench_server", way]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  our own
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
