"""Captions: their parts' shares over many draws, and their words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.captions import PHOTOS, STREET, Facts, Grammar, caption, facts_of, month_of, towards

LYON = Facts("FR", "Auvergne-Rhône-Alpes", "Lyon", "Cfb", "right", 6)
DRAWS = 6000


def drawn(grammar: Grammar, facts: Facts = LYON, heading: float | None = 100.0) -> list[str]:
    rng = np.random.default_rng(1)
    return [caption(facts, grammar, rng, heading) for _ in range(DRAWS)]


def share(captions: list[str], words: str) -> float:
    return sum(words in text for text in captions) / len(captions)


@pytest.mark.parametrize(
    ("grammar", "climate", "located", "town", "region", "side", "compass", "month"),
    [
        (STREET, 0.4, 0.7, 0.4, 0.6, 0.3, 0.3, 0.3),
        (PHOTOS, 0.45, 0.8, 1, 1, 0.2, 0, 0),
    ],
)
def test_parts_come_as_often_as_published(
    grammar: Grammar,
    climate: float,
    located: float,
    town: float,
    region: float,
    side: float,
    compass: float,
    month: float,
) -> None:
    """Shares of PIGEON's release; three standard errors of 2,000 draws are 0.033."""
    captions = drawn(grammar)
    near = {"abs": 0.033}
    with_climate = [text for text in captions if "climate" in text]
    without = [text for text in captions if "climate" not in text]
    assert len(with_climate) / DRAWS == pytest.approx(climate, **near)
    assert share(with_climate, "France") == pytest.approx(located, **near)
    assert share(without, "France") == 1
    placed = [text for text in captions if "France" in text]
    assert share(placed, "near Lyon") == pytest.approx(town, **near)
    assert share(placed, "Auvergne") == pytest.approx(region, **near)
    assert share(without, "drive on the right") == pytest.approx(side, **near)
    assert share(with_climate, "drive") == 0
    assert share(captions, "Looking east") == pytest.approx(compass, **near)
    assert share(captions, "It is June") == pytest.approx(month, **near)


def test_the_location_comes_first_and_the_rest_in_any_order() -> None:
    texts = drawn(STREET)
    placed = [text for text in texts if "France" in text]
    assert all(text.startswith("A Street View picture") for text in placed)
    both = [text for text in texts if "Looking" in text and "It is" in text]
    first = sum(text.index("Looking") < text.index("It is") for text in both) / len(both)
    assert 0.4 < first < 0.6


def test_the_same_generator_says_the_same() -> None:
    assert drawn(STREET) == drawn(STREET)


def test_what_is_not_known_is_not_said() -> None:
    for text in drawn(STREET, Facts("FR"), heading=None):
        assert text == "A Street View picture in France."
    assert "in the Netherlands." in drawn(STREET, Facts("NL"), None)[0]
    assert drawn(STREET, replace(LYON, country="", climate=""))[0].find("at sea") > 0


def test_compass_sectors_reach_45_degrees_to_both_sides() -> None:
    edges = {0: "north", 44: "north", 46: "east", 134: "east", 136: "south", 224: "south"}
    edges |= {226: "west", 314: "west", 316: "north", 359: "north"}
    assert {heading: towards(heading) for heading in edges} == edges


def test_facts_come_from_the_survey() -> None:
    from models.geography.survey import survey

    paris, cape = facts_of(survey([(48.8584, 2.2945), (-33.9249, 18.4241)]), ["2024-05-01", ""])
    assert (paris.country, paris.region, paris.climate) == ("FR", "Île-de-France", "Cfb")
    assert (paris.side, paris.month) == ("right", 5)
    assert (cape.country, cape.side, cape.month) == ("ZA", "left", None)


def test_every_climate_of_the_layer_has_words() -> None:
    from models.captions import CLIMATES
    from models.geography.climate import OCEAN, climate_zones

    grid = [(lat, lng) for lat in range(-88, 90, 2) for lng in range(-180, 180, 2)]
    assert set(climate_zones(grid).tolist()) - {OCEAN} <= set(CLIMATES)
    assert month_of("2024-12") == 12
