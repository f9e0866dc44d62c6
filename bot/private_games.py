"""Opens private games on other people's sites, by the site's name."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from bot.player_page import PlayerPage
from bot.seen_game import SeenGame
from bot.sites import geoguessr, openguessr, worldguessr

SITES = ("geoguessr", "worldguessr", "worldguessr-nmpz")


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
    if site.startswith("worldguessr") and site in SITES:
        mode: worldguessr.Mode = "nmpz" if site.endswith("nmpz") else "no-move"
        return await worldguessr.join(opened, address, permission, mode)
    if not site.endswith(".toml"):
        raise ValueError(f"--site: expected arena, {', '.join(SITES)} or a .toml, got: {site}")
    layout = openguessr.read_layout(Path(site))
    return await openguessr.join(opened, layout, address, permission)
