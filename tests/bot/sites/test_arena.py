"""The arena's adapter on real pages in a real Chromium, with a server of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot.browser import opened_page
from bot.game import GameError, Guess
from bot.invitation import read_invitation, take_seat
from bot.server_process import Server
from bot.sites.arena import ArenaGame, RoundOver
from bot.wishes import Wish
from tests.bot.game_contract import GameContract, apart_km, pixels
from tests.conftest import QUARTERS, TINY, save_tiny_pack
from tests.server.web.conftest import TOKEN
from tests.server.web.conftest import Server as WebServer

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

WISH = Wish("tiny", rounds=3, seed=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Without models: nothing is located here."""
    home: Path = tmp_path_factory.mktemp("home")
    save_tiny_pack(home / "packs" / "tiny")
    save_tiny_pack(home / "packs" / "photos", "photos", hfov_deg=65)
    server = WebServer(home)
    server.start()
    yield Server(server.url, TOKEN)
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser_page() -> AsyncIterator[Page]:
    async with opened_page() as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def table(server: Server, browser_page: Page) -> AsyncIterator[SimpleNamespace]:
    """Opens matches on a page of its own."""
    page = await browser_page.context.new_page()

    async def opened(wish: Wish = WISH) -> ArenaGame:
        return await ArenaGame.open(page, server.url, server.token, wish)

    yield SimpleNamespace(opened=opened, page=page, server=server)
    await page.close()


