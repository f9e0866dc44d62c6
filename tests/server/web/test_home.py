"""The home page: what an address fills in, and the words for what is missing."""

from __future__ import annotations

import json
import shutil

import pytest
from playwright.sync_api import expect

from tests.server.web.conftest import TOKEN, Visit

pytestmark = pytest.mark.slow


def test_an_address_fills_in_the_form(visit: Visit) -> None:
    fields = "pack=painted&rounds=7&split=test&seed=3&time=45&pan=0&zoom=0&name=Bot"
    visit.page.goto(f"{visit.server.url}/#token={TOKEN}&{fields}")
    with visit.page.expect_request(lambda request: request.method == "POST") as asked:
        visit.page.click("#start-match")
    assert json.loads(asked.value.post_data or "") == {
        "pack": "painted",
        "split": "test",
        "seed": 3,
        "name": "Bot",
        "rules": {"rounds": 7, "time_limit_s": 45, "pan": False, "zoom": False},
    }
    # Seven rounds on three panoramas: refused in words, and the form is still there to mend it.
    expect(visit.page.locator("#trouble")).to_contain_text("3")
    visit.page.select_option("#rounds", "3")
    visit.page.click("#start-match")
    visit.phase("round")
    visit.faults.clear()  # the browser logs the 422


def test_a_duel_says_how_long_it_lasts_and_has_no_empty_team(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.server.url}/#token={TOKEN}&company=others&mode=classic&seats=3&teams=3")
    page.wait_for_selector("#wish:not([hidden])")
    assert (page.is_visible("#rounds"), page.input_value("#teams")) == (True, "3")
    page.select_option("#seats", "2")
    page.select_option("#mode", "duels_a")
    assert page.input_value("#teams") == "0"
    assert page.locator("#teams option:not([disabled])").all_inner_texts() == ["None", "Two"]
    assert page.is_hidden("#rounds")
    assert page.input_value("#until-one-falls:not([hidden])") == "Until one falls"


def test_the_best_are_named_once_there_are_any(visit: Visit) -> None:
    page, call = visit.page, visit.server.call
    page.goto(f"{visit.server.url}/#token={TOKEN}")
    expect(page.locator("#wish")).to_be_visible()
    expect(page.locator("#ratings")).to_be_hidden()
    shared = {"mode": "duels_a", "seats": 2, "pause_s": 0}
    wish = {"pack": "painted", "rules": {"rounds": 1}, "shared": shared}
    opened = call("POST", "/shared-matches", json=wish)
    at = f"/matches/{opened['match']}"
    players = [{"name": name, "player_token": f"made by {name} alone"} for name in ("Jo", "<b>Kim")]
    seats = [call("POST", f"{at}/seats", opened["invite"], json=one) for one in players]
    for seated in seats:
        call("GET", at, seated["seat_token"])
        pin = {"lat": 90, "lng": 0}
        call("POST", f"{at}/rounds/1/guess", seated["seat_token"], json=pin)
    page.reload()
    # A draw of two newcomers: phi = 1 / sqrt(1 / (350^2 + 0.06^2) + 1 / v) is 290.3 (Glickman).
    said = [f"{name}1 duel1,500± 581" for name in ("<b>Kim", "Jo")]
    expect(page.locator("#rating-list li")).to_have_text(said)


def test_without_a_token_it_says_where_to_get_one(visit: Visit) -> None:
    visit.page.goto(visit.server.url)
    expect(visit.page.locator("#trouble")).to_contain_text("homing serve")
    visit.page.fill("#key-field", TOKEN)
    visit.page.press("#key-field", "Enter")
    expect(visit.page.locator("#wish")).to_contain_text("painted")


def test_a_wrong_token_is_named(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/#token=wrong")
    expect(visit.page.locator("#trouble-title")).to_have_text("The server does not know this token")
    visit.faults.clear()  # the browser logs the 401


def test_without_packs_it_says_which_command_makes_one(visit: Visit) -> None:
    packs = visit.server.home / "packs"
    away = shutil.move(packs / "painted", visit.server.home / "painted")
    try:
        visit.page.goto(f"{visit.server.url}/#token={TOKEN}")
        expect(visit.page.locator("#trouble")).to_contain_text("homing pack")
    finally:
        shutil.move(away, packs / "painted")


def test_a_server_that_is_gone_is_named(visit: Visit) -> None:
    visit.may_lose_server = True
    visit.page.goto(visit.server.url)
    visit.server.stop()
    try:
        visit.page.fill("#key-field", TOKEN)
        visit.page.press("#key-field", "Enter")
        expect(visit.page.locator("#trouble-title")).to_have_text("The server does not answer")
    finally:
        visit.server.start()
    visit.page.click("#retry")
    expect(visit.page.locator("#wish")).to_be_visible()
