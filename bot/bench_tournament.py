"""`make bench`: a headless tournament beside one in browsers, on the same rounds in one run.

And how near the two ways are: the views' grey levels, the embeddings, the guesses.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.bench import PACK, render
from bot.game import Guess, View
from bot.headless import Rounds
from bot.server_process import served
from bot.timing import Stopwatch
from bot.tournament.browsers import play_in_browsers
from bot.tournament.bundles import BundlePlayer, load_players
from bot.tournament.headless import play_headless
from bot.tournament.players import Answer, Due, Hear, Player, Scene
from bot.tournament.sittings import Sitting
from bot.wishes import Wish
from models.geo import haversine_km

BUNDLES = ("world-small", "swc-world")
TARGET = 20
"""Times as many rounds a minute without a browser."""

Play = Callable[[Sequence[Player], Due, Hear], Awaitable[None]]


class Watched:
    """A player whose scenes are kept."""

    def __init__(self, player: BundlePlayer) -> None:
        self.name, self.spec = player.name, player.spec
        self.scenes: dict[tuple[int, int], Scene] = {}
        self.player = player

    async def answers(self, scenes: Sequence[Scene]) -> list[Answer]:
        """See `Player`."""
        self.scenes |= {(scene.seed, scene.number): scene for scene in scenes}
        return await self.player.answers(scenes)


@dataclass(frozen=True, slots=True)
class Played:
    """One way's tournament."""

    watched: Watched
    sittings: dict[tuple[str, int], Sitting]
    seconds: float

    @property
    def rounds_a_minute(self) -> float:
        """Of all players together."""
        return 60 * sum(len(s.turns) for s in self.sittings.values()) / self.seconds


def main(argv: list[str]) -> int:
    """Measure and print; 0 whatever the numbers are: they are for people to judge."""
    parser = argparse.ArgumentParser(description="Measure headless play beside browsers.")
    add = parser.add_argument
    add("--pack", default=PACK, help="at home (default: %(default)s, which is rendered)")
    add("--matches", type=int, default=2, help="of each way (default: %(default)s)")
    add("--rounds", type=int, default=10, help="of a match (default: %(default)s)")
    add("--browsers", type=int, default=2, help="side by side (default: %(default)s)")
    args = parser.parse_args(argv)
    if args.pack == PACK:
        render(args.rounds)
    asyncio.run(_measure(args))
    return 0


async def _measure(args: argparse.Namespace) -> None:
    home = Path(os.environ.get("HOMING_HOME") or ".homing")
    seeds = range(1, args.matches + 1)
    wish = Wish(args.pack, args.rounds)

    async def headless(players: Sequence[Player], due: Due, hear: Hear) -> None:
        await play_headless(Rounds(args.pack, None, args.rounds), players, due, hear)

    async with served(home) as server:

        async def browsers(players: Sequence[Player], due: Due, hear: Hear) -> None:
            await play_in_browsers(server, wish, players, due, hear, args.browsers)

        # Turn by turn, so that both ways meet the same machine.
        before = await _played(headless, seeds)
        there = await _played(browsers, seeds)
        after = await _played(headless, seeds)
    fast = [before.rounds_a_minute, after.rounds_a_minute]
    print(f"in {args.browsers} browsers: {there.rounds_a_minute:,.0f} rounds a minute")
    print(f"headless: {fast[0]:,.0f} before and {fast[1]:,.0f} after")
    ratio = statistics.mean(fast) / there.rounds_a_minute
    print(f"headless plays {ratio:.0f} times as many, target {TARGET}")
    _compare(there, after)


async def _played(play: Play, seeds: Sequence[int]) -> Played:
    """With models of its own, warm, that have seen none of the rounds."""
    first, *others = load_players((None, bundle) for bundle in BUNDLES)
    watched = Watched(first)
    players: list[Player] = [watched, *others]
    for player in players:
        await player.answers([_Black()])
    sittings: list[Sitting] = []
    watch = Stopwatch()
    await play(players, {(p.name, seed) for p in players for seed in seeds}, sittings.append)
    return Played(watched, {(s.player, s.seed): s for s in sittings}, watch.total_ms / 1000)


@dataclass(frozen=True, slots=True)
class _Black:
    """A scene to warm up on."""

    seed: int = 0
    number: int = 0
    key: None = None

    def squares(self, side_px: int) -> list[Image.Image]:
        return [Image.new("RGB", (side_px, side_px))] * 4

    def views(self) -> list[View]:
        return []


def _compare(there: Played, here: Played) -> None:
    pairs = [(there.watched.scenes[key], here.watched.scenes[key]) for key in here.watched.scenes]
    away = [
        np.abs(_levels(a.jpeg) - _levels(b.jpeg)).mean()
        for seen, cut in pairs
        for a, b in zip(seen.views(), cut.views(), strict=True)
    ]
    print(f"views: {np.mean(away):.2f} grey levels apart on average, {np.max(away):.2f} at most")
    eye = here.watched.player.eye
    seen, cut = (_unit(eye.embed(scenes)) for scenes in zip(*pairs, strict=True))
    cosines = (seen * cut).sum(axis=1)
    print(
        f"embeddings: cosine {np.median(cosines):.4f} at the median, {cosines.min():.4f} at least"
    )
    for name in BUNDLES:
        _compare_guesses(name, there, here)


def _compare_guesses(name: str, there: Played, here: Played) -> None:
    """With what placing the pin by hand costs the browser."""
    keys = [key for key in here.sittings if key[0] == name]
    seen, cut = ([t for key in keys for t in way.sittings[key].turns] for way in (there, here))
    apart_km = [_apart_km(a.guess, b.guess) for a, b in zip(seen, cut, strict=True)]
    points = [statistics.mean(turn.score for turn in turns) for turns in (seen, cut)]
    print(
        f"{name}: guesses {np.median(apart_km):.1f} km apart at the median, "
        f"{np.quantile(apart_km, 0.9):.0f} km at the 90th percentile; "
        f"{points[0]:.0f} points a round in browsers, {points[1]:.0f} headless"
    )


def _apart_km(a: Guess | None, b: Guess | None) -> float:
    assert a is not None
    assert b is not None
    return float(haversine_km((a.lat, a.lng), (b.lat, b.lng)))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _levels(jpeg: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(BytesIO(jpeg)).convert("RGB"), np.float64)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
