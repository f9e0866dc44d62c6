"""The line to the server: troubles in words, and back again by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import ID, TOKEN, Extension, Panel, Server

pytestmark = pytest.mark.slow

SOON_MS = 20_000


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
