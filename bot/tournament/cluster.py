"""Plays a tournament's matches on a Ray cluster (`homing[ray]`): on many machines, headless.

Each worker is a process with players of its own. Packs, bundles and engines' programs must be
found under the same names everywhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

from bot.tournament.cast import Cast, assembled
from bot.tournament.players import Due, Hear
from bot.tournament.sittings import Sitting

GLANCE_S = 0.5
"""Between two looks at whether to stop."""

LOCAL = "local"
"""The address of a cluster that is started here and ends with the tournament."""


@dataclass(frozen=True, slots=True)
class Booth:
    """What a worker needs to play."""

    cast: Cast
    pack: str
    split: str | None
    rounds: int


class Worker:
    """One process of the cluster: an actor, in Ray's word."""

    def __init__(self, booth: Booth) -> None:
        """Load and start the players. Slow."""
        from bot.headless import Rounds  # noqa: PLC0415  as does `assembled`: it costs seconds

        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._rounds = Rounds(booth.pack, booth.split, booth.rounds)
        entering = self._stack.enter_async_context(assembled(booth.cast))
        self._players = self._loop.run_until_complete(entering)

    def specs(self) -> dict[str, str]:
        """The players' names, and what each was made from."""
        return {player.name: player.spec for player in self._players}

    def play(self, seed: int, names: Collection[str]) -> list[Sitting]:
        """The sittings of these players at one match."""
        from bot.tournament.headless import play_headless  # noqa: PLC0415

        sittings: list[Sitting] = []
        due = {(name, seed) for name in names}
        playing = play_headless(self._rounds, self._players, due, sittings.append)
        self._loop.run_until_complete(playing)
        return sittings

    def close(self) -> None:
        """End the engines."""
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.close()


class Cluster:
    """Workers that share a tournament's matches."""

    def __init__(self, ray: Any, booth: Booth, workers: int) -> None:  # noqa: ANN401  an extra
        self._ray = ray
        made = ray.remote(num_cpus=1)(Worker)
        self._workers = [made.remote(booth) for _ in range(workers)]

    def specs(self) -> dict[str, str]:
        """As `Worker.specs`; waits until the first one is ready."""
        found: dict[str, str] = self._ray.get(self._workers[0].specs.remote())
        return found

    def play(self, due: Due, hear: Hear, stop: Event) -> None:
        """Play the sittings `due`, by player and seed; a worker takes a match after the other.

        When told to stop, what is being played is lost.
        """
        seeds = iter(sorted({seed for _, seed in due}))
        busy: dict[Any, Any] = {}

        def give(worker: Any) -> None:  # noqa: ANN401
            if (seed := next(seeds, None)) is not None:
                names = [name for name, of in due if of == seed]
                busy[worker.play.remote(seed, names)] = worker

        for worker in self._workers:
            give(worker)
        while busy and not stop.is_set():
            ready, _ = self._ray.wait(list(busy), num_returns=1, timeout=GLANCE_S)
            for one in ready:
                for sitting in self._ray.get(one):
                    hear(sitting)
                give(busy.pop(one))

    def close(self) -> None:
        """End the engines of all."""
        self._ray.get([worker.close.remote() for worker in self._workers])


@contextmanager
def cluster(address: str, booth: Booth, workers: int) -> Iterator[Cluster]:
    """Workers on the cluster at `address`, or on one of this machine (`LOCAL`).

    Raises:
        ValueError: Ray is not installed, or a worker cannot start.
    """
    try:
        import ray  # noqa: PLC0415  an extra
    except ImportError as error:
        text = "--ray: expected the package ray (pip install 'homing[ray]'), got: none"
        raise ValueError(text) from error
    local = address == LOCAL
    ray.init(
        address=None if local else address,
        num_cpus=workers if local else None,
        include_dashboard=False if local else None,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    try:
        found = Cluster(ray, booth, workers)
        try:
            yield found
        finally:
            found.close()
    except ray.exceptions.RayError as error:
        raise ValueError(f"--ray {address}: expected a worker that plays, got: {error}") from error
    finally:
        ray.shutdown()
