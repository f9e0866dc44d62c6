"""How long to look in a duel: every view while there is time, none that comes too late."""

from __future__ import annotations

RESERVE_S = 5.0
"""Of a round's clock, kept for placing the guess."""

LOCKED_S = 15.0
"""What the first guess of a duel leaves to the other seat, by the published rules."""


def thinking_s(left_s: float | None, opponent_locked: bool = False) -> float | None:
    """How long to look and locate, of `left_s` until the clock ends the round; None: any time.

    A site that shows no clock still starts one when the opponent locks in.
    """
    if left_s is None:
        left_s = LOCKED_S if opponent_locked else None
    return None if left_s is None else max(left_s - RESERVE_S, left_s / 2)


def views_in_time(
    left_s: float | None, opponent_locked: bool, taken: int, of: int, view_ms: float
) -> int:
    """How many views, at least one and at most `of`, to answer from; `taken` are in hand.

    `view_ms` is what one more costs, as those before did. Nothing is waited for beyond them:
    an early answer shortens the opponent's time, a late one nothing.
    """
    limit_s = thinking_s(left_s, opponent_locked)
    if limit_s is None or view_ms <= 0:
        return of
    return max(1, min(of, taken + int(limit_s * 1000 // view_ms)))
