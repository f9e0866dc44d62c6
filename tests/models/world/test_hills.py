import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.world.renderer.canvas import CAMERA_M, Canvas, rays_of
from models.world.renderer.hills import draw_hills
from models.world.renderer.light import light_of
from models.world.renderer.slope import BEND_M, EDGE_M, Slope, lay_ground, slope_of
from models.world.scene import scene_at

JUNE = date(2022, 6, 15)
WIDTH = 512


@pytest.fixture(scope="module")
def plain():
    return replace(scene_at(52.2, 5.0, 3, JUNE), heading=0.0)


def drawn(scene):
    """The hills of a scene on black."""
    picture = np.zeros((WIDTH // 2, WIDTH, 3), np.float32)
    draw_hills(picture, scene, light_of(scene), Slope(0, 0))
    return picture


def with_ridge(scene, band, angle_deg, height_m=500.0, where=slice(None)):
    angles = np.full_like(scene.terrain.angle_deg, -0.1)
    heights = np.zeros_like(angles)
    angles[band, where], heights[band:, where] = angle_deg, height_m
    return replace(scene, terrain=replace(scene.terrain, angle_deg=angles, ridge_m=heights))


def tallest_deg(picture, column):
    return (picture[: WIDTH // 4, column].sum(axis=-1) > 0.1).sum() * 360 / WIDTH


def test_a_ridge_is_drawn_as_high_as_it_stands(plain):
    picture = drawn(with_ridge(plain, 8, 10.0))
    tops = [tallest_deg(picture, column) for column in range(0, WIDTH, 32)]
    assert np.mean(tops) == pytest.approx(10, abs=0.7)


@pytest.mark.parametrize(("heading", "column"), [(0.0, 384), (90.0, 256), (180.0, 128)])
def test_a_ridge_in_the_east_is_drawn_in_the_east(plain, heading, column):
    east = slice(50, 71)  # 60 of 240 is 90 degrees
    scene = replace(with_ridge(plain, 8, 10.0, where=east), heading=heading)
    lit = np.flatnonzero(drawn(scene)[WIDTH // 4 - 8].sum(axis=-1) > 0.1)
    assert lit.mean() == pytest.approx(column, abs=3)


def test_far_ridges_fade_into_the_air(plain):
    near, far = (drawn(with_ridge(plain, band, 8.0))[WIDTH // 4 - 8] for band in (3, 11))
    assert far[:, 2].mean() > near[:, 2].mean() + 0.1


def test_snow_lies_above_the_line_of_frost(plain):
    season = replace(plain.season, temperature_c=13.0, snow=0.0)  # so freezing at 2,000 m
    scene = replace(plain, season=season)
    low, high = (drawn(with_ridge(scene, 5, 12.0, h))[WIDTH // 4 - 14] for h in (800.0, 5000.0))
    assert high.mean() > 1.5 * low.mean()


def test_sunny_slopes_are_brighter(plain):
    sky = replace(plain.sky, cloudiness=0.0, sun_heading=180.0, sun_altitude=20.0)
    picture = drawn(replace(with_ridge(plain, 5, 12.0), sky=sky))[WIDTH // 4 - 10]
    north, south = picture[WIDTH // 2 - 20 : WIDTH // 2 + 20], np.roll(picture, 20, axis=0)[:40]
    assert north.mean() > 1.2 * south.mean()  # the northern hills face the sun in the south


def test_hills_close_without_a_seam(plain):
    scene = replace(scene_at(47.27, 11.4, 3, JUNE), heading=123.0)
    picture = drawn(scene)[: WIDTH // 4]
    steps = np.abs(np.diff(picture, axis=1)).mean(axis=(0, 2))
    seam = np.abs(picture[:, 0] - picture[:, -1]).mean()
    assert seam < 2 * np.quantile(steps, 0.9)


def test_the_slope_turns_with_the_road(plain):
    terrain = replace(plain.terrain, slope_deg=5.0, uphill=90.0)
    slope = slope_of(replace(plain, terrain=terrain, heading=90.0))
    assert slope.ahead == pytest.approx(math.tan(math.radians(5)))
    assert slope.right == pytest.approx(0, abs=1e-9)
    slope = slope_of(replace(plain, terrain=terrain, heading=0.0))
    assert slope.right == pytest.approx(math.tan(math.radians(5)))


def test_level_ground_is_laid_as_it_is():
    ground = np.random.default_rng(0).random((WIDTH // 4, WIDTH, 3)).astype(np.float32)
    picture = np.zeros((WIDTH // 2, WIDTH, 3), np.float32)
    lay_ground(picture, ground, Slope(0, 0))
    below = slice(2, None)  # the first rows lie beyond the edge
    assert picture[WIDTH // 4 :][below] == pytest.approx(ground[below], abs=2e-3)
    assert not picture[: WIDTH // 4].any()


@pytest.mark.parametrize("slope", [Slope(0, 0.12), Slope(0, -0.12), Slope(0.1, 0.0)])
@pytest.mark.parametrize("distance_m", [8.0, 20.0, 60.0])
def test_ground_and_things_are_lifted_alike(slope, distance_m, plain):
    """A ring painted on level ground is found where the canvas puts points of that ring."""
    rays = rays_of(WIDTH)
    rows = np.tan(-rays.elevation[WIDTH // 4 :, None])
    ground = np.repeat(rows, WIDTH, axis=1)[..., None].repeat(3, axis=2).astype(np.float32)
    picture = np.zeros((WIDTH // 2, WIDTH, 3), np.float32)
    lay_ground(picture, ground, slope)
    canvas = Canvas(np.zeros_like(picture), light_of(plain), slope.rise_m)
    for x, y in ((0.0, distance_m), (distance_m, 0.0)):
        column, row = canvas.project(np.array([[x, y, 0.0]]))[0]
        painted = np.interp(row - 0.5, np.arange(WIDTH // 2), picture[:, int(column), 0])
        assert CAMERA_M / painted == pytest.approx(distance_m, rel=0.12)


def test_the_edge_is_where_the_ground_ends():
    slope = Slope(0, 0.1)
    ahead, behind = slope.edge(np.array([0, np.pi], np.float32))
    height = 0.1 * EDGE_M**2 / (EDGE_M + BEND_M)
    assert math.tan(ahead) == pytest.approx((height - CAMERA_M) / EDGE_M)
    assert math.tan(behind) == pytest.approx((-height - CAMERA_M) / EDGE_M)
