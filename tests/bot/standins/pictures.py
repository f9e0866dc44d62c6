"""Panoramas of the rendered world for the stand-ins, kept beside their truth.

`python -m tests.bot.standins.pictures` renders them again.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from models.world.views import perspective_views
from tests.bot.standins.match import Place

PICTURES = Path(__file__).with_name("panoramas")
WIDTH_PX = 1536
COUNT = 6


def kept_places() -> tuple[Place, ...]:
    """In the order of the rounds."""
    table = json.loads((PICTURES / "places.json").read_text(encoding="utf-8"))
    return tuple(Place(**row) for row in table)


@cache
def true_view(place: Place, heading: float, fov_deg: float) -> np.ndarray:
    """What a camera sees there, `(512, 512, 3)` RGB."""
    with Image.open(PICTURES / Path(place.picture).name) as image:
        whole = np.asarray(image.convert("RGB"))
    centre = place.centre
    return perspective_views(whole, [heading], size_px=512, fov_deg=fov_deg, centre_heading=centre)[
        0
    ]


def main() -> None:
    from models.world.renderer import render
    from models.world.sampling import draw_places
    from models.world.scene import scene_at

    PICTURES.mkdir(exist_ok=True)
    places = []
    for number, spot in enumerate(draw_places(COUNT, 11)):
        scene = scene_at(spot.lat, spot.lng, 1, spot.day, heading=spot.heading, hour=spot.hour)
        picture = render(scene, 2048)[:, :, ::-1]
        small = cv2.resize(picture, (WIDTH_PX, WIDTH_PX // 2), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(PICTURES / f"{number}.jpg"), small, [cv2.IMWRITE_JPEG_QUALITY, 72])
        places.append(Place(spot.lat, spot.lng, spot.heading, f"/pictures/{number}.jpg"))
    table = json.dumps([asdict(place) for place in places], indent=1)
    (PICTURES / "places.json").write_text(table + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
