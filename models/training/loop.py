"""The training loop: any learner on any feed, resumed where it was killed.

What a step does depends on recipe, seed, epoch and step alone, never on how it was reached.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.training.checkpoint import Place, resume, save_checkpoint
from models.training.distributed import Team
from models.training.feeds import Batch, Feed
from models.training.journal import Journal, Progress
from models.training.recipe import Recipe, schedule
from models.training.sources import Rows

SAVE_EVERY_S = 300
"""So much work is lost at most."""


class TrainingError(ValueError):
    """A training cannot go on."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a training is run, which does not change what comes out."""

    folder: Path
    team: Team
    tensorboard: bool = False
    save_every_s: float = SAVE_EVERY_S


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A training under way."""

    learner: nn.Module
    """From a `Batch` to losses by name, of which `loss` is minimised."""
    feed: Feed
    recipe: Recipe
    run: Run
    asked: str
    """What is trained on what, in short: a checkpoint of something else is refused."""
    validate: Callable[[], dict[str, float]]
    """After each epoch, in the leading process alone."""

    def train(self) -> None:
        """Train in place, from the folder's checkpoint on.

        Raises:
            CheckpointError: the folder's checkpoint is of another training.
            TrainingError: a loss is no number, or there is not a batch for each process.
            ValueError: the batch cannot be shared among the processes.
        """
        self.recipe.part_of_rank(self.run.team.ranks)
        self.learner.to(self.run.team.device)
        optimiser = optimiser_of(self.learner, self.recipe)
        place = resume(self.run.folder, self.learner, optimiser, self.asked)
        self.run.team.wait()  # all have read the checkpoint before it is written anew
        model = self.run.team.wrap(self.learner)
        journal = Journal(self.run.folder, place, self.run.tensorboard) if self._leads else None
        for epoch in range(place.epoch, self.recipe.epochs):
            Epoch(self, optimiser, model, journal, epoch).train(place)
            place = Place(epoch + 1)
        if journal:
            journal.close()

    @property
    def _leads(self) -> bool:
        return self.run.team.leads


class Epoch:
    """One pass over the panoramas."""

    def __init__(
        self,
        loop: Loop,
        optimiser: torch.optim.Optimizer,
        model: nn.Module,
        journal: Journal | None,
        number: int,
    ) -> None:
        self._loop, self._optimiser, self._model = loop, optimiser, model
        self._recipe, self._team, self._journal = loop.recipe, loop.run.team, journal
        self._number = number
        key = (loop.recipe.seed, number)
        self._parts = self._drawn(np.random.default_rng(key))
        self._steps = len(self._parts) // loop.recipe.accumulate
        self._saved = time.monotonic()

    def _drawn(self, rng: np.random.Generator) -> list[Rows]:
        """This process's parts of all batches; a last batch that is not full is left out."""
        orders = self._loop.feed.order(rng, self._team.ranks)
        size = self._recipe.part_of_rank(self._team.ranks)
        steps = min(len(order) for order in orders) // (size * self._recipe.accumulate)
        if not steps:
            raise TrainingError(
                f"expected {size * self._recipe.accumulate} or more panoramas for each of "
                f"{len(orders)} processes, got: {[len(order) for order in orders]}"
            )
        own = orders[self._team.rank]
        return [own[i * size : (i + 1) * size] for i in range(steps * self._recipe.accumulate)]

    def train(self, place: Place) -> None:
        """From a place in this epoch to its end."""
        self._loop.learner.train()
        started, total = time.monotonic(), place.total
        parts = self._parts[place.step * self._recipe.accumulate :]
        batches = self._loop.feed.batches(parts, (self._recipe.seed, self._number))
        progress = self._progress(place.step)
        for step in range(place.step, self._steps):
            losses = self._step(step, [next(batches) for _ in range(self._recipe.accumulate)])
            total += losses["loss"]
            self._tell(step, losses, progress)
            if step + 1 < self._steps:
                self._save(Place(self._number, step + 1, total))
        self._end(total / self._steps, time.monotonic() - started)

    def _step(self, step: int, batches: list[Batch]) -> dict[str, float]:
        """One step of the optimiser; the team's losses."""
        rate = self._recipe.learning_rate * schedule(self._part(step), self._recipe)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.zero_grad()
        torch.manual_seed(_seed(self._recipe.seed, self._number, step, self._team.rank))
        *first, last = batches
        with self._team.alone(self._model):
            parts = [self._learn(batch) for batch in first]
        parts.append(self._learn(last))
        nn.utils.clip_grad_norm_(self._loop.learner.parameters(), 1.0)
        self._optimiser.step()
        means = self._team.mean(torch.stack([torch.stack([*p.values()]) for p in parts]).mean(0))
        losses = dict(zip(parts[0], means.tolist(), strict=True))
        if not math.isfinite(losses["loss"]):
            where = f"epoch {self._number + 1}, step {step + 1}"
            raise TrainingError(f"loss: expected a number, got: {losses['loss']} ({where})")
        return losses

    def _learn(self, batch: Batch) -> dict[str, Tensor]:
        """Add a batch's gradients; its losses."""
        device = self._team.device
        mixed = self._recipe.precision == "mixed" and bfloat16_is_fast(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
            losses: dict[str, Tensor] = self._model(batch)
        (losses["loss"] / self._recipe.accumulate).backward()  # type: ignore[no-untyped-call]
        return {name: loss.detach() for name, loss in losses.items()}

    def _part(self, step: int) -> float:
        return (self._number + step / self._steps) / self._recipe.epochs

    def _progress(self, step: int) -> Progress:
        epoch = self._steps * self._recipe.batch
        return Progress(
            self._recipe.epochs * epoch, self._number * epoch + step * self._recipe.batch
        )

    def _tell(self, step: int, losses: dict[str, float], progress: Progress) -> None:
        if not self._journal:
            return
        done = self._number * self._steps + step + 1
        self._journal.step({"epoch": self._number + 1, "step": step + 1} | losses, done)
        progress.show(
            done * self._recipe.batch,
            f"epoch {self._number + 1}/{self._recipe.epochs}  step {step + 1}/{self._steps}  "
            f"loss {losses['loss']:.3f}",
        )

    def _save(self, place: Place, every_s: float | None = None) -> None:
        """Write a checkpoint, if the last one is old enough."""
        run = self._loop.run
        old = time.monotonic() - self._saved >= (run.save_every_s if every_s is None else every_s)
        if self._team.leads and old:
            save_checkpoint(
                run.folder, self._loop.learner, self._optimiser, place, self._loop.asked
            )
            self._saved = time.monotonic()

    def _end(self, loss: float, train_s: float) -> None:
        if self._journal:
            line = {"epoch": self._number + 1, "loss": loss, "train_s": train_s}
            line |= self._loop.validate()
            # A run that is killed between the two cuts the line off, and writes it again.
            self._journal.epoch(line)
            self._save(Place(self._number + 1), every_s=0)
            print("\r" + "  ".join(f"{k} {v:.4g}" for k, v in line.items()), flush=True)
        self._team.wait()


def optimiser_of(learner: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW over what learns. Matrices decay; biases, gains and position embeddings do not."""
    learning = [p for p in learner.parameters() if p.requires_grad]
    groups: list[dict[str, Any]] = [
        {"params": [p for p in learning if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        groups, lr=recipe.learning_rate, betas=recipe.betas, eps=recipe.epsilon
    )


def bfloat16_is_fast(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware; elsewhere it would be emulated."""
    return device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def _seed(*key: int) -> int:
    """Of dropout: the same in a resumed run."""
    return int(np.random.SeedSequence(key).generate_state(1)[0])
