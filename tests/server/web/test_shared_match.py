"""A match of several seats as people play it: lobby, rounds, results, and someone who looks on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.server.web.conftest import TOKEN, Server, Visit

pytestmark = pytest.mark.slow

Visits = Callable[..., Visit]

SEATS = 6
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


def duel(visit_with: Visits, server: Server, *lookers: Visit) -> tuple[Page, Page]:
    """Anna, who opened it, and Ben on a telephone, in the first round; the lookers watch."""
    anna, ben = visit_with(), visit_with(**PHONE)
    anna.page.goto(f"{server.url}/#token={TOKEN}&company=others&mode=duels_a&name=Anna&seed=1")
    anna.page.click("#start-match")
    anna.phase("lobby")
    for looker in lookers:
        looker.page.goto(anna.page.input_value("#watch-link"))
        looker.phase("lobby")
    ben.page.goto(anna.page.input_value("#invite-link") + "&name=Ben")
    ben.page.click("#take-seat")
    for visit in (anna, ben, *lookers):
        visit.phase("round")
    return anna.page, ben.page


def guess(page: Page, across: float, down: float) -> None:
    button = page.locator("#open-map")
    if button.is_visible():
        button.click()
    else:
        page.hover("#guess-map")
    page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
    box = page.locator("#guess-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    page.click("#submit-guess")


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def number(text: str) -> int:
    return int(text.rsplit(maxsplit=1)[-1].replace(",", ""))


def colour(page: Page, selector: str, which: str) -> str:
    script = "(element, which) => getComputedStyle(element)[which]"
    return str(page.eval_on_selector(selector, script, which))


def start_elsewhere(server: Server, page: Page, number: int) -> None:
    """The page's seat wants the round, and the page does not know."""
    match = page.url.rsplit("/", 1)[-1]
    token = page.evaluate("match => sessionStorage.getItem(`homing.seat.${match}`)", match)
    server.call("POST", f"/matches/{match}/rounds/{number}/start", token)


def check_all_in_sight(page: Page) -> None:
    """Flag and pins stand on the part of the map that the sheet leaves free."""
    sheet = page.locator("#result").bounding_box()
    size = page.viewport_size
    assert sheet
    assert size
    assert sheet["height"] <= size["height"] / 2
    marks = page.locator("#outcome-map .marker").all()
    assert len(marks) == 1 + SEATS
    for box in (mark.bounding_box() for mark in marks):
        assert box
        assert (box["x"] >= 0, box["x"] + box["width"] <= size["width"]) == (True, True)
        assert (box["y"] >= 0, box["y"] + box["height"] <= sheet["y"]) == (True, True)


def wait(page: Page, phase: str) -> None:
    page.wait_for_selector(f"body[data-phase={phase}]", timeout=30_000)


def test_a_duels_round_from_lobby_to_blows_and_to_the_next(
    visit_with: Visits, server: Server
) -> None:
    """The next one comes when all are ready."""
    looker = visit_with()
    anna, ben = duel(visit_with, server, looker)
    watcher = looker.page
    for page, side in ((anna, 0), (ben, 1)):
        assert texts(page, f"#sides .side-{side} .side-you") == ["you"]
        assert page.locator(".side-you").count() == 1
    assert watcher.locator(".side-you").count() == 0
    assert watcher.locator("#hud-score").is_hidden()
    guess(anna, 0.5, 0.3)
    wait(anna, "locked")
    assert texts(anna, "#waiting-for") == ["Locked in. Waiting for Ben…"]
    assert colour(anna, "#guess-map .pin .body", "fill") == colour(
        anna, "#sides .own .locked", "backgroundColor"
    )
    ben.wait_for_selector("#clock:not([hidden])")
    assert ben.locator("#sides i.locked").count() == 1
    assert watcher.locator("#guess-panel").is_hidden()
    guess(ben, 0.9, 0.7)
    for page in (anna, ben, watcher):
        wait(page, "result")
        assert len(texts(page, "#result-turns li")) == 2
    seen = anna.eval_on_selector("#result", "e => ({...e.dataset})")
    assert texts(anna, "#result-turns .own .got") == [f"{int(seen['score']):,}"]
    health = [number(text) for text in texts(anna, "#result-turns .after")]
    scores = [number(text) for text in texts(anna, "#result-turns .got")]
    assert sorted(health) == sorted([6000, 6000 - (max(scores) - min(scores))])
    assert watcher.locator("#result-own").is_hidden()
    assert watcher.locator("#next-round").is_disabled()
    ben.click("#next-round")
    start_elsewhere(server, anna, 2)  # as when the round starts by itself
    for page in (anna, ben, watcher):
        wait(page, "round")
        assert texts(page, "#hud-round") == ["2"]
    for page in (anna, ben):
        guess(page, 0.5, 0.3)
    wait(anna, "result")
    asked = list[str]()
    anna.on("request", lambda request: asked.append(request.url.rsplit("/rounds/")[-1]))
    anna.click("#next-round")
    anna.wait_for_selector("#next-round:disabled")
    assert [path for path in asked if path.endswith("/start")] == ["3/start"]


