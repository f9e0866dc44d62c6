"""What oracles know, and that more knowledge scores more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.geo import expected_points, haversine_km
from models.hardness.constant import best_constant_point
from models.hardness.forest import forest_guesses
from models.hardness.oracles import (
    CLIMATE,
    CONVENTIONS,
    ORACLES,
    traits_known,
    traits_of_cues,
    traits_of_panoramas,
)
from models.hardness.traits import feature_table
from models.render import render_pack
from models.world.pack import PackError, load_pack
from models.world.sampling import draw_places
from models.world.scene import CUES

KNOWN, ASKED = slice(0, 320), slice(320, 400)


@pytest.fixture(scope="module")
def spots():
    return draw_places(400, 3)


@pytest.fixture(scope="module")
def points(spots):
    return np.array([(spot.lat, spot.lng) for spot in spots])


@pytest.fixture(scope="module")
def told(spots):
    """Traits without style, and with it."""
    return [
        [traits_of_cues(s.lat, s.lng, n, s.day, style=style) for n, s in enumerate(spots)]
        for style in (False, True)
    ]


def score(points, guesses) -> float:
    return float(expected_points(haversine_km(guesses, points[ASKED])).mean())


def oracle(points, rows, cues) -> float:
    table = feature_table([traits_known(row, cues) for row in rows])
    return score(points, forest_guesses(table[KNOWN], points[KNOWN], table[ASKED]))


@pytest.mark.slow
def test_more_knowledge_scores_more(points, told) -> None:
    plain, styled = told
    constant = score(points, best_constant_point(points[KNOWN]))
    climate, both = (oracle(points, plain, cues) for cues in (CLIMATE, CLIMATE + CONVENTIONS))
    assert constant + 200 < climate
    assert climate + 200 < both
    assert both + 50 < oracle(points, styled, tuple(CUES))


@pytest.mark.slow
def test_no_word_names_the_place(told) -> None:
    said: dict[str, set[object]] = {}
    for row in told[1]:
        for name, trait in row.items():
            if isinstance(trait, str):
                said.setdefault(name, set()).add(trait)
    # Spots of 400 lie around some 390 towns in some 150 countries; languages are fewer.
    assert {name: len(words) for name, words in said.items() if len(words) > 110} == {}
    assert len(said["writing.language"]) > 40


@pytest.mark.slow
def test_no_number_is_the_place() -> None:
    (spot,) = draw_places(1, 3)
    traits = traits_of_cues(spot.lat, spot.lng, 1, spot.day, style=True)
    numbers = np.array([trait for trait in traits.values() if isinstance(trait, float)])
    for degrees in (spot.lat, spot.lng):
        assert not np.isclose(numbers, degrees, atol=1e-6).any()


def test_style_off_is_another_places_style() -> None:
    (spot,) = draw_places(1, 3)
    on, off = (
        traits_of_cues(spot.lat, spot.lng, 1, spot.day, style=style) for style in (True, False)
    )
    assert on["architecture.wall.0"] != off["architecture.wall.0"]
    assert on["bollards.height_m"] == off["bollards.height_m"]


def test_all_cues_are_known_to_the_last_oracle_alone() -> None:
    assert all(set(cues) <= set(CUES) for cues in ORACLES.values())
    assert [name for name, cues in ORACLES.items() if "style" in cues] == ["all cues"]


def test_only_some_cues() -> None:
    traits = {"sky.haze.0": 1.0, "side.left": 0.0, "signs.ink.0": 0.0}
    assert traits_known(traits, ("sky", "signs")) == {"sky.haze.0": 1.0, "signs.ink.0": 0.0}


@pytest.mark.slow
def test_other_packs_are_refused(tmp_path: Path) -> None:
    asked = {"count": 2, "split": None, "width_px": 64, "seed": 5, "processes": 1}
    pack = load_pack(render_pack(tmp_path / "all", name="all", **asked))
    assert len(list(traits_of_panoramas(pack, pack.panoramas, 1))) == 2
    less = load_pack(render_pack(tmp_path / "l", name="l", without=frozenset({"side"}), **asked))
    for other in (replace(pack, about="Photographs"), less):
        with pytest.raises(PackError, match="expected a pack of the rendered world"):
            list(traits_of_panoramas(other, pack.panoramas, 1))
