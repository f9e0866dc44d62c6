"""Viewers play rounds: what counts, what is answered, and what nobody hears before the reveal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.geo import haversine_km, score
from server.live.chat.game import ChatGame, ChatRules, said
from server.live.chat.room import ChatMessage
from server.live.chat.scoreboard import Scoreboard
from tests.server.live.chat.players import Clock, message, outcome


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scoreboard]:
    board = Scoreboard(f"sqlite:///{tmp_path}/chat.sqlite")
    yield board
    board.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def game_of(board: Scoreboard, clock: Clock, match: str = "m", **rules: object) -> ChatGame:
    return ChatGame(match, board, ChatRules(**rules), clock=clock)  # type: ignore[arg-type]


@pytest.fixture
def game(board: Scoreboard, clock: Clock) -> ChatGame:
    return game_of(board, clock)


def test_a_round(game: ChatGame) -> None:
    assert "Round 1" in game.round_started(1)
    for name, text in (("Ana", "!g 48, 17"), ("Bo", "!g 50 16"), ("Cy", "hello"), ("Di", "!g 0,0")):
        assert game.hear(message(name, text)) is None
    assert game.guesses == 3
    summary = game.round_over(outcome(1))
    assert (summary.match, summary.number, summary.viewers) == ("m", 1, 3)
    assert [turn.name for turn in summary.closest] == ["Ana", "Bo", "Di"]
    # One degree of longitude at 48 degrees north: 111.19 km times the cosine.
    assert summary.closest[0].distance_km == pytest.approx(74.4, abs=0.1)
    assert summary.closest[0].score == score(float(haversine_km((48, 17), (48, 16))))
    mean = sum(turn.score for turn in summary.closest) / 3
    assert summary.mean_score == pytest.approx(mean)
    assert summary.combined is not None
    assert summary.combined.distance_km < summary.closest[1].distance_km
    assert said(summary).startswith("Round 1, 3 guesses. Nearest: Ana 74 km (4,757), Bo 222 km")


def test_the_last_guess_counts_or_the_first(board: Scoreboard, clock: Clock) -> None:
    for change, nearest_km in ((True, 0.0), (False, 74.4)):
        game = game_of(board, clock, f"m{change}", change=change)
        game.round_started(1)
        game.hear(message("Ana", "!g 48, 17"))
        game.hear(message("Ana", "!g 48, 16"))
        game.guesses_closed()
        game.hear(message("Ana", "!g 0, 0"))
        game.hear(message("Bo", "!g 48, 16"))
        summary = game.round_over(outcome(1))
        assert [one.name for one in summary.closest] == ["Ana"]
        assert summary.closest[0].distance_km == pytest.approx(nearest_km, abs=0.1)


def test_nothing_counts_outside_of_a_round(game: ChatGame, clock: Clock) -> None:
    game.hear(message("Ana", "!g 48, 16"))
    assert game.round_over(outcome(1)).viewers == 0
    game.hear(message("Ana", "!g 48, 16"))
    assert game.guesses == 0
    game.round_started(2)
    assert said(game.round_over(outcome(2))).startswith("Round 2: nobody guessed.")


def test_a_round_that_is_said_again_goes_on(game: ChatGame) -> None:
    game.round_started(3)
    game.hear(message("Ana", "!g 48, 16"))
    game.round_started(3)
    assert game.guesses == 1
    assert game.round_over(outcome(3)).viewers == 1


def test_no_answer_tells_of_the_running_round(game: ChatGame, clock: Clock) -> None:
    game.round_started(1)
    game.hear(message("Ana", "!g 12.345, 67.891"))
    game.guesses_closed()
    answers = []
    for asked in ("!me", "!best", "!best all", "!map", "!g x", "!g 1, 2"):
        clock.now += 60
        answers.append(game.hear(message("Ana", asked)))
    heard = " ".join(filter(None, answers))
    assert "no rounds yet" in heard
    assert "nobody yet" in heard
    assert not [digits for digits in ("12.3", "67.8", "points", "km") if digits in heard]


def test_me_and_best(game: ChatGame, clock: Clock) -> None:
    game.round_started(1)
    game.hear(message("Ana", "!g 48, 16"))
    game.hear(message("Bo", "!g 48, 17"))
    game.round_over(outcome(1))
    clock.now += 2 * 24 * 3600
    game.round_started(2)
    game.hear(message("Bo", "!g 48, 16"))
    game.round_over(outcome(2))
    answer = game.hear(message("Bo", "!me"))
    assert answer == "@Bo today: 5,000 points in 1 round; in all: 9,757 points in 2 rounds."
    assert game.hear(message("Ana", "!best")) == "Best of the day: 1. Bo 5,000"
    assert game.hear(message("Bo", "!best all")) == "Best of all time: 1. Bo 9,757, 2. Ana 5,000"


def test_malformed_guesses_are_answered_once_in_a_while(game: ChatGame, clock: Clock) -> None:
    game.round_started(1)
    answers = [game.hear(message(f"V{n}", "!g Paris")) for n in range(50)]
    assert [answer is not None for answer in answers].count(True) == 1
    assert answers[0] == "@V0 Guess with !g LAT, LNG, as in: !g 48.21, 16.37"
    clock.now += 31
    assert game.hear(message("V0", "!g Paris"))


def test_a_viewer_who_floods_is_not_heard(game: ChatGame, clock: Clock) -> None:
    game.round_started(1)
    for lng in range(100):
        game.hear(message("Ana", f"!g 48, {lng}"))
    game.hear(message("Bo", "!g 48, 16"))
    summary = game.round_over(outcome(1))
    assert {one.name: one.guess.lng for one in summary.closest} == {"Bo": 16, "Ana": 4}
    clock.now += 11
    game.round_started(2)
    game.hear(message("Ana", "!g 48, 16"))
    assert game.guesses == 1


def test_a_crowd_is_bounded(board: Scoreboard, clock: Clock) -> None:
    game = game_of(board, clock, max_viewers=100, overall_pace=(10_000, 1.0))
    game.round_started(1)
    for n in range(1000):
        game.hear(message(f"V{n}", "!g 48, 16"))
    assert game.guesses == 100
    game.hear(message("V5", "!g 0, 0"))  # who is in may still change
    assert game.round_over(outcome(1)).viewers == 100


def test_all_together_are_paced(board: Scoreboard, clock: Clock) -> None:
    game = game_of(board, clock, overall_pace=(30, 1.0))
    game.round_started(1)
    for n in range(100):
        game.hear(message(f"V{n}", "!g 48, 16"))
    assert game.guesses == 30


def test_the_host_bans(board: Scoreboard, clock: Clock) -> None:
    game = game_of(board, clock)
    game.round_started(1)
    game.hear(message("Troll", "!g 48, 16"))
    game.hear(message("Ana", "!g 48, 17"))
    assert game.hear(message("Ana", "!ban troll")) is None  # she is no host
    assert game.guesses == 2
    assert game.hear(message("Boss", "!ban @troll", host=True)) == "troll plays no more."
    assert game.hear(message("Troll", "!g 48, 16")) is None
    assert [one.name for one in game.round_over(outcome(1)).closest] == ["Ana"]
    # And after a restart, under another name.
    again = game_of(board, clock, "m2")
    again.round_started(1)
    again.hear(message("TROLL", "!g 48, 16"))
    assert again.guesses == 0
    assert again.hear(message("Boss", "!unban Troll", host=True)) == "Troll may play again."
    again.hear(message("Troll", "!g 48, 16"))
    assert again.guesses == 1
    assert again.hear(message("Boss", "!ban noone", host=True)) == "Nobody here is called noone."


def test_all_of_a_name_are_banned(game: ChatGame) -> None:
    game.round_started(1)
    game.hear(ChatMessage("t:1", "Борис", "!g 48, 16"))
    game.round_over(outcome(1))
    game.round_started(2)  # one is on the scoreboard, the others are new
    for viewer, name in (("t:2", "БОрис"), ("t:3", "борис"), ("t:4", "Max")):
        game.hear(ChatMessage(viewer, name, "!g 48, 16"))
    answer = game.hear(message("Boss", "!ban Борис", host=True))
    assert answer == "3 viewers called Борис play no more."
    assert game.guesses == 1
    game.hear(ChatMessage("t:1", "Борис", "!g 48, 16"))
    assert game.guesses == 1
    answer = game.hear(message("Boss", "!unban Борис", host=True))
    assert answer == "3 viewers called Борис may play again."


def test_the_map_is_told_where_there_is_one(board: Scoreboard, clock: Clock) -> None:
    game = game_of(board, clock, map_url="http://x/map")
    assert game.hear(message("Ana", "!map")) == "Guess on a map: http://x/map"
    assert game.hear(message("Bo", "!map")) is None  # just told
