"""Ratings, against Glickman's own example, and counted once each."""

from __future__ import annotations

import pytest
from glicko2.math import mu_to_rating, phi_to_rd, rating_to_mu, rd_to_phi

from server.arena import ratings
from server.arena.ratings import Strength, rating_words
from server.arena.store import Conflict, Store
from server.arena.words import DuelResult, Placed
from tests.server.arena.player import Player
from tests.server.arena.test_store import LOG


def result(*places: int) -> DuelResult:
    """Seats called A, B, ..., each its own side."""
    seats = [Placed(name=chr(65 + n), side=n, place=place) for n, place in enumerate(places)]
    return DuelResult(seats=seats)


def strength(rating: float, deviation: float) -> Strength:
    return Strength(rating_to_mu(rating), rd_to_phi(deviation))


def test_glickmans_example() -> None:
    """http://www.glicko.net/glicko/glicko2.pdf: won against the first, lost against the others."""
    before = {
        "A": strength(1500, 200),
        "B": strength(1400, 30),
        "C": strength(1550, 100),
        "D": strength(1700, 300),
    }
    after = ratings.rated(before, result(1, 2, 0, 0))["A"]
    assert mu_to_rating(after.mu) == pytest.approx(1464.06, abs=0.01)
    assert phi_to_rd(after.phi) == pytest.approx(151.52, abs=0.01)
    assert after.sigma == pytest.approx(0.05999, abs=1e-5)


def test_who_wins_rises_and_a_draw_of_equals_moves_nobody() -> None:
    best, worst = rating_words([result(1, 0)] * 3)
    assert (best.name, worst.name, best.duels) == ("B", "A", 3)
    assert best.rating - 1500 == pytest.approx(1500 - worst.rating)
    assert best.deviation < 350
    assert [word.rating for word in rating_words([result(0, 0)])] == [1500, 1500]


def test_partners_do_not_play_each_other() -> None:
    seats = [
        Placed(name=name, side=side, place=side)
        for name, side in zip("ABC", (0, 0, 1), strict=True)
    ]
    a, b, c = rating_words([DuelResult(seats=seats)])
    assert (a.rating, b.name) == (b.rating, "B")
    assert c.rating < 1500 < a.rating


def test_a_result_is_written_with_its_events_or_not_at_all(store: Store) -> None:
    store.append("m", 0, LOG[:2])
    with pytest.raises(Conflict):
        store.append("m", 1, LOG[2:], result(0, 1))
    assert store.result_count() == 0
    store.append("m", 2, LOG[2:], result(0, 1))
    assert store.results() == [result(0, 1)]


async def test_over_the_wire(player: Player) -> None:
    host = Player(player.client)
    assert (await host.call("GET", "/ratings")).json() == []
    for mode, rated in (("duels_b", True), ("classic", True), ("duels_b", False)):
        await play_one(player, "AB", keep="AB", mode=mode, rated=rated)
    words = (await host.call("GET", "/ratings")).json()
    assert [(word["name"], word["duels"]) for word in words] == [("A", 1), ("B", 1)]


async def test_who_keeps_no_name_is_not_rated(player: Player, store: Store) -> None:
    """Anybody may be called so. Who met nobody else is not rated either."""
    await play_one(player, "AB", keep="A")
    assert store.result_count() == 0
    await play_one(player, "ABC", keep="AC")
    (duel,) = store.results()
    assert [(seat.name, seat.side, seat.place) for seat in duel.seats] == [("A", 0, 0), ("C", 2, 0)]


async def test_the_name_of_those_who_chose_none_is_not_rated(player: Player, store: Store) -> None:
    """Whoever sends a token with it."""
    body = {"pack": "tiny", "rules": {"rounds": 1}, "shared": {"mode": "duels_b", "pause_s": 0}}
    player.opened = (await player.call("POST", "/shared-matches", **body)).json()
    player.match = player.opened["match"]
    names = ("Ada", "Player")
    for seat in [await player.invited(name, player_token=f"the-token-of-{name}") for name in names]:
        assert (await seat.see())["phase"] == "round"
        await seat.guess(1)
    assert store.result_count() == 0


async def play_one(
    player: Player, names: str, keep: str, mode: str = "duels_b", *, rated: bool = True
) -> None:
    """A match of one round in which all guess the same."""
    one = Player(player.client)
    shared = {"mode": mode, "pause_s": 0, "rated": rated}
    seats = await one.open_shared(names, {"rounds": 1}, keep, **shared)
    for seat in seats:
        await seat.see()
        await seat.guess(1)


async def test_a_name_is_kept_by_its_token(player: Player) -> None:
    await player.open_shared("C", {"rounds": 1})
    one, other = "a-token-of-my-own", "and-another-token"
    for wish, status in (
        ({"name": "Ada", "player_token": one}, 201),
        ({"name": "Ada"}, 409),
        ({"name": "Ada", "player_token": other}, 409),
        ({"name": "Ada", "player_token": one}, 201),
        ({"name": "Bob"}, 201),
        ({"name": "Bob", "player_token": "short"}, 422),
        ({"name": "player", "player_token": one}, 201),
        ({"name": "Player", "player_token": other}, 201),
    ):
        fresh = Player(player.client)
        body = {"pack": "tiny", "rules": {"rounds": 1}}
        opened = (await fresh.call("POST", "/shared-matches", **body)).json()
        guest = Player(player.client, opened["match"], opened["invite"])
        assert (await guest.call("POST", "/seats", **wish)).status_code == status, wish
