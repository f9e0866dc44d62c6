"""Measures how near to its target a pin lands, on two makes of map.

`python -m tests.bot.standins.place tiles --targets 100`; `canvas` is the other.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path
from tempfile import gettempdir

from bot.browser import opened_page
from bot.game import GameError, Guess
from bot.player_page import PlayerPage
from bot.seen_game import SeenGame
from bot.sites import geoguessr, openguessr
from models.geo import haversine_km
from models.world.sampling import draw_places
from tests.bot.standins.server import StandIns, serving

ZOOMS = {"tiles": (5.0, 10.0), "canvas": (5.0, 8.0)}
"""At world scale, and zoomed."""

EVIDENCE = Path(gettempdir()) / "homing-standins"


async def joined(make: str, served: StandIns, page) -> SeenGame:
    async def opened(site: str, address: str) -> PlayerPage:
        return await PlayerPage.open(site, page, address, EVIDENCE)

    token = served.begin(1).token
    if make == "tiles":
        return await geoguessr.join(opened, f"{served.url}/game/{token}", True)
    layout = openguessr.read_layout(Path(__file__).with_name("openguessr.toml"))
    return await openguessr.join(opened, layout, f"{served.url}/play/{token}", True)


async def measure(make: str, count: int, seed: int) -> dict[float, list[float]]:
    """Km between targets and where the page says that the pin is, by zoom."""
    off: dict[float, list[float]] = {zoom: [] for zoom in ZOOMS[make]}
    with serving() as served:
        async with opened_page() as page:
            await page.set_viewport_size({"width": 900, "height": 560})
            game = await joined(make, served, page)
            await game.next_round()
            for number, spot in enumerate(draw_places(count, seed)):
                target = Guess(spot.lat, spot.lng)
                for zoom in ZOOMS[make]:
                    start_s = time.monotonic()
                    try:
                        seen = await game._hand.place(target, zoom)
                    except GameError as error:
                        print(error, flush=True)
                        off[zoom].append(20000.0)
                        continue
                    pin = await page.evaluate("own.map.truePin")
                    there = pin["lat"], pin["lng"]
                    km = float(haversine_km((target.lat, target.lng), there))
                    known = float(haversine_km((seen.lat, seen.lng), there))
                    off[zoom].append(km)
                    took_s = time.monotonic() - start_s
                    print(
                        f"{number} z{zoom:g} {km:.2f} km ({known:.2f}) {took_s:.1f} s", flush=True
                    )
    return off


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("make", choices=list(ZOOMS))
    parser.add_argument("--targets", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for zoom, kms in asyncio.run(measure(args.make, args.targets, args.seed)).items():
        ninety = sorted(kms)[int(len(kms) * 0.9)]
        print(
            f"{args.make} zoom {zoom:g}: median {statistics.median(kms):.2f} km, "
            f"90% under {ninety:.2f} km, worst {max(kms):.1f} km, of {len(kms)}"
        )


if __name__ == "__main__":
    main()
