"""A training of coloured pictures that takes a second; also a program, to be killed.

python -m ... FOLDER SECONDS_A_STEP
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.training.sources import dealt
from models.world.pack import Panorama

TINY = {
    "embed_dim": 12,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 16, "head_width": 8, "patch_size": 8},
    "text_cfg": {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1},
}

POINTS = np.array([(0.0, 0.0), (50.0, 100.0), (-30.0, -60.0)])


class Colours:
    """A source: red, green and blue panoramas in three places."""

    def __init__(self, count: int = 24, wait_s: float = 0.0) -> None:
        self.panoramas = [
            Panorama(str(n), *POINTS[n % 3], 90.0, "", "train", "", "", "") for n in range(count)
        ]
        self._wait_s = wait_s

    def picture(self, row: int) -> np.ndarray:
        time.sleep(self._wait_s)
        return np.tile((np.eye(3, dtype=np.uint8) * 200)[row % 3], (32, 64, 1))

    def order(self, rng: np.random.Generator, ranks: int) -> list[np.ndarray]:
        return dealt(rng.permutation(len(self.panoramas)), ranks)


def recipe(**changes):
    from models.training.recipe import Recipe
    from models.training.views import Augmentation

    plain = Recipe(
        epochs=2,
        batch=4,
        views=2,
        learning_rate=3e-3,
        weight_decay=0.05,
        dropout=0.0,
        seed=1,
        augmentation=Augmentation(),
        precision="float32",  # so that parts of a batch add up to it
    )
    return replace(plain, **changes)


def trainee(seed: int = 1, dropout: float = 0.0):
    import torch

    from models.encoder import new_model
    from models.training.trainee import Trainee

    torch.manual_seed(seed)
    return Trainee(new_model(TINY), 3, TINY["embed_dim"], dropout)


def material(count: int = 24):
    from models.training.trainee import Material

    return Material(POINTS[np.arange(count) % 3], POINTS, smoothing_km=75)


def run_in(folder: Path, team=None, **options):
    import torch

    from models.training.distributed import Team
    from models.training.loop import Run

    return Run(folder, team or Team(0, 1, torch.device("cpu")), **options)


def train(folder: Path, learner=None, wait_s: float = 0.0, team=None, save_every_s=300, **changes):
    from models.fit import fit
    from models.training.feeds import Views

    how = recipe(**changes)
    feed = Views(Colours(wait_s=wait_s), how, 32)
    run = run_in(folder, team, save_every_s=save_every_s)
    return fit(learner or trainee(dropout=how.dropout), material(), feed, how, run, lambda _: {})


def main() -> None:
    folder, wait_s = sys.argv[1:]
    train(Path(folder), wait_s=float(wait_s), save_every_s=0, dropout=0.5)


if __name__ == "__main__":
    main()
