"""A real server on a free port and a real Chromium, for the tests of the pages."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from bot.browser import ARGUMENTS, find_chromium
from models.world.pack import Pack, Panorama, save_pack
from server import sockets
from server.app import Load, create_app
from server.pages import DIST
from server.settings import from_environment

TOKEN = "secret"
PLACES = ((47.3769, 8.5417), (-33.8568, 151.2153), (-0.1807, -78.4678))
CENTRE_HEADING = 37.0
"""Of the painted panoramas' centre column."""
WIDTH_PX = 2048
PATIENCE_S = 60.0
"""For an answer: a busy machine is no failure."""


def painted(heading: NDArray[Any], elevation: NDArray[Any]) -> NDArray[np.float64]:
    """A smooth picture as a formula of the direction (degrees), grey levels `(..., 3)`.

    North is reddest, east greenest, south bluest; west has none of the three.
    """
    turn, up = np.radians(heading), np.radians(elevation)
    waves = 25 * np.cos(8 * turn) * np.cos(up) + 25 * np.sin(6 * up)
    lobes = [np.maximum(np.cos(turn - np.radians(d)), 0) * np.cos(up) for d in (0, 90, 180)]
    return np.stack([60 + 110 * lobe + waves for lobe in lobes], axis=-1)


def save_painted_pack(folder: Path, name: str) -> Pack:
    """A pack of three such pictures at `PLACES`."""
    columns = ((np.arange(WIDTH_PX) + 0.5) / WIDTH_PX - 0.5) * 360 + CENTRE_HEADING
    rows = 90 - (np.arange(WIDTH_PX // 2) + 0.5) / WIDTH_PX * 360
    picture = np.rint(painted(*np.meshgrid(columns, rows))).clip(0, 255).astype(np.uint8)
    (folder / "images").mkdir(parents=True)
    Image.fromarray(picture).save(folder / "images" / "painted.jpg", quality=97, subsampling=0)
    panoramas = tuple(
        Panorama(
            f"p{n}",
            lat,
            lng,
            CENTRE_HEADING,
            "",
            "test",
            "CC0-1.0",
            "The tests",
            "images/painted.jpg",
        )
        for n, (lat, lng) in enumerate(PLACES)
    )
    pack = Pack(folder, name, "Painted by a formula", panoramas)
    save_pack(pack)
    return pack


def _no_models(bundle: str) -> Any:
    raise FileNotFoundError(bundle)


class Server:
    """The server on a port of its own; can be taken away and brought back."""

    def __init__(self, home: Path, load: Load = _no_models, **environment: str) -> None:
        environment = {"HOMING_HOME": str(home), "HOMING_TOKEN": TOKEN} | environment
        settings = from_environment(environment)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._settings = replace(settings, port=free.getsockname()[1])
        self._load = load
        self.url = self._settings.url
        self.home = home

    def start(self) -> None:
        app = create_app(self._settings, self._load)
        self._server = sockets.Server(sockets.server_config(app))
        # From here on connections wait in the queue: nobody has to ask whether it is up.
        listener = socket.create_server(("127.0.0.1", self._settings.port))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def call(self, method: str, path: str, token: str = TOKEN, **options: Any) -> Any:
        """A JSON answer of the arena's API."""
        headers = {"Authorization": f"Bearer {token}"}
        options.setdefault("timeout", PATIENCE_S)
        answer = httpx.request(method, f"{self.url}/api/arena{path}", headers=headers, **options)
        return answer.raise_for_status().json()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the pack `painted`."""
    if not (DIST / "play.html").exists():
        pytest.fail("expected built pages, got none: run `make web`")
    home = tmp_path_factory.mktemp("home")
    save_painted_pack(home / "packs" / "painted", "painted")
    server = Server(home)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path),
            args=[*ARGUMENTS, *(["--no-sandbox"] if is_root else [])],
        )
        yield chromium
        chromium.close()


class Visit:
    """A page at the server: nothing may come from elsewhere, nothing may go wrong unseen."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.may_lose_server = False
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._on_request)

    def play(self, *, seed: int = 1, **rules: Any) -> str:
        """Open a match and go to its page; returns when the first panorama is there."""
        wish = {"pack": "painted", "seed": seed, "rules": {"rounds": 2, **rules}}
        seated = self.server.call("POST", "/matches", json=wish)
        self.seat_token = seated["seat_token"]
        self.match = f"/matches/{seated['match']}"
        self.page.goto(f"{self.server.url}/play/{seated['match']}#seat={self.seat_token}")
        self.phase("round")
        return str(seated["match"])

    def state(self) -> Any:
        """The match as the server knows it."""
        return self.server.call("GET", self.match, self.seat_token)

    def phase(self, phase: str) -> None:
        self.page.wait_for_selector(f"body[data-phase={phase}]", timeout=30_000)

    def data(self, selector: str) -> dict[str, str]:
        published: dict[str, str] = self.page.eval_on_selector(selector, "e => ({...e.dataset})")
        return published

    def look(self, heading: float, pitch: float = 0, fov: float | None = None) -> int:
        script = "([h, p, f]) => arena.look(h, p, f ?? undefined)"
        return int(self.page.evaluate(script, [heading, pitch, fov]))

    def expand_map(self) -> dict[str, float]:
        """Bring the pointer to the map; its box once it stands still."""
        self.page.hover("#guess-map")
        self.page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
        box = self.page.locator("#guess-map").bounding_box()
        assert box
        return dict(box)

    def place_pin(self, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
        """Click the map at a part of its size; the pin that the page publishes."""
        box = self.expand_map()
        self.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        self.page.wait_for_selector("#guess-map:not([data-pin-lat=''])")
        data = self.data("#guess-map")
        return float(data["pinLat"]), float(data["pinLng"])

    def _on_console(self, message: ConsoleMessage) -> None:
        lost = self.may_lose_server and "ERR_" in message.text
        late = "status of 409" in message.text  # others were faster: pages look again and go on
        if message.type == "error" and not lost and not late:
            self.faults.append(message.text)

    def _on_request(self, request: Any) -> None:
        if not re.match(rf"{re.escape(self.server.url)}/|blob:|data:", request.url):
            self.faults.append(f"a request to {request.url}")


@pytest.fixture
def visit_with(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Makes visits; each ends without faults."""
    visits: list[Visit] = []

    def make(**options: Any) -> Visit:
        options.setdefault("viewport", {"width": 1280, "height": 720})
        visits.append(Visit(browser.new_context(reduced_motion="reduce", **options), server))
        return visits[-1]

    yield make
    for visit in visits:
        visit.context.close()
    assert [visit.faults for visit in visits] == [[] for _ in visits]


@pytest.fixture
def visit(visit_with: Callable[..., Visit]) -> Visit:
    return visit_with()
