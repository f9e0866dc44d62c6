"""What all seeds and rows share: panoramas, their views, geocells and targets. Torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.ablation.cuts import VIEWS, Cuts, disturbed_cuts, plain_cuts
from models.ablation.plan import Plan
from models.captions import Facts
from models.evaluation.asked import points_of
from models.geo import haversine_km
from models.geocells import Geocells
from models.geography.survey import survey
from models.heads import Targets, targets_of
from models.losses import haversine_smoothed_targets
from models.pretrain import known_facts
from models.train import make_cells
from models.training.views import Pictures
from models.world.pack import Pack, PackError, Panorama

KINDS: tuple[Literal["semantic", "rectangular"], ...] = ("semantic", "rectangular")
"""Of geocells."""

ASKED = ("test", "holdout")
"""Splits that are measured on, as far as the pack has them."""


@dataclass(frozen=True)
class Ground:
    """A pack, seen by a plan. What is costly is made when it is first asked for."""

    pack: Pack
    plan: Plan

    def __post_init__(self) -> None:
        for split in ("train", "validation"):
            if not self.pack.split(split):
                raise PackError(f"{self.pack.name}: expected panoramas of split {split}, got none")
        if not self.asked:
            raise PackError(f"{self.pack.name}: expected panoramas of a split of {ASKED}, got none")

    @property
    def asked(self) -> tuple[str, ...]:
        """Those of `ASKED` that the pack has."""
        return tuple(split for split in ASKED if self.pack.split(split))

    @cached_property
    def training(self) -> tuple[Panorama, ...]:
        """What is learned from."""
        return self.pack.split("train")[: self.plan.training]

    @cached_property
    def panoramas(self) -> tuple[Panorama, ...]:
        """Those to learn from, to choose on and to be asked for, one split after the other."""
        others = ("validation", *self.asked)
        return (*self.training, *(p for split in others for p in self.pack.split(split)))

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """`(n, 2)` of all panoramas."""
        return points_of(self.panoramas)

    def rows(self, split: str) -> NDArray[np.int64]:
        """Of a split's panoramas among all."""
        return np.flatnonzero([panorama.split == split for panorama in self.panoramas])

    @cached_property
    def size_px(self) -> int:
        """Side of a view."""
        return int((self.plan.preset.model or {})["vision_cfg"]["image_size"])

    @cached_property
    def views(self) -> Pictures:
        """Undisturbed views `(n, 4, size_px, size_px, 3)` of all panoramas."""
        return plain_cuts(self.pack, self.panoramas, self.size_px)

    @cached_property
    def cuts(self) -> Cuts:
        """Disturbed views of the training panoramas."""
        recipe = replace(self.plan.preset.pretraining.recipe, views=VIEWS)
        return disturbed_cuts(self.pack, self.training, recipe, self.size_px, self.plan.copies)

    @cached_property
    def geocells(self) -> Mapping[str, Geocells]:
        """Of both kinds, for the training panoramas."""
        known, preset = points_of(self.training), self.plan.preset
        return {kind: make_cells(known, replace(preset, cells=kind)) for kind in KINDS}

    @cached_property
    def facts(self) -> list[Facts]:
        """What captions say of training panoramas."""
        return known_facts(self.training)

    @cached_property
    def targets(self) -> Targets:
        """Of the auxiliary heads, for training panoramas."""
        dates = [panorama.date for panorama in self.training]
        return targets_of(survey(points_of(self.training)), dates)

    def labels(self, cells: str, *, smoothing: bool) -> Tensor:
        """Target probabilities `(n, c)` of the training panoramas' geocells.

        Without smoothing, of the geocell that holds the panorama alone.
        """
        geocells, known = self.geocells[cells], points_of(self.training)
        if not smoothing:
            held = torch.from_numpy(geocells.locate(known))
            return functional.one_hot(held, len(geocells)).float()
        away_km = torch.from_numpy(haversine_km(known[:, None], geocells.centroids[None]))
        return haversine_smoothed_targets(away_km, self.plan.preset.pigeon.smoothing_km).float()

    @cached_property
    def key(self) -> str:
        """What decides all results but the seed, in short: plan, pack and panoramas.

        `about` tells of a rendered pack which world its pictures are of.
        """
        asked = repr((self.plan, self.pack.name, self.pack.about, self.panoramas))
        return sha256(asked.encode()).hexdigest()[:16]
