"""The built extension in a real Chromium, and a server with models that can be computed by hand."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    Error,
    Page,
    Playwright,
    Worker,
    sync_playwright,
)

from bot.browser import ARGUMENTS, find_chromium
from models.geolocator import Point, Prediction, RankedGeocell
from server import sockets
from server.app import create_app
from server.pages import DIST
from server.settings import EXTENSION
from tests.server.inference.conftest import MeanColour
from tests.server.web.conftest import Server as PageServer
from tests.server.web.conftest import save_painted_pack

ROOT = Path(__file__).parents[2]
ID = EXTENSION.removeprefix("chrome-extension://")
TOKEN = "the-extensions-token"
PATIENCE_S = 15.0
PLACES = ("Uri", "Glarus", "Ticino", "Bern", "Zug", "Jura")
GUESS = Point(46.8, 8.4)


class Seeing(MeanColour):
    """Remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__(image_px=512)
        self.seen: list[np.ndarray] = []

    def embed(self, images: list[Any]) -> Any:
        self.seen += [np.asarray(image, int) for image in images]
        return super().embed(images)


class Knowing:
    """Says the same six places, whatever it is shown; the guess is in Switzerland."""

    encoder = MeanColour.name
    bundle = "six-places"

    def locate(self, embeddings: np.ndarray) -> list[Prediction]:
        return [self._prediction() for _ in embeddings]

    def _prediction(self) -> Prediction:
        cells = (
            RankedGeocell(name, 0.5 ** (n + 1), GUESS.lat, GUESS.lng)
            for n, name in enumerate(PLACES)
        )
        return Prediction(
            geocells=tuple(cells),
            geocell_guess=GUESS,
            refined_guess=GUESS,
            guess=GUESS,
            reason="the tests say so",
            radius_50_km=85.0,
            radius_90_km=410.0,
            expected_score=4460.0,
            neighbours=(),
            encoder=self.encoder,
            bundle=self.bundle,
        )


class Draining(sockets.Server):
    """Ends conversations in good order, as `homing serve` does; without signals, for a thread."""

    def __init__(self, config: uvicorn.Config, models: Any) -> None:
        super().__init__(config)
        self._models = models

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._models.drain()
        await super().shutdown(sockets)


class Server(PageServer):
    """With models, and the socket to ask them."""

    def __init__(self, home: Path) -> None:
        self.encoder = Seeing()
        super().__init__(home, lambda _: (self.encoder, Knowing()), HOMING_TOKEN=TOKEN)
        self.socket_url = self.url.replace("http", "ws")

    def start(self, origins: frozenset[str] = frozenset()) -> None:
        app = create_app(replace(self._settings, origins=origins), self._load)
        self._server = Draining(sockets.server_config(app), app.state.models)
        listener = socket.create_server(("127.0.0.1", self._settings.port))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()

    def call(self, method: str, path: str, token: str = TOKEN, **options: Any) -> Any:
        return super().call(method, path, token, timeout=60, **options)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as `make extension` makes it, unpacked; its zip lies beside it."""
    if not (DIST / "play.html").exists():
        pytest.fail("expected built pages, got none: run `make web`")
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([node(), "extension/build.mjs", folder], cwd=ROOT, check=True, text=True)
    return folder / "unpacked"


def node() -> str:
    """The system's Node, or the one that `make` has put into the environment."""
    found = shutil.which("node", path=f"{ROOT}/.venv/node/bin{os.pathsep}{os.environ['PATH']}")
    assert found, "expected Node, got none: run `make web`"
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the pack `painted`, and locates."""
    home = tmp_path_factory.mktemp("home")
    save_painted_pack(home / "packs" / "painted", "painted")
    server = Server(home)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def launched(playwright: Playwright, extensions: tuple[Path, ...], profile: Path) -> BrowserContext:
    """Chromium with these extensions in it."""
    folders = ",".join(map(str, extensions))
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=find_chromium(playwright.chromium.executable_path),
        headless=True,
        ignore_default_args=["--disable-extensions"],
        args=[
            *ARGUMENTS,
            f"--disable-extensions-except={folders}",
            f"--load-extension={folders}",
            *(["--no-sandbox"] if is_root else []),
        ],
        viewport={"width": 800, "height": 500},
        reduced_motion="reduce",
        color_scheme="dark",
    )


class Extension:
    """Chromium with the extension, and what a person does with it."""

    def __init__(self, context: BrowserContext, is_mine: Callable[[str], bool]) -> None:
        self.context = context
        self._is_mine = is_mine
        self.id = self.worker.url.split("/")[2]

    @property
    def worker(self) -> Worker:
        """The service worker that runs now."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            for worker in self.context.service_workers:
                if self._is_mine(worker.url.split("/")[2]):
                    return worker
            self.context.pages[0].wait_for_timeout(50)
        raise AssertionError("expected a service worker, got none")

    def set(self, **settings: Any) -> None:
        """Write settings as the options page does."""
        self.worker.evaluate("settings => chrome.storage.local.set(settings)", settings)

    def options(self) -> Page:
        """Its options page, whose heading says how it stands with the server."""
        page = self.context.new_page()
        page.goto(f"chrome-extension://{self.id}/options.html")
        return page


