"""`homing site check`: opens a site's page and says which things an adapter knows are there."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.browser import NoBrowser, opened_page
from bot.consent import check_described, check_look
from bot.game import GameError
from bot.layout import Layout, things_of
from bot.player_page import PlayerPage
from bot.sites import geoguessr, openguessr, worldguessr

LAYOUTS: Mapping[str, Layout] = {
    "geoguessr": geoguessr.CLASSIC,
    "geoguessr-duel": geoguessr.DUEL,
    "worldguessr": worldguessr.NO_MOVE,
}

SETTLE_S = 3.0
"""For a page to show what it has."""


def main(argv: list[str]) -> int:
    """Check one page of a site; 0 when at least one thing was found."""
    args = _arguments(argv)
    try:
        layout = LAYOUTS.get(args.site) or _described(args.site, args.url)
        check_look(layout.site, args.url, layout.doors, args.permission)
        return asyncio.run(_check(layout, args))
    except (GameError, NoBrowser, ValueError) as error:
        print(f"homing site: {error}", file=sys.stderr)
        return 1


def _described(path: Path, address: str) -> Layout:
    check_described(address)
    return openguessr.read_layout(path)


def _arguments(argv: list[str]) -> argparse.Namespace:
    about = "Say which things that an adapter knows of a site are on a page of it."
    parser = argparse.ArgumentParser("homing site", description=about)
    parser.add_argument("check", choices=["check"], help="look at a page; nothing is pressed")
    known = ", ".join(LAYOUTS)
    parser.add_argument("site", type=_site, help=f"one of {known}, or a description (TOML)")
    parser.add_argument("--url", required=True, help="a private game's page: each shows only some")
    parser.add_argument(
        "--i-have-permission", dest="permission", action="store_true", help="as of `homing play`"
    )
    parser.add_argument("--login", type=Path, metavar="FILE", help="as of `homing play`")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="for the picture")
    return parser.parse_args(argv)


def _site(name: str) -> str | Path:
    if name not in LAYOUTS and not name.endswith(".toml"):
        known = ", ".join(LAYOUTS)
        raise argparse.ArgumentTypeError(f"expected {known} or a .toml, got: {name}")
    return name if name in LAYOUTS else Path(name)


async def _check(layout: Layout, args: argparse.Namespace) -> int:
    async with opened_page(login=args.login) as browser_page:
        page = await PlayerPage.open(layout.site, browser_page, args.url, args.out)
        await asyncio.sleep(SETTLE_S)
        things = things_of(layout)
        counts, glance = await page.count(things), await page.glance(things)
        for thing, count in zip(things, counts, strict=True):
            state = "shown" if glance.sees(thing) else "there, not shown" if count else "not found"
            print(f"{state:<17} {thing.name}: {thing.selector}")
        print(f"picture: {await page.keep_picture('check')}")
    return 0 if any(counts) else 1
