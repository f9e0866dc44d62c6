"""What the tests of several rooms share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# One thread per test process, and per process that a test starts: two files are tested at a time,
# and threads that wait for each other on busy cores burn more time than they save. Read when numpy
# and torch are first imported, so it comes before them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest
from PIL import Image, ImageDraw

from models.world.pack import Pack, Panorama, save_pack

# A busy machine is no failure.
hypothesis.settings.register_profile("homing", deadline=None)
hypothesis.settings.load_profile("homing")

# Asserts that pytest has rewritten are kept for the next run, even where the environment forbids
# bytecode: each process would spend half of its start on rewriting them.
sys.dont_write_bytecode = False

LONGEST = (
    "tests/bot/sites/test_stand_ins.py",
    "tests/test_readme.py",
    "tests/extension/test_other_sites.py",
    "tests/bot/sites/test_arena.py",
    "tests/extension/test_arena.py",
    "tests/server/web/test_match.py",
    "tests/server/web/test_study.py",
    "tests/server/web/test_shared_match.py",
    "tests/server/web/test_locate.py",
    "tests/server/web/test_live.py",
    "tests/server/experiments/test_end_to_end.py",
    "tests/bot/test_survival.py",
    "tests/server/inference/test_under_load.py",
    "tests/models/test_render.py",
    "tests/models/training/test_in_team.py",
    "tests/models/test_attribution.py",
    "tests/bot/tournament/test_browsers.py",
    "tests/models/hardness/test_hardness.py",
    "tests/bot/test_play.py",
    "tests/extension/test_connection.py",
    "tests/bot/placement/test_hand.py",
    "tests/server/web/test_panorama.py",
    "tests/models/test_semantic_geocells.py",
    "tests/server/experiments/test_attacker.py",
)
"""Files that are begun first, those of 15 s and more: one of these alone at the end would keep the
other processes waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, all else stays in its order."""
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


QUARTERS = ("#c0392b", "#27ae60", "#2980b9", "#f1c40f")
"""Colours of the four quarters of a tiny panorama, from its left edge."""

TINY = (
    ("kx7q2m", 48.858370, 2.294481, 0.0, "test"),
    ("p0zw9d", -33.856784, 151.215297, 90.0, "test"),
    ("t4hc1v", 35.360626, 138.727363, 180.0, "test"),
    ("b8nf5r", -13.163141, -72.544963, 270.0, "train"),
    ("j3yg6s", 64.146582, -21.942635, 45.0, "train"),
    ("w5le0u", -17.924353, 25.857258, 300.5, "validation"),
)
"""Id, lat, lng, heading of the centre column, split."""


def draw_panorama(path: Path, number: int) -> None:
    """A 256x128 equirectangular JPEG: four coloured quarters, a horizon, a mark of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (256, 128))
    pen = ImageDraw.Draw(picture)
    for quarter, colour in enumerate(QUARTERS):
        pen.rectangle((quarter * 64, 0, quarter * 64 + 63, 127), fill=colour)
    pen.line((0, 64, 255, 64), fill="white", width=2)
    pen.rectangle((8 + 20 * number, 40, 20 + 20 * number, 60), fill="black")
    picture.save(path, quality=90)


def save_tiny_pack(folder: Path, name: str = "tiny", hfov_deg: float = 360) -> Pack:
    """A pack of six panoramas, as far apart as places can be, without real imagery."""
    panoramas = tuple(
        Panorama(
            id=id_,
            lat=lat,
            lng=lng,
            heading=heading,
            date="2024-05-01",
            split=split,
            licence="CC0-1.0",
            attribution="The tests",
            file=f"images/{id_}.jpg",
            hfov_deg=hfov_deg,
        )
        for id_, lat, lng, heading, split in TINY
    )
    pack = Pack(folder=folder, name=name, about="Six coloured pictures", panoramas=panoramas)
    for number, panorama in enumerate(panoramas):
        draw_panorama(pack.image_path(panorama), number)
    save_pack(pack)
    return pack


@pytest.fixture
def tiny_pack(tmp_path: Path) -> Pack:
    """The tiny pack, in `tmp_path / "packs" / "tiny"`."""
    return save_tiny_pack(tmp_path / "packs" / "tiny")
