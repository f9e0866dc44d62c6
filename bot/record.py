"""A match on disk: `events.jsonl`, one event a line as it happens, and the views as JPEG files."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.events import (
    Event,
    MatchEnded,
    MatchStarted,
    PlaceLocated,
    RoundFailed,
    RoundPlayed,
    RoundStarted,
    ViewCaptured,
)
from bot.game import Match

EVENTS_FILE = "events.jsonl"


class Record:
    """Hears a match and writes it down in `runs / <match>`; each event is on disk when it returns.

    Each seat at a table of several has a folder of its own, `<match>-seat<number>`: two bots of one
    match may write into the same `runs`. A match that is joined again goes on in the same file.
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        """Of the match that was heard last."""
        assert self._folder is not None, "a match is recorded from its start"
        return self._folder

    def __call__(self, event: Event) -> None:
        """Write one event down."""
        if isinstance(event, MatchStarted):
            self._folder = self._runs / _folder_name(event.match)
            self._folder.mkdir(parents=True, exist_ok=True)
        if isinstance(event, ViewCaptured):
            write_whole(self.folder / _view_file(event), event.view.jpeg)
        line = {"event": _NAMES[type(event)], "at": datetime.now(UTC).isoformat(), **_fields(event)}
        with (self.folder / EVENTS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


_NAMES: dict[type, str] = {
    MatchStarted: "match_started",
    RoundStarted: "round_started",
    ViewCaptured: "view_captured",
    PlaceLocated: "located",
    RoundPlayed: "round_played",
    RoundFailed: "round_failed",
    MatchEnded: "match_ended",
}


def _folder_name(match: Match) -> str:
    return match.id if match.seat is None else f"{match.id}-seat{match.seat}"


def _fields(event: Event) -> dict[str, Any]:
    if isinstance(event, PlaceLocated):
        located = event.located.model_dump(mode="json")
        return {"round": event.round, "at_ms": event.at_ms, "located": located}
    if isinstance(event, ViewCaptured):
        return {
            "round": event.round,
            "number": event.number,
            "heading": event.view.heading,
            "pitch": event.view.pitch,
            "file": _view_file(event),
            "at_ms": event.at_ms,
        }
    return asdict(event)


def _view_file(event: ViewCaptured) -> str:
    return f"views/{event.round:02}-{event.number}.jpg"
