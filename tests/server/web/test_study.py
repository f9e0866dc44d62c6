"""A study as people walk through it, and the experimenter's page, in a real Chromium."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from bot.human.grid import on_pixel, pixel
from server.arena.words import Rules
from server.experiments.events import GaveUp
from server.experiments.opening import Keys, open_study
from server.experiments.plan import PanoramaSet, Plan, Stopping, freeze
from server.experiments.store import Studies
from tests.server.experiments.conftest import plan_of
from tests.server.web.conftest import Server, Visit

pytestmark = pytest.mark.slow

Visits = Callable[..., Visit]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CONSENT = """# Before you take part

Your opponents may be **people** or a *computer program*.

- [About us](https://example.org/about)
- [Not a link](javascript:window.hurt=1)

<img src=x onerror="window.hurt=1"> <script>window.hurt=1</script> `1 < 2`
"""


@pytest.fixture(autouse=True)
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matches are made every second of the real clock, and who is alone plays the bot at once."""
    monkeypatch.setattr("server.experiments.matching.TICK_S", 1.0)
    monkeypatch.setattr("server.experiments.assignment.ALONE_S", 0.0)


class Bot(threading.Thread):
    """Takes the bot's seats and guesses at once; what plays well is not this file's matter."""

    def __init__(self, url: str, keys: Keys) -> None:
        super().__init__(daemon=True)
        self._seats = f"{url}/api/experiments/{keys.study}/seats"
        self._runner = keys.runner
        self._matches = f"{url}/api/arena/matches"
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.4):
            with suppress(httpx.HTTPError):  # the server is away for a while
                for seat in self._call("GET", self._seats, self._runner).json():
                    self._play(f"{self._matches}/{seat['match']}", seat["seat_token"])

    def _play(self, match: str, token: str) -> None:
        state = self._call("GET", match, token).json()
        if state["phase"] == "ready":
            self._call("POST", f"{match}/rounds/{len(state['outcomes']) + 1}/start", token)
        elif state["phase"] == "round" and state["round"]["guess"] is None:
            at = f"{match}/rounds/{state['round']['number']}/guess"
            self._call("POST", at, token, json={"lat": 40.0, "lng": 10.0})

    def _call(self, method: str, url: str, token: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, url, headers=headers, **options)


def plan(**fields: Any) -> Plan:
    """One match of one round on the painted pack."""
    given: dict[str, Any] = {
        "rules": Rules(rounds=1, time_limit_s=60),
        "mode": "classic",
        "matches": 1,
        "sets": (PanoramaSet(pack="painted", seed=1), PanoramaSet(pack="painted", seed=2)),
        "practice": PanoramaSet(pack="painted", seed=3),
        "stopping": Stopping(people=4),
    }
    return plan_of(**given | fields)


@pytest.fixture
def keys(server: Server) -> Iterator[Keys]:
    """A study that is open, with the bot at its table."""
    store = Studies(f"sqlite:///{server.home}/arena.sqlite")
    frozen = freeze(plan(), datetime(2026, 11, 21, tzinfo=UTC))
    keys = open_study(store, frozen, CONSENT, "# Thank you\n\nIt was *us*.", time.time())
    store.close()
    bot = Bot(server.url, keys)
    bot.start()
    yield keys
    bot.done.set()
    bot.join()


