"""The duel protocol's stand-in: whole-state snapshots with a version, as facts B3 have it. Pure.

Times are seconds of a clock that is passed in. A pin that is on the map when the time is up is
submitted; once one side has guessed, the other has `after_guess_s` left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from geopy.distance import great_circle

from tests.bot.standins.match import Place, said, score

PAUSE_S = 5.0
"""Between a round's end and the next; 8 in reality."""


@dataclass
class Duel:
    """One duel: the bot against an opponent who guesses at set times."""

    places: tuple[Place, ...]
    opponent_after_s: tuple[float, ...]
    round_s: float = 120.0
    after_guess_s: float = 60.0
    version: int = 0
    round: int = 1
    status: str = "Created"
    end_s: float = 0.0
    start_s: float = 0.0
    between: bool = False
    pin: tuple[float, float] | None = None
    guesses: list[dict[str, float | int | str | None]] = field(default_factory=list)
    opponent_guessed: bool = False
    double: int = 0
    wrong_round: int = 0
    auto: int = 0

    def start(self, now_s: float) -> None:
        self.status = "Ongoing"
        self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        self.start_s, self.end_s = now_s, now_s + self.round_s
        self.pin, self.opponent_guessed, self.between = None, False, False
        self.version += 1

    def put_pin(self, number: int, lat: float, lng: float) -> None:
        if number == self.round and not self.between:
            self.pin = lat, lng
            self.version += 1

    def guess(self, number: int, lat: float, lng: float, now_s: float) -> bool:
        if number <= len(self.guesses):
            self.double += 1
            return False
        if number != self.round or self.between:
            self.wrong_round += 1
            return False
        self._record((lat, lng))
        self.end_s = min(self.end_s, now_s + (1 if self.opponent_guessed else 4))
        return True

    def _record(self, at: tuple[float, float] | None) -> None:
        truth = self.places[self.round - 1]
        far_km = None if at is None else great_circle(at, (truth.lat, truth.lng)).km
        self.guesses.append(
            {
                "lat": at[0] if at else None,
                "lng": at[1] if at else None,
                "distance": "" if far_km is None else said(far_km),
                "score": 0 if far_km is None else score(far_km),
            }
        )
        self.version += 1

    def tick(self, now_s: float) -> None:
        """Let time pass."""
        if self.status != "Ongoing":
            return
        due_s = self.start_s + self.opponent_after_s[(self.round - 1) % len(self.opponent_after_s)]
        if not self.between and not self.opponent_guessed and now_s >= due_s:
            self.opponent_guessed = True
            self.end_s = min(self.end_s, now_s + self.after_guess_s)
            self.version += 1
        if now_s < self.end_s:
            return
        if not self.between:
            if len(self.guesses) < self.round:
                self.auto += self.pin is not None
                self._record(self.pin)
            self.between, self.end_s = True, now_s + PAUSE_S
            self.version += 1
        elif self.round == len(self.places):
            self.status = "Finished"
            self.version += 1
        else:
            self.round += 1
            self._begin(now_s)

    def state(self, now_s: float) -> dict[str, object]:
        """A snapshot, the truth of all rounds in it."""
        return {
            "status": self.status,
            "version": self.version,
            "currentRoundNumber": self.round,
            "between": self.between,
            "leftSeconds": max(0.0, self.end_s - now_s),
            "hasGuessed": len(self.guesses) >= self.round,
            "opponentGuessed": self.opponent_guessed,
            "guess": self.guesses[self.round - 1] if len(self.guesses) >= self.round else None,
            "teams": [{"health": 6000}, {"health": 6000}],
            "rounds": [
                {
                    "lat": p.lat,
                    "lng": p.lng,
                    "centre": p.centre,
                    "picture": p.picture,
                    "heading": 40,
                }
                for p in self.places
            ],
        }
