"""Wishes for a match that are refused before a server is started for them."""

from __future__ import annotations

import argparse
import tomllib
from contextlib import suppress
from pathlib import Path

MAX_ROUNDS = 50
"""As the arena's own."""


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
