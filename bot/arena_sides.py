"""How a duel stands, as the arena's page shows its sides to every player."""

from __future__ import annotations

from typing import Any

from bot.tactics.duel import INDIVIDUAL, SHARED, Duel

SIDES = (
    "(s => s.hidden ? null : {mode: s.dataset.mode, sides: [...s.children].map("
    "e => ({own: e.classList.contains('own'), health: +e.dataset.health, "
    "multiplier: +e.dataset.multiplier}))})(document.querySelector('#sides'))"
)
"""JavaScript: what `server/web/src/sides.ts` publishes."""

RULES = {"duels_a": SHARED, "duels_b": INDIVIDUAL}


def read_duel(shown: Any, round_: int) -> Duel | None:  # noqa: ANN401  a page's word
    """The duel before `round_`; None where no health is played for. Of rivals, the strongest."""
    rules = RULES.get(shown["mode"]) if shown else None
    own = next((side for side in shown["sides"] if side["own"]), None) if rules else None
    if rules is None or own is None:
        return None
    rival = max((s for s in shown["sides"] if not s["own"]), key=lambda s: s["health"])
    return Duel(
        rules,
        round_,
        own["health"],
        rival["health"],
        own["multiplier"],
        rival["multiplier"],
    )
