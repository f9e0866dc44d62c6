"""`python -m tests.server.experiments.study`: a study with a planted truth, played to its report.

A real server with its pages, people in Chromium and people without a browser, and the bot's own
runner; only what the bot sees and how well everybody plays is planted. Prints what the report says
beside what was planted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.async_api import Browser, Error, Page, async_playwright

from bot.browser import ARGUMENTS, find_chromium
from bot.human.runner import Runner
from models.world.pack import load_pack
from server.arena.store import Store
from server.arena.words import Rules
from server.experiments.analysis.summary import Summary, summarise
from server.experiments.ending import end
from server.experiments.events import Met
from server.experiments.opening import open_study, shipped
from server.experiments.plan import PanoramaSet, Plan, Stopping, freeze
from server.experiments.report import write_report
from server.experiments.results import results
from server.experiments.store import Studies
from tests.server.experiments.planted import PACK, QUICK, Somebody, Truth, World, save_shades
from tests.server.web.conftest import Server

PATIENCE_MS = 120_000


@dataclass(frozen=True)
class Size:
    """Of a study."""

    browsers: int
    headless: int
    matches: int
    rounds: int

    @property
    def people(self) -> int:
        return self.browsers + self.headless


def plan(size: Size, truth: Truth) -> Plan:
    """No clock that the first guess shortens: pages on a busy machine are slow."""
    return Plan(
        title="A bot with a planted edge",
        hypothesis="The bot's error is smaller than people's",
        primary="distance",
        smallest_effect=10.0**-truth.edge,
        bundle="planted",
        rules=Rules(rounds=size.rounds, time_limit_s=120),
        after_first_guess_s=None,
        matches=size.matches,
        sets=tuple(PanoramaSet(pack=PACK, seed=seed) for seed in range(4 * size.matches - 1)),
        practice=PanoramaSet(pack=PACK, seed=1000),
        stopping=Stopping(people=size.people),
    )


async def play(
    server: Server, size: Size, truth: Truth, folder: Path, shots: Path | None
) -> Summary:
    """Opens, plays, ends and reports the study."""
    url = f"sqlite:///{server.home}/arena.sqlite"
    studies, matches = Studies(url), Store(url)
    frozen = freeze(plan(size, truth), datetime.now(UTC))
    keys = open_study(studies, frozen, shipped("consent.md"), shipped("debrief.md"), time.time())
    pack = load_pack(server.home / "packs" / PACK)
    places = [(one.lat, one.lng) for one in pack.panoramas]
    world = World(truth, places, keys, studies, matches)
    limits = httpx.Limits(max_connections=200)
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client,
        _browser() as browser,
    ):
        runner = Runner(client, keys.study, keys.runner, lambda _: world.locate, QUICK)
        bot = asyncio.create_task(runner.run())
        people = [Somebody(client, world).take_part(f"N{n}") for n in range(size.headless)]
        walks = [
            Walk(await _page(browser, n), server, world, shots if n < 2 else None, str(n)).through()
            for n in range(size.browsers)
        ]
        try:
            await asyncio.gather(*people, *walks)
        finally:
            bot.cancel()
            with suppress(asyncio.CancelledError):
                await bot
    state, everybody = end(studies, keys.study, time.time(), "all came to the end")
    write_report(state, everybody, folder)
    found = summarise(state.plan, results(everybody))
    truths = {
        (event.match, person): event.opponent
        for person in state.admitted
        for event in studies.load(keys.study, person)
        if isinstance(event, Met)
    }
    # What the report unblinds is what was played.
    assert {(row.match, row.person): row.opponent for row in found.data.matches} == truths
    studies.close()
    matches.close()
    return found


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *root])
        yield browser
        await browser.close()


async def _page(browser: Browser, number: int) -> Page:
    """The second person plays on a telephone."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    desk = {"viewport": {"width": 1280, "height": 720}}
    context = await browser.new_context(reduced_motion="reduce", **(phone if number == 1 else desk))
    context.set_default_timeout(PATIENCE_MS)
    return await context.new_page()


