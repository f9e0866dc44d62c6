"""What an answer says beside the prediction."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from models.geolocator import Believed, Neighbour, Point
from models.world.pack import Pack
from server.arena.shelf import Shelf
from server.inference.served import Served
from server.locate.bundles import RENDERED, Described, catalogue, describe
from server.locate.desk import Desk, UnknownBundle, is_panorama, tile
from server.locate.photos import Photo
from server.locate.words import BundleWord, LocatePhotos
from tests.conftest import QUARTERS, TINY
from tests.server.inference.conftest import RedIsNorth
from tests.server.locate.conftest import Watched, encoded

PREDICTION = RedIsNorth().locate(np.zeros((1, 3)))[0]


def photo(width: int, height: int) -> Photo:
    return Photo(Image.new("RGB", (width, height)), None)


@pytest.mark.parametrize(
    ("sizes", "wished", "expected"),
    [
        ([(2048, 1024)], None, True),
        ([(2047, 1024)], None, True),
        ([(1920, 1080)], None, False),
        ([(2048, 1024)], False, False),
        ([(1920, 1080)], True, True),
        ([(2048, 1024)] * 2, None, False),
        ([(2048, 1024)] * 2, True, False),
    ],
)
def test_what_is_a_panorama(
    sizes: list[tuple[int, int]], wished: bool | None, expected: bool
) -> None:
    assert is_panorama([photo(*size) for size in sizes], wished) is expected


def neighbour(row: int = 0, off_deg: float = 0.0) -> Neighbour:
    id_, lat, lng, *_ = TINY[row]
    return Neighbour(id_, lat + off_deg, lng, 0.5)


def test_a_neighbour_has_its_pack_s_picture(tiny_pack: Pack) -> None:
    shown = tile(neighbour(), PREDICTION, [tiny_pack])
    assert shown.thumbnail is not None
    picture = Image.open(BytesIO(shown.thumbnail)).convert("RGB")
    assert picture.size == (192, 192)
    # The centre column looks ahead, where the second quarter meets the third.
    left, right = picture.getpixel((40, 150)), picture.getpixel((152, 150))
    for colour, quarter in ((left, QUARTERS[1]), (right, QUARTERS[2])):
        assert colour == pytest.approx(tuple(bytes.fromhex(quarter[1:])), abs=25)


def test_a_namesake_elsewhere_is_not_taken_for_it(tiny_pack: Pack) -> None:
    assert tile(neighbour(off_deg=0.01), PREDICTION, [tiny_pack]).thumbnail is None
    assert tile(neighbour(), PREDICTION, []).thumbnail is None


def test_neighbours_at_the_refined_guess_are_retrieval_s() -> None:
    # Paris, its refined guess 20 and 30 km to the north: a degree of latitude is 111.195 km.
    paris = neighbour()
    for km, group in ((20, "retrieval"), (30, "classification")):
        refined = Point(paris.lat + km / 111.195, paris.lng)
        prediction = replace(PREDICTION, refined_guess=refined)
        assert tile(paris, prediction, []).group == group


def test_tiles_say_where_and_how_far_from_the_guess() -> None:
    # From 0, 0 to Paris: the haversine formula by hand, cos c = cos(lat) cos(lng).
    shown = tile(neighbour(), PREDICTION, [])
    lat, lng = np.radians([shown.lat, shown.lng])
    assert shown.distance_km == pytest.approx(6371.0088 * np.arccos(np.cos(lat) * np.cos(lng)))
    assert "Neuilly-sur-Seine, Île-de-France, France" in shown.place


def test_the_belief_is_the_geolocator_s(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    belief = (Believed(1.0, 2.0, 0.75, 30.0), Believed(3.0, 4.0, 0.25, 40.0))
    said = replace(PREDICTION, belief=belief)
    monkeypatch.setattr(RedIsNorth, "locate", lambda *_: [said])
    wish = LocatePhotos(photos=[encoded(Image.new("RGB", (40, 30)))], look=False)
    found = desk.locate(wish).belief
    assert [(one.lat, one.lng, one.probability, one.spread_km) for one in found] == list(belief)


def test_another_bundle_is_loaded_once_and_a_broken_one_named(tmp_path) -> None:
    loads: list[str] = []

    def load(spec: str):
        loads.append(spec)
        if spec == "/broken":
            raise ValueError("expected its parts to fit")
        return Served(Watched(), RedIsNorth(bundle=spec))

    words = [BundleWord(name=name, about="", caveat="") for name in ("own", "other", "broken")]
    bundles = [Described(f"/{word.name}", word) for word in words]
    desk = Desk(load("/own"), load, bundles, Shelf(tmp_path))
    assert [word.name for word in desk.words()] == ["own", "broken", "other"]
    black = encoded(Image.new("RGB", (40, 30)))
    for name, bundle in ((None, "/own"), ("other", "/other"), ("other", "/other")):
        wish = LocatePhotos(photos=[black], bundle=name, look=False)
        assert desk.locate(wish).prediction.bundle == bundle
    assert loads == ["/own", "/other"]
    for name, words_of_it in (("broken", "expected its parts"), ("none", "broken, other")):
        with pytest.raises(UnknownBundle, match=words_of_it):
            desk.locate(LocatePhotos(photos=[black], bundle=name))


def test_rendered_worlds_are_named() -> None:
    about = {"name": "x", "kind": "nearest_neighbour"}
    world = {"pack": "w", "about": "Rendered by Homing, world 3, 768 px wide", "panoramas": 4218}
    assert describe({**about, "data": world}).caveat == RENDERED
    assert describe({**about, "data": world}).about == "nearest neighbour, 4,218 panoramas of w"
    real = {"pack": "arcachon", "about": "Panoramax around Arcachon", "licences": ["etalab-2.0"]}
    assert describe({**about, "data": real}).caveat == ""
    assert describe({**about, "data": {}}).about == "nearest neighbour"


def test_the_catalogue_has_the_shipped_bundles_and_leaves_out_the_broken(tmp_path) -> None:
    (tmp_path / "bundle.json").write_text(json.dumps({"format": 99}))
    names = [one.word.name for one in catalogue(str(tmp_path))]
    assert "world-small" in names
    assert str(tmp_path) not in [one.spec for one in catalogue(str(tmp_path))]
