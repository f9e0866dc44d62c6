"""Nobody watches: a Chromium without a debugger."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from bot.browser import ARGUMENTS, find_chromium
from models.geo import haversine_km
from tests.extension.conftest import TOKEN, copied
from tests.server.inference.conftest import MeanColour, RedIsNorth
from tests.server.web.conftest import Server, painted, save_painted_pack

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


def mean_colour() -> np.ndarray:
    """Of four views of 90 degrees all round: what the server's models take for lat and lng."""
    across = (np.arange(64) + 0.5) / 32 - 1
    right, down = np.meshgrid(across, across)
    elevation = np.degrees(np.arctan2(-down, np.hypot(right, 1)))
    bearing = np.degrees(np.arctan(right))
    views = [painted(heading + bearing, elevation) for heading in (0, 90, 180, 270)]
    return np.mean(np.clip(views, 0, 255), axis=(0, 1, 2)) / 255


def test_a_round_is_played(built: Path, tmp_path: Path) -> None:
    save_painted_pack(tmp_path / "home" / "packs" / "painted", "painted")
    models = MeanColour(), RedIsNorth()
    server = Server(tmp_path / "home", lambda _: models, HOMING_TOKEN=TOKEN)
    extension = set_up(copied(built, tmp_path / "extension"), server.url.replace("http", "ws"))
    server.start()
    try:
        wish = {"pack": "painted", "seed": 1, "rules": {"rounds": 1}}
        seated = server.call("POST", "/matches", TOKEN, json=wish)
        address = f"{server.url}/play/{seated['match']}#seat={seated['seat_token']}"
        browser = start_chromium(extension, tmp_path / "profile", address)
        try:
            outcome = played(server, seated)
        finally:
            browser.terminate()
            browser.wait(20)
    finally:
        server.stop()
    red, green, _ = mean_colour()
    guess = outcome["guess"]
    # Twice JPEG: a grey level is a third of a degree north and most of one east.
    assert float(haversine_km((guess["lat"], guess["lng"]), (90 * red, 180 * green))) < 150


def set_up(extension: Path, url: str) -> Path:
    """As if a person had filled in the options: nobody can do so without a debugger."""
    path = extension / "worker.js"
    text = path.read_text()
    unset = 'server:"ws://127.0.0.1:8321",token:"",mode:"assist",automatic:!1,submit:!1'
    assert text.count(unset) == 1
    chosen = f'server:"{url}",token:"{TOKEN}",mode:"play",automatic:!0,submit:!0'
    path.write_text(text.replace(unset, chosen))
    return extension


def start_chromium(extension: Path, profile: Path, address: str) -> subprocess.Popen[bytes]:
    with sync_playwright() as playwright:
        program = find_chromium(playwright.chromium.executable_path)
    command = [
        program,
        "--headless=new",
        "--no-sandbox",
        "--window-size=1280,720",
        f"--user-data-dir={profile}",
        f"--disable-extensions-except={extension}",
        f"--load-extension={extension}",
        *ARGUMENTS,
        address,
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def played(server: Server, seated: dict[str, str]) -> Any:
    """The outcome of the first round, once it has been played."""
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        match = server.call("GET", f"/matches/{seated['match']}", seated["seat_token"])
        if match["outcomes"]:
            return match["outcomes"][0]
        time.sleep(0.3)
    raise AssertionError(f"expected a round to be played, got: {match}")
