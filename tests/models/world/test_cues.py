from dataclasses import fields, replace
from datetime import date
from importlib import import_module

import numpy as np
import pytest

from models.geography.places import places
from models.world.coverage import chances, stranger_point, stranger_row
from models.world.cues.kerbs import Kerbs
from models.world.cues.plates import Plates, plates_of
from models.world.habits import by_country
from models.world.renderer import render
from models.world.renderer.canvas import Canvas
from models.world.renderer.cars import cars_of
from models.world.renderer.light import light_of
from models.world.scene import CUES, Scene, scene_at
from models.world.setting import setting_at

JUNE = date(2022, 6, 15)
MUNICH = (48.14, 11.58)


def without(cue, seed=0, at=MUNICH):
    return scene_at(*at, seed, JUNE, without=frozenset([cue]))


def first_change(cue):
    """Munich's scene with and without the cue, for the first seed whose stranger differs."""
    for seed in range(20):
        whole, changed = scene_at(*MUNICH, seed, JUNE), without(cue, seed)
        if getattr(whole, cue) != getattr(changed, cue):
            return whole, changed
    raise AssertionError(f"{cue}: 20 strangers all look like Munich")


@pytest.fixture(scope="module")
def munich():
    return scene_at(*MUNICH, 3, JUNE)


def test_every_cue_has_a_file_and_a_field():
    named = [field.name for field in fields(Scene)]
    assert named == ["setting", "seed", "heading", *CUES]
    for cue, cue_of in CUES.items():
        assert getattr(import_module(f"models.world.cues.{cue}"), f"{cue}_of") is cue_of


@pytest.mark.parametrize("cue", [cue for cue in CUES if cue != "style"])
def test_a_cue_switched_off_changes_nothing_but_itself(cue):
    whole, changed = first_change(cue)
    for field in fields(Scene):
        same = getattr(whole, field.name) == getattr(changed, field.name)
        assert same == (field.name != cue)


def test_without_style_all_that_drifts_changes_and_countries_keep_their_habits():
    whole, changed = scene_at(*MUNICH, 0, JUNE), without("style")
    for cue in ("soil", "vegetation", "surface", "architecture", "style"):
        assert getattr(whole, cue) != getattr(changed, cue)
    for cue in ("season", "side", "bollards", "kerbs", "plates", "density", "signs", "writing"):
        assert getattr(whole, cue) == getattr(changed, cue)


def test_without_style_strangers_share_its_stranger_too():
    both = scene_at(*MUNICH, 0, JUNE, without=["style", "architecture"])
    assert both.style == without("style").style
    assert both.architecture.window_m == without("style").architecture.window_m
    assert without("architecture").architecture.window_m != both.architecture.window_m


def test_strangers_are_the_same_each_time_and_each_cue_has_its_own():
    scene = scene_at(*MUNICH, 0, JUNE, without=CUES)
    assert scene == scene_at(*MUNICH, 0, JUNE, without=CUES)
    assert scene.setting == scene_at(*MUNICH, 0, JUNE).setting
    rows = {stranger_row(scene.key, cue) for cue in CUES}
    assert len(rows) == len(CUES)


def test_a_stranger_is_as_likely_as_its_place_is_photographed():
    table, count = places(), 4000
    drawn = table.countries[[stranger_row(f"key {i}", "soil") for i in range(count)]]
    for country in ("US", "BR", "DE", "IS", "KE"):
        expected = chances()[table.countries == country].sum()
        spread = np.sqrt(expected * (1 - expected) / count)
        assert (drawn == country).mean() == pytest.approx(expected, abs=4 * spread)


def test_strangers_stand_around_their_place():
    for number in range(50):
        key = f"key {number}"
        distance_km, _ = places().nearest(stranger_point(key, "sky"))
        assert distance_km[0, 0] <= 25


def test_an_unknown_cue_is_refused():
    with pytest.raises(ValueError, match=r"without: expected names out of sky, .* got: \['smell'"):
        scene_at(*MUNICH, 0, JUNE, without={"sky", "smell"})


@pytest.mark.parametrize("cue", ["sky", "terrain", "kerbs", "architecture", "style"])
def test_a_cue_switched_off_changes_the_picture(cue):
    whole, changed = first_change(cue)
    assert np.any(render(whole, 256) != render(changed, 256))


def test_kerbs_show_both_their_colours_only_along_pavements(munich):
    kerbs = Kerbs((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), stripe_m=1.0)
    scene = replace(munich, kerbs=kerbs, surface=replace(munich.surface, pavement=True))
    bare = replace(scene, surface=replace(scene.surface, pavement=False))
    for shown, there in ((scene, True), (bare, False)):
        ground = render(shown, 1024)[300:420].astype(int)
        for strong, weak in ((0, 2), (2, 0)):
            vivid = ground[..., strong] - np.maximum(ground[..., weak], ground[..., 1]) > 60
            assert (vivid[:, :512].any() and vivid[:, 512:].any()) == there


def test_plates_of_known_countries():
    def plates(lat, lng):
        return plates_of(setting_at(lat, lng, JUNE, ""))

    london, berlin, amsterdam = plates(51.51, -0.09), plates(52.5, 13.4), plates(52.37, 4.9)
    denver = plates(39.74, -104.99)
    assert london.front != london.rear == amsterdam.front == amsterdam.rear
    assert berlin.band == amsterdam.band is not None
    assert london.band is denver.band is None
    assert denver.width_m == pytest.approx(12 * 0.0254, abs=0.01)  # 12 by 6 inches
    assert denver.height_m == pytest.approx(6 * 0.0254, abs=0.01)
    assert berlin.width_m > 4 * berlin.height_m


def test_both_ends_of_cars_bear_their_plates(munich):
    plates = Plates((1.0, 0.0, 1.0), (0.0, 1.0, 1.0), ink=(0.0, 0.0, 0.0))
    town = replace(munich, plates=plates, density=replace(munich.density, urbanity=1.0))
    canvas = Canvas(np.zeros((512, 1024, 3), dtype=np.float32), light_of(town))
    for car in cars_of(town, np.random.default_rng(0)):
        car.draw(canvas)
    red, green, blue = (canvas.pixels[..., i].astype(int) for i in range(3))
    assert (np.minimum(red, blue) - green > 60).sum() > 10
    assert (np.minimum(green, blue) - red > 60).sum() > 10


def test_a_table_of_habits_is_read_by_country():
    assert by_country({1: "DE AT", 2: "FR"}) == {"DE": 1, "AT": 1, "FR": 2}
