"""The adapters of other people's sites, each on its stand-in, in a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot import looking
from bot.browser import opened_page
from bot.game import Game, GameError
from bot.player_page import PlayerPage
from bot.seen_game import SeenGame
from bot.sight import Thing
from bot.sites import geoguessr, openguessr, worldguessr
from tests.bot.game_contract import GameContract
from tests.bot.standins.drive import KINDS, play
from tests.bot.standins.server import StandIns
from tests.bot.test_no_peeking import CDP_MAY, PAGE_MAY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

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


class TestGeoguessr(GameContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def game(self, stand_ins: StandIns, desk: SimpleNamespace) -> Game:
        address = f"{stand_ins.url}/game/{stand_ins.begin().token}"
        return await geoguessr.join(desk.opened, address, permission=True)


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


@pytest.mark.parametrize("kind", KINDS)
async def test_a_round_with_all_that_goes_wrong(
    stand_ins: StandIns, desk: SimpleNamespace, kind: str
) -> None:
    """`python -m tests.bot.standins.drive` plays many more."""
    tally = await play(kind, stand_ins, desk.page, rounds=1)
    assert tally.clean, tally


async def test_a_match_uses_the_page_as_a_player_does(
    stand_ins: StandIns, desk: SimpleNamespace
) -> None:
    """Every word to Playwright's page and to Chromium is written down; the truth was all around."""
    spy = Spy(desk.page)
    before = len(stand_ins.sprung)
    tally = await play("geoguessr", stand_ins, spy, rounds=1, seed=5)
    assert tally.finished == 1
    assert spy.used <= {*PAGE_MAY, "viewport_size"}
    assert {method for method, _ in spy.sent} <= CDP_MAY
    scripts = {value for name, value in vars(looking).items() if name.isupper()}
    assert {
        wish["functionDeclaration"] for _, wish in spy.sent if "functionDeclaration" in wish
    } <= scripts
    assert stand_ins.sprung[before:] == []


@pytest.mark.parametrize(
    "peek",
    [
        "window.__NEXT_DATA__",
        "fetch('/setup/x')",
        "document.querySelector('[data-qa=panorama]').dataset.lat",
        "document.querySelector('[data-qa=panorama]').getAttribute('data-lat')",
        "document.querySelector('[data-qa=panorama]')['__reactFiber$x1y2']",
        "localStorage.getItem('x')",
        "performance.getEntries().length",
    ],
)
async def test_the_traps_are_set(stand_ins: StandIns, desk: SimpleNamespace, peek: str) -> None:
    await desk.page.goto(f"{stand_ins.url}/game/{stand_ins.begin().token}")
    await desk.page.wait_for_selector("[data-qa=panorama]")
    before = len(stand_ins.sprung)
    await desk.page.evaluate(f"() => {{ {peek} }}")
    await desk.page.evaluate("() => own.fetch('/setup/' + TOKEN)")  # by then the word is there
    assert len(stand_ins.sprung) > before


async def test_a_broken_selector_is_named_with_a_picture(
    stand_ins: StandIns, desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.seen_game.START_S", 1.0)
    gone = replace(geoguessr.CLASSIC, panorama=Thing("the panorama", "#gone"))
    page = await desk.opened("geoguessr", f"{stand_ins.url}/game/{stand_ins.begin().token}")
    with pytest.raises(GameError, match=r"geoguessr: expected the panorama \(#gone\)") as caught:
        await SeenGame.seated(page, gone)
    assert str(caught.value).endswith(tuple(str(path) for path in desk.evidence.iterdir()))


class Spy:
    """A page of Playwright's that writes down what is asked of it."""

    def __init__(self, page: Any) -> None:
        self._there = page
        self.used: set[str] = set()
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        self.used.add(name)
        if name != "context":
            return getattr(self._there, name)

        async def new_cdp_session(_: Any) -> Any:
            cdp = await self._there.context.new_cdp_session(self._there)

            async def send(method: str, wish: dict[str, Any] | None = None) -> Any:
                self.sent.append((method, wish or {}))
                return await cdp.send(method, wish)

            return SimpleNamespace(send=send)

        return SimpleNamespace(new_cdp_session=new_cdp_session)
