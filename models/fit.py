"""Training of a trainee on batches: the loss, the loop and where both are, put together."""

from __future__ import annotations

from collections.abc import Callable

from models.training.feeds import Feed
from models.training.loop import Loop, Run
from models.training.recipe import Recipe
from models.training.trainee import Material, PlacingLoss, Trainee

Validate = Callable[[Trainee], dict[str, float]]


def fit(
    trainee: Trainee,
    material: Material,
    feed: Feed,
    recipe: Recipe,
    run: Run,
    validate: Validate,
) -> Trainee:
    """Train in place and return it.

    A call with the same arguments goes on at the checkpoint that the run's folder holds.

    Raises:
        CheckpointError: that checkpoint is of another recipe or material.
        TrainingError: a loss is no number.
    """
    learner = PlacingLoss(trainee, material, recipe)
    asked = material.digest(recipe)
    Loop(learner, feed, recipe, run, asked, lambda: validate(trainee)).train()
    return trainee
