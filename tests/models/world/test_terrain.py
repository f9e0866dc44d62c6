import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.geo import EARTH_RADIUS_KM, destination, to_points
from models.world.cues.terrain import (
    AZIMUTHS,
    BANDS,
    REFRACTION,
    angles_deg,
    rays,
    skyline_at,
    terrain_of,
)
from models.world.landform import crests_at, floors_and_crests_m
from models.world.scene import scene_at

DENVER = (39.74, -104.99)


def top(place):
    return skyline_at(*place).angle_deg.max(axis=0)


def highest(place, heading, width=60):
    """The skyline's top inside a sector round a heading."""
    off = np.abs((np.arange(AZIMUTHS) * 360 / AZIMUTHS - heading + 180) % 360 - 180)
    return top(place)[off <= width / 2].max()


def test_a_single_peak_stands_at_the_angle_computed_by_hand():
    peak = (0.0, 7.0)
    distances_km = np.array([10.0, 30.0, 60.0])
    lat, lng = destination(peak, 270.0, 30.0)
    ground = to_points(rays(lat, lng, distances_km))
    apart = np.abs(ground - peak).max(axis=-1)
    heights = np.where(apart < 0.005, 3000.0, 0.0)
    angles = angles_deg(heights, 2.5, distances_km)
    drop = 30000**2 * (1 - REFRACTION) / (2 * EARTH_RADIUS_KM * 1000)
    expected = math.degrees(math.atan((3000 - 2.5 - drop) / 30000))
    assert drop == pytest.approx(61.5, abs=0.1)
    row, column = np.unravel_index(angles.argmax(), angles.shape)
    assert angles.max() == pytest.approx(expected, abs=1e-6)
    assert (row, column) == (1, AZIMUTHS // 4)  # 30 km to the east
    assert (heights > 0).sum() == 1


def test_rays_arrive_where_great_circles_do():
    bearings = np.arange(AZIMUTHS) * 360 / AZIMUTHS
    for place in (DENVER, (0.0, 179.9), (-60.0, 20.0)):
        points = to_points(rays(*place, np.array([50.0])))[0]
        assert points == pytest.approx(destination(place, bearings, 50.0), abs=1e-8)


def test_denver_has_mountains_to_the_west_and_plains_to_the_east():
    assert highest(DENVER, 265) > 3
    assert highest(DENVER, 90) < 1.7


@pytest.mark.parametrize(
    ("place", "high", "low"),
    [
        ((28.2, 84.0), 0, 180),  # Pokhara: Annapurna in the north
        ((48.0, 11.6), 180, 0),  # Munich: the Alps in the south
        ((45.5, 9.0), 340, 160),  # Milan: the Alps in the north, the Po plain in the south
        ((-33.45, -70.65), 90, 270),  # Santiago: the Andes in the east
    ],
)
def test_mountains_stand_where_they_stand(place, high, low):
    assert highest(place, high) > 1.8 * highest(place, low)
    assert highest(place, high) > 2


def test_kathmandu_is_ringed_by_hills():
    assert min(highest((27.7, 85.3), heading) for heading in range(0, 360, 60)) > 4


@pytest.mark.parametrize("place", [(52.2, 5.0), (38.5, -98.0), (0.0, -30.0), (60.0, 75.0)])
def test_flat_land_and_sea_are_flat(place):
    assert top(place).max() < 1
    assert skyline_at(*place).slope_deg < 1


def test_the_open_sea_dips_as_the_earth_curves():
    dip = math.degrees(math.sqrt(2 * 2.5 * (1 - REFRACTION) / (EARTH_RADIUS_KM * 1000)))
    assert top((0.0, -30.0)) == pytest.approx(-dip, abs=0.02)


def test_places_near_each_other_see_the_same_mountains():
    for place in ((47.27, 11.4), (28.2, 84.0), (-13.5, -72.0)):
        far = slice(2 * BANDS // 3, None)  # from 17 km on; what is nearer shifts
        here = skyline_at(*place).angle_deg[far].max(axis=0)
        near = skyline_at(*destination(place, 90.0, 2.0)).angle_deg[far].max(axis=0)
        away = skyline_at(*destination(place, 90.0, 200.0)).angle_deg[far].max(axis=0)
        assert np.corrcoef(here, near)[0, 1] > 0.7
        assert np.abs(here - near).mean() < 0.5 * np.abs(here - away).mean()


def test_the_same_place_gives_the_same_terrain():
    first, again = skyline_at(*DENVER), skyline_at(*DENVER)
    assert first == again
    assert hash(first) == hash(again)
    assert first != skyline_at(39.75, -104.99)
    with pytest.raises(ValueError, match="read-only"):
        first.angle_deg[0, 0] = 1


def test_terrain_is_the_settings():
    scene = scene_at(*DENVER, 1, date(2022, 6, 15))
    assert scene.terrain == terrain_of(scene.setting) == skyline_at(*DENVER)


def test_poles_and_the_antimeridian_are_places_like_others():
    for place in ((90.0, 0.0), (-90.0, 0.0), (-17.8, 180.0), (66.0, -180.0)):
        terrain = skyline_at(*place)
        assert terrain.angle_deg.shape == terrain.ridge_m.shape == (BANDS, AZIMUTHS)
        assert np.isfinite(terrain.angle_deg).all()
    east, west = skyline_at(66.0, 180.0), skyline_at(66.0, -180.0)
    assert east.angle_deg == pytest.approx(west.angle_deg, abs=1e-3)


def test_the_ground_rises_uphill():
    foot = (39.75, -105.3)  # the foot of the Front Range, which lies in the west
    terrain = skyline_at(*foot)
    assert terrain.slope_deg > 1
    assert 180 < terrain.uphill < 360


def test_woods_end_where_they_do():
    known = {
        (46.02, 7.75): 2250,  # Zermatt
        (47.27, 11.4): 2000,  # Innsbruck
        (39.9, -105.6): 3500,  # Colorado
        (61.6, 8.3): 1100,  # Jotunheimen
        (27.7, 86.7): 4000,  # Khumbu
        (36.5, 137.6): 2500,  # Japanese Alps
        (-43.9, 170.1): 1200,  # Mount Cook
        (51.2, -115.6): 2300,  # Banff
        (-3.2, 37.4): 3900,  # Kilimanjaro
    }
    off = np.array([skyline_at(*place).tree_line_m - line for place, line in known.items()])
    assert np.abs(off).max() < 800
    assert abs(off.mean()) < 150


def test_valleys_lie_below_the_map_and_crests_above():
    def around(lat, lng):
        return (float(part.mean()) for part in floors_and_crests_m(rays(lat, lng, np.ones(1))[0]))

    floor, crest = around(47.27, 11.4)  # Innsbruck 574 m, Nordkette 2,334 m
    assert 400 < floor < 900
    assert 2000 < crest < 3000
    floor, crest = around(52.2, 5.0)
    assert crest - floor < 10


def test_crests_fill_the_scale_from_valley_to_summit_everywhere():
    for place in ((0.0, 0.0), (45.0, 45.0), (90.0, 0.0), (35.3, 45.0)):
        spots = rays(*place, np.linspace(1, 60, 40)).reshape(-1, 3)
        share = crests_at(spots, 6)
        assert share.mean() == pytest.approx(0.5, abs=0.15)
        assert 0.15 < share.std() < 0.4


def test_fewer_octaves_only_leave_out_detail():
    spots = rays(47.0, 11.0, np.linspace(1, 60, 40)).reshape(-1, 3)
    assert np.corrcoef(crests_at(spots, 6), crests_at(spots, 4))[0, 1] > 0.9


def test_terrains_of_other_arrays_differ():
    terrain = skyline_at(*DENVER)
    assert replace(terrain, slope_deg=3.0) != terrain
    assert replace(terrain, ridge_m=terrain.ridge_m + 1) != terrain
