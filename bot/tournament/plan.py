"""What a tournament is: the seeded matches that every player plays, and how they are paired."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.tournament.duel import Rules


class Form(StrEnum):
    """Who meets whom."""

    ROUND_ROBIN = "round-robin"
    """Everyone meets everyone, in each match."""
    SWISS = "swiss"
    """In each match everyone meets one player of about as many points."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One tournament. Match `k` is played on the panoramas of seed `seed + k`, by everyone."""

    pack: str
    split: str | None
    """Of the pack; None: all."""
    rounds: int
    """Of a match."""
    matches: int
    seed: int
    rules: Rules = Rules.DUELS_A
    form: Form = Form.ROUND_ROBIN

    def __post_init__(self) -> None:
        for name in ("rounds", "matches"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected 1 or more, got: {getattr(self, name)}")
        if self.seed < 0:
            raise ValueError(f"seed: expected 0 or more, got: {self.seed}")

    @property
    def seeds(self) -> range:
        """One of each match."""
        return range(self.seed, self.seed + self.matches)
