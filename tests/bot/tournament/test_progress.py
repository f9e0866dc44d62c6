"""How far a tournament is."""

from __future__ import annotations

from bot.game import Guess
from bot.tournament.progress import Progress
from bot.tournament.sittings import Sitting, Turn

TURN = Turn(Guess(0.0, 0.0), None, None, 0, 1.0, "late")


def test_what_was_played_before_is_no_speed() -> None:
    """Two matches of five rounds in 60 s; 66 are left, 30 s each."""
    progress = Progress(done=32, total=100)
    for seed in (1, 2):
        progress(Sitting("a", "random", seed, (TURN,) * 5))
    assert progress.text(60.0) == "played 34 of 100 matches, 10 rounds a minute, 33:00 left"
    assert progress.text(7200.0).endswith("0 rounds a minute, 66:00:00 left")
