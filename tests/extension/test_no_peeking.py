"""Only pixels leave the page: not what it knows, not what it fetched, not what it remembers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.extension.conftest import Extension, Panel

pytestmark = pytest.mark.slow

RECORD = """() => {
  if (self.sent) return;
  self.sent = [];
  const own = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { self.sent.push(data); return own.call(this, data); };
}"""

TRAP = """
  window.touched = [];
  const trap = (name, value) => Object.defineProperty(window, name, {
    get: () => (window.touched.push(name), value), set: (own) => { value = own; } });
  trap('__NEXT_DATA__', { lat: 1, lng: 2 });
  trap('game', { rounds: [{ lat: 1, lng: 2 }] });
  trap('google', { maps: {} });
  let arena;
  Object.defineProperty(window, 'arena', {
    set: (own) => { arena = new Proxy(own, { get: (of, name) => {
      window.touched.push(`arena.${String(name)}`);
      return of[name]; } }); },
    get: () => arena });
"""


def locate(panel: Panel) -> None:
    panel.click(".primary")
    panel.until_located()


def test_the_scripts_in_pages_have_no_way_to_read_more(built: Path) -> None:
    ways = r"fetch\(|XMLHttpRequest|WebSocket|localStorage|sessionStorage|\.cookie|indexedDB"
    ways += r"|__NEXT_DATA__|getEntries|PerformanceObserver|react|innerHTML|importScripts|eval\("
    for script in ("companion.js", "look.js", "canvas.js"):
        assert not re.search(ways, (built / script).read_text()), script


def test_the_token_stays_out_of_pages(panel: Panel) -> None:
    """Not even the panel's own script, which lives beside a page's, can read it."""
    cdp = panel.page.context.new_cdp_session(panel.page)
    worlds: list[dict[str, object]] = []
    cdp.on("Runtime.executionContextCreated", lambda event: worlds.append(event["context"]))
    cdp.send("Runtime.enable")
    world = next(one for one in worlds if one["name"] == "Homing")
    read = "chrome.storage.local.get('token').then(JSON.stringify, String)"
    answer = cdp.send(
        "Runtime.evaluate",
        {"expression": read, "contextId": world["id"], "awaitPromise": True},
    )
    assert "Access to storage is not allowed" in answer["result"]["value"]


def test_traps_in_the_page_stay_untouched(panel: Panel) -> None:
    page = panel.page
    page.add_init_script(TRAP)
    page.reload()
    page.wait_for_selector("body[data-phase=round]", timeout=30_000)
    panel.until(".line", "Connected")
    page.evaluate("window.touched.length = 0")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    locate(panel)
    touched = page.evaluate("window.touched")
    assert set(touched) == {"arena.look"}
    # The page itself asks now and then how its match stands, and nobody else asks anything.
    assert all(re.search(r"/api/arena/matches/\w+$", url) for url in asked), asked


def test_three_places_that_look_alike_are_told_alike(panel: Panel, extension: Extension) -> None:
    """The pack has one picture at three places: whoever saw only pixels says the same thrice."""
    extension.worker.evaluate(RECORD)
    told, truths = [], set()
    for round_ in (1, 2, 3):
        panel.page.wait_for_selector(f"#panorama[data-round='{round_}']", timeout=30_000)
        extension.worker.evaluate("() => { self.sent.length = 0; }")
        locate(panel)
        frames = [json.loads(one) for one in extension.worker.evaluate("() => self.sent")]
        views = [one for one in frames if one["type"] == "locate_view"]
        told.append([one | {"id": "", "image": hash(one["image"])} for one in views])
        panel.page.hover("#guess-map")
        panel.page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
        panel.page.click("#guess-map", position={"x": 200, "y": 150})
        panel.page.click("#submit-guess")
        panel.page.wait_for_selector(f"#result[data-round='{round_}']", state="attached")
        data = panel.page.eval_on_selector("#result", "e => ({...e.dataset})")
        truths.add((data["lat"], data["lng"]))
        if round_ < 3:
            panel.page.click("#next-round")
    assert len(truths) == 3
    assert [len(one) for one in told] == [4, 4, 4]
    assert told[0] == told[1] == told[2]
    assert {key for one in told[0] for key in one} == {
        "type",
        "id",
        "of",
        "heading",
        "pitch",
        "image",
        "deadline_ms",
        "bundle",
    }
    assert {one["bundle"] for one in told[0]} == {None}
