"""A match of several seats as people play it: lobby, rounds, results, and someone who looks on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
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


THE_SAME_PLAYER = "localStorage.setItem('homing.player', 'of-all-who-play-in-here')"
"""Else the first test's Anna would keep her name from the second one's."""


def duel(visit_with: Visits, server: Server, *lookers: Visit) -> tuple[Page, Page]:
    """Anna, who opened it, and Ben on a telephone, in the first round; the lookers watch."""
    anna, ben = visit_with(), visit_with(**PHONE)
    for visit in (anna, ben):
        visit.context.add_init_script(THE_SAME_PLAYER)
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
    anna = closed_and_opened_again(anna)
    guess(ben, 0.5, 0.3)
    wait(anna, "result")
    anna.reload()
    anna.wait_for_selector("body:is([data-phase=result], [data-phase=round], [data-phase=loading])")


def closed_and_opened_again(page: Page) -> Page:
    """By its address, and by the invitation; a day later nothing is known any more."""
    again = page.context.new_page()
    again.goto(page.url)
    page.close()
    wait(again, "locked")
    again.goto(again.url.replace("/play/", "/join/"))
    assert texts(again, "#seats button") == ["Go on as Anna"]
    assert again.locator("#join").is_hidden()
    again.click("#seats button")
    wait(again, "locked")
    late = again.context.new_page()
    late.clock.set_fixed_time(time.time() + 24 * 3600 + 60)
    late.goto(again.url)
    late.wait_for_selector("#problem:not([hidden])")
    assert "has no seat in this match" in late.inner_text("#problem-text")
    return again


def opened_with(server: Server, **shared: Any) -> dict[str, str]:
    wish = {"pack": "painted", "rules": {"rounds": 1}, "shared": shared}
    opened: dict[str, str] = server.call("POST", "/shared-matches", json=wish)
    return opened


def take_seat(server: Server, opened: dict[str, str], name: str) -> str:
    path = f"/matches/{opened['match']}/seats"
    return str(server.call("POST", path, opened["invite"], json={"name": name})["seat_token"])


def test_two_at_one_machine(visit: Visit, server: Server) -> None:
    """Who comes by the page keeps the name beyond the match."""
    opened = opened_with(server, seats=3)
    link = f"{server.url}/join/{opened['match']}#invite={opened['invite']}"
    for name, here in (("Eve", "Nobody is here yet."), ("Finn", "Eve is here.")):
        page = visit.context.new_page()
        page.goto(link)
        page.wait_for_selector("#back:not([hidden]), #join:not([hidden])")
        if page.locator("#back").is_visible():
            page.click("#somebody-else")
        page.wait_for_selector("#join:not([hidden])")
        assert texts(page, "#lobby-seats") == [here]
        if name == "Finn":
            page.fill("#name", "eve")
            page.click("#take-seat")
            page.wait_for_selector("#join-problem:not(:empty)")
            assert "Choose another one" in page.inner_text("#join-problem")
        page.fill("#name", name)
        page.click("#take-seat")
        wait(page, "lobby")
        assert f"{name} (you)" in texts(page, "#lobby-seats li")
        page.close()
    visit.page.goto(link)
    assert texts(visit.page, "#seats button") == ["Go on as Eve", "Go on as Finn"]
    visit.page.click("text=Go on as Eve")
    wait(visit.page, "lobby")
    assert "Eve (you)" in texts(visit.page, "#lobby-seats li")
    with pytest.raises(httpx.HTTPStatusError, match="409"):
        take_seat(server, opened_with(server), "Finn")


def test_an_invitation_that_comes_to_nothing_says_why(visit: Visit, server: Server) -> None:
    """Before it asks for a name."""

    def refusal(opened: dict[str, str], invite: str) -> str:
        visit.page.goto("about:blank")
        visit.page.goto(f"{server.url}/join/{opened['match']}#invite={invite}")
        visit.page.wait_for_selector("#refusal:not([hidden])")
        assert visit.page.locator("#join").is_hidden()
        return visit.page.inner_text("#refusal")

    opened = opened_with(server, seats=1, pause_s=0)
    assert "does not fit" in refusal(opened, "wrong")
    assert "no such match" in refusal({"match": "nope"}, "wrong")
    seat = take_seat(server, opened, "Gus")
    assert "has started" in refusal(opened, opened["invite"])
    server.call("GET", f"/matches/{opened['match']}", seat)
    pin = {"lat": 1, "lng": 2}
    server.call("POST", f"/matches/{opened['match']}/rounds/1/guess", seat, json=pin)
    assert "is over" in refusal(opened, opened["invite"])
    visit.faults.clear()  # Chromium reports the refusals as faults


def test_a_match_is_watched_to_its_end_and_again(visit_with: Visits, server: Server) -> None:
    opened = opened_with(server, mode="duels_a", seats=SEATS, pause_s=0)
    at = f"/matches/{opened['match']}"
    seats = [take_seat(server, opened, f"P{number}") for number in range(SEATS)]
    page = visit_with().page
    page.goto(f"{server.url}/play/{opened['match']}#seat={opened['watch_token']}")
    for number, token in enumerate(seats):
        if server.call("GET", at, token)["phase"] == "ready":
            server.call("POST", f"{at}/rounds/1/start", token)
        # All around the world: the westmost pins are the ones that a sheet would hide.
        pin = {"lat": 60 - 20 * number, "lng": -150 + 50 * number}
        server.call("POST", f"{at}/rounds/1/guess", token, json=pin)
    wait(page, "result")
    assert page.inner_text("#result-title").endswith(" was nearest")
    assert texts(page, "#result-turns .who")[0] in page.inner_text("#result-title")
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
