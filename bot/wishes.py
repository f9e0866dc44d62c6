"""Wishes for a match in the arena; what cannot be is refused before a server is started for it."""

from __future__ import annotations

import argparse
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

MAX_ROUNDS = 50
"""As the arena's own."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The match to be opened."""

    pack: str
    rounds: int = 5
    split: str | None = None
    seed: int | None = None
    time_s: int | None = None
    pan: bool = True
    zoom: bool = True
    name: str = "Homing"

    def fragment(self, token: str) -> str:
        """For the home page's address: the server's token, and the form filled in."""
        fields = {
            "token": token,
            "pack": self.pack,
            "rounds": self.rounds,
            "split": self.split,
            "seed": self.seed,
            "time": self.time_s or 0,  # else the page would take the last match's
            "pan": int(self.pan),
            "zoom": int(self.zoom),
            "name": self.name,
        }
        return urlencode({name: value for name, value in fields.items() if value is not None})


def rounds(text: str) -> int:
    """Of a match, for `argparse`.

    Raises:
        ArgumentTypeError: the arena plays no such number.
    """
    if not text.isdecimal() or not 1 <= int(text) <= MAX_ROUNDS:
        raise argparse.ArgumentTypeError(f"expected 1 to {MAX_ROUNDS}, got: {text}")
    return int(text)


def require_pack(home: Path, name: str) -> None:
    """Whether a server of our own in `home` will find the pack.

    Raises:
        ValueError: it will not; with the names that there are.
    """
    names = []
    for path in sorted((home / "packs").glob("*/pack.toml")):
        with suppress(OSError, ValueError, KeyError):  # a broken one is the server's to tell
            names.append(tomllib.loads(path.read_text(encoding="utf-8"))["name"])
    if name not in names:
        raise ValueError(f"pack: expected one of {names}, got: {name!r}")
