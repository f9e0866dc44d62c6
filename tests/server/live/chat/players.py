"""Viewers, a clock and rounds for the chat's tests."""

from __future__ import annotations

from dataclasses import dataclass

from server.arena.words import Outcome
from server.live.chat.room import ChatMessage
from server.protocol import PointWord


@dataclass
class Clock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def message(name: str, text: str, *, host: bool = False) -> ChatMessage:
    return ChatMessage(f"test:{name.lower()}", name, text, host)


def outcome(number: int, lat: float = 48.0, lng: float = 16.0) -> Outcome:
    return Outcome(
        number=number,
        location=PointWord(lat=lat, lng=lng),
        guess=None,
        distance_km=None,
        score=0,
        time_s=0,
        licence="",
        attribution="",
        place="Placeton",
        turns=[],
        blows=[],
    )
