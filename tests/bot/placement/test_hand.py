"""The hand on a map of this file's own, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot.browser import opened_page
from bot.game import Guess
from bot.guess_map import MapView
from bot.placement.hand import MapHand, MapThings
from bot.player_page import PlayerPage
from bot.sight import Box, Nuisance, Thing

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PAGE = """<!doctype html><style>
 #map { position: fixed; right: 10px; bottom: 10px; width: 200px; height: 120px;
        background: #aad3df; transition: width .2s, height .2s }
 #map:hover { width: 600px; height: 400px }
 #offer { position: fixed; inset: 0; background: #fffc }
 #pin { position: fixed; width: 10px; height: 10px; background: red }
</style><div id="map"></div><script>
 const map = document.querySelector('#map');
 map.addEventListener('pointerenter', () => setTimeout(() => {
   const offer = document.body.appendChild(document.createElement('div'));
   offer.id = 'offer'; offer.innerHTML = '<button>No</button>';
   offer.firstChild.onclick = () => offer.remove();
 }, 250), {once: true});
 map.addEventListener('wheel', () => document.title += 'w');
 map.addEventListener('pointerdown', e => {
   document.title += `click in ${map.clientWidth}x${map.clientHeight};`;
   if (document.title.split('click').length <= 1 + LOST) return;
   const pin = document.querySelector('#pin') ?? map.appendChild(document.createElement('div'));
   pin.id = 'pin'; pin.style.left = e.clientX - 5 + 'px'; pin.style.top = e.clientY - 5 + 'px';
 });
</script>"""

TARGET = Guess(48.0, 11.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser_page() -> AsyncIterator[Page]:
    async with opened_page() as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser_page: Page) -> AsyncIterator[Page]:
    page = await browser_page.context.new_page()
    yield page
    await page.close()


class Near:
    """Eyes that see the target in the middle, as near as the map goes."""

    limit_zoom = 20.0

    def __init__(self, zoom: float) -> None:
        self.zoom = zoom
        self.told_of = 0

    def begin(self) -> bool:
        return False

    async def look(self, box: Box) -> MapView:
        return MapView(TARGET.lat, TARGET.lng, self.zoom, box.width, box.height)

    def told(self, moved: list[MapView]) -> None:
        assert moved
        self.told_of += 1


async def hand_on(
    page: Page, eyes: Near, folder: Path, lost: int = 0, drawn: bool = False
) -> MapHand:
    """On a map that grows under the pointer, which an offer soon calls away."""
    (folder / "map.html").write_text(PAGE.replace("LOST", str(lost)))
    seen = await PlayerPage.open("here", page, (folder / "map.html").as_uri(), folder)
    seen.nuisances = (Nuisance(Thing("an offer", "#offer"), Thing("its no", "#offer button")),)
    pin = None if drawn else Thing("the pin", "#pin")
    things = MapThings(Thing("the map", "#map"), pin=pin)
    return MapHand(seen, things, eyes, (), lambda _: None)


async def test_the_pointer_comes_back_to_a_map_that_shrinks(page: Page, tmp_path: Path) -> None:
    """It had pressed an offer away, and then turned its wheel on nothing."""
    hand = await hand_on(page, Near(8.0), tmp_path)
    landed = await hand.place(TARGET, click_zoom=8.0)
    assert await page.title() == "click in 600x400;"
    assert (landed.lat, landed.lng) == pytest.approx((TARGET.lat, TARGET.lng), abs=0.01)


async def test_a_map_that_goes_no_closer_is_tried_once(page: Page, tmp_path: Path) -> None:
    """Not again for each click that is lost; half a notch is not worth a turn of the wheel."""
    eyes = Near(8.0)
    hand = await hand_on(page, eyes, tmp_path, lost=1)
    await hand.place(TARGET, click_zoom=10.0)
    assert eyes.told_of == 2
    await hand.place(TARGET, click_zoom=8.4)
    assert eyes.told_of == 2


async def test_a_pin_that_lies_there_already_is_found(page: Page, tmp_path: Path) -> None:
    """Drawn, it is seen by what it changes: it is put elsewhere first."""
    hand = await hand_on(page, Near(8.0), tmp_path, drawn=True)
    for _ in range(2):
        landed = await hand.place(TARGET, click_zoom=8.0)
        assert (landed.lat, landed.lng) == pytest.approx((TARGET.lat, TARGET.lng), abs=0.01)
    assert (await page.title()).count("click") == 4