class TestArena(GameContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def game(self, table: SimpleNamespace) -> ArenaGame:
        game: ArenaGame = await table.opened()
        return game


def colour_at(heading: float, centre_heading: float) -> str:
    """Of the tiny panoramas in a direction: quarter 0 begins half a turn left of the centre."""
    return QUARTERS[int((heading - centre_heading + 180) % 360 // 90)]


def nearest_colour(pixel: np.ndarray) -> str:
    return min(
        QUARTERS,
        key=lambda c: np.abs(pixel - [int(c[i : i + 2], 16) for i in (1, 3, 5)]).sum(),
    )


async def test_views_look_where_they_say(table: SimpleNamespace) -> None:
    """The truth, known after the round, says which panorama it was and how it had to look."""
    game = await table.opened()
    for _ in range(3):
        round_ = await game.next_round()
        views = {heading: pixels(await game.view(heading)) for heading in round_.headings}
        location = (await game.place_guess(0.0, 0.0)).location
        centre = next(h for _, lat, lng, h, _ in TINY if apart_km(Guess(lat, lng), location) < 0.01)
        for heading, view in views.items():
            assert view.shape == (512, 512, 3)
            # Half way to either edge of a 90 degree view: atan(1/2). High up, above all marks.
            for column, turn_deg in ((128, -26.57), (384, 26.57)):
                seen = nearest_colour(view[20, column])
                assert seen == colour_at(heading + turn_deg, centre), (heading, centre)


async def test_no_interface_in_a_view(table: SimpleNamespace) -> None:
    """The square is cut from under the match's facts; they are there again when a pin is placed."""
    game = await table.opened()
    await game.next_round()
    await game.view(0.0)
    hidden = "getComputedStyle(document.querySelector('#guess-panel')).visibility"
    assert await table.page.evaluate(hidden) == "hidden"
    await game.place_guess(1.0, 2.0)
    assert await table.page.evaluate("document.body.classList.contains('capturing')") is False


async def test_a_round_without_panning_shows_one_heading(table: SimpleNamespace) -> None:
    game = await table.opened(Wish("tiny", rounds=1, seed=1, pan=False, zoom=False))
    round_ = await game.next_round()
    (heading,) = round_.headings
    await game.view(heading)
    with pytest.raises(GameError, match="no panning in this match"):
        await game.view((heading + 90) % 360)
    result = await game.place_guess(-33.86, 151.21)
    assert apart_km(result.guess, Guess(-33.86, 151.21)) < 0.2


@pytest.mark.parametrize("lat", [84.5, -90.0])
async def test_a_guess_near_a_pole_goes_as_far_as_the_map(
    table: SimpleNamespace, lat: float
) -> None:
    game = await table.opened(Wish("tiny", rounds=1, seed=1))
    await game.next_round()
    result = await game.place_guess(lat, 12.0)
    assert apart_km(result.guess, Guess(min(max(lat, -84.9), 84.9), 12.0)) < 0.2


async def test_a_round_that_is_not_guessed_is_waited_out(table: SimpleNamespace) -> None:
    game = await table.opened(Wish("tiny", rounds=2, seed=1, time_s=5))
    first = await game.next_round()
    assert 0 < first.time_left_s <= 5
    second = await game.next_round()
    assert second.number == 2


async def test_a_match_is_joined_in_the_round_where_it_is(table: SimpleNamespace) -> None:
    game = await table.opened()
    await game.next_round()
    await game.place_guess(5.0, 5.0)
    await game.next_round()
    seat = await table.page.evaluate(f"sessionStorage.getItem('homing.seat.{game.match.id}')")
    await table.page.goto("about:blank")
    joined = await ArenaGame.join(table.page, game.match.url, seat)
    assert joined.match == game.match
    round_ = await joined.next_round()
    assert round_ is not None
    assert round_.number == 2
    assert (await joined.place_guess(6.0, 6.0)).round == 2


async def test_what_the_arena_refuses_is_told_in_its_words(table: SimpleNamespace) -> None:
    with pytest.raises(GameError, match="expected at least 50 panoramas"):
        await table.opened(Wish("tiny", rounds=50))
    with pytest.raises(GameError, match="expected a match on pack atlantis, got: tiny"):
        await table.opened(Wish("atlantis", rounds=1))
    with pytest.raises(GameError, match="does not know this token") as caught:
        await ArenaGame.open(table.page, table.server.url, "guessed-token", WISH)
    assert "guessed-token" not in str(caught.value)


async def test_a_server_that_is_away_is_named_without_its_token(
    table: SimpleNamespace,
) -> None:
    with pytest.raises(GameError, match=r"the page at http://127\.0\.0\.1:9/, got: ") as caught:
        await ArenaGame.open(table.page, "http://127.0.0.1:9", "very-secret", WISH)
    assert "very-secret" not in str(caught.value)


async def test_a_server_that_is_mute_is_named_without_its_token(
    table: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.page.PATIENCE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, and never answers
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(GameError, match="the page at http") as caught:
            await ArenaGame.open(table.page, url, "very-secret", WISH)
    assert "very-secret" not in str(caught.value)


async def test_of_a_photo_only_its_own_direction_is_seen(table: SimpleNamespace) -> None:
    game = await table.opened(Wish("photos", rounds=1, seed=1))
    round_ = await game.next_round()
    (heading,) = round_.headings
    location = (await game.place_guess(0.0, 0.0)).location
    taken = next(h for _, lat, lng, h, _ in TINY if apart_km(Guess(lat, lng), location) < 0.01)
    assert heading == pytest.approx(taken, abs=0.01)


class Rival:
    """Opens a shared match for two and sits down in it, without a page."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._path = "/api/arena"
        self._token = server.token

    async def call(self, path: str, token: str = "", **body: object) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {token or self._token}"}
        async with httpx.AsyncClient(base_url=self._server.url, headers=headers) as client:
            answer = await client.post(self._path + path, json=body)
        return dict(answer.raise_for_status().json())

    async def sit_down(self, split: str | None = None, rounds: int = 2, **shared: object) -> str:
        """The invitation link for the other seat."""
        body = {"pack": "tiny", "split": split, "rules": {"rounds": rounds}, "shared": shared}
        opened = await self.call("/shared-matches", **body)
        self._path += f"/matches/{opened['match']}"
        self._token = (await self.call("/seats", opened["invite"], name="Rival"))["seat_token"]
        return f"{self._server.url}/join/{opened['match']}#invite={opened['invite']}"


async def test_a_seat_in_a_duel(table: SimpleNamespace) -> None:
    rival = Rival(table.server)
    link = await rival.sit_down(mode="duels_a", pause_s=0, after_first_guess_s=2)
    game = await ArenaGame.invited(table.page, link, "Bot")
    first = await game.next_round()
    assert (game.match.rounds, first.number, first.time_left_s) == (0, 1, None)
    assert (game.match.seat, game.match.player) == (1, "Bot")  # after the rival
    result = await game.place_guess(5.0, 6.0)  # the other one is waited for
    assert apart_km(result.guess, Guess(5.0, 6.0)) < 0.2
    assert (await game.next_round()).number == 2
    await rival.call("/rounds/2/guess", lat=1, lng=2)
    await table.page.wait_for_function("() => document.body.dataset.phase === 'result'")
    with pytest.raises(RoundOver, match="round 2"):
        await game.view(0.0)
    with pytest.raises(RoundOver, match="round 2"):
        await game.place_guess(1.0, 2.0)
    assert await game.next_round() is None
    with pytest.raises(GameError, match="not started yet"):
        await ArenaGame.invited(table.page, link, "Another")


async def test_a_seat_that_has_guessed_is_taken_again(table: SimpleNamespace) -> None:
    """By a bot that was killed after its guess: it waits for the other one, then for the end."""
    rival = Rival(table.server)
    invitation = read_invitation(await rival.sit_down(pause_s=0))
    seat = await take_seat(invitation, "Bot")
    for token in ("", seat.token):
        await rival.call("/rounds/1/guess", token, lat=1, lng=2)
    await asyncio.sleep(0.2)  # the pause, and the next round begins
    await rival.call("/rounds/2/guess", seat.token, lat=1, lng=2)
    game = await ArenaGame.seated(table.page, invitation, seat, "Bot")
    ending = asyncio.create_task(game.next_round())
    await table.page.wait_for_function("() => document.body.dataset.phase === 'locked'")
    await rival.call("/rounds/2/guess", lat=1, lng=2)
    assert await ending is None


async def test_who_is_knocked_out_looks_on(table: SimpleNamespace) -> None:
    """Of three: the two others, who guess alike, play on."""
    rival = Rival(table.server)
    link = await rival.sit_down(mode="duels_a", seats=3, health=1, pause_s=0, split="train")
    other = await take_seat(read_invitation(link), "Other")
    game = await ArenaGame.invited(table.page, link, "Bot")
    assert (await game.next_round()).number == 1
    for number in (1, 2):
        for token in ("", other.token):
            await rival.call(f"/rounds/{number}/guess", token, lat=28, lng=-50)
        if number == 1:
            await game.place_guess(-80.0, 100.0)
            ending = asyncio.create_task(game.next_round())
            await table.page.wait_for_function("() => document.body.dataset.phase === 'round'")
            await table.page.get_by_text("You look on").wait_for()
            await asyncio.sleep(1)  # the bot waits for the next round by now
            assert await table.page.locator("#guess-panel").is_hidden()
    assert await ending is None
