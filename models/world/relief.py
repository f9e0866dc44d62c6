"""How mountainous the horizon is: the great ranges by hand, gentle noise elsewhere."""

from __future__ import annotations

import numpy as np

from models.geo import haversine_km
from models.world.style import style_field

_RANGES = (
    # name, half width in km, height 0..1, points along the crest
    (
        "Andes",
        180,
        1.0,
        ((8, -72), (0, -78), (-10, -76), (-18, -68), (-30, -70), (-45, -72), (-53, -71)),
    ),
    ("Rockies", 300, 0.8, ((60, -127), (52, -117), (44, -110), (38, -107), (33, -107))),
    (
        "Pacific coast",
        140,
        0.7,
        ((61, -148), (55, -130), (47, -121), (40, -121), (36, -118.5), (32.8, -116.5)),
    ),
    ("Sierra Madre", 180, 0.7, ((28, -107), (22, -104), (17, -97), (15, -91), (10, -84))),
    ("Appalachians", 110, 0.4, ((45, -71), (40, -77), (35, -83))),
    ("Alps", 110, 1.0, ((44.2, 7), (46, 8), (47, 12), (46.5, 14.5))),
    ("Pyrenees", 60, 0.8, ((43, -2), (42.6, 1), (42.4, 2.6))),
    (
        "Carpathians, Balkans",
        90,
        0.5,
        ((49.2, 19), (48, 24.5), (45.5, 25), (45, 15.5), (42.5, 19.5), (40, 21), (42, 24)),
    ),
    ("Scandinavia", 130, 0.6, ((68.5, 18), (63, 12), (60, 7.5))),
    ("Atlas", 120, 0.7, ((31, -8), (33, -4), (35.5, 3), (36, 8))),
    ("Ethiopia, Rift", 220, 0.6, ((14, 39), (8, 38), (0, 36.5), (-4, 36), (-10, 34))),
    ("Drakensberg", 110, 0.6, ((-27, 30), (-31, 28), (-33.5, 20))),
    ("Anatolia, Zagros", 190, 0.7, ((37, 30), (39, 40), (34, 47), (29, 53), (28, 58))),
    ("Caucasus", 70, 0.9, ((43.5, 41), (42.5, 45), (41, 48))),
    (
        "Hindu Kush, Himalaya",
        200,
        1.0,
        ((34, 63), (36, 72), (33, 77), (29, 83), (28, 90), (28, 97)),
    ),
    ("Tien Shan, Altai", 200, 0.9, ((39, 70), (42, 76), (44, 84), (49, 88), (51, 98))),
    ("Tibet, Sichuan, Yunnan", 300, 0.8, ((34, 88), (32, 97), (29, 101), (25, 101))),
    ("Ural", 80, 0.4, ((66, 63), (60, 59), (54, 58))),
    ("East Siberia", 260, 0.6, ((54, 110), (60, 128), (66, 142))),
    ("Japan", 90, 0.7, ((43.5, 142.8), (39, 140.7), (36.2, 137.8), (33.8, 134), (32.7, 131))),
    ("Korea, Taiwan", 70, 0.6, ((40.5, 127), (37, 128.8))),
    ("Sumatra, Java", 90, 0.6, ((3, 98), (-3, 102.5), (-7, 108), (-8, 114), (-8.6, 121))),
    ("New Guinea", 120, 0.8, ((-4, 137), (-5.5, 143), (-9, 148))),
    ("Great Dividing", 100, 0.35, ((-17, 145.5), (-28, 152), (-36.5, 148.3))),
    ("New Zealand", 80, 0.9, ((-39, 175.8), (-42, 172.7), (-44, 169.5))),
    ("Annam", 90, 0.5, ((22, 103), (18, 105), (14, 108))),
)


def relief_at(lat: float, lng: float) -> float:
    """0 plain to 1 high mountains."""
    gentle = 0.3 * style_field("relief", lat, lng, 200) * style_field("relief", lat, lng, 800)
    chain = max(
        height * float(np.exp(-((_distance_km(lat, lng, points) / width) ** 2)))
        for _, width, height, points in _RANGES
    )
    return min(1.0, gentle + chain * (0.7 + 0.3 * style_field("peaks", lat, lng, 50)))


def _distance_km(lat: float, lng: float, points: tuple[tuple[float, float], ...]) -> float:
    """To the nearest of points laid densely along the chain."""
    steps = np.linspace(0, len(points) - 1, 12 * (len(points) - 1) + 1)
    table = np.array(points, dtype=np.float64)
    at = np.arange(len(points))
    line = np.stack([np.interp(steps, at, table[:, 0]), np.interp(steps, at, table[:, 1])], axis=1)
    return float(haversine_km(line, (lat, lng)).min())
