import json
from dataclasses import replace

import pytest

from models.world.importing.area import Area
from models.world.importing.source import Skipped
from tests.models.world.importing.online import Answer
from tests.models.world.importing.providers import Panoramax, Shot, shots

AREA = Area(2.0, 48.0, 2.09, 48.09)


@pytest.fixture
def panoramax(stand_in):
    return Panoramax(stand_in, shots(3))


def test_the_drive_names_the_licence_where_the_picture_does_not(panoramax, web):
    panoramax.licensed = False
    found = list(panoramax.find(web, AREA, 1))
    assert {source.licence for source in found} == {"etalab-2.0"}
    assert panoramax.stand_in.counts()["/api/collections/drive"] == 1


def test_links_to_further_pages_are_followed(panoramax, web):
    panoramax.paged = True
    panoramax.shots = shots(250)
    assert len(list(panoramax.find(web, AREA, 1))) == 250
    assert panoramax.stand_in.counts() == {"/api/search": 3}


def test_a_federation_without_further_pages_is_searched_by_quarters(panoramax, web):
    panoramax.shots = shots(250)
    names = [source.name for source in panoramax.find(web, AREA, 1)]
    assert len(set(names)) == len(names) == 250


def test_a_page_that_links_to_itself_ends(panoramax, web):
    item = panoramax.item(panoramax.shots[0])

    def looped(asked):

        link = {"rel": "next", "href": f"{panoramax.stand_in.url}/api/search?token=1"}
        return Answer(body=json.dumps({"features": [item], "links": [link]}).encode())

    panoramax.stand_in.routes["/api/search"] = looped
    assert len(list(panoramax.find(web, AREA, 1))) == 1


def test_pictures_of_unknown_angle_are_not_taken(panoramax, web):
    panoramax.shots = [replace(panoramax.shots[0], hfov_deg=None)]
    assert list(panoramax.find(web, AREA, 1, photos=True)) == []


def test_what_is_no_item_is_named(panoramax, web):
    broken = panoramax.item(Shot("1001", 48.01, 2.01))
    del broken["geometry"]
    bare = {**panoramax.item(Shot("1002", 48.01, 2.01)), "assets": {"thumb": {"href": "x"}}}
    for item, reason in ((broken, "geometry: Field required"), (bare, "expected an asset sd")):
        panoramax.item = lambda _, item=item: item
        panoramax.shots = shots(1)
        (found,) = panoramax.find(web, AREA, 1)
        assert isinstance(found, Skipped)
        assert reason in found.reason
