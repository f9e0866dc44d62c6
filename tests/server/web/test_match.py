"""A match as a person plays it, from the home page to the last number."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest
from geopy.distance import great_circle
from playwright.sync_api import expect

from tests.server.web.conftest import PLACES, TOKEN, Visit

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_match_from_the_home_page_to_its_end(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.server.url}/#token={TOKEN}&pack=painted&rounds=2&seed=7&time=600&name=Ada")
    page.click("#start-match")
    visit.phase("round")
    # The tokens are in the tab, and in no address that a stream could show.
    assert re.fullmatch(rf"{visit.server.url}/play/[^/?#]+", page.url)
    assert page.inner_text("#hud-round") == "1 / 2"
    assert page.is_disabled("#submit-guess")

    visit.place_pin(0.3, 0.3)
    lat, lng = visit.place_pin(0.55, 0.4)  # a second click moves the pin
    page.click("#submit-guess")
    visit.phase("result")
    result = visit.data("#result")
    assert (float(result["guessLat"]), float(result["guessLng"])) == pytest.approx((lat, lng))
    location = float(result["lat"]), float(result["lng"])
    assert any(location == pytest.approx(place) for place in PLACES)
    km = great_circle((lat, lng), location).km
    assert float(result["distanceKm"]) == pytest.approx(km, rel=1e-6)
    assert int(result["score"]) == round(5000 * math.exp(-10 * km / 14916.862))
    assert page.inner_text("#result-score") == f"{int(result['score']):,}"
    assert page.inner_text("#result-distance") == f"{round(km):,} km"
    assert "The tests" in page.inner_text("#result-source")

    page.click("#next-round")
    visit.phase("round")
    assert page.inner_text("#hud-round") == "2 / 2"
    assert visit.data("#guess-map")["pinLat"] == ""
    visit.place_pin()
    page.click("#submit-guess")
    visit.phase("result")
    total = int(result["score"]) + int(visit.data("#result")["score"])
    page.click("#next-round")
    visit.phase("over")
    assert int(visit.data("#final")["totalScore"]) == total
    assert page.inner_text("#final-score") == f"{total:,}"
    assert page.locator("#final-rounds li").count() == 2
    played = page.url
    page.click("#play-again")
    page.wait_for_url(lambda url: "/play/" in url and url != played)
    visit.phase("round")


def test_keys_alone_play_a_round(visit: Visit) -> None:
    visit.play()
    page = visit.page
    page.keyboard.press("Space")  # without a pin there is nothing to submit
    page.keyboard.press("Tab")
    page.focus("#guess-map")
    page.wait_for_selector("#guess-map[data-expanded='1']")
    centre = visit.data("#guess-map")["lng"]
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"#guess-map[data-moving='0']:not([data-lng='{centre}'])")
    page.keyboard.press("p")
    data = visit.data("#guess-map")
    pin, middle = (data["pinLat"], data["pinLng"]), (data["lat"], data["lng"])
    assert list(map(float, pin)) == pytest.approx(list(map(float, middle)))
    assert visit.data("#panorama")["heading"] == "37.000"  # the arrow was the map's alone
    page.keyboard.press("Space")
    visit.phase("result")
    expect(page.locator("#next-round")).to_be_focused()
    page.keyboard.press("Enter")
    visit.phase("round")
    assert visit.data("#panorama")["round"] == "2"


def mercator(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))


def test_the_published_map_is_the_one_that_is_clicked(visit: Visit) -> None:
    """Web Mercator, 256 px tiles: the arithmetic by which a bot finds its pixel."""
    visit.play()
    visit.place_pin(0.5, 0.5)
    page = visit.page
    for _ in range(3):
        zoom = visit.data("#guess-map")["zoom"]
        page.mouse.wheel(0, -300)
        page.wait_for_selector(f"#guess-map[data-moving='0']:not([data-zoom='{zoom}'])")
    box, data = visit.expand_map(), visit.data("#guess-map")
    world_px = 256 * 2 ** float(data["zoom"])
    lat, lng = visit.place_pin(0.8, 0.3)
    x = (lng - float(data["lng"])) / 360 * world_px
    y = (mercator(float(data["lat"])) - mercator(lat)) * world_px / (2 * math.pi)
    assert (x, y) == pytest.approx((0.3 * box["width"], -0.2 * box["height"]), abs=1.5)


def test_a_reload_goes_on_with_pin_and_clock(visit: Visit) -> None:
    visit.play(time_limit_s=600)
    with visit.page.expect_response(lambda answer: answer.url.endswith("/pin")):
        pin = visit.place_pin(0.4, 0.4)
    left_s = visit.state()["round"]["time_left_s"]
    visit.page.reload()
    visit.phase("round")
    data = visit.data("#guess-map")
    assert (float(data["pinLat"]), float(data["pinLng"])) == pytest.approx(pin)
    minutes, seconds = map(int, visit.page.inner_text("#clock").split(":"))
    assert left_s - 60 < 60 * minutes + seconds <= math.ceil(left_s)
    visit.page.keyboard.press("Enter")
    visit.phase("result")
    visit.page.reload()  # a result is shown again rather than the next clock started
    visit.phase("result")
    assert visit.data("#result")["round"] == "1"


def test_the_clock_submits_the_pin(visit: Visit) -> None:
    visit.play(time_limit_s=5)
    pin = visit.place_pin(0.6, 0.4)
    visit.phase("result")
    result = visit.data("#result")
    assert (float(result["guessLat"]), float(result["guessLng"])) == pytest.approx(pin)
    visit.page.click("#next-round")
    visit.phase("result")  # round 2, without a pin
    visit.page.wait_for_selector("#result[data-round='2']")
    assert visit.data("#result")["score"] == "0"
    assert visit.page.inner_text("#result-title") == "No pin, no points"


def test_a_server_that_goes_away_loses_nothing(visit: Visit) -> None:
    visit.may_lose_server = True
    visit.play()
    visit.server.stop()
    try:
        pin = visit.place_pin(0.7, 0.5)
        visit.page.click("#submit-guess")
        visit.page.wait_for_selector("body[data-online='0']")
        assert visit.page.inner_text("#banner") == "Reconnecting…"
    finally:
        visit.server.start()
    visit.phase("result")
    visit.page.wait_for_selector("body[data-online='1']")
    assert visit.page.is_hidden("#banner")
    guess = visit.state()["outcomes"][0]["guess"]
    assert (guess["lat"], guess["lng"]) == pytest.approx(pin)


def test_a_phone_plays_a_round(visit_with: Callable[..., Visit]) -> None:
    visit = visit_with(**PHONE)
    visit.play()
    page = visit.page
    assert not page.is_visible("#guess-map")
    page.tap("#open-map")
    page.wait_for_selector("#guess-map[data-expanded='1']")
    box = page.locator("#guess-map").bounding_box()
    assert box
    assert box["width"] == 390
    page.touchscreen.tap(box["x"] + 40, box["y"] + 420)  # far from Sydney, beside Antarctica
    page.wait_for_selector("#guess-map:not([data-pin-lat=''])")
    page.tap("#submit-guess")
    visit.phase("result")
    sheet = page.locator("#result").bounding_box()
    assert sheet
    assert sheet["height"] <= 844 / 2
    for part in ("#outcome-map .flag", "#outcome-map .pin"):
        mark = page.locator(part).bounding_box()
        assert mark
        assert mark["y"] + mark["height"] <= sheet["y"]
    for part in ("#result", "#next-round"):
        inside = page.locator(part).bounding_box()
        assert inside
        assert inside["x"] >= 0
        assert inside["x"] + inside["width"] <= 390
        assert inside["y"] + inside["height"] <= 844


def test_the_first_tap_on_a_small_map_only_wakes_it(visit_with: Callable[..., Visit]) -> None:
    visit = visit_with(viewport={"width": 1024, "height": 768}, has_touch=True)
    visit.play()
    visit.page.tap("#guess-map")
    visit.page.wait_for_selector("#guess-map[data-expanded='1']")
    assert visit.data("#guess-map")["pinLat"] == ""
    visit.page.tap("#guess-map")
    visit.page.wait_for_selector("#guess-map:not([data-pin-lat=''])")


def test_a_stranger_to_the_match_is_told(visit: Visit) -> None:
    match = visit.play()
    other = visit.context.new_page()  # another tab has its own session
    other.goto(f"{visit.server.url}/play/{match}")
    expect(other.locator("#problem-text")).to_contain_text("has no seat in this match")
