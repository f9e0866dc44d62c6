import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.world.cues.density import Density
from models.world.cues.side import Side
from models.world.renderer import render
from models.world.renderer.canvas import Canvas
from models.world.renderer.light import light_of
from models.world.renderer.species import SPECIES
from models.world.scene import scene_at

JUNE, JANUARY = date(2022, 6, 15), date(2022, 1, 15)
WIDTH = 256


@pytest.fixture(scope="module")
def munich():
    return scene_at(48.3, 11.3, 3, JUNE)


def canvas_of(scene, width=1024):
    return Canvas(np.zeros((width // 2, width, 3), dtype=np.float32), light_of(scene))


def test_shape_and_type(munich):
    picture = render(munich, WIDTH)
    assert picture.shape == (WIDTH // 2, WIDTH, 3)
    assert picture.dtype == np.uint8


def test_the_same_scene_gives_the_same_pixels(munich):
    assert np.array_equal(render(munich, WIDTH), render(munich, WIDTH))


def test_any_climate_and_any_country_can_be_drawn():
    for lat, lng in (
        (64, -150),
        (1.3, 103.8),
        (-33, 151),
        (30, 31),
        (-77.8, 166.7),
        (71.3, -156.7),
    ):
        picture = render(scene_at(lat, lng, 1, JANUARY), 128)
        assert picture.std() > 10


def test_a_width_that_cannot_be_halved_twice_is_refused(munich):
    with pytest.raises(ValueError, match="expected a multiple of 4 from 64 on, got: 258"):
        render(munich, 258)


def test_space_falls_where_geometry_says(munich):
    canvas = canvas_of(munich)
    ahead, right, up = canvas.project(np.array([[0.0, 10, 2.5], [10, 0, 2.5], [0, 10, 12.5]]))
    assert ahead == pytest.approx((512, 256))
    assert right == pytest.approx((768, 256))  # a quarter turn
    assert up == pytest.approx((512, 128))  # 45 degrees


def test_a_polygon_covers_its_solid_angle_and_wraps_round_the_seam(munich):
    canvas = canvas_of(munich)
    behind = np.array([[-1.0, -10, 1.5], [1, -10, 1.5], [1, -10, 3.5], [-1, -10, 3.5]])
    canvas.polygon(behind, np.ones(3), 4)
    wide = 2 * math.degrees(math.atan(0.1)) / 360 * 1024
    columns = (canvas.pixels[256, :, 0] > 127).sum()
    assert columns == pytest.approx(wide, abs=2)  # edges are smoothed
    assert canvas.pixels[256, 0, 0] == canvas.pixels[256, -1, 0] == 255


def test_the_sun_stands_at_its_heading_from_the_road():
    scene = scene_at(30.0, 10.0, 1, JUNE)
    sky = replace(scene.sky, sun_heading=180.0, sun_altitude=45.0, cloudiness=0.0)
    scene = replace(scene, heading=90.0, sky=sky)
    picture = render(scene, 512).astype(int).sum(axis=2)
    row, column = np.unravel_index(picture[:120].argmax(), picture[:120].shape)
    assert column == pytest.approx(256 + 128, abs=6)  # south is right of east
    assert row == pytest.approx(64, abs=6)


def test_the_car_covers_the_nadir_and_nothing_else(munich):
    picture = render(munich, WIDTH)
    floor = picture[-12:].astype(int)
    assert floor.std(axis=1).max() == 0
    assert picture[-45].astype(int).std(axis=0).max() > 0


def test_left_and_right_driving_swap_the_lane(munich):
    road = replace(munich.surface, paved=True, bend=0.0, pavement=False)
    paint = replace(munich.paint, double=True, edge=None, centre=(1.0, 0.0, 0.0))
    empty = replace(munich, surface=road, paint=paint, density=Density(urbanity=0.0))
    for left, side in ((True, 1), (False, -1)):
        scene = replace(empty, side=Side(left))
        strip = render(scene, 512)[180].astype(int)
        red = np.flatnonzero(strip[:, 0] - strip[:, 1] > 90)
        ahead = red[(red > 128) & (red < 384)]
        assert len(ahead)
        assert np.sign(np.median(ahead) - 256) == side


def test_winter_is_white_and_desert_is_not_green():
    snow = render(scene_at(62.1, 14.9, 1, JANUARY), WIDTH)[75:85].astype(float)
    meadow = render(scene_at(62.1, 14.9, 1, JUNE), WIDTH)[75:85].astype(float)
    assert np.ptp(snow.mean(axis=(0, 1))) < np.ptp(meadow.mean(axis=(0, 1)))
    red, green, blue = (
        render(scene_at(25.5, 29.0, 1, JUNE), WIDTH)[75:85].astype(float).mean(axis=(0, 1))
    )
    assert red > green > blue


def test_each_species_has_a_way_to_be_drawn():
    for species in SPECIES.values():
        assert species.crown or species.drawer
