"""What is sown and planted in a climate and a realm: part of the cue vegetation."""

from __future__ import annotations

from models.world.realm import fitting

_CROPS: dict[str, str] = {
    "A": "maize, cane, pasture",
    "Af malaya": "oil palms, paddy, oil palms",
    "Af africa": "oil palms, bananas, maize",
    "Af south america": "pasture, bananas, cane",
    "A central america": "bananas, cane, pasture, maize",
    "Aw africa": "maize, millet, pasture, maize",
    "Aw australia": "cane, pasture",
    "Aw south america": "soy, pasture, cane, maize",
    "A india": "paddy, cane, paddy, millet",
    "A malaya": "paddy, cane, paddy, oil palms",
    "A china": "paddy, cane, bananas",
    "A pacific": "pasture, bananas, cane",
    "B": "wheat, pasture, wheat",
    "BSh": "millet, pasture, maize",
    "BSh arabia": "wheat, olives, pasture",
    "BSh australia": "pasture, wheat",
    "BSk europe": "wheat, vines, olives, sunflowers",
    "BSk north america": "wheat, pasture, wheat, maize",
    "BSk inner asia": "wheat, pasture, sunflowers",
    "Cs": "olives, vines, wheat, olives, pasture",
    "Cs australia": "wheat, canola, vines, pasture",
    "Cs north america": "vines, orchard, pasture, wheat",
    "Cs south america": "vines, orchard, wheat",
    "Cs africa": "wheat, vines, olives",
    "Cf": "wheat, pasture, maize",
    "Cf british": "pasture, wheat, pasture, canola",
    "Cf europe": "wheat, canola, maize, pasture, vines, sunflowers",
    "Cfa europe": "maize, wheat, vines, sunflowers, paddy",
    "Cfa north america": "maize, soy, pasture, cotton",
    "Cf china": "paddy, tea, canola, paddy",
    "Cf japan": "paddy, paddy, tea, orchard",
    "Cf new zealand": "pasture, pasture, vines",
    "Cf australia": "pasture, cane, wheat",
    "Cf south america": "soy, pasture, wheat, maize",
    "Cf africa": "maize, tea, pasture",
    "Cw": "maize, pasture, tea",
    "Cw china": "paddy, maize, tea, canola",
    "Cw japan": "paddy, maize",
    "Cw malaya": "paddy, tea, maize",
    "Cw india": "paddy, wheat, cane, canola, tea",
    "Cw africa": "maize, pasture, tea, bananas",
    "Da": "maize, soy, wheat",
    "Da europe": "wheat, sunflowers, maize, canola",
    "Da inner asia": "wheat, pasture, sunflowers",
    "Da china": "maize, paddy, wheat",
    "Da japan": "paddy, paddy, orchard",
    "Db": "wheat, pasture, canola, maize",
    "Db europe": "wheat, pasture, canola, sunflowers",
    "Db north america": "canola, wheat, maize, pasture",
    "Db inner asia": "wheat, pasture, sunflowers",
    "Db japan": "paddy, wheat, pasture",
    "Db china": "maize, paddy, soy",
    "D": "pasture, pasture, wheat",
    "E": "pasture",
}


def crops_of(zone: str, realm: str) -> tuple[str, ...]:
    """Common crops, the most telling first."""
    return tuple(fitting(_CROPS, f"{zone} {realm}").split(", "))
