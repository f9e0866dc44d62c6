from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.geo import destination
from models.world.colours import YELLOW
from models.world.sampling import draw_places
from models.world.scene import scene_at
from models.world.style import Style, style_field

JUNE, JANUARY = date(2022, 6, 15), date(2022, 1, 15)


def colours(scene):
    houses, plants, road = scene.architecture, scene.vegetation, scene.surface
    grown = [scene.soil.colour, plants.grass, plants.leaf]
    built = [road.asphalt, road.shoulder, houses.wall, houses.roof, scene.poles.colour]
    return np.array(grown + built)


def same_country(one, other):
    return one.setting.country == other.setting.country


def test_a_scene_is_the_same_each_time():
    assert scene_at(48.1, 11.6, 3, JUNE) == scene_at(48.1, 11.6, 3, JUNE)


def test_seed_and_day_change_chance_but_not_the_place():
    one, other = scene_at(48.1, 11.6, 3, JUNE), scene_at(48.1, 11.6, 4, JANUARY)
    assert (one.heading, one.sky.hour) != (other.heading, other.sky.hour)
    lasting = ("terrain", "soil", "vegetation", "bollards", "kerbs", "plates", "signs", "writing")
    for cue in lasting:
        assert getattr(one, cue) == getattr(other, cue)
    assert one.key != other.key


def test_what_a_scene_knows_of_its_place():
    kyoto = scene_at(35.01, 135.77, 1, JUNE)
    place = kyoto.setting
    assert (place.country, place.zone, place.region) == ("JP", "Cfa", "east asia")
    assert kyoto.side.left
    assert kyoto.density.urbanity > 0.6
    denver = scene_at(39.74, -104.99, 1, JUNE)
    assert not denver.side.left
    assert denver.paint.centre == YELLOW
    assert 0 <= denver.heading < 360


def test_a_drives_heading_and_hour_are_the_scenes():
    scene = scene_at(39.74, -104.99, 1, JUNE, heading=123.4, hour=16.5)
    assert (scene.heading, scene.sky.hour) == (123.4, 16.5)
    assert 180 < scene.sky.sun_heading < 360  # in the afternoon it stands in the west
    chance = scene_at(39.74, -104.99, 1, JUNE)
    assert (scene.key, scene.season, scene.soil) == (chance.key, chance.season, chance.soil)


def test_without_its_sky_a_scene_does_not_tell_its_hour():
    hours = {scene_at(39.74, -104.99, n, JUNE, {"sky"}, hour=9.5).sky.hour for n in range(5)}
    assert len(hours) > 2


@pytest.mark.slow
def test_near_places_look_alike_and_far_ones_do_not():
    near, far = [], []
    spots = draw_places(60, 9)
    for spot, away in zip(spots[:30], spots[30:], strict=True):
        here = scene_at(spot.lat, spot.lng, 0, JUNE)
        lat, lng = destination((spot.lat, spot.lng), 90, 8)
        beside = scene_at(float(lat), float(lng), 0, JUNE)
        there = scene_at(away.lat, away.lng, 0, JUNE)
        if beside.setting.zone[0] == here.setting.zone[0] and same_country(beside, here):
            near.append(np.abs(colours(here) - colours(beside)).mean())
        far.append(np.abs(colours(here) - colours(there)).mean())
    assert len(near) > 20
    assert np.median(near) * 3 < np.median(far)


def test_style_fields_are_continuous_and_use_their_range():
    rng = np.random.default_rng(0)
    points = np.stack(
        [np.degrees(np.arcsin(rng.uniform(-1, 1, 300))), rng.uniform(-180, 180, 300)], 1
    )
    values = np.array([style_field("test", lat, lng, 3000) for lat, lng in points])
    assert values.min() < 0.15
    assert values.max() > 0.85
    steps = [
        abs(style_field("test", lat, lng, 3000) - style_field("test", lat + 0.1, lng, 3000))
        for lat, lng in points
    ]
    assert max(steps) < 0.02  # 11 km are 1/270 of the scale
    assert style_field("test", 12, 180, 800) == pytest.approx(style_field("test", 12, -180, 800))
    assert Style(10, 10).drift("a") != Style(10, 10).drift("b")


def test_the_camera_works_by_day():
    for lat in (-54.8, 0, 51.5, 69.6):
        for seed in range(5):
            assert scene_at(lat, 18.9, seed, JUNE if lat > 0 else JANUARY).sky.sun_altitude >= 7


def test_polar_night_still_gives_a_scene():
    scene = scene_at(69.65, 18.96, 1, date(2022, 12, 21))
    assert scene.sky.hour == 12
    assert scene.season.snow > 0.3


def test_scenes_are_frozen():
    with pytest.raises(AttributeError):
        scene_at(48.1, 11.6, 3, JUNE).seed = 0
    assert replace(scene_at(48.1, 11.6, 3, JUNE), seed=8).seed == 8
