"""The scoreboard on both databases."""

from __future__ import annotations

from server.live.chat.scoreboard import Scoreboard, Scored, Standing


def test_it_survives_restarts(url: str) -> None:
    board = Scoreboard(url)
    ana, bo = Scored("t:1", "Ana", 4000), Scored("t:2", "Bo", 3000)
    assert board.record("m", 1, 100.0, [ana, bo])
    assert not board.record("m", 1, 100.0, [ana])  # once
    board.close()
    board = Scoreboard(url)
    assert board.record("m", 2, 200.0, [Scored("t:2", "Bo the Great", 5000)])
    assert board.record("m", 3, 300.0, [])
    assert board.best() == [Standing("Bo the Great", 8000, 2), Standing("Ana", 4000, 1)]
    assert board.best(since=150.0) == [Standing("Bo the Great", 5000, 1)]
    assert board.best(limit=1) == [Standing("Bo the Great", 8000, 2)]
    assert board.of("t:1") == Standing("Ana", 4000, 1)
    assert board.of("t:1", since=150.0) is None
    assert board.of("t:9") is None
    board.close()


def test_the_ban_list(url: str) -> None:
    board = Scoreboard(url)
    board.record("m", 1, 1.0, [Scored("t:1", "Ana", 4000), Scored("t:2", "Bo", 1)])
    assert board.ban("ANA", banned=True) == {"t:1"}
    assert board.ban("Nobody", banned=True) == set()
    board.know("t:1", "Ana the Second")  # a new name does not free her
    board.close()
    board = Scoreboard(url)
    assert board.banned() == {"t:1"}
    assert board.best() == [Standing("Bo", 1, 1)]
    assert board.ban("ana the second", banned=False) == {"t:1"}
    assert board.banned() == set()
    board.close()


def test_a_ban_is_for_all_of_that_name_in_any_alphabet(url: str) -> None:
    board = Scoreboard(url)
    names = "Иван", "ИВАН", "Ivan", "Groß", "GROSS"
    board.record("m", 1, 1.0, [Scored(f"t:{n}", name, 1) for n, name in enumerate(names)])
    assert board.ban("иван", banned=True) == {"t:0", "t:1"}
    assert board.ban("gross", banned=True) == {"t:3", "t:4"}
    assert board.ban("Иван", banned=False) == {"t:0", "t:1"}
    assert board.banned() == {"t:3", "t:4"}
    board.close()


def test_a_full_house(url: str) -> None:
    board = Scoreboard(url)
    crowd = [Scored(f"t:{n}", f"V{n}", n) for n in range(5000)]
    assert board.record("m", 1, 1.0, crowd)
    assert board.best(limit=1) == [Standing("V4999", 4999, 1)]
    board.close()
