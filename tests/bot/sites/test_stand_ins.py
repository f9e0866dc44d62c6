"""The adapters of other people's sites, each on its stand-in, in a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot.browser import opened_page
from bot.game import Game, Guess
from bot.player_page import PlayerPage
from bot.sites import geoguessr, openguessr, worldguessr
from tests.bot.game_contract import GameContract, apart_km, pixels
from tests.bot.standins.match import StandInMatch
from tests.bot.standins.server import ALL, StandIns

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

WINDOW = {"width": 800, "height": 520}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser_page() -> AsyncIterator[Page]:
    async with opened_page() as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser_page: Page, tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """Opens sites' pages, in a window of their own."""
    page = await browser_page.context.new_page()
    await page.set_viewport_size(WINDOW)

    async def opened(site: str, address: str) -> PlayerPage:
        return await PlayerPage.open(site, page, address, tmp_path / "evidence")

    yield SimpleNamespace(opened=opened, page=page, evidence=tmp_path / "evidence")
    await page.close()


async def played(game: Game, match: StandInMatch) -> None:
    """A whole match: every view, every guess, and what the site saw of it."""
    for number in range(len(match.places)):
        round_ = await game.next_round()
        assert round_ is not None
        views = [pixels(await game.view(heading)) for heading in round_.headings]
        assert min(view.std() for view in views) > 10
        target = Guess(10.0 + 7 * number, 20.0 - 31 * number)
        result = await game.place_guess(target.lat, target.lng)
        recorded = match.guesses[number]
        assert apart_km(Guess(recorded["lat"], recorded["lng"]), result.guess) < 0.05
        assert result.score == recorded["score"]
        truth = Guess(match.places[number].lat, match.places[number].lng)
        assert apart_km(result.location, truth) < 0.03 * result.distance_km
    assert await game.next_round() is None
    assert (match.double, match.wrong_round) == (0, 0)


class TestGeoguessr(GameContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def game(self, stand_ins: StandIns, desk: SimpleNamespace) -> Game:
        address = f"{stand_ins.url}/game/{stand_ins.begin().token}"
        return await geoguessr.join(desk.opened, address, permission=True)


async def test_geoguessr_with_all_that_goes_wrong(
    stand_ins: StandIns, desk: SimpleNamespace
) -> None:
    match = stand_ins.begin(2, ALL)
    address = f"{stand_ins.url}/challenge/{match.token}"
    await played(await geoguessr.join(desk.opened, address, permission=True), match)
    assert stand_ins.sprung == []


LAYOUT = openguessr.read_layout(Path(__file__).parents[1] / "standins" / "openguessr.toml")


class TestOpenguessr(GameContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def game(self, stand_ins: StandIns, desk: SimpleNamespace) -> Game:
        address = f"{stand_ins.url}/play/{stand_ins.begin().token}"
        return await openguessr.join(desk.opened, LAYOUT, address, permission=True)


class TestWorldguessr(GameContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def game(self, stand_ins: StandIns, desk: SimpleNamespace) -> Game:
        address = f"{stand_ins.url}/wg/{stand_ins.begin().token}"
        return await worldguessr.join(desk.opened, address, permission=True, rounds=3)
