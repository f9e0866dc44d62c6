"""Plays a match to its end, whatever befalls a round of it."""

from __future__ import annotations

from dataclasses import replace

from bot.agent import Agent
from bot.conversation import ClientError, Mismatch
from bot.events import Hear, MatchEnded, MatchStarted, RoundFailed, RoundStarted
from bot.game import Game, GameError, Round, RoundOver
from bot.timing import Stopwatch

TRIES = 2
"""At each round: a hiccup of the site or the server costs time, not the round."""

MAX_FAILURES = 3
"""In a row; then the match is given up."""


async def play_match(game: Game, agent: Agent, hear: Hear) -> MatchEnded:
    """Play every round; one that fails is told and passed over, where the site allows.

    Raises:
        Mismatch: bot and server do not fit together.
    """
    hear(MatchStarted(game.match))
    played = failed = in_a_row = total_score = 0
    while in_a_row < MAX_FAILURES:
        try:
            round_ = await game.next_round()
        except GameError as error:
            hear(RoundFailed(played + failed + 1, str(error)))
            failed += 1
            break
        if round_ is None:
            break
        hear(RoundStarted(round_))
        score = await _score(game, round_, agent, hear)
        in_a_row = in_a_row + 1 if score is None else 0
        played, failed = played + (score is not None), failed + (score is None)
        total_score += score or 0
    ended = MatchEnded(played, failed, total_score)
    hear(ended)
    return ended


async def _score(game: Game, round_: Round, agent: Agent, hear: Hear) -> int | None:
    """Points of the round; None: it failed."""
    reason = ""
    watch = Stopwatch()
    for _ in range(TRIES):
        try:
            return (await agent.play_round(game, _by_now(round_, watch))).score
        except Mismatch:
            raise
        except RoundOver as error:
            reason = str(error)
            break
        except (GameError, ClientError) as error:
            reason = str(error)
    hear(RoundFailed(round_.number, reason))
    return None


def _by_now(round_: Round, watch: Stopwatch) -> Round:
    """The round with what is left of its clock: it runs on while a try fails."""
    if round_.time_left_s is None:
        return round_
    return replace(round_, time_left_s=max(0.0, round_.time_left_s - watch.total_ms / 1000))
