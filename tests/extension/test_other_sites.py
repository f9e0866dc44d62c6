"""Other sites: off until a person agrees, played alone or not at all. On stand-ins."""

from __future__ import annotations

import json
import math
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from bot.freshness import is_same_place
from models.geo import haversine_km
from tests.bot.standins.match import StandInMatch
from tests.bot.standins.pictures import true_view
from tests.bot.standins.server import StandIns, serving
from tests.extension.conftest import (
    GUESS,
    PATIENCE_S,
    PLACES,
    ROOT,
    TOKEN,
    Extension,
    Panel,
    Server,
)

pytestmark = pytest.mark.slow

GEOGUESSR = "https://www.geoguessr.com"
DESCRIPTION = ROOT / "tests/bot/standins/openguessr.toml"
DRILLS = ("cookies", "blank", "lost", "expanding")

# As design facts describe GeoGuessr: a WebGL panorama that turns by dragging and is drawn only when
# it moves, data-qa marks, hashed class names. Heading is the colour: 0 red, 90 green, 180 blue, 270
# white; the picture comes late, and blank first.
STAND_IN = """<!doctype html><title>Stand-in</title><style>* { margin: 0 }</style>
<div data-qa="panorama"><canvas class="widget-scene-canvas" width="800" height="600"></canvas></div>
<div data-qa="round-number">1 / 5</div>
<script>
  const canvas = document.querySelector("canvas");
  const gl = canvas.getContext("webgl");
  const HFOV = 90;
  const COLOURS = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]];
  let heading = 0, held = null;
  window.__NEXT_DATA__ = { rounds: [{ lat: 48.8, lng: 2.3 }] };
  function draw() {
    const quarter = ((Math.round(heading / 90) % 4) + 4) % 4;
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(100, 300, 600, 300);
    gl.clearColor(...COLOURS[quarter], 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.scissor(100 + 5 * (((heading % 90) + 90) % 90), 0, 100, 200); // a mark that shows any turn
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.disable(gl.SCISSOR_TEST);
  }
  canvas.addEventListener("pointerdown", (event) => (held = event.clientX));
  addEventListener("pointerup", () => (held = null));
  addEventListener("pointermove", (event) => {
    if (held === null) return;
    heading -= ((event.clientX - held) / canvas.clientWidth) * HFOV;
    held = event.clientX;
    document.title = heading.toFixed(1);
    requestAnimationFrame(draw);
  });
  setTimeout(() => requestAnimationFrame(draw), 400);
</script>"""


NEXT_ROUND = """() => {
  heading = 0;
  document.querySelector("[data-qa=round-number]").innerText = "2 / 5";
  document.querySelector("[data-qa=panorama]").append(canvas);
  draw();
}"""


@pytest.fixture(scope="module")
def site(stranger: Extension, server: Server) -> Extension:
    """A server that lets the other copy in, and a GeoGuessr that we answer for."""
    server.stop()
    server.start(frozenset({f"chrome-extension://{stranger.id}"}))
    stranger.set(server=server.socket_url, token=TOKEN, mode="play", submit=True)
    page_of = {"content_type": "text/html", "body": STAND_IN}
    stranger.context.route(f"{GEOGUESSR}/**", lambda route: route.fulfill(**page_of))
    return stranger


def panel_at(site: Extension, address: str) -> Panel:
    page = site.context.new_page()
    page.goto(address)
    return Panel(page)


def test_off_until_a_person_has_agreed(site: Extension) -> None:
    panel = panel_at(site, f"{GEOGUESSR}/game/AbCdEf0123456789")
    panel.page.wait_for_timeout(200)
    assert panel.page.locator("homing-panel").count() == 0
    options = site.options()
    switch = options.locator("[data-site=geoguessr]")
    expect(switch).to_be_disabled()
    expect(options.locator("fieldset").first).to_contain_text("Community Rules")
    options.check("[data-consent=geoguessr]")
    switch.check()
    expect(switch).to_be_checked()
    options.close()  # at once: the worker does the rest
    wait_until_registered(site, {"geoguessr", "geoguessr-canvas"})
    panel.page.reload()
    panel.page.wait_for_selector("homing-panel", state="attached")
    panel.page.close()


def test_assist_sees_four_views_and_never_places_a_pin(site: Extension, server: Server) -> None:
    agree(site, "geoguessr")
    server.encoder.seen.clear()
    panel = panel_at(site, f"{GEOGUESSR}/en/game/AbCdEf0123456789")
    panel.until(".line", "Connected")
    assert panel.text(".modes") == ""  # nothing to choose: assist only
    panel.click(".primary")
    panel.until("h2", PLACES[0])
    panel.until(".primary", "Locate now")
    check_four_views(server)
    back = "Math.abs(parseFloat(document.title)) % 360 < 0.1"  # where the person looked
    panel.page.wait_for_function(back)
    assert panel.text(".news") == ""
    # A round that ends while its views are taken leaves no turn behind for the next one.
    panel.click(".primary")
    panel.page.wait_for_function("Math.round(parseFloat(document.title)) % 360 >= 90")
    panel.page.evaluate("canvas.remove()")
    end_s = time.monotonic() + PATIENCE_S
    while panel.value(".primary", "this.disabled") is not True:
        assert time.monotonic() < end_s
        panel.page.wait_for_timeout(50)
    panel.page.wait_for_timeout(400)  # until the look has been broken off
    panel.page.evaluate(NEXT_ROUND)
    server.encoder.seen.clear()
    panel.until_ready()
    panel.click(".primary")
    panel.until(".primary", "Looking")
    panel.until_located()
    check_four_views(server)
    panel.page.close()


