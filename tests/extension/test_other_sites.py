"""Other sites: off until a person agrees, then assist only, and nothing ranked. On a stand-in."""

from __future__ import annotations

import time

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.extension.conftest import PATIENCE_S, PLACES, TOKEN, Extension, Panel, Server

pytestmark = pytest.mark.slow

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


@pytest.fixture(scope="module")
def site(stranger: Extension, server: Server) -> Extension:
    """A server that lets the other copy in, and a GeoGuessr that we answer for."""
    server.stop()
    server.start(frozenset({f"chrome-extension://{stranger.id}"}))
    stranger.set(server=server.socket_url, token=TOKEN, mode="play", submit=True)
    page_of = {"content_type": "text/html", "body": STAND_IN}
    stranger.context.route("https://www.geoguessr.com/**", lambda route: route.fulfill(**page_of))
    return stranger


def panel_at(site: Extension, path: str) -> Panel:
    page = site.context.new_page()
    page.goto(f"https://www.geoguessr.com{path}")
    return Panel(page)


def test_off_until_a_person_has_agreed(site: Extension) -> None:
    panel = panel_at(site, "/game/AbCdEf0123456789")
    panel.page.wait_for_timeout(500)
    assert panel.page.locator("homing-panel").count() == 0
    options = site.options()
    switch = options.locator("[data-site=geoguessr]")
    expect(switch).to_be_disabled()
    expect(options.locator("fieldset").first).to_contain_text("Community Rules")
    options.check("[data-consent=geoguessr]")
    switch.check()
    expect(switch).to_be_checked()
    options.close()  # at once: the worker does the rest
    wait_until_registered(site)
    panel.page.reload()
    panel.page.wait_for_selector("homing-panel", state="attached")
    panel.page.close()


def test_assist_sees_four_views_and_never_places_a_pin(site: Extension, server: Server) -> None:
    agree(site)
    server.encoder.seen.clear()
    panel = panel_at(site, "/en/game/AbCdEf0123456789")
    panel.until(".line", "Connected")
    assert panel.text(".modes") == ""  # nothing to choose: assist only
    panel.click(".primary")
    panel.until("h2", PLACES[0])
    panel.until(".primary", "Locate now")
    colours = [view[100, 256] for view in server.encoder.seen]
    expected = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
    assert np.abs(np.array(colours) - expected).max() < 12
    back = "Math.abs(parseFloat(document.title)) % 360 < 0.1"  # where the person looked
    panel.page.wait_for_function(back)
    assert panel.text(".news") == ""
    panel.page.close()


@pytest.mark.parametrize(
    "path", ["/duels/1b2c", "/challenge/1b2c", "/multiplayer", "/team-duels/1b"]
)
def test_games_against_others_are_refused(site: Extension, path: str) -> None:
    agree(site)
    panel = panel_at(site, path)
    panel.until(".news", "nothing ranked")
    assert panel.value(".primary", "this.disabled") is True
    panel.page.close()


def test_consent_can_be_taken_back(site: Extension) -> None:
    agree(site)
    options = site.options()
    options.uncheck("[data-consent=geoguessr]")
    expect(options.locator("[data-site=geoguessr]")).not_to_be_checked()
    registered = "async () => (await chrome.scripting.getRegisteredContentScripts()).length"
    options.wait_for_timeout(300)
    assert site.worker.evaluate(registered) == 0
    options.close()


def wait_until_registered(site: Extension) -> None:
    """The scripts of the site that has consent."""
    ids = "async () => (await chrome.scripting.getRegisteredContentScripts()).map(one => one.id)"
    end_s = time.monotonic() + PATIENCE_S
    while (found := site.worker.evaluate(ids)) != ["geoguessr", "geoguessr-canvas"]:
        assert time.monotonic() < end_s, found
        time.sleep(0.05)


def agree(site: Extension) -> None:
    """As in the options page, where nobody has done so yet."""
    options = site.options()
    options.check("[data-consent=geoguessr]")
    switch = options.locator("[data-site=geoguessr]")
    switch.check()
    options.close()
    wait_until_registered(site)
