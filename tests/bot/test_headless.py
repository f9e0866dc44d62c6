"""Rounds without a browser: the arena's panoramas, in its order, and its views."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.headless import Rounds, draw
from models.world.pack import Pack, PackError
from server.arena import shelf
from server.arena.words import NewMatch, Rules
from tests.conftest import QUARTERS, TINY, save_tiny_pack


@pytest.mark.parametrize("seed", range(8))
def test_the_draw_is_the_arenas(tiny_pack: Pack, seed: int) -> None:
    """With two drives, the second of which is longer than the other."""
    drives = ("a", "b", "b", "", "b", "a")
    panoramas = tuple(
        replace(panorama, sequence=drive)
        for panorama, drive in zip(tiny_pack.panoramas, drives, strict=True)
    )
    pack = replace(tiny_pack, panoramas=panoramas)
    wish = NewMatch(pack="tiny", rules=Rules(rounds=6), name="tests")
    assert draw(panoramas, seed) == shelf.draw(pack, wish, seed)


def test_scenes_are_numbered_and_know_where_they_are(tiny_pack: Pack) -> None:
    scenes = Rounds(str(tiny_pack.folder), "test", 3).of(seed=4)
    assert [(scene.seed, scene.number) for scene in scenes] == [(4, 1), (4, 2), (4, 3)]
    places = {id_: (lat, lng) for id_, lat, lng, _, split in TINY if split == "test"}
    assert {s.key: (s.location.lat, s.location.lng) for s in scenes} == places


def test_views_look_where_they_say(tiny_pack: Pack) -> None:
    """A tiny panorama begins with its first quarter, half a turn from its centre."""
    for scene in Rounds(str(tiny_pack.folder), None, 6).of(seed=1):
        centre = next(heading for id_, _, _, heading, _ in TINY if id_ == scene.key)
        for view in scene.views():
            pixels = np.asarray(Image.open(BytesIO(view.jpeg)))
            assert pixels.shape == (512, 512, 3)
            # Half way to the right edge of a view of 90 degrees: atan(1/2). Above all marks.
            quarter = QUARTERS[int((view.heading + 26.57 - centre + 180) % 360 // 90)]
            expected = [int(quarter[i : i + 2], 16) for i in (1, 3, 5)]
            np.testing.assert_allclose(pixels[20, 384], expected, atol=12)


def test_a_photo_has_one_view(tmp_path: Path) -> None:
    pack = save_tiny_pack(tmp_path / "photos", hfov_deg=65)
    (scene,) = Rounds(str(pack.folder), "validation", 1).of(seed=1)
    assert [view.heading for view in scene.views()] == [300.5]
    assert [square.size for square in scene.squares(32)] == [(32, 32)]


def test_too_few_panoramas_are_refused(tiny_pack: Pack) -> None:
    with pytest.raises(PackError, match=r"split validation of pack .*: expected 2 .*, got: 1"):
        Rounds(str(tiny_pack.folder), "validation", 2)
    with pytest.raises(PackError, match="expected a pack"):
        Rounds("no-such-pack", None, 1)
