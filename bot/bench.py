"""`make bench`: the bot's rounds in the arena beside the reference behaviour, in one match.

The reference is how PIGEON's browser bot goes about it: turn, wait a fixed 1.5 s, take a PNG
screenshot of the page, four times; then send all and wait for the answer. Guesses are placed in
the same way by both, so that the match goes on.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Page
from rich.console import Console
from rich.table import Table

from bot.agent import Agent
from bot.browser import opened_page
from bot.client import Client
from bot.events import Event, RoundPlayed
from bot.game import Game, Round, View
from bot.server_process import served
from bot.sites.arena import ArenaGame
from bot.timing import RoundTimes, Stopwatch
from bot.wishes import Wish

WAIT_S = 1.5
PACK = "world-bench"
TARGET_S = 2.5


def main(argv: list[str]) -> int:
    """Measure and print; 0 whatever the numbers are: they are for people to judge."""
    parser = argparse.ArgumentParser(description="Measure the bot's rounds in the arena.")
    parser.add_argument("--rounds", type=int, default=5, help="of each way (default: 5)")
    rounds: int = parser.parse_args(argv).rounds
    home = Path(os.environ.get("HOMING_HOME") or ".homing")
    render(2 * rounds)
    ours, reference = asyncio.run(_measure(home, rounds))
    Console().print(_table(ours, reference))
    median_s = statistics.median(times.total_ms for times in ours) / 1000
    print(f"a round of the bot: median {median_s:.2f} s, target under {TARGET_S} s")
    return 0


def render(count: int) -> None:
    """The pack to play on; what is there already is kept."""
    wish = ["--name", PACK, "--count", str(count), "--width", "2048", "--split", "test"]
    command = [sys.executable, "-m", "homing", "world", "render", *wish]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own


async def _measure(home: Path, rounds: int) -> tuple[list[RoundTimes], list[RoundTimes]]:
    """Turn by turn, so that both ways meet the same machine."""
    ours: list[RoundTimes] = []
    reference: list[RoundTimes] = []
    async with (
        served(home) as server,
        opened_page() as page,
        Client(server.url, server.token) as client,
    ):
        await client.connect()
        wish = Wish(PACK, rounds=2 * rounds, seed=1)
        game = await ArenaGame.open(page, server.url, server.token, wish)
        while round_ := await game.next_round():
            if round_.number % 2:
                ours.append(await _our_round(game, round_, client))
            else:
                reference.append(await _reference_round(game, round_, client, page))
    return ours, reference


async def _our_round(game: Game, round_: Round, client: Client) -> RoundTimes:
    heard: list[Event] = []
    await Agent(client, heard.append).play_round(game, round_)
    return next(event.times for event in heard if isinstance(event, RoundPlayed))


async def _reference_round(game: Game, round_: Round, client: Client, page: Page) -> RoundTimes:
    watch = Stopwatch()
    views = []
    for heading in round_.headings:
        await page.evaluate(f"arena.look({heading}, 0)")
        await asyncio.sleep(WAIT_S)
        views.append(View(heading, 0.0, await page.screenshot(type="png")))
    capture_ms = watch.lap_ms()
    guess = (await client.locate_views(views)).prediction.guess
    locate_ms = watch.lap_ms()
    await game.place_guess(guess.lat, guess.lng)
    return RoundTimes(capture_ms, locate_ms, watch.lap_ms())


def _table(ours: Sequence[RoundTimes], reference: Sequence[RoundTimes]) -> Table:
    table = Table(title="A round in the arena, medians")
    for name in ("", "homing", "reference", "times faster"):
        table.add_column(name, justify="right" if name else "left")
    for name in ("capture_ms", "locate_ms", "place_ms", "total_ms"):
        mine, theirs = (
            statistics.median(getattr(times, name) for times in side) for side in (ours, reference)
        )
        table.add_row(
            name.removesuffix("_ms"),
            f"{mine / 1000:.2f} s",
            f"{theirs / 1000:.2f} s",
            f"{theirs / mine:.1f}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