def test_a_page_loaded_again_is_where_it_was(visit_with: Visits, server: Server) -> None:
    anna, ben = duel(visit_with, server)
    guess(anna, 0.5, 0.3)
    wait(anna, "locked")
    anna.reload()
    wait(anna, "locked")
    guess(ben, 0.5, 0.3)
    wait(anna, "result")
    anna.reload()
    anna.wait_for_selector("body:is([data-phase=result], [data-phase=round], [data-phase=loading])")


def test_an_invitation_that_does_not_fit(visit: Visit, server: Server) -> None:
    wish: dict[str, Any] = {"pack": "painted", "rules": {"rounds": 1}}
    opened = server.call("POST", "/shared-matches", json=wish)
    visit.page.goto(f"{server.url}/join/{opened['match']}#invite=wrong")
    visit.page.click("#take-seat")
    visit.page.wait_for_selector("#join-problem:not(:empty)")
    assert "Ask for a new link" in visit.page.inner_text("#join-problem")
    visit.faults.clear()  # Chromium reports the 401 as one


def test_a_match_is_watched_to_its_end_and_again(visit_with: Visits, server: Server) -> None:
    shared = {"mode": "duels_a", "seats": SEATS, "pause_s": 0}
    wish = {"pack": "painted", "seed": 1, "rules": {"rounds": 1}, "shared": shared}
    opened = server.call("POST", "/shared-matches", json=wish)
    at = f"/matches/{opened['match']}"
    seats = [
        server.call("POST", f"{at}/seats", opened["invite"], json={"name": f"P{number}"})
        for number in range(SEATS)
    ]
    page = visit_with().page
    page.goto(f"{server.url}/play/{opened['match']}#seat={opened['watch_token']}")
    for number, seat in enumerate(seats):
        token = seat["seat_token"]
        if server.call("GET", at, token)["phase"] == "ready":
            server.call("POST", f"{at}/rounds/1/start", token)
        # All around the world: the westmost pins are the ones that a sheet would hide.
        pin = {"lat": 60 - 20 * number, "lng": -150 + 50 * number}
        server.call("POST", f"{at}/rounds/1/guess", token, json=pin)
    wait(page, "result")
    check_all_in_sight(page)
    page.set_viewport_size(PHONE["viewport"])
    page.wait_for_timeout(200)  # the map follows at the next frame
    check_all_in_sight(page)
    page.click("#next-round")
    wait(page, "over")
    page.goto(f"{server.url}/replay/{opened['match']}#host={opened['host_token']}")
    page.wait_for_selector("#panorama[data-round='1']")
    assert len(texts(page, "#replay-turns .got")) == SEATS
    assert page.locator("#replay-map .pin").count() == SEATS
    assert page.locator("#replay-map .flag").count() == 1
    assert page.evaluate("document.body.scrollWidth") <= PHONE["viewport"]["width"]
    page.fill("#replay-time", "0")
    assert texts(page, "#replay-place") == ["Where is this?"]
    assert page.locator("#replay-map .flag").count() == 0
