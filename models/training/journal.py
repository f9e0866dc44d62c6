"""What a training reports: JSON lines, TensorBoard where it is asked for, a line of progress.

metrics.jsonl   a line an epoch
steps.jsonl     a line a step
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from models.artefact import written
from models.training.checkpoint import Place

METRICS = "metrics.jsonl"
STEPS = "steps.jsonl"

SHOWN_EVERY_S = 30
"""Where there is no terminal whose line could be written over."""

Line = Mapping[str, float]


class Journal:
    """Both files of a training, which goes on at `place`: what came after it is cut off."""

    def __init__(self, folder: Path, place: Place, tensorboard: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        _cut(folder / METRICS, lambda line: line["epoch"] <= place.epoch)
        _cut(folder / STEPS, lambda line: (line["epoch"], line["step"]) <= _last_step(place))
        self._board = _board(folder / "tensorboard") if tensorboard else None

    def step(self, line: Line, number: int) -> None:
        """Note a step, the training's `number`-th."""
        self._append(STEPS, line)
        self._chart("step", line, number)

    def epoch(self, line: Line) -> None:
        """Note an epoch."""
        self._append(METRICS, line)
        self._chart("epoch", line, int(line["epoch"]))

    def close(self) -> None:
        """Nothing more follows."""
        if self._board:
            self._board.close()

    def _append(self, name: str, line: Line) -> None:
        with (self._folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _chart(self, kind: str, line: Line, number: int) -> None:
        if self._board:
            for name in line.keys() - {"epoch", "step"}:
                self._board.add_scalar(f"{kind}/{name}", line[name], number)


def _last_step(place: Place) -> tuple[int, int]:
    """Epoch and step, counted from 1, of the last line that stays: of no step, those before."""
    return place.epoch + 1, place.step


def _cut(path: Path, stays: Callable[[dict[str, Any]], bool]) -> None:
    """Leave the lines that stay; a last one that was not written to its end goes."""
    if not path.is_file():
        return
    whole = [line for line in path.read_text("utf-8").splitlines(keepends=True) if line[-1] == "\n"]
    with written(path) as temporary:
        temporary.write_text("".join(line for line in whole if stays(json.loads(line))), "utf-8")


def _board(folder: Path) -> Any:  # noqa: ANN401  an optional package
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  an optional package
    except ImportError as error:
        raise ModuleNotFoundError(
            "--tensorboard: expected the package tensorboard, got none: pip install tensorboard"
        ) from error
    return SummaryWriter(str(folder))


class Progress:
    """Where the training is, how fast it goes and when it ends, on one line of stderr."""

    def __init__(self, total: int, done: int) -> None:
        """`total` panoramas in all epochs, of which `done` were before this run."""
        self._total, self._first = total, done
        self._started = time.monotonic()
        self._shown = -float(SHOWN_EVERY_S)

    def show(self, done: int, text: str) -> None:
        """Tell that `done` of the panoramas are through; `text` says where that is."""
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if not terminal and now - self._shown < SHOWN_EVERY_S:
            return
        self._shown = now
        rate = (done - self._first) / max(now - self._started, 1e-6)
        left_s = (self._total - done) / max(rate, 1e-6)
        line = f"{text}  {rate:.1f} panoramas/s  {duration(left_s)} left"
        print(
            f"\r{line}\033[K" if terminal else line, end="" if terminal else "\n", file=sys.stderr
        )


def duration(seconds: float) -> str:
    """`3 h 05 min`, `12 min` or `40 s`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
