"""`make bench`: the server's overhead, its batches and the reference way, in one run.

Views are 512 px JPEGs of a rendered pack, the encoder is the small one. Servers and clients are
processes of their own on a real loopback socket; what is compared takes turns, so that all meet the
same machine. Clients share its cores with the server they ask: on few cores they cost it something,
which the comparison with the bare encoder counts against the server.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from models.geolocator import Geolocator
from models.world.pack import load_pack, packs_home
from server.bench_server import BUNDLE
from server.inference.pictures import decode_all
from server.inference.served import ImageEncoder
from server.locate.bundles import load_models, panorama_views

PACK = "world-bench"
PANORAMAS = 10
VIEW_PX = 512
QUALITY = 85
BATCHES = (1, 4, 8, 16, 32, 64)
MANY = 32
"""Clients at once."""

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
    models = load_models(BUNDLE)
    with ExitStack() as stack:
        folder = stack.enter_context(_written(panoramas))
        ports = {
            way: stack.enter_context(_server(way)) for way in ("batched", "unbatched", "reference")
        }
        asking = _Asking(folder, ports, wish.requests)
        _one_client(asking, models, panoramas, wish.rounds)
        _many_clients(asking, models, panoramas, wish.rounds)
    print(f"{os.cpu_count()} cores for server and clients; at a round's start all are idle")
    return 0


@dataclass(frozen=True, slots=True)
class _Asking:
    """Runs the process of clients."""

    folder: Path
    ports: dict[str, int]
    requests: int

    def __call__(self, way: str, clients: int, into: Times, requests: int = 0) -> None:
        port = self.ports.get(way, self.ports["batched"])
        arguments = [way, port, self.folder, clients, requests or self.requests]
        command = [sys.executable, "-m", "server.bench_client", *map(str, arguments)]
        said = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603  our own
        found = json.loads(said)
        into.ms += found["ms"]
        into.seconds += found["seconds"]


def _one_client(
    ask: _Asking,
    models: tuple[ImageEncoder, Geolocator],
    panoramas: Sequence[Panorama],
    rounds: int,
) -> None:
    """A panorama at a time, in turn with the same work done without a server."""
    bare, times = Times(), {way: Times() for way in ("batched", "cached", "reference")}
    for _ in range(rounds):
        _bare(models, panoramas, 3 * len(panoramas), bare)
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


def _many_clients(
    ask: _Asking,
    models: tuple[ImageEncoder, Geolocator],
    panoramas: Sequence[Panorama],
    rounds: int,
) -> None:
    """Clients that each ask again as soon as they are answered."""
    times = {way: Times() for way in ("batched", "unbatched", "reference")}
    encoded: dict[int, list[float]] = {batch: [] for batch in BATCHES}
    whole = Times()
    for _ in range(rounds):
        for way, into in times.items():
            ask(way, MANY, into)
        _encode(models[0], panoramas, encoded)
        _bare(models, panoramas, len(panoramas), whole)
    best = max(BATCHES, key=lambda batch: float(np.median(encoded[batch])))
    rates = {f"bare encoder, {best} views a call": float(np.median(encoded[best])) / 4}
    rates["decode, encode, locate, one by one"] = 1000 / whole.median_ms
    rates |= {
        f"server, {way}" if way != "reference" else way: one.rate for way, one in times.items()
    }
    ours = times["batched"].rate
    table = Table("", "panoramas/s", "batched is", "p99", title=f"{MANY} clients at once")
    p99s = ["", "", *(f"{one.p99_ms:.0f} ms" for one in times.values())]
    for (name, rate), p99 in zip(rates.items(), p99s, strict=True):
        table.add_row(name, f"{rate:.1f}", f"{ours / rate:.2f} x", p99)
    Console().print(table)
    print(f"targets: {TARGET_BATCHED} x unbatched, {TARGET_OF_BARE} x the bare encoder")


def _bare(
    models: tuple[ImageEncoder, Geolocator],
    panoramas: Sequence[Panorama],
    count: int,
    into: Times,
) -> None:
    """What has to be done for a panorama, and nothing else."""
    encoder, geolocator = models
    for number in range(count):
        started_s = perf_counter()
        pictures = decode_all(panoramas[number % len(panoramas)], encoder.image_px)
        geolocator.locate(encoder.embed(pictures).mean(axis=0, keepdims=True))
        into.ms.append((perf_counter() - started_s) * 1000)


def _encode(
    encoder: ImageEncoder, panoramas: Sequence[Panorama], into: dict[int, list[float]]
) -> None:
    """Views per second of pictures that are decoded already, by the size of a call."""
    views = [view for panorama in panoramas for view in panorama]
    pictures = decode_all(views, encoder.image_px)
    for batch, rates in into.items():
        call = [pictures[at % len(pictures)] for at in range(batch)]
        rates.append(batch / _fastest_s(partial(encoder.embed, call)))


def _fastest_s(call: Callable[[], object]) -> float:
    def once_s() -> float:
        started_s = perf_counter()
        call()
        return perf_counter() - started_s

    return min(once_s() for _ in range(3))


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
