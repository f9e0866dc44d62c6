import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.world.cues.density import Density
from models.world.cues.fittings import FITTINGS
from models.world.cues.side import Side
from models.world.renderer import houses, render
from models.world.renderer.canvas import Canvas
from models.world.renderer.landmarks import landmarks_of
from models.world.renderer.light import developed, light_of
from models.world.renderer.marks import draw_marks
from models.world.renderer.species import SPECIES
from models.world.renderer.things import Shadow, shadow_outline
from models.world.scene import CUES, scene_at

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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    "place", [(90, 0), (-90, 180), (89.9, 30), (0, 0), (-17, -180), (-40, -140)]
)
def test_poles_seam_and_open_sea_can_be_drawn(place):
    for day, without in ((JUNE, ()), (JANUARY, CUES)):
        picture = render(scene_at(*place, 1, day, without), 64)
        assert picture.shape == (32, 64, 3)
        assert picture.std() > 5


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
    canvas.face(behind, (9, 9, 9), (0, 1, 0), 4)  # white in any light
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


def coloured(draw, scene):
    """The pixels of a black sheet after `draw`."""
    canvas = canvas_of(scene)
    draw(canvas)
    return canvas.pixels.astype(int)


def test_many_faces_in_one_call_are_drawn_like_each_alone(munich):
    square = np.array([[-1.0, 10, 1.5], [1, 10, 1.5], [1, 10, 3.5], [-1, 10, 3.5]])
    moves = np.array([[0.0, 0, 0], [8, 0, 0], [0, -20, 0]])  # the last one on the seam
    squares = square + moves[:, None]
    together = coloured(lambda c: c.faces(squares, (0.5, 0.5, 0.5), (0, 0, 1)), munich)
    assert (together[256, [0, 512, 1023]] > 0).all()
    alone = coloured(lambda c: [c.face(s, (0.5,) * 3, (0, 0, 1), 1) for s in squares], munich)
    assert np.array_equal(together > 0, alone > 0)


def test_the_shadow_of_a_box_is_as_long_as_the_sun_is_low(munich):
    sky = replace(munich.sky, sun_altitude=45.0, sun_heading=munich.heading + 90, cloudiness=0.0)
    light = light_of(replace(munich, sky=sky))  # the sun on the right throws shadows to the left
    outline = shadow_outline(light, Shadow(-20.0, 0.0, 6.0, 0.0, 0.0, box_m=(3.0, 4.0)))
    assert outline is not None
    assert np.ptp(outline[:, 0]) == pytest.approx(6 + 6, abs=0.05)
    assert np.ptp(outline[:, 1]) == pytest.approx(8, abs=0.05)


def test_neighbours_differ_more_where_people_paint_as_they_like():
    spread = {}
    for name, (lat, lng) in {"Leeds": (53.8, -1.55), "Salvador": (-12.97, -38.5)}.items():
        scene = scene_at(lat, lng, 1, JUNE)
        walls = [walls_of(scene, number) for number in range(8)]
        spread[name] = np.concatenate(walls).std(axis=0).sum()
    assert spread["Salvador"] > spread["Leeds"]


def walls_of(scene, number):
    rng = np.random.default_rng(number)
    return np.array([houses.house_of(scene, rng, 1, 10.0).wall for _ in range(30)])


def test_habits_of_known_places():
    def architecture(lat, lng):
        return scene_at(lat, lng, 0, JUNE).architecture

    istanbul, bangkok = architecture(41.0, 28.7), architecture(13.75, 100.5)
    assert (istanbul.landmark, istanbul.heater, istanbul.tank) == ("minaret", True, None)
    assert (bangkok.landmark, architecture(-6.2, 106.8).landmark) == ("stupa", "minaret")
    assert max(architecture(19.4, -99.1).tank) < 0.2  # black in Mexico
    assert np.argmax(architecture(-23.5, -46.6).tank) == 2  # blue in Brazil
    assert dict(architecture(53.8, -1.55).fittings.often)["chimney"] > 0.9
    lyon, kassel = (dict(architecture(*at).fittings.often) for at in ((45.76, 4.84), (51.31, 9.48)))
    assert lyon["shutters"] > kassel["shutters"]
    assert kassel["timber"] > lyon.get("timber", 0)


@pytest.mark.slow
def test_every_region_and_landmark_can_be_drawn(munich):
    assert set(FITTINGS) >= {"africa", munich.setting.region}
    for fittings in FITTINGS.values():
        town = replace(
            munich,
            density=Density(urbanity=1.0),
            architecture=replace(
                munich.architecture, fittings=fittings, landmark=fittings.landmark, heater=True
            ),
        )
        things = landmarks_of(town, np.random.default_rng(0))
        things += houses.houses_of(town, np.random.default_rng(0))
        assert coloured(lambda c, things=things: [t.draw(c) for t in things], town).any()


def test_zebra_crossings_and_manholes_lie_on_town_roads_only(munich):
    road = replace(munich.surface, paved=True, pavement=True, wear=0.0)
    for pavement, there in ((True, True), (False, False)):
        scene = replace(munich, surface=replace(road, pavement=pavement))
        drawn = coloured(lambda c, scene=scene: draw_marks(c, scene), scene)
        assert drawn[256:].any() == there
        assert not drawn[:256].any()


def test_the_developed_picture_is_calmer_and_keeps_black_white_and_order():
    grey = np.arange(256, dtype=np.uint8)[None, :, None].repeat(3, axis=2)
    out = developed(grey)[0].astype(int)
    assert (out[0] == 0).all()
    assert (out[-1] == 255).all()
    assert (np.diff(out[:, 0]) >= 0).all()
    assert (np.ptp(out, axis=1) <= 1).all()
    red = developed(np.array([[[200, 50, 50]]], dtype=np.uint8))[0, 0].astype(int)
    assert 60 < red[0] - red[1] < 150