class Walk:
    """A person in a browser, who sees the pages alone; where to click comes from `world`."""

    def __init__(
        self, page: Page, server: Server, world: World, shots: Path | None, name: str
    ) -> None:
        self._page, self._server, self._world, self._name = page, server, world, name
        self._shots = shots
        self._url = f"{server.url}/study/{world.keys.study}"
        self._skill = world.rng.gauss(0, world.truth.person_sd)

    async def through(self) -> None:
        """From the link to the debrief."""
        page = self._page
        await page.goto(f"{self._url}#invite={self._world.keys.invite}")
        await self._phase("consent")
        await page.check("#agree")
        await page.fill("#nickname", f"Browser {self._name}")
        await page.click("#come-in")
        await self._phase("practice")
        await page.click("#play-practice")
        await self._match()
        while await self._phase("rest", "debrief") != "debrief":
            await page.click("#ready")
            await self._match()
            await self._phase("question")
            person = (await page.input_value("#own-link")).rpartition("=")[2].partition(".")[0]
            said_bot, sure = self._world.answer(person)
            await page.check(f"#answer input[value={'bot' if said_bot else 'person'}]", force=True)
            await page.fill("#sure", str(5 * round(sure / 5)))
            await self._shot("question")
            await page.click("#say")
        await self._shot("debrief")

    async def _match(self) -> None:
        page = self._page
        while (phase := await self._phase("round", "result", "over")) != "over":
            if phase == "round":
                await self._round(page.url.rpartition("/")[2])
                await page.wait_for_selector("body:not([data-phase=round])")
            with suppress(Error):  # the next round comes by itself, too
                await page.click("body[data-phase=result] #next-round", timeout=2000)
        await self._shot("over")
        await page.click("#go-home")

    async def _round(self, match: str) -> None:
        page = self._page
        number = int((await page.inner_text("#hud-round")).split("/")[0])
        panorama, lat, lng = self._world.place(match, number)
        luck = self._world.rng.gauss(0, self._world.truth.luck_sd)
        to = self._world.off(lat, lng, self._world.typical(panorama) + self._skill + luck)
        if await page.locator("#open-map").is_visible():
            await page.click("#open-map")
        else:
            await page.hover("#guess-map")
        await page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
        await self._bring(*to)
        for _ in range(4):  # the wheel keeps what is under the pointer there
            await page.mouse.move(*await self._pixel(*to))
            await page.mouse.wheel(0, -100)
            await self._still()
        await self._bring(*to)
        await self._shot("round")
        await page.mouse.click(*await self._pixel(*to))
        await page.wait_for_selector("#guess-map:not([data-pin-lat=''])")
        await page.click("#submit-guess")

    async def _bring(self, lat: float, lng: float) -> None:
        """Drag the map until a place is well inside of it."""
        mouse = self._page.mouse
        for _ in range(8):
            box = await self._page.locator("#guess-map").bounding_box()
            assert box
            half = box["width"] / 2, box["height"] / 2
            middle = box["x"] + half[0], box["y"] + half[1]
            off = [at - to for at, to in zip(await self._pixel(lat, lng), middle, strict=True)]
            if all(abs(by) < 0.8 * of for by, of in zip(off, half, strict=True)):
                return
            by = [max(-0.7 * of, min(0.7 * of, one)) for one, of in zip(off, half, strict=True)]
            await mouse.move(*middle)
            await mouse.down()
            await mouse.move(middle[0] - by[0], middle[1] - by[1], steps=4)
            await self._page.wait_for_timeout(200)  # it shall not slide on
            await mouse.up()
            await self._still()

    async def _still(self) -> None:
        await self._page.wait_for_timeout(400)
        await self._page.wait_for_selector("#guess-map[data-moving='0']")

    async def _pixel(self, lat: float, lng: float) -> tuple[float, float]:
        """Where a place is on the screen, by what the map says of itself."""
        script = """([lat, lng]) => {
          const map = document.getElementById('guess-map'), d = map.dataset;
          const box = map.getBoundingClientRect(), size = 256 * 2 ** +d.zoom, R = Math.PI / 180;
          const y = a => size * (0.5 - Math.log(Math.tan(Math.PI / 4 + a * R / 2)) / 2 / Math.PI);
          const turn = ((lng - d.lng + 540) % 360 - 180) / 360 * size;
          return [box.x + box.width / 2 + turn, box.y + box.height / 2 + y(lat) - y(+d.lat)];
        }"""
        x, y = await self._page.evaluate(script, [lat, lng])
        return float(round(x)), float(round(y))

    async def _phase(self, *wanted: str) -> str:
        selector = ", ".join(f"body[data-phase={one}]" for one in wanted)
        while True:
            found = await self._page.wait_for_selector(selector, timeout=PATIENCE_MS)
            with suppress(Error):  # the page has gone on to the next one just now
                return str(found and await found.get_attribute("data-phase"))

    async def _shot(self, name: str) -> None:
        if self._shots:
            await self._page.screenshot(path=self._shots / f"{name}-{self._name}.png")


def told(found: Summary, truth: Truth) -> list[str]:
    """What the report says, beside what was planted."""
    rows = []
    for name, planted, said in (
        ("log10 of the bot's error over people's", -truth.edge, found.distance),
        ("points a round, bot minus person", truth.points, found.points),
    ):
        assert said
        rows.append(_row(name, planted, said.mean, said.low, said.high))
    seen = found.detection
    assert seen
    rows.append(_row("d', telling the bot", truth.d_prime, seen.d_prime, seen.low, seen.high))
    return rows


def _row(name: str, planted: float, mean: float, low: float, high: float) -> str:
    inside = "inside" if low <= planted <= high else "OUTSIDE"
    return (
        f"{name:<42} planted {planted:8.2f}  found {mean:8.2f}  {low:8.2f} to {high:8.2f}  {inside}"
    )


def main(argv: list[str]) -> int:
    """Play and print; 0 when all that was planted lies in its interval."""
    parser = argparse.ArgumentParser(
        "python -m tests.server.experiments.study", description="See above."
    )
    parser.add_argument("--browsers", type=int, default=4)
    parser.add_argument("--headless", type=int, default=26)
    parser.add_argument("--matches", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path, help="folder for report and pictures")
    args = parser.parse_args(argv)
    size = Size(args.browsers, args.headless, args.matches, args.rounds)
    truth = Truth(edge=0.3, d_prime=0.8)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        home, folder = Path(name), args.output or Path(name) / "report"
        folder.mkdir(parents=True, exist_ok=True)
        save_shades(home / "packs" / PACK)
        server = Server(home)
        server.start()
        try:
            found = asyncio.run(play(server, size, truth, folder, args.output))
        finally:
            server.stop()
    lines = told(found, truth)
    print(
        f"{size.people} people, {len(found.data.matches)} matches of theirs, "
        f"{len(found.data.rounds)} rounds, {time.monotonic() - began:.0f} s"
    )
    print("\n".join(lines))
    return 1 if any("OUTSIDE" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
