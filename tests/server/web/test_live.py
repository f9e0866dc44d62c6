"""The overlay and the director's page in a real Chromium, through a whole duel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.server.web.conftest import PATIENCE_S, PLACES, Server, Visit

pytestmark = pytest.mark.slow

GUESSES = (33.256789, 44.256789), (-55.256789, 66.256789)
CELLS = [
    {"name": "Here", "probability": 0.75, "lat": GUESSES[0][0], "lng": GUESSES[0][1]},
    {"name": "There", "probability": 0.2, "lat": 10.123456, "lng": 20.123456},
]
SIZES = [(1920, 1080), (1280, 720), (1080, 1920)]
FIXED = ["#bar", "#map-frame", "#eyes-0", "#eyes-1", "#foot"]


class Duel:
    """A shared match of two seats, A and B, and its show."""

    def __init__(self, server: Server, pause_s: int) -> None:
        self.server = server
        shared = {"mode": "duels_a", "seats": 2, "pause_s": pause_s}
        rules = {"rounds": 2, "time_limit_s": 60}
        wish = {"pack": "painted", "seed": 1, "rules": rules, "shared": shared}
        self.opened = server.call("POST", "/shared-matches", json=wish)
        self.match = self.opened["match"]
        self.overlay = self.live("POST", "/overlays", self.opened["host_token"])["overlay_token"]

    def sit_down(self) -> None:
        path = f"/matches/{self.match}/seats"
        self.seats = [
            self.server.call("POST", path, self.opened["invite"], json={"name": name})["seat_token"]
            for name in ("Anna", "Bertram")
        ]

    def start(self, number: int) -> None:
        """Both seats are ready: nobody waits out the pause."""
        path = f"/matches/{self.match}/rounds/{number}/start"
        for token in self.seats:
            self.server.call("POST", path, token)

    def live(self, method: str, path: str, token: str, **options: Any) -> Any:
        url = f"{self.server.url}/api/live/matches/{self.match}{path}"
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.request(method, url, headers=headers, timeout=PATIENCE_S, **options)
        return answer.raise_for_status().json() if answer.content else None

    def tell(self, number: int, view: int) -> None:
        """Both seats capture a view and think of it."""
        jpeg = BytesIO()
        Image.new("RGB", (64, 64), "#27ae60").save(jpeg, "JPEG")
        for token in self.seats:
            path = f"/rounds/{number}/views/{view}?heading={90 * (view - 1)}"
            self.live("PUT", path, token, content=jpeg.getvalue())
            belief = {"views": view, "cells": CELLS}
            self.live("PUT", f"/rounds/{number}/belief", token, json=belief)

    def heat(self, number: int, view: int) -> None:
        """The first seat tells what in a view spoke for its guess."""
        jpeg = BytesIO()
        Image.new("RGB", (64, 64), "#c0392b").save(jpeg, "JPEG")
        path = f"/rounds/{number}/views/{view}/heat"
        self.live("PUT", path, self.seats[0], content=jpeg.getvalue())

    def chat(self, number: int) -> None:
        """The host tells what three viewers guessed."""
        tom = {"guess": {"lat": 1, "lng": 2}, "distance_km": 249.4, "score": 4217}
        closest = [tom | {"name": name} for name in ("Tom", "Yui", "Zoe")]
        summary = {"match": self.match, "number": number, "viewers": 3, "closest": closest}
        summary |= {"mean_score": 4217, "combined": None}
        self.live("PUT", "/chat", self.opened["host_token"], json=summary)

    def guess(self, number: int, seat: int) -> None:
        lat, lng = GUESSES[seat]
        path = f"/matches/{self.match}/rounds/{number}/guess"
        self.server.call("POST", path, self.seats[seat], json={"lat": lat, "lng": lng})

    def address(self, fields: str = "") -> str:
        return f"{self.server.url}/live/{self.match}#overlay={self.overlay}{fields}"

    @property
    def director(self) -> str:
        return f"{self.server.url}/director/{self.match}#host={self.opened['host_token']}"


TWO_CHOICES = "streamer.click(); document.querySelector('#layouts [data-layout=bar]').click()"
"""The second before the first is answered."""


def leaks(text: str) -> list[str]:
    """Truths and guesses in a text, both numbers of them: a clock may show one by chance."""
    numbers = {f"{abs(float(x)):.3f}" for x in re.findall(r"\d+\.\d+", text)}
    points = [point for point in (*PLACES, *GUESSES) if {f"{abs(x):.3f}" for x in point} <= numbers]
    return [*map(str, points), *re.findall("Zürich|Sydney|Quito|Nayón|The Rocks", text)]


def lose_once(visit: Visit, *addresses: str) -> None:
    """The first request for each never arrives."""
    visit.may_lose_server = True
    for address in addresses:
        visit.page.route(re.compile(address), lambda route: route.abort(), times=1)


def boxes(page: Page) -> list[Any]:
    return [page.locator(part).bounding_box() for part in FIXED]


def until(page: Page, phase: str, number: int) -> None:
    selector = f"body[data-phase={phase}][data-round='{number}']"
    page.wait_for_selector(selector, timeout=30_000)


def check_styles(page: Page, accent: str) -> None:
    """The address chooses them, and OBS: it puts its user's CSS into the page by a script."""

    def style(selector: str, name: str) -> str:
        return str(page.locator(selector).evaluate(f"it => getComputedStyle(it).{name}"))

    assert style("html", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert style("#call-kicker", "color") == accent
    page.add_style_tag(content=":root { --muted: rgb(1, 2, 3) }")
    page.add_style_tag(content="#call-kicker { color: var(--muted) !important }")
    assert style("#call-kicker", "color") == "rgb(1, 2, 3)"


def check_other_sizes(page: Page) -> None:
    """Nothing runs out of the window."""
    for width, height in SIZES[1:]:
        page.set_viewport_size({"width": width, "height": height})
        for box in boxes(page):
            ends = (box["x"] + box["width"], box["y"] + box["height"])
            assert min(box["x"], box["y"]) >= 0
            assert (ends[0] <= width + 1, ends[1] <= height + 1) == (True, True)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A show that does not make tests wait."""
    monkeypatch.setattr("server.live.show.REVEAL_S", 2.0)
    monkeypatch.setattr("server.live.watch.REFRESH_S", 1.0)


def check_another_reveal(page: Page, duel: Duel, reveal: str) -> None:
    """A show that jumps from one reveal to another one's leaves no card of the first."""
    sockets: list[WebSocketRoute] = []
    page.goto("about:blank")

    def answer(socket: WebSocketRoute) -> None:
        sockets.append(socket)

    page.route_web_socket(re.compile("/watch$"), answer)
    page.goto(duel.address())
    while not sockets:
        page.wait_for_timeout(50)
    word = json.loads(reveal) | {"phase_s": 5.0}
    for seat in word["seats"]:
        seat["views"] = []  # the server has them no more
    card = page.locator("#live-chat")

    def shows(stage: int, name: str) -> None:
        closest = [{"name": name, "distance_km": 1.0, "score": 5}]
        chat = {"viewers": 1, "closest": closest, "mean_score": 5}
        sockets[-1].send(json.dumps(word | {"stage": stage, "chat": chat}))
        expect(card.locator("span")).to_have_text(name)

    shows(0, "Ute")
    shows(1, "Vic")
    shows(1, "Viewer 1")


def check_final(page: Page) -> None:
    assert page.locator("#live-final h1").inner_text() in {"Anna", "Bertram"}
    assert page.locator("#live-history li").count() == 2
    for of_the_last_round in ("#live-place", "#live-source"):
        assert page.locator(of_the_last_round).is_hidden()


def check_complaints_and_keys(page: Page) -> None:
    """What was refused stays to be read; a chord, and a key held down, are no orders."""
    page.fill("#add-link", "/director/nothing#host=wrong")
    page.press("#add-link", "Enter")
    complaint = page.locator("#director-problem")
    complaint.wait_for()
    said = complaint.inner_text()
    with page.expect_response(lambda answer: answer.url.endswith("/director")):
        pass
    with page.expect_response(lambda answer: answer.url.endswith("/director")):
        pass
    box = complaint.bounding_box()
    assert (said, bool(box and box["y"] < 120)) == (complaint.inner_text(), True)
    page.locator("h1").click()
    orders = list[str]()
    page.on("request", lambda request: orders.append(request.url.rsplit("/")[-1]))
    for chord in ("Control+l", "Alt+l", "Meta+l"):
        page.keyboard.press(chord)
    page.keyboard.down("r")
    page.keyboard.down("r")
    page.keyboard.up("r")
    page.wait_for_timeout(300)
    assert orders.count("orders") == 1


@pytest.mark.usefixtures("brisk")
def test_a_duel_on_the_overlay(visit: Visit, server: Server) -> None:
    duel = Duel(server, pause_s=60)
    page, frames = visit.page, list[str]()
    lose_once(visit, "/seats/1/views/2$", "/views/2/heat$")
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: frames.append(str(f))))
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(duel.address("&accent=ff0066"))
    until(page, "lobby", 0)
    assert duel.overlay not in page.url
    check_styles(page, "rgb(255, 0, 102)")
    duel.sit_down()
    duel.start(1)
    until(page, "round", 1)
    stable = boxes(page)
    for view in (1, 2, 3, 4):
        duel.tell(1, view)
    page.locator(".views img").nth(7).wait_for()
    first = page.locator("#eyes-0 .places li").first
    expect(first).to_have_text("Here\n75 %", use_inner_text=True)
    assert page.locator("#eyes-1 figcaption").all_inner_texts() == ["N", "E", "S", "W"]
    duel.heat(1, 2)
    page.wait_for_selector("#eyes-0 figure:nth-child(2) img.looked")
    assert page.locator(".views img").count() == 9
    duel.guess(1, 0)
    page.wait_for_selector("#card-0.locked")
    assert page.locator("#call-text").inner_text() == "Bertram?"
    assert leaks(page.content()) == []
    duel.guess(1, 1)
    duel.chat(1)
    until(page, "suspense", 1)
    assert leaks(page.content()) == []
    assert page.locator("#live-chat").inner_text() == ""
    until(page, "reveal", 1)
    told = next(number for number, frame in enumerate(frames) if '"phase":"reveal"' in frame)
    assert told > 4  # lobby, ready, round and suspense at least
    assert [leaks(frame) for frame in frames[:told]] == [[]] * told
    assert not [frame for frame in frames[:told] if "Yui" in frame or "4217" in frame]
    assert len(leaks(frames[told])) > len(GUESSES)
    page.wait_for_selector("#card-1 .card-blow:not(:empty), #card-0 .card-blow:not(:empty)")
    page.wait_for_selector("#live-map path.way")
    page.wait_for_selector("#live-chat li:nth-child(3)")
    assert "4,217 points on average" in page.locator("#live-chat").inner_text()
    assert boxes(page) == stable
    check_other_sizes(page)
    duel.start(2)
    until(page, "round", 2)
    duel.guess(2, 0)
    duel.guess(2, 1)
    until(page, "over", 2)
    check_final(page)
    check_another_reveal(page, duel, frames[told])