class Panel:
    """The panel on a page. Its shadow tree is closed to the page, not to the debugger."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._root: str | None = None

    def text(self, selector: str) -> str:
        """What people read there; '' where nothing is."""
        return str(self._of(selector, "this.innerText") or "")

    def until(self, selector: str, words: str) -> str:
        """Wait until the text there has these words."""
        end_s = time.monotonic() + PATIENCE_S
        while words not in (text := self.text(selector)):
            assert time.monotonic() < end_s, f"{selector}: expected {words!r}, got: {text!r}"
            self.page.wait_for_timeout(50)
        return text

    def until_located(self) -> None:
        """Wait until what is being looked at has been answered, and nothing went wrong."""
        self.until(".primary", "Locate now")
        assert (self.text("h2"), self.text(".news")) == (PLACES[0], "")

    def until_ready(self) -> None:
        """Wait until there is a round to locate."""
        end_s = time.monotonic() + PATIENCE_S
        while self.value(".primary", "this.disabled") is not False:
            assert time.monotonic() < end_s, self.text(".news")
            self.page.wait_for_timeout(50)

    def value(self, selector: str, expression: str) -> Any:
        """A JavaScript expression of `this`, an element of the panel."""
        return self._of(selector, expression)

    def click(self, selector: str) -> None:
        """With the mouse, in its middle."""
        box = self._of(selector, "JSON.stringify(this.getBoundingClientRect())")
        side = json.loads(box)
        self.page.mouse.click(side["x"] + side["width"] / 2, side["y"] + side["height"] / 2)

    def _of(self, selector: str, expression: str) -> Any:
        """Of the first element; None where there is none, or no panel yet."""
        code = f"function () {{ return (function () {{ return {expression}; }})"
        code += f".call(this.querySelector({json.dumps(selector)}) ?? {{}}); }}"
        try:
            self._root = self._root or self._found()
            if self._root is None:
                return None
            call = {"objectId": self._root, "functionDeclaration": code, "returnByValue": True}
            return self._cdp.send("Runtime.callFunctionOn", call)["result"].get("value")
        except Error:  # the page has been loaded again
            self._root = None
            return None

    def _found(self) -> str | None:
        tree = self._cdp.send("DOM.getDocument", {"depth": 2, "pierce": True})["root"]
        for node in _walk(tree):
            if node["nodeName"] == "HOMING-PANEL":
                id_ = node["shadowRoots"][0]["nodeId"]
                return str(self._cdp.send("DOM.resolveNode", {"nodeId": id_})["object"]["objectId"])
        return None


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from _walk(child)


@pytest.fixture(scope="module")
def extension(
    playwright: Playwright, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Extension]:
    folder = tmp_path_factory.mktemp("extension")
    # Of another id, at no page by itself, and with Chromium's permission for a site as if a person
    # had granted it: nobody can click on Chromium's own question here.
    other = copied(
        built,
        folder / "stranger",
        name="Stranger",
        key=None,
        content_scripts=[],
        host_permissions=["https://*/*"],
    )
    context = launched(playwright, (built, other), folder / "profile")
    yield Extension(context, lambda id_: id_ == ID)
    context.close()


@pytest.fixture(scope="module")
def stranger(extension: Extension) -> Extension:
    """The same code under another id, in the same Chromium."""
    return Extension(extension.context, lambda id_: id_ != ID)


ASSIST = {"mode": "assist", "automatic": False, "submit": False, "collapsed": False}


@pytest.fixture
def play(extension: Extension, server: Server) -> Iterator[Callable[..., Panel]]:
    """Opens a match with the panel on it; `set` are the extension's settings."""
    pages: list[Page] = []

    def opened(rules: dict[str, Any] | None = None, **settings: Any) -> Panel:
        extension.set(server=server.socket_url, token=TOKEN, **ASSIST | settings)
        panel = at_match(extension, server, {"rounds": 2, **(rules or {})})
        pages.append(panel.page)
        return panel

    yield opened
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def shared_panel(extension: Extension, server: Server) -> Panel:
    """Of one match of three rounds, for tests that leave it where it was: a page costs most."""
    extension.set(server=server.socket_url, token=TOKEN, **ASSIST)
    return at_match(extension, server, {"rounds": 3})


@pytest.fixture
def panel(extension: Extension, server: Server, shared_panel: Panel) -> Panel:
    """The shared one, connected; it may show an answer of before."""
    extension.set(server=server.socket_url, token=TOKEN, **ASSIST)
    shared_panel.until(".line", "Connected")
    return shared_panel


def at_match(extension: Extension, server: Server, rules: dict[str, Any]) -> Panel:
    """On a page of a match of its own, when its first panorama is there."""
    body = {"pack": "painted", "seed": 1, "rules": rules}
    seated = server.call("POST", "/matches", json=body)
    page = extension.context.new_page()
    page.goto(f"{server.url}/play/{seated['match']}#seat={seated['seat_token']}")
    page.wait_for_selector("body[data-phase=round]", timeout=30_000)
    return Panel(page)


def copied(built: Path, folder: Path, **manifest: Any) -> Path:
    """The extension with other words in its manifest; None takes one away."""
    shutil.copytree(built, folder)
    path = folder / "manifest.json"
    changed = json.loads(path.read_text()) | manifest
    path.write_text(json.dumps({k: v for k, v in changed.items() if v is not None}))
    return folder
