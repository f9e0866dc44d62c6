"""How crops look through the year."""

from __future__ import annotations

from dataclasses import dataclass

from models.world.style import Rgb

_STUBBLE, _PLOUGHED = "stubble", "ploughed"

# From which phase of the season (0: height of the year) a field is in which state.
_GRAIN = (
    (-0.5, "sprouting"),
    (-0.33, "green"),
    (-0.06, "ripe"),
    (0.06, _STUBBLE),
    (0.18, _PLOUGHED),
    (0.3, "sprouting"),
)
_BLOOMING_GRAIN = (*_GRAIN[:2], (-0.25, "bloom"), (-0.16, "green"), *_GRAIN[2:])
_SUMMER = (
    (-0.5, _STUBBLE),
    (-0.33, _PLOUGHED),
    (-0.2, "sprouting"),
    (-0.1, "green"),
    (0.16, "ripe"),
    (0.26, _STUBBLE),
)
_BLOOMING_SUMMER = (*_SUMMER[:4], (-0.06, "bloom"), (0.07, "ripe"), (0.17, _STUBBLE))
_LATE_BLOOM = (*_SUMMER[:4], (0.12, "bloom"), (0.26, _STUBBLE))
_PADDY = (
    (-0.5, _STUBBLE),
    (-0.3, "flooded"),
    (-0.17, "green"),
    (0.12, "ripe"),
    (0.22, _STUBBLE),
)
_ALWAYS = ((-0.5, "green"),)

COVERAGE = {
    "sprouting": 0.4,
    "green": 0.85,
    "bloom": 0.9,
    "ripe": 0.9,
    "stubble": 0.6,
    "ploughed": 0.0,
    "flooded": 0.2,
}
"""Share of the ground that plants hide in each state."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A kind of field."""

    rows_m: float
    """From row to row."""
    stages: tuple[tuple[float, str], ...]
    green: Rgb
    ripe: Rgb = (0.72, 0.62, 0.36)
    bloom: Rgb = (0.84, 0.76, 0.2)
    cover: float = 1.0
    """Thins `COVERAGE`."""
    plant: str = ""
    """Name in `SPECIES` of what stands upright when it is green, bloom or ripe."""
    apart_m: float = 0.0
    """From plant to plant both ways; 0: only the first rows stand up, the rest is painted."""

    def stage(self, phase: float) -> str:
        """Its state at that phase of the season, -0.5 to 0.5."""
        return [state for start, state in self.stages if start <= phase][-1]

    def colour(self, state: str) -> Rgb:
        """Of the plants in that state."""
        if state == _STUBBLE:
            return 0.72, 0.64, 0.45
        return {"ripe": self.ripe, "bloom": self.bloom}.get(state, self.green)


CROPS: dict[str, Crop] = {
    "wheat": Crop(2.4, _GRAIN, (0.40, 0.47, 0.22), (0.78, 0.66, 0.38)),
    "canola": Crop(2.4, _BLOOMING_GRAIN, (0.38, 0.46, 0.22), (0.70, 0.62, 0.38)),
    "sunflowers": Crop(
        1.2, _BLOOMING_SUMMER, (0.34, 0.43, 0.18), (0.48, 0.40, 0.26), (0.82, 0.66, 0.14)
    ),
    "maize": Crop(1.0, _SUMMER, (0.31, 0.41, 0.16), (0.68, 0.58, 0.37), plant="maize"),
    "millet": Crop(1.6, _SUMMER, (0.42, 0.46, 0.22), (0.70, 0.60, 0.40), cover=0.6),
    "soy": Crop(0.9, _SUMMER, (0.33, 0.43, 0.18), (0.58, 0.48, 0.30)),
    "cotton": Crop(1.1, _LATE_BLOOM, (0.32, 0.40, 0.19), bloom=(0.80, 0.78, 0.70), cover=0.8),
    "cane": Crop(1.5, _ALWAYS, (0.43, 0.50, 0.23), plant="cane"),
    "paddy": Crop(0.7, _PADDY, (0.40, 0.50, 0.19), (0.72, 0.62, 0.30)),
    "tea": Crop(1.6, _ALWAYS, (0.24, 0.34, 0.14), cover=0.9),
    "vines": Crop(2.4, _ALWAYS, (0.34, 0.41, 0.17), cover=0.5, plant="vine"),
    "pasture": Crop(9.0, _ALWAYS, (0.39, 0.45, 0.22)),
    "olives": Crop(7.0, _ALWAYS, (0.44, 0.44, 0.27), cover=0.3, plant="olive", apart_m=7),
    "orchard": Crop(5.0, _ALWAYS, (0.40, 0.46, 0.23), cover=0.8, plant="apple", apart_m=5),
    "oil palms": Crop(8.0, _ALWAYS, (0.33, 0.40, 0.18), cover=0.8, plant="oil palm", apart_m=8),
    "bananas": Crop(3.4, _ALWAYS, (0.35, 0.43, 0.18), cover=0.7, plant="banana", apart_m=3.4),
}