def test_directing_outlives_a_reload_and_the_server(
    visit: Visit, visit_with: Callable[..., Visit], server: Server
) -> None:
    duel = Duel(server, pause_s=4)
    duel.sit_down()
    desk, overlay = visit, visit_with()
    desk.may_lose_server = overlay.may_lose_server = True
    overlay.page.goto(duel.address())
    desk.page.goto(duel.director)
    desk.page.wait_for_selector("#on-air[data-state=air]")
    assert duel.opened["host_token"] not in desk.page.url
    check_complaints_and_keys(desk.page)
    desk.faults.clear()  # the browser logs the 404
    duel.start(1)
    until(overlay.page, "round", 1)
    desk.page.click("#do-hold")
    desk.page.wait_for_selector("#on-air[data-state=armed]")
    desk.page.evaluate(TWO_CHOICES)
    overlay.page.wait_for_selector("body[data-layout=bar]")
    for seat in (0, 1):
        duel.guess(1, seat)
    # Held: round 2 runs in the arena, and the show stands on the result.
    overlay.page.wait_for_selector("body[data-phase=reveal][data-held='1']", timeout=30_000)
    for text in ("Anna", "Bertram", duel.match):
        assert text not in overlay.page.locator("body").inner_text()
    server.stop()
    server.start()
    desk.page.reload()
    desk.page.wait_for_selector("#on-air[data-state=held]", timeout=30_000)
    assert desk.page.is_checked("#streamer")
    desk.page.click("#do-rewind")
    until(overlay.page, "suspense", 1)
    desk.page.click("#do-go_live")
    until(overlay.page, "round", 2)
    desk.page.wait_for_selector("#on-air[data-state=air]")
    desk.page.click("#new-overlay")
    desk.page.wait_for_selector("#overlay-row:not([hidden])")
    assert f"/live/{duel.match}#overlay=" in desk.page.input_value("#overlay-link")


def test_an_address_without_its_key(visit: Visit, server: Server) -> None:
    duel = Duel(server, pause_s=4)
    visit.page.goto(f"{server.url}/director/{duel.match}#host=wrong")
    visit.page.wait_for_selector("#enter:not([hidden])")
    assert visit.page.locator("#desk").is_hidden()
    visit.page.fill("#enter-link", duel.director)
    visit.page.press("#enter-link", "Enter")
    visit.page.wait_for_selector("#on-air[data-state=air]")
    visit.faults.clear()  # the browser logs the 401
    visit.page.goto(f"{server.url}/live/nomatch")
    visit.page.wait_for_selector("#live-trouble:not([hidden])")
