"""The rules of a stand-in's match, and the book of what players did wrong in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from geopy.distance import great_circle

DRILLS = (
    "modal",
    "deaf",  # the buttons of the home page are there before it listens to them
    "cookies",
    "advert",
    "blank",
    "coarse",
    "stale",
    "lost",
    "expanding",
    "spa",
    "late",
    "slow",
    "opponent",
    "gaps",
)
"""What can go wrong; each page knows those that can happen to it."""


@dataclass(frozen=True)
class Place:
    """A round's panorama and its truth."""

    lat: float
    lng: float
    centre: float
    """Heading of the picture's centre column."""
    picture: str


@dataclass
class StandInMatch:
    """One match; the truth is in its state from the start, as on real sites."""

    places: tuple[Place, ...]
    drills: dict[str, bool]
    token: str = "m"
    seed: int = 1
    hfov: float = 90
    time_limit: int = 0
    guesses: list[dict[str, float | int | str | None]] = field(default_factory=list)
    wrong_round: int = 0
    double: int = 0
    asked: int = 0
    """Round that the page shows, from 0."""

    @property
    def finished(self) -> bool:
        return len(self.guesses) == len(self.places)

    def advance(self) -> None:
        self.asked = min(len(self.guesses), len(self.places) - 1)

    def guess(self, number: int, lat: float | None, lng: float | None) -> bool:
        """False: refused, with a 400."""
        if number <= len(self.guesses):
            self.double += 1
            return False
        if number != len(self.guesses) + 1:
            self.wrong_round += 1
            return False
        truth = self.places[number - 1]
        far_km = None if lat is None else great_circle((lat, lng), (truth.lat, truth.lng)).km
        self.guesses.append(
            {
                "lat": lat,
                "lng": lng,
                "far_km": far_km,
                "distance": "" if far_km is None else said(far_km),
                "score": 0 if far_km is None else score(far_km),
            }
        )
        return True

    def state(self) -> dict[str, object]:
        """As geoguessr.com's v3 answers (facts B2), with the truth of every round in it."""
        return {
            "state": "finished" if self.finished else "started",
            "round": self.asked + 1,
            "roundCount": len(self.places),
            "timeLimit": self.time_limit,
            "rounds": [
                {
                    "lat": place.lat,
                    "lng": place.lng,
                    "panoId": "4341",
                    "heading": (37 * number) % 360,
                    "centre": place.centre,
                    "picture": place.picture,
                }
                for number, place in enumerate(self.places)
            ],
            "player": {
                "guesses": self.guesses,
                "totalScore": sum(int(g["score"]) for g in self.guesses),
            },
        }


def said(far_km: float) -> str:
    """As a result tells it."""
    return f"{far_km * 1000:.0f} m" if far_km < 1 else f"{far_km:,.2f} km"


def score(far_km: float) -> int:
    import math

    return round(5000 * math.exp(-10 * far_km / 14916.862))
