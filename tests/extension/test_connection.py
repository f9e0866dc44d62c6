"""The line to the server: troubles in words, and back again by itself; over it only pixels go.

Not what the page knows, not what it fetched, not what it remembers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import ID, TOKEN, Extension, Panel, Server

pytestmark = pytest.mark.slow

SOON_MS = 20_000

RECORD = """() => {
  if (self.sent) return;
  self.sent = [];
  const own = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { self.sent.push(data); return own.call(this, data); };
}"""

FAIL_AT_THE_SECOND = """() => {
  const looked = arena.look;
  const look = async (heading, ...to) => {
    if (heading === 90) throw "not there";
    return looked(heading, ...to);
  };
  Object.assign(arena, { looked, look });
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


@pytest.fixture
def options(extension: Extension, server: Server) -> Iterator[Page]:
    """The options page of an extension that is set up."""
    extension.set(server=server.socket_url, token=TOKEN)
    page = extension.options()
    yield page
    page.close()


def test_the_id_is_the_one_that_the_server_knows(extension: Extension) -> None:
    assert extension.id == ID


def test_a_server_that_goes_and_comes_back(panel: Panel, server: Server) -> None:
    server.stop()
    try:
        panel.until(".news", f"No server at {server.socket_url}. Start it with: homing serve")
        assert panel.value(".box", "this.dataset.state") == "away"
        panel.click(".primary")  # what is asked meanwhile is answered later
        panel.until(".primary", "Looking")
    finally:
        server.start()
    panel.until_located()


def test_a_wrong_token_is_told_in_words_and_mended(panel: Panel, extension: Extension) -> None:
    extension.set(token="guessed")
    panel.until(".news", "does not know this token")
    assert panel.value(".box", "this.dataset.state") == "refused"
    extension.set(token="")
    panel.until(".news", "No server token yet")
    extension.set(token=TOKEN)
    panel.until(".line", "Connected")
    assert panel.text(".news") == ""


def test_a_pasted_address_brings_its_token(options: Page, server: Server) -> None:
    line = options.locator("#line")
    expect(line).to_have_text("Connected to six-places", timeout=SOON_MS)
    options.fill("#token", "wrong")
    options.click("text=Save and connect")
    expect(line).to_contain_text("does not know this token", timeout=SOON_MS)
    options.fill("#server", f"{server.url}/#token={TOKEN}")
    expect(options.locator("#token")).to_have_value(TOKEN)
    options.click("text=Save and connect")
    expect(line).to_have_text("Connected to six-places", timeout=SOON_MS)
    expect(options.locator("#server")).to_have_value(server.socket_url)


def test_an_address_that_is_none_is_not_saved(options: Page) -> None:
    options.fill("#server", "ftp://127.0.0.1")
    options.click("text=Save and connect")
    expect(options.locator("#server-news")).to_contain_text("Not saved: expected an address")
    options.reload()
    expect(options.locator("#server")).not_to_have_value("ftp://127.0.0.1")


def test_another_extension_is_refused_until_the_server_is_told(
    stranger: Extension, server: Server
) -> None:
    origin = f"chrome-extension://{stranger.id}"
    assert stranger.id != ID
    stranger.set(server=server.socket_url, token=TOKEN)
    page = stranger.options()
    told = f"Start it with: HOMING_ORIGINS={origin} homing serve"
    expect(page.locator("#line")).to_contain_text(told, timeout=SOON_MS)
    server.stop()
    server.start(frozenset({origin}))
    page.reload()
    expect(page.locator("#line")).to_contain_text("Connected", timeout=SOON_MS)
    page.close()
    server.stop()
    server.start()


def test_a_worker_that_slept_wakes(panel: Panel, extension: Extension, options: Page) -> None:
    """Chromium ends an idle worker; here it is ended as Chromium's own pages can."""
    cdp = extension.context.new_cdp_session(options)
    versions: list[dict[str, str]] = []
    cdp.on("ServiceWorker.workerVersionUpdated", lambda event: versions.extend(event["versions"]))
    cdp.send("ServiceWorker.enable")

    def until(status: str) -> str:
        for _ in range(100):
            if versions and versions[-1]["runningStatus"] == status:
                return versions[-1]["versionId"]
            options.wait_for_timeout(100)
        raise AssertionError(f"expected a worker that is {status}, got: {versions}")

    cdp.send("ServiceWorker.stopWorker", {"versionId": until("running")})
    until("stopped")
    panel.page.bring_to_front()
    panel.click(".primary")
    panel.until_located()
    assert extension.worker.evaluate("() => self.old ?? false") is False


def locate(panel: Panel) -> None:
    panel.click(".primary")
    panel.until_located()


def test_a_look_that_failed_is_not_sent_again(panel: Panel, extension: Extension) -> None:
    """Its views would wait in the server for the missing ones, and push out other questions."""
    extension.worker.evaluate(RECORD)
    extension.worker.evaluate("() => { self.sent.length = 0; }")
    panel.page.evaluate(FAIL_AT_THE_SECOND)
    panel.click(".primary")
    panel.until(".news", "arena: not there")
    extension.set(token="")
    panel.until(".news", "No server token yet")
    extension.set(token=TOKEN)
    panel.until(".line", "Connected")
    frames = [json.loads(one)["type"] for one in extension.worker.evaluate("() => self.sent")]
    assert [one for one in frames if one != "hello"] == ["locate_view"]
    panel.page.evaluate("Object.assign(arena, { look: arena.looked })")
    locate(panel)


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