class Walk:
    """A person on the pages of a study."""

    def __init__(self, visit: Visit, keys: Keys) -> None:
        self.visit, self.page, self.keys = visit, visit.page, keys
        self.url = f"{visit.server.url}/study/{keys.study}"
        self.pins: list[tuple[float, float]] = []

    def open(self) -> None:
        self.page.goto(f"{self.url}#invite={self.keys.invite}")
        self.phase("consent")

    def reopen(self, phase: str) -> None:
        """The invite, as from a letter."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}#invite={self.keys.invite}")
        self.phase(phase)

    def come_in(self, nickname: str = "Ada") -> None:
        self.open()
        self.join(nickname)

    def join(self, nickname: str) -> None:
        self.page.check("#agree")
        self.page.fill("#nickname", nickname)
        self.page.click("#come-in")
        self.phase("practice")

    def phase(self, phase: str) -> None:
        self.visit.phase(phase)

    def guess(self, last: bool = True) -> None:
        """In the match that is open, then back to the study."""
        self.phase("round")
        if self.page.locator("#open-map").is_visible():
            self.page.click("#open-map")
            self.page.wait_for_selector("#guess-map[data-expanded='1'][data-moving='0']")
            self.page.click("#guess-map")
        else:
            # A mouse stands on whole pixels.
            box = self.visit.expand_map()
            self.page.mouse.click(
                round(box["x"] + 150 + 31 * len(self.pins)), round(box["y"] + 120)
            )
            self.page.wait_for_selector("#guess-map:not([data-pin-lat=''])")
            data = self.visit.data("#guess-map")
            self.pins.append((float(data["pinLat"]), float(data["pinLng"])))
        self.page.click("#submit-guess")
        self.phase("result")
        if last:
            self.page.click("#next-round")
            self.phase("over")
            self.page.click("#go-home")

    def practise(self) -> None:
        self.page.click("#play-practice")
        self.guess()
        self.phase("rest")

    def match(self) -> None:
        self.page.click("#ready")
        self.guess()
        self.phase("question")

    def say(self, kind: str = "bot", sure: int = 80) -> None:
        self.page.check(f"#answer input[value={kind}]", force=True)
        self.page.fill("#sure", str(sure))
        self.page.click("#say")


@pytest.fixture
def walk(visit: Visit, keys: Keys) -> Walk:
    return Walk(visit, keys)


def test_from_the_link_to_the_debrief(walk: Walk) -> None:
    page = walk.page
    walk.come_in()
    assert "Ada" in page.inner_text("#greeting")
    walk.practise()
    walk.match()
    # Real clicks in one window lie whole pixels apart, but for the window's fractions of them.
    (x, y), (u, v) = [pixel(lat, lng, level=1) for lat, lng in walk.pins]
    assert [x - u, y - v] == pytest.approx([round(x - u), round(y - v)], abs=0.05)
    assert (x, y) != (u, v)
    assert on_pixel(*walk.pins[0], 1, (x % 1, y % 1)) == pytest.approx(walk.pins[0], abs=1e-12)
    assert page.locator("#question .avatar").count() == 2
    walk.say(sure=80)
    walk.phase("debrief")
    assert page.inner_text("#debrief-text h2") == "Thank you"
    said = page.inner_text("#reveals li")
    # Alone in the study, so it was the bot.
    assert "Computer program" in said
    assert "You said a program, 80 of 100 sure" in said
    assert page.locator("#reveals li.right").count() == 1
    with page.expect_download() as download:
        page.evaluate("document.getElementById('own').open = true")
        page.click("#download")
    kept = json.loads(download.value.path().read_text())
    assert [event["type"] for event in kept][:2] == ["joined", "practice_opened"]
    assert kept[-1]["sure"] == 80


def test_consent_is_text_and_never_more(walk: Walk) -> None:
    walk.open()
    page, text = walk.page, walk.page.locator("#consent-text")
    assert text.locator("h2").inner_text() == "Before you take part"
    assert text.locator("strong").inner_text() == "people"
    assert text.locator("em").inner_text() == "computer program"
    assert text.locator("code").inner_text() == "1 < 2"
    links = text.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert links == ["https://example.org/about"]
    assert text.locator("img, script").count() == 0
    assert '<img src=x onerror="window.hurt=1">' in text.inner_text()
    assert page.evaluate("window.hurt") is None
    page.fill("#nickname", "Ada")
    page.click("#come-in")
    assert page.get_attribute("body", "data-phase") == "consent", "nobody comes in unasked"


def test_a_closed_lid_changes_nothing(walk: Walk, visit_with: Visits, server: Server) -> None:
    """Reload, lost server and another device: each time the same place."""
    walk.come_in()
    walk.page.reload()
    walk.phase("practice")
    walk.practise()
    walk.page.click("#ready")
    walk.phase("round")
    match = walk.page.url
    walk.page.goto(walk.url)
    walk.phase("match")
    walk.visit.may_lose_server = True
    server.stop()
    walk.page.wait_for_selector("#banner:not([hidden])", timeout=30_000)
    server.start()
    walk.page.wait_for_selector("#banner", state="hidden", timeout=30_000)
    walk.page.click("#to-match")
    assert walk.page.url == match
    walk.guess()
    walk.phase("question")
    other = Walk(visit_with(**PHONE), walk.keys)
    other.page.goto(walk.page.input_value("#own-link"))
    other.phase("question")
    other.say("person", 0)
    other.phase("debrief")
    walk.page.reload()
    walk.phase("debrief")


def test_deletion(walk: Walk) -> None:
    walk.come_in()
    page = walk.page
    page.click("#own summary")
    page.click("#delete")
    page.click("#sure-delete [value=no]")
    page.reload()
    walk.phase("practice")
    page.click("#own summary")
    page.click("#delete")
    page.click("#delete-now")
    walk.phase("gone")
    page.reload()
    walk.phase("consent")


def test_the_next_person_at_the_same_browser(walk: Walk, server: Server) -> None:
    """Sees nothing of who was there before, unless they say that it was them."""
    walk.come_in("Ada")
    page, study = walk.page, walk.keys.study
    store = Studies(f"sqlite:///{server.home}/arena.sqlite")
    (first,) = [name for name in store.lengths(study) if name]
    walk.reopen("practice")
    store.append(study, first, store.lengths(study)[first], [GaveUp(at=time.time())])
    walk.reopen("again")
    page.reload()
    walk.phase("again")
    assert "Ada" not in page.inner_text("body")
    page.click("#show-mine")
    walk.phase("debrief")
    page.reload()
    walk.phase("debrief")
    walk.reopen("again")
    page.click("#come-anew")
    walk.join("Grace")
    page.reload()
    walk.phase("practice")
    assert page.inner_text("#greeting") == "You take part as Grace"
    for person in [name for name in store.lengths(study) if name]:
        store.forget(study, person)
    store.close()
    walk.reopen("consent")
    walk.visit.faults.clear()  # the browser logs the 404


def test_a_link_that_does_not_fit(walk: Walk) -> None:
    walk.page.goto(walk.url)
    walk.phase("trouble")
    assert "not complete" in walk.page.inner_text("#trouble-title")
    walk.page.goto(f"{walk.url}#invite=wrong")
    expect(walk.page.locator("#trouble-title")).to_have_text("This link does not fit")
    walk.visit.faults.clear()  # the browser logs the 401


def test_the_experimenters_page_counts(walk: Walk, visit_with: Visits) -> None:
    lab = visit_with()
    url = f"{walk.url}/progress"
    lab.page.goto(f"{url}#experimenter={walk.keys.experimenter}")
    lab.phase("counts")
    walk.come_in("Grace")
    expect(lab.page.locator("#admitted")).to_have_text("1")
    assert lab.page.inner_text("#wanted") == "4"
    assert lab.page.inner_text("#bot") == "Ready"
    text = lab.page.content()
    assert "Grace" not in text
    assert walk.keys.experimenter not in lab.page.url
    lab.page.goto(f"{url}#experimenter=wrong")
    lab.page.reload()
    lab.page.wait_for_selector("#trouble:not([hidden])")
    lab.faults.clear()  # the browser logs the 401
