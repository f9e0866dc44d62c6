"""How long to look in a round."""

from __future__ import annotations

RESERVE_S = 5.0
"""Of a round's clock, kept for placing the guess."""


def thinking_s(left_s: float | None) -> float | None:
    """How long to look and locate, of `left_s` until the clock ends the round; None: any time.

    To be asked again as the clock goes: an opponent who locks in shortens it.
    """
    return None if left_s is None else max(left_s - RESERVE_S, left_s / 2)