def check_four_views(server: Server) -> None:
    """From where the stand-in's round begins."""
    colours = [view[100, 256] for view in server.encoder.seen]
    expected = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
    assert np.abs(np.array(colours) - expected).max() < 12


@pytest.mark.parametrize(
    "path", ["/duels/1b2c", "/challenge/1b2c", "/multiplayer", "/team-duels/1b"]
)
def test_games_against_others_are_refused(site: Extension, path: str) -> None:
    agree(site, "geoguessr")
    panel = panel_at(site, f"{GEOGUESSR}{path}")
    panel.until(".news", "nothing ranked")
    assert panel.value(".primary", "this.disabled") is True
    panel.page.close()


def test_consent_can_be_taken_back(site: Extension) -> None:
    agree(site, "geoguessr")
    options = site.options()
    options.uncheck("[data-consent=geoguessr]")
    expect(options.locator("[data-site=geoguessr]")).not_to_be_checked()
    wait_until_registered(site, set())
    options.close()


@dataclass(frozen=True)
class Game:
    """A game on a stand-in of the bot's, under the address of the site that it stands for."""

    name: str
    """As in the options."""
    path: str
    hfov_deg: float
    off_km: float
    """At most, between guess and pin: half a pixel of the map at the zoom it is clicked at."""
    begin: Callable[[Page], None]


def begin_no_move(page: Page) -> None:
    page.click("text=Singleplayer")
    page.dispatch_event("button:text-is('World')", "click")  # under the panel, as is the next
    page.select_option("#svModeSelect", label="No Move")
    page.dispatch_event(".map-back-btn", "click")


GAMES = (
    Game("worldguessr", "https://www.worldguessr.com/wg", 110, 0.2, begin_no_move),
    Game("guess.example", "https://guess.example/play", 90, 10, lambda _: None),
)


@pytest.fixture(scope="module")
def stand_ins(site: Extension) -> Iterator[StandIns]:
    """Answers for those sites, and has been described where the extension does not know one."""
    with serving() as served:

        def answer(route: Route) -> None:
            address = urlsplit(route.request.url)
            path = f"{served.url}{address.path}{'?' if address.query else ''}{address.query}"
            route.fulfill(response=route.fetch(url=path))

        for game in GAMES:
            site.context.route(f"https://{urlsplit(game.path).netloc}/**", answer)
        described = tomllib.loads(DESCRIPTION.read_text())
        options = site.options()
        options.fill("#origin", "guess.example")
        options.fill("#description", json.dumps(described))
        options.click("text=Keep")
        expect(options.locator("#describe-news")).to_contain_text("switch it on")
        options.close()
        yield served


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_rounds_are_played_on_stand_ins(
    site: Extension, server: Server, stand_ins: StandIns, game: Game
) -> None:
    agree(site, game.name)
    site.set(automatic=False)
    match = stand_ins.begin(2, *DRILLS, hfov=game.hfov_deg)
    panel = panel_at(site, f"{game.path}/{match.token}")
    game.begin(panel.page)
    panel.until(".line", "Connected")
    for round_ in (1, 2):
        server.encoder.seen.clear()
        if round_ == 1:
            panel.until_ready()
            panel.click(".primary")
        else:  # by itself
            site.set(automatic=True)
            panel.page.dispatch_event("#endBanner .playAgain, #continue", "click")
        until_guessed(panel, match, round_)
        place, begun = match.places[round_ - 1], match.state()["rounds"][round_ - 1]["heading"]
        for view, heading in zip(server.encoder.seen, (0, 90, 180, 270), strict=True):
            expected = true_view(
                place, (begun + heading) % 360, square_deg(panel.page, game.hfov_deg)
            )
            assert is_same_place(expected, view.astype(np.uint8)), (round_, heading)
        guess = match.guesses[-1]
        assert haversine_km((guess["lat"], guess["lng"]), (GUESS.lat, GUESS.lng)) < game.off_km
    assert (match.double, match.wrong_round, stand_ins.sprung) == (0, 0, [])
    panel.page.close()


def until_guessed(panel: Panel, match: StandInMatch, count: int) -> None:
    end_s = time.monotonic() + 2 * PATIENCE_S
    while len(match.guesses) < count:
        assert time.monotonic() < end_s, panel.text(".news") or panel.text(".body")
        panel.page.wait_for_timeout(50)


def square_deg(page: Page, hfov_deg: float) -> float:
    """How wide the square is that is cut from the middle of a window."""
    size = page.viewport_size
    assert size
    half = math.tan(math.radians(hfov_deg / 2)) * size["height"] / size["width"]
    return 2 * math.degrees(math.atan(half))


def registered(site: Extension) -> set[str]:
    """The ids of the scripts of sites that have consent."""
    ids = "async () => (await chrome.scripting.getRegisteredContentScripts()).map(one => one.id)"
    return set(site.worker.evaluate(ids))


def wait_until_registered(site: Extension, wanted: set[str]) -> None:
    """These scripts and no other."""
    end_s = time.monotonic() + PATIENCE_S
    while (found := registered(site)) != wanted:
        assert time.monotonic() < end_s, found
        time.sleep(0.05)


def agree(site: Extension, name: str) -> None:
    """As in the options page, where nobody has done so yet."""
    others = registered(site)
    if name in others:
        return
    options = site.options()
    options.check(f"[data-consent='{name}']")
    options.check(f"[data-site='{name}']")
    options.close()  # at once: the worker does the rest
    wait_until_registered(site, {*others, name, f"{name}-canvas"})
