from collections import Counter

import pytest

from models.world.importing import mapillary
from models.world.importing.area import Area
from models.world.importing.importer import Plan, import_pack
from models.world.importing.source import StoppedError
from tests.models.world.importing.providers import Mapillary, shots

AREA = Area(2.0, 48.0, 2.09, 48.09)


@pytest.fixture
def provider(stand_in):
    return Mapillary(stand_in, shots(8))


def test_large_boxes_are_searched_in_small_ones(provider, web):
    found = list(provider.find(web, Area(1.5, 47.5, 2.5, 48.5), 1))
    assert len(found) == 8
    assert provider.stand_in.counts()["/images"] == 11 * 11  # 10 * 10 would not be under 0.01


def test_boxes_beyond_reason_are_refused(provider, web):
    with pytest.raises(ValueError, match="expected a box of at most 400 square degrees"):
        provider.find(web, Area(-180, -90, 180, 90), 1)


def test_addresses_that_expired_are_asked_for_anew(provider, web, tmp_path):
    provider.expired = True
    imported = import_pack(provider.find(web, AREA, 3), tmp_path / "p", Plan("p", count=3))
    assert len(imported.panoramas) == 3
    assert imported.skipped == ()
    assert set(Counter(provider.fetched()).values()) == {2}


def test_the_token_goes_to_the_api_alone(provider, web):
    (first, *_) = provider.find(web, AREA, 1)
    first.remote.fetch()
    sent = {asked.path: asked.headers.get("Authorization") for asked in provider.stand_in.asked}
    assert sent.pop("/images") == "OAuth MLY|test"
    assert set(sent.values()) == {None}
    assert "MLY|test" not in repr(first)
    assert all("MLY|test" not in str(asked.query) for asked in provider.stand_in.asked)


def test_a_wrong_token_is_named_but_not_told(provider, web):
    there = mapillary.Mapillary(web, "MLY|wrong", provider.stand_in.url)
    with pytest.raises(StoppedError, match="status 401: expected a valid token") as caught:
        list(there.find(AREA, 1, photos=False))
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("width", "height", "focal", "hfov_deg"),
    [(4000, 3000, 0.5, 90.0), (3000, 4000, 0.375, 90.0), (4000, 3000, 0.8660254, 60.0)],
)
def test_the_angle_of_a_photo(provider, web, width, height, focal, hfov_deg):
    picture = {**provider.item(shots(1, hfov_deg=70.0)[0], "new"), "width": width}
    picture |= {"height": height, "camera_parameters": [focal, 0, 0]}
    read = mapillary._Picture.model_validate(picture)
    assert mapillary._photo_hfov_deg(read) == pytest.approx(hfov_deg)
