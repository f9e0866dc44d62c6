"""A scene: everything a picture of the rendered world is drawn from.

Pure and deterministic in place, seed, day, `WORLD_VERSION`, and heading and hour where given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.world.coverage import stranger_point
from models.world.cues.architecture import Architecture, architecture_of
from models.world.cues.bollards import Bollards, bollards_of
from models.world.cues.density import Density, density_of
from models.world.cues.kerbs import Kerbs, kerbs_of
from models.world.cues.paint import Paint, paint_of
from models.world.cues.plates import Plates, plates_of
from models.world.cues.poles import Poles, poles_of
from models.world.cues.season import Season, season_of
from models.world.cues.side import Side, side_of
from models.world.cues.signs import Signs, signs_of
from models.world.cues.sky import Sky, sky_of
from models.world.cues.soil import Soil, soil_of
from models.world.cues.style import style_of
from models.world.cues.surface import Surface, surface_of
from models.world.cues.terrain import Terrain, terrain_of
from models.world.cues.vegetation import Vegetation, vegetation_of
from models.world.cues.writing import Writing, writing_of
from models.world.setting import Setting, setting_at
from models.world.style import Style, uniform

WORLD_VERSION = 3
"""Part of every scene's seed: raise it when pictures change."""

CUES: Mapping[str, Callable[[Setting], Any]] = {
    "sky": sky_of,
    "terrain": terrain_of,
    "season": season_of,
    "soil": soil_of,
    "vegetation": vegetation_of,
    "surface": surface_of,
    "paint": paint_of,
    "side": side_of,
    "bollards": bollards_of,
    "poles": poles_of,
    "kerbs": kerbs_of,
    "plates": plates_of,
    "architecture": architecture_of,
    "density": density_of,
    "signs": signs_of,
    "writing": writing_of,
    "style": style_of,
}
"""All that tells of the place, each by the name of its field in `Scene`."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to see at one place on one day."""

    setting: Setting
    """The true place, whatever cues are switched off. What is drawn comes from the cues."""
    seed: int
    heading: float
    """Of the road, and so of the picture's centre column; degrees clockwise from north."""
    sky: Sky
    terrain: Terrain
    season: Season
    soil: Soil
    vegetation: Vegetation
    surface: Surface
    paint: Paint
    side: Side
    bollards: Bollards
    poles: Poles
    kerbs: Kerbs
    plates: Plates
    architecture: Architecture
    density: Density
    signs: Signs
    writing: Writing
    style: Style

    @property
    def key(self) -> str:
        """Names this very scene; the seed of everything scattered by chance."""
        return self.setting.key


def _key(lat: float, lng: float, seed: int, day: date) -> str:
    return f"{WORLD_VERSION}/{seed}/{lat:.5f}/{lng:.5f}/{day.isoformat()}"


def scene_at(
    lat: float,
    lng: float,
    seed: int,
    day: date,
    without: Collection[str] = frozenset(),
    *,
    heading: float | None = None,
    hour: float | None = None,
) -> Scene:
    """The scene at a place; `seed` picks all that stands about by chance.

    `heading` of the road, and `hour` of local solar time, are by chance, too, where not given.
    Cues named in `without` are a stranger's: those of another place, drawn as photographed places
    are. So pictures keep their look, and only what the cue tells of the place is gone.

    Raises:
        ValueError: `without` names something that is no cue.
    """
    check_cues("without", without)
    key = _key(lat, lng, seed, day)
    here = setting_at(lat, lng, day, key, hour)
    settings = {cue: _stranger(here, cue) if cue in without else here for cue in CUES}
    if "style" in without:
        style = settings["style"].style
        settings = {cue: replace(setting, style=style) for cue, setting in settings.items()}
    return Scene(
        setting=here,
        seed=seed,
        heading=round(360 * uniform(key, "heading"), 2) % 360 if heading is None else heading,
        **{cue: cue_of(settings[cue]) for cue, cue_of in CUES.items()},
    )


def check_cues(asked_as: str, names: Collection[str]) -> None:
    """Refuse names that are none of `CUES`; `asked_as` is the argument that had them.

    Raises:
        ValueError: there is such a name.
    """
    if unknown := sorted(set(names) - set(CUES)):
        raise ValueError(f"{asked_as}: expected names out of {', '.join(CUES)}, got: {unknown}")


def _stranger(here: Setting, cue: str) -> Setting:
    """Another place on the same day, at any hour; the chance stays the scene's own."""
    return setting_at(*stranger_point(here.key, cue), here.day, here.key)
