"""What has been played, on disk: one line for each match that a player has finished.

    {"format": 1, "pack": ..., "table": ..., "split": ..., ...}               the first line
    {"player": ..., "spec": ..., "seed": ..., "turns": [...]}                 a sitting

A line is written at once and reaches the disk before the next match begins. What a killed run
left of a line is cut off when the file is opened again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.game import Guess

FORMAT = 1
FILE = "sittings.jsonl"


def digest(file: Path) -> str:
    """Of what stands behind a name, which may be something else tomorrow.

    Raises:
        OSError: there is no such file.
    """
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]


class LogError(ValueError):
    """What is on disk is of another tournament, or in use."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One round of a sitting."""

    location: Guess
    """The truth."""
    guess: Guess | None
    """None: the round is lost."""
    distance_km: float | None
    """Between the two."""
    score: int
    """0 without a guess."""
    answer_ms: float
    """From the views to the guess; of players that work in batches, the batch's share."""
    failure: str = ""
    """Why there is no guess."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """All rounds of one match, played by one player."""

    player: str
    spec: str
    """What the player was made from: a name alone may mean another one tomorrow."""
    seed: int
    turns: tuple[Turn, ...]

    @property
    def scores(self) -> list[int]:
        """Round by round."""
        return [turn.score for turn in self.turns]


class SittingLog:
    """The sittings of a tournament; a context manager, which nobody else may enter meanwhile."""

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        """`header`: what all sittings have in common.

        Raises:
            LogError: the file is another tournament's, or somebody is writing it.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            first, *lines = _whole_lines(self._file) or [{}]
            if not first:
                self._write({"format": FORMAT, **header})
            elif first != {"format": FORMAT, **header}:
                raise LogError(_another(path, first, {"format": FORMAT, **header}))
        except BlockingIOError as error:
            os.close(self._file)
            raise LogError(f"{path}: expected to write it alone, got: in use") from error
        except BaseException:
            os.close(self._file)
            raise
        self.sittings = [_sitting(line) for line in lines]
        """All that are finished."""

    def __call__(self, sitting: Sitting) -> None:
        """Add a finished one; it is on disk when this returns."""
        self._write(asdict(sitting))
        self.sittings.append(sitting)

    def check_players(self, specs: Mapping[str, str]) -> None:
        """Those who have played must be those who play on.

        Raises:
            LogError: a name stands for another player now.
        """
        for sitting in self.sittings:
            spec = specs.get(sitting.player, sitting.spec)
            if spec != sitting.spec:
                raise LogError(
                    f"player {sitting.player}: expected {sitting.spec}, which has played before, "
                    f"got: {spec}; another player needs another name (NAME=SPEC)"
                )

    def _write(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line, allow_nan=False).encode() + b"\n"
        assert os.write(self._file, data) == len(data), "a line is written whole"
        os.fsync(self._file)

    def __enter__(self) -> Self:
        """It is open already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let others write."""
        os.close(self._file)


def _whole_lines(file: int) -> list[dict[str, Any]]:
    """Its lines; a broken one at the end is cut off."""
    data = os.pread(file, os.fstat(file).st_size, 0)
    whole = data[: data.rfind(b"\n") + 1]
    os.ftruncate(file, len(whole))
    return [json.loads(line) for line in whole.splitlines()]


def _another(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    name = next(n for n in (*expected, *found) if found.get(n) != expected.get(n))
    return (
        f"{path}: expected {name} {expected.get(name)}, got: {found.get(name)}; "
        "another tournament needs another folder"
    )


def _sitting(line: Mapping[str, Any]) -> Sitting:
    turns = tuple(Turn(**_points(turn)) for turn in line["turns"])
    return Sitting(line["player"], line["spec"], line["seed"], turns)


def _points(turn: Mapping[str, Any]) -> dict[str, Any]:
    guess = turn["guess"]
    return {
        **turn,
        "location": Guess(**turn["location"]),
        "guess": None if guess is None else Guess(**guess),
    }
