"""All rows of one seed: encoders, their embeddings, heads. What is finished is not done again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from models.ablation.embedded import Embedded, embedded
from models.ablation.encoders import taught_by_captions, taught_by_geocells, taught_on
from models.ablation.ground import Ground
from models.ablation.plan import FULL, ROWS, System, Teaching
from models.ablation.results import Result, load_result, save_result
from models.ablation.systems import guesses, trained_head
from models.training.distributed import Team


@dataclass(frozen=True)
class Seed:
    """One seed of an ablation, whose work lies in `folder`."""

    ground: Ground
    number: int
    folder: Path
    team: Team

    def results(self) -> dict[str, Result]:
        """By the names of `ROWS`."""
        return {system.name: self._result(system) for system in ROWS}

    def _result(self, system: System) -> Result:
        file = self.folder / f"{_file_name(system.name)}.json"
        found = load_result(file)
        if found:
            return found
        print(f"seed {self.number}: {system.name}", file=sys.stderr)
        result = guesses(self.ground, system, self._embedded(system.encoder), self.number)
        save_result(result, file)
        return result

    def _embedded(self, teaching: Teaching) -> Embedded:
        file = self.folder / f"{_file_name(teaching)}.npz"
        return embedded(self.ground, lambda: self._encoder(teaching), file, self.team)

    def _encoder(self, teaching: Teaching) -> Path:
        print(f"seed {self.number}: encoder, {teaching}", file=sys.stderr)
        folder = self.folder / _file_name(teaching)
        where = self.ground, self.number, folder, self.team
        if teaching == "captions":
            return taught_by_captions(*where)
        if teaching == "geocells":
            return taught_by_geocells(*where)
        head = trained_head(self.ground, FULL, self._embedded("captions"), self.number)
        plan = self.ground.plan
        recipe = plan.geocells if teaching == "whole" else plan.last_block
        return taught_on(*where, self._encoder("captions"), head, recipe)


def _file_name(name: str) -> str:
    return name.replace(":", "").replace(" ", "-")
