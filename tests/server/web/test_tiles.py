"""The guess map on an online tile server, by a stand-in; the embedded map asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.server.web.conftest import TOKEN, Server, Visit, save_painted_pack

pytestmark = pytest.mark.slow


class Tiles(BaseHTTPRequestHandler):
    """Answers `/z/x/y.png` with a red tile."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        picture = BytesIO()
        Image.new("RGB", (256, 256), "red").save(picture, "PNG")
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(picture.getvalue())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def tiles() -> Iterator[ThreadingHTTPServer]:
    Tiles.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_tiles_of_the_setting_are_shown(
    tiles: ThreadingHTTPServer, browser: Browser, tmp_path: Path
) -> None:
    save_painted_pack(tmp_path / "packs" / "painted", "painted")
    template = f"http://127.0.0.1:{tiles.server_port}/{{z}}/{{x}}/{{y}}.png"
    server = Server(tmp_path, HOMING_TILES=template, HOMING_TILES_ATTRIBUTION="The stand-in")
    server.start()
    page = browser.new_page()
    page.goto(f"{server.url}/#token={TOKEN}&pack=painted&rounds=1")
    page.click("#start-match")
    tile = page.locator("#guess-map img.leaflet-tile-loaded").first
    expect(tile).to_have_js_property("naturalWidth", 256)
    expect(page.locator("#guess-map .leaflet-control-attribution")).to_contain_text("The stand-in")
    page.close()
    server.stop()
    assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path in Tiles.asked)


def test_without_the_setting_the_map_is_the_embedded_one(visit: Visit) -> None:
    visit.play()  # whose page may ask nobody but the server
    expect(visit.page.locator("#guess-map canvas").first).to_be_attached()
    expect(visit.page.locator("#guess-map img.leaflet-tile")).to_have_count(0)
