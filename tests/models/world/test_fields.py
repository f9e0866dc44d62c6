from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.world.renderer import render
from models.world.renderer.crops import CROPS
from models.world.renderer.fields import parcels_of
from models.world.scene import scene_at


@pytest.fixture(scope="module")
def farm():
    scene = scene_at(49.3, 31.4, 1, date(2022, 7, 1))
    flora = replace(scene.vegetation, farmed=1.0, crops=(("canola", 1.0),), parcel_m=100.0)
    return replace(scene, vegetation=flora, density=replace(scene.density, urbanity=0.0))


def test_a_farmed_country_has_a_crop_on_each_parcel_but_none_on_the_road(farm):
    parcels = parcels_of(farm)
    assert (parcels.crops == "canola").all()
    assert parcels.crop_at(0, 0) == ""
    middle = 50 - parcels.shift_m
    assert parcels.crop_at(parcels.edge_m + 50, middle) == "canola"
    assert parcels.crop_at(-parcels.edge_m - 50, middle) == "canola"


def test_no_fields_in_a_city(farm):
    city = replace(farm, density=replace(farm.density, urbanity=0.9))
    assert (parcels_of(city).crops == "").all()


def test_canola_blooms_before_midsummer_and_is_yellow(farm):
    assert CROPS["canola"].stage(-0.2) == "bloom"
    assert CROPS["canola"].stage(0.1) == "stubble"
    assert CROPS["wheat"].stage(-0.5) == CROPS["wheat"].stage(0.49) == "sprouting"

    def yellow(phase):
        season = replace(farm.season, phase=phase)
        ground = render(replace(farm, season=season), 256)[66:76].astype(float)
        return float(np.mean(ground[..., 0] - ground[..., 2]))

    assert yellow(-0.2) > yellow(-0.3) + 15
