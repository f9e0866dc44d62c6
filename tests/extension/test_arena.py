"""The extension at the arena: what it sees, what it shows, how it plays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.geo import haversine_km
from tests.extension.conftest import GUESS, PLACES, Extension, Panel, Server
from tests.server.web.conftest import painted

pytestmark = pytest.mark.slow

VIEW_PX = 512


def expected_view(heading: float) -> np.ndarray:
    """What a pinhole camera of 90 degrees sees of the painted sphere, pixel by pixel."""
    across = (np.arange(VIEW_PX) + 0.5) * 2 / VIEW_PX - 1
    right, down = np.meshgrid(across, across)
    bearing = heading + np.degrees(np.arctan(right))
    return painted(bearing, np.degrees(np.arctan2(-down, np.hypot(right, 1))))


def test_assist_shows_where_and_leaves_the_pin_to_the_person(panel: Panel, server: Server) -> None:
    server.encoder.seen.clear()
    panel.until(".line", "Connected to six-places")
    panel.click(".primary")
    panel.until_located()
    assert [name in panel.text(".answer") for name in PLACES] == [True] * 5 + [False]
    assert "50 %" in panel.text(".best")
    assert "25 %" in panel.text("ol")
    assert all(words in panel.text("dl") for words in ("85 km", "410 km", "4,460"))
    assert panel.page.get_attribute("#guess-map", "data-pin-lat") == ""
    assert len(server.encoder.seen) == 4
    for heading, view in zip((0, 90, 180, 270), server.encoder.seen, strict=True):
        away = np.abs(view - expected_view(heading))
        assert away.mean() < 2, heading  # twice JPEG, and a mesh of 128 segments


def test_the_person_looks_again_where_they_looked(panel: Panel) -> None:
    panel.page.evaluate("arena.look(123, -20, 60)")
    panel.click(".primary")
    panel.until_located()
    data = panel.page.eval_on_selector("#panorama", "e => ({...e.dataset})")
    looked = [float(data[name]) for name in ("heading", "pitch", "fov")]
    assert looked == pytest.approx([123, -20, 60], abs=0.01)


def test_the_shortcut_locates(panel: Panel, extension: Extension) -> None:
    settled = int(panel.page.get_attribute("#panorama", "data-settled") or 0)
    panel.page.bring_to_front()
    # Chromium's own keys cannot be pressed from here: this is what it calls then.
    extension.worker.evaluate(
        "async () => chrome.commands.onCommand.dispatch('locate',"
        " (await chrome.tabs.query({active: true}))[0])"
    )
    four_views = (
        "before => Number(document.querySelector('#panorama').dataset.settled) >= before + 4"
    )
    panel.page.wait_for_function(four_views, arg=settled)
    panel.until_located()


def test_the_page_neither_hears_nor_reads_the_panel(panel: Panel) -> None:
    page = panel.page
    assert page.evaluate("document.querySelector('homing-panel').shadowRoot") is None
    page.evaluate("addEventListener('keydown', e => (window.heard = e.key))")
    panel.value(".fold", "this.focus()")
    page.keyboard.press("Enter")
    panel.until(".fold", "")
    page.wait_for_function("true")
    assert page.evaluate("window.heard") is None
    assert panel.value(".body", "this.hidden") is True


def pin(panel: Panel) -> tuple[float, float]:
    data = panel.page.eval_on_selector("#guess-map", "e => ({...e.dataset})")
    return float(data["pinLat"]), float(data["pinLng"])


def test_play_places_the_pin_and_submits_when_told(
    play: Callable[..., Panel], extension: Extension
) -> None:
    panel = play(mode="play")
    panel.until(".line", "Connected")
    panel.click(".primary")
    panel.until(".news", "submit it when you agree")
    assert float(haversine_km(pin(panel), (GUESS.lat, GUESS.lng))) < 0.2
    assert panel.page.get_attribute("body", "data-phase") == "round"
    panel.page.click("#submit-guess")
    panel.page.wait_for_selector("#result[data-round='1']", state="attached")
    extension.set(automatic=True, submit=True)
    panel.page.click("#next-round")
    panel.page.wait_for_selector("#result[data-round='2']", state="attached", timeout=30_000)
    data = panel.page.eval_on_selector("#result", "e => ({...e.dataset})")
    guess = (float(data["guessLat"]), float(data["guessLng"]))
    assert float(haversine_km(guess, (GUESS.lat, GUESS.lng))) < 0.2


def test_a_map_that_shows_another_part_of_the_world_is_dragged(play: Callable[..., Panel]) -> None:
    panel = play(mode="play")
    panel.until(".line", "Connected")
    page = panel.page
    page.hover("#guess-map")
    page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
    box = page.locator("#guess-map").bounding_box()
    assert box
    # Two levels nearer, around a place in the south-east: Switzerland is outside now.
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.75 * box["height"])
    page.mouse.wheel(0, -300)
    page.wait_for_selector("#guess-map[data-moving='0']:not([data-zoom='1'])")
    page.evaluate("addEventListener('mousemove', () => (window.dragged = true))")
    panel.click(".primary")
    panel.until(".news", "submit it when you agree")
    assert float(haversine_km(pin(panel), (GUESS.lat, GUESS.lng))) < 0.2
    assert page.evaluate("window.dragged"), "expected a place that has to be dragged into sight"


def test_without_panning_and_zooming_one_view_is_sent(
    play: Callable[..., Panel], server: Server
) -> None:
    panel = play({"pan": False, "zoom": False})
    server.encoder.seen.clear()
    panel.click(".primary")
    panel.until("h2", PLACES[0])
    panel.until(".primary", "Locate now")
    assert len(server.encoder.seen) == 1
    assert np.ptp(server.encoder.seen[0]) > 100  # and it shows something


def test_a_narrow_window_has_room_for_both(play: Callable[..., Panel]) -> None:
    panel = play(mode="play", submit=True)
    panel.page.set_viewport_size({"width": 390, "height": 844})
    panel.until(".line", "Connected")
    panel.click(".primary")
    panel.page.wait_for_selector("#result[data-round='1']", state="attached", timeout=30_000)
