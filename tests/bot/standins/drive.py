"""Plays full matches on every stand-in with all drills on, and counts what went wrong.

`python -m tests.bot.standins.drive --rounds 100`: the rounds are shared out among the stand-ins.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from PIL import Image
from playwright.async_api import Page

from bot.browser import opened_page
from bot.freshness import is_same_place
from bot.game import Game, GameError
from bot.player_page import PlayerPage
from bot.sites import geoguessr, openguessr, worldguessr
from tests.bot.standins.match import Place
from tests.bot.standins.pictures import true_view
from tests.bot.standins.server import ALL, StandIns, serving

KINDS = ("geoguessr", "duel", "live", "worldguessr", "nmpz", "openguessr")
WINDOWS = ((800, 520, 1.0), (1280, 720, 1.0), (700, 860, 1.5))
"""Width, height, px of the screen per CSS px."""

EVIDENCE = Path(gettempdir()) / "homing-standins"


@dataclass
class Tally:
    """What became of some rounds."""

    rounds: int = 0
    finished: int = 0
    wrong_round: int = 0
    double: int = 0
    wrong_views: int = 0
    """Not of the round's panorama in that direction."""
    sprung: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        faults = self.wrong_round + self.double + self.wrong_views + len(self.sprung)
        return faults == 0 and self.finished == self.rounds


async def play(kind: str, served: StandIns, page: Page, rounds: int, seed: int = 1) -> Tally:
    """A match of `rounds` on a stand-in, everything going wrong that can."""

    async def opened(site: str, address: str) -> PlayerPage:
        return await PlayerPage.open(site, page, address, EVIDENCE)

    sprung, tally = len(served.sprung), Tally(rounds)
    if kind in {"duel", "live"}:
        chance = random.Random(seed)
        # Nobody shortens a live challenge's clock.
        late_s = 1000.0 if kind == "live" else 0.0
        after_s = tuple(late_s + chance.uniform(3, 40) for _ in range(rounds))
        token, book = served.begin_duel(rounds, ALL, opponent_after_s=after_s)
    else:
        book: Any = served.begin(rounds, ALL, seed=seed, hfov=110 if kind == "worldguessr" else 90)
        token = book.token
    try:
        game = await _joined(kind, opened, served.url, token, rounds)
        fov_deg = None if kind == "nmpz" else _seen_deg(page, 110 if kind == "worldguessr" else 90)
        await _rounds(game, book.places, tally, fov_deg, seed)
    except GameError as error:
        tally.problems.append(f"{kind}: {error}")
    tally.finished = sum(guess["lat"] is not None for guess in book.guesses)
    tally.double, tally.wrong_round = book.double, book.wrong_round
    tally.sprung = served.sprung[sprung:]
    return tally


async def _joined(kind: str, opened: Any, url: str, token: str, rounds: int) -> Game:
    if kind == "geoguessr":
        return await geoguessr.join(opened, f"{url}/challenge/{token}", True)
    if kind in {"duel", "live"}:
        door = "party" if kind == "duel" else "live-challenge"
        return await geoguessr.join(opened, f"{url}/{door}/{token}", True)
    if kind == "openguessr":
        layout = openguessr.read_layout(Path(__file__).with_name("openguessr.toml"))
        return await openguessr.join(opened, layout, f"{url}/play/{token}", True)
    mode: worldguessr.Mode = "nmpz" if kind == "nmpz" else "no-move"
    return await worldguessr.join(opened, f"{url}/wg/{token}", True, mode, rounds)


async def _rounds(
    game: Game, places: tuple[Place, ...], tally: Tally, fov_deg: float | None, seed: int
) -> None:
    """All rounds; one that fails is passed over. Without `fov_deg` views are not compared."""
    chance = random.Random(seed)
    while (round_ := await game.next_round()) is not None:
        try:
            for heading in round_.headings:
                jpeg = await game.view(heading)
                if fov_deg and not _shows(jpeg, places[round_.number - 1], heading, fov_deg):
                    tally.wrong_views += 1
            await game.place_guess(chance.uniform(-50, 65), chance.uniform(-179, 179))
        except GameError as error:
            tally.problems.append(f"round {round_.number}: {error}")


def _seen_deg(page: Page, hfov_deg: float) -> float:
    """How wide the square is that is cut from the middle of a window."""
    size = page.viewport_size
    assert size
    half = math.tan(math.radians(hfov_deg / 2))
    return 2 * math.degrees(math.atan(min(1.0, size["height"] / size["width"] * half)))


def _shows(jpeg: bytes, place: Place, heading: float, fov_deg: float) -> bool:
    seen = np.asarray(Image.open(BytesIO(jpeg)).convert("RGB"))
    return is_same_place(true_view(place, heading, fov_deg), seen)


async def drive(
    kinds: tuple[str, ...], rounds: int, match_rounds: int, number: int = 0
) -> dict[str, Tally]:
    """Matches of `match_rounds`, from match `number` on, until there were `rounds`."""
    tallies = {kind: Tally() for kind in kinds}
    with serving() as served:
        async with opened_page() as first:
            browser = first.context.browser
            assert browser
            while sum(t.rounds for t in tallies.values()) < rounds:
                kind = kinds[number % len(kinds)]
                width, height, ratio = WINDOWS[number // len(kinds) % len(WINDOWS)]
                context = await browser.new_context(
                    viewport={"width": width, "height": height}, device_scale_factor=ratio
                )
                left = rounds - sum(t.rounds for t in tallies.values())
                start_s = time.monotonic()
                page = await context.new_page()
                one = await play(kind, served, page, min(match_rounds, left), seed=number + 1)
                await context.close()
                took_s = time.monotonic() - start_s
                print(f"{kind} {width}x{height}@{ratio}: {one} in {took_s:.0f} s", flush=True)
                _add(tallies[kind], one)
                number += 1
    return tallies


def _add(total: Tally, one: Tally) -> None:
    for name, value in vars(one).items():
        setattr(total, name, getattr(total, name) + value)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--match-rounds", type=int, default=5)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--from-match", type=int, default=0, help="to go on after some")
    args = parser.parse_args()
    kinds = (args.only,) if args.only else KINDS
    tallies = asyncio.run(drive(kinds, args.rounds, args.match_rounds, args.from_match))
    for kind, tally in tallies.items():
        print(f"{kind}: {tally}")
    return 0 if all(tally.clean for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
