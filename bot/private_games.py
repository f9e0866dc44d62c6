"""Opens private games on other people's sites, by the site's name."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from bot.consent import check_described, check_door
from bot.layout import Layout
from bot.player_page import PlayerPage
from bot.seen_game import SeenGame
from bot.sites import geoguessr, openguessr, worldguessr

SITES = ("geoguessr", "worldguessr", "worldguessr-nmpz")


def check(site: str, address: str, permission: bool) -> None:
    """Refuse what may not be played before anything is opened; `site` as of `join`.

    Raises:
        NoConsent: it may not be played.
        ValueError: there is no such site.
    """
    layout = _layout(site, address)
    check_door(layout.site, address, layout.doors, permission)


async def join(page: Page, site: str, address: str, permission: bool, evidence: Path) -> SeenGame:
    """Join the match at an address; `site` is one of `SITES` or the path of a description.

    Raises:
        GameError: it cannot be opened, or may not be played.
        ValueError: there is no such site.
    """

    async def opened(name: str, address: str) -> PlayerPage:
        return await PlayerPage.open(name, page, address, evidence)

    if site == "geoguessr":
        return await geoguessr.join(opened, address, permission)
    if site in SITES:
        return await worldguessr.join(opened, address, permission, _mode(site))
    return await openguessr.join(opened, _layout(site, address), address, permission)


def _layout(site: str, address: str) -> Layout:
    if site == "geoguessr":
        return geoguessr.layout_of(address)
    if site in SITES:
        return worldguessr.LAYOUTS[_mode(site)]
    if not site.endswith(".toml"):
        raise ValueError(f"--site: expected arena, {', '.join(SITES)} or a .toml, got: {site}")
    check_described(address)
    return openguessr.read_layout(Path(site))


def _mode(site: str) -> worldguessr.Mode:
    return "nmpz" if site.endswith("nmpz") else "no-move"
