"""What an oracle knows: the cues themselves, read from the scene instead of seen in its picture."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterator, Sequence
from datetime import date

from models.geography.languages import languages_at
from models.hardness.traits import Traits, traits_of
from models.world.pack import Pack, PackError, Panorama
from models.world.scene import CUES, WORLD_VERSION, scene_at
from models.world.style import hashed

CLIMATE = ("sky", "season", "soil", "vegetation")
CONVENTIONS = (
    *("side", "paint", "surface", "bollards", "poles", "kerbs", "plates", "signs"),
    "architecture",
)
WRITING = ("writing",)

ORACLES: dict[str, tuple[str, ...]] = {
    "climate": CLIMATE,
    "conventions": CONVENTIONS,
    "climate + conventions": CLIMATE + CONVENTIONS,
    "climate + conventions + writing": CLIMATE + CONVENTIONS + WRITING,
    "all cues": tuple(CUES),
}
"""The cues of each oracle. Only the last knows the style that drifts over the Earth."""

SKYLINE = 12
"""Directions in which an oracle is told how high the horizon stands."""

HIDDEN = frozenset(
    {"lat", "lng"}  # of the style's fields
    | {"hour"}  # seen only through the sun
    | {"text", "distance", "shop"}  # what is written
    | {"angle_deg", "ridge_m"}  # thousands of numbers: told as a skyline instead
)
"""Fields that name the place itself, or that no picture shows."""


def traits_of_cues(lat: float, lng: float, seed: int, day: date, *, style: bool) -> Traits:
    """What all cues of a scene say; without `style` the drifting looks are a stranger's.

    Of what is written, that is the script and the country's language, and no word.
    """
    scene = scene_at(lat, lng, seed, day, without=() if style else ("style",))
    where = scene.setting
    told: Traits = {"writing.language": (*languages_at(where.country, where.admin1), "")[0]}
    skyline = scene.terrain.angle_deg.max(axis=0)
    told |= traits_of(skyline.reshape(SKYLINE, -1).max(axis=1), "terrain.skyline")
    for cue in CUES:
        told |= traits_of(getattr(scene, cue), cue, HIDDEN)
    return told


def traits_known(traits: Traits, cues: Sequence[str]) -> Traits:
    """Only those of some cues."""
    return {name: trait for name, trait in traits.items() if name.split(".")[0] in cues}


def traits_of_panoramas(
    pack: Pack, panoramas: Sequence[Panorama], processes: int
) -> Iterator[tuple[Traits, Traits]]:
    """The traits of panoramas of the rendered world, in order: without style, and with it.

    A pack does not tell the seeds of its scenes, so others are drawn here. They change what is
    left to chance (the hour, clouds, a road's bend) and nothing that depends on the place: chance
    of the same kind, so the same oracle.

    Raises:
        PackError: the pack is not of the rendered world, or not of this version with all cues.
    """
    if not re.fullmatch(rf"Rendered by Homing, world {WORLD_VERSION}, \d+ px wide", pack.about):
        raise PackError(
            f"{pack.name}: expected a pack of the rendered world {WORLD_VERSION} with all cues, "
            f"got: {pack.about!r}"
        )
    if processes <= 1:
        yield from map(_both, panoramas)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_both, panoramas, chunksize=32)


def _both(panorama: Panorama) -> tuple[Traits, Traits]:
    seed, day = hashed("oracle", panorama.id), date.fromisoformat(panorama.date)
    plain, styled = (
        traits_of_cues(panorama.lat, panorama.lng, seed, day, style=style)
        for style in (False, True)
    )
    return plain, styled
