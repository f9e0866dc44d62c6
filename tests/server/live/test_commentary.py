"""What is said of real predictions of `world-small`, and of any other."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.geo import haversine_km, score
from server.arena.words import TurnWord
from server.live.commentary import on_reveal, while_thinking
from server.live.ground import Ground, climate_words, ground_of
from server.protocol import Neighbour, PointWord, Prediction, RankedGeocell

SAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "predictions.json").read_text(encoding="utf-8")
)
"""Of rendered panoramas of unseen places, from the shipped bundle."""

PREDICTIONS = [Prediction.model_validate(sample["prediction"]) for sample in SAMPLES]


def turn_of(sample: int) -> TurnWord:
    guess = PREDICTIONS[sample].guess
    distance_km = float(haversine_km(SAMPLES[sample]["truth"], (guess.lat, guess.lng)))
    return TurnWord(
        seat=0,
        guess=guess,
        distance_km=distance_km,
        score=score(distance_km),
        time_s=9,
        timed_out=False,
    )


def test_what_is_said_of_real_predictions() -> None:
    # Read, one by one, by a person when they were written down.
    for number, sample in enumerate(SAMPLES):
        prediction = PREDICTIONS[number]
        assert while_thinking(prediction.geocells) == sample["while_thinking"]
        assert on_reveal(prediction, turn_of(number)) == sample["on_reveal"]


def test_the_attribution_may_be_the_reason() -> None:
    said = [on_reveal(one, turn_of(n), {"sky": 0.1, "the road": 0.42}) for n, one in ALL]
    assert any("42% of what spoke for it was the road." in one for one in said)
    assert not any("sky" in one for one in said)


ALL = list(enumerate(PREDICTIONS))


def test_before_the_reveal_the_guess_cannot_be_known() -> None:
    # It is not given to it, and no coordinates are: not even a candidate's.
    assert set(inspect.signature(while_thinking).parameters) == {"cells", "look"}
    for _, one in ALL:
        said = while_thinking(one.geocells)
        numbers = [one.guess.lat, one.guess.lng, *(c.lat for c in one.geocells)]
        assert not [number for number in numbers if f"{number:.1f}" in said]


def test_no_guess_in_time() -> None:
    none = TurnWord(seat=0, guess=None, distance_km=None, score=0, time_s=60, timed_out=True)
    assert on_reveal(PREDICTIONS[2], none) == "Brazil, no doubt, but no guess in time."


@pytest.mark.parametrize(
    ("place", "ground"),
    [
        ((51.75, -1.26), Ground("United Kingdom", "mild and rainy", True, "Latin")),
        ((55.75, 37.62), Ground("Russian Federation", "snowy in winter", False, "Cyrillic")),
        ((24.7, 46.7), Ground("Saudi Arabia", "that of a desert", False, "Arabic")),
        ((35.68, 139.69), Ground("Japan", "mild and rainy", True, "Japanese")),
        ((1.35, 103.82), Ground("Singapore", "hot and wet all year", True, "Latin")),
    ],
)
def test_ground(place: tuple[float, float], ground: Ground) -> None:
    # Outside truth: an atlas.
    assert ground_of([place]) == [ground]


def test_climates_have_words_but_the_ocean() -> None:
    assert all(map(climate_words, ("Af", "Am", "As", "Aw", "BWh", "BSk", "Csa", "Cwa", "Cfb")))
    assert climate_words("Dfb") == climate_words("Dwd") == "snowy in winter"
    assert climate_words("ET") == climate_words("EF") == "polar"
    assert climate_words("Ocean") == climate_words("") == ""


WORDS = st.text("abcdefghijklmopqrstuvwxyzÀßł ,()1-'", max_size=60)  # no n: no nan, no None
LATS, LNGS = st.floats(-90, 90), st.floats(-180, 180)
CELLS = st.lists(
    st.builds(RankedGeocell, name=WORDS, probability=st.floats(0, 1), lat=LATS, lng=LNGS),
    max_size=5,
)
GROUNDS = st.builds(
    Ground,
    country=WORDS,
    climate=st.sampled_from(["", "polar", "hot with a dry season"]),
    drives_left=st.booleans(),
    script=st.sampled_from(["Latin", "Cyrillic", "Unified Canadian Aboriginal Syllabics"]),
)
POINTS = st.builds(PointWord, lat=LATS, lng=LNGS)
TURNS = st.builds(
    TurnWord,
    seat=st.just(0),
    guess=st.none() | POINTS,
    distance_km=st.none() | st.floats(0, 20015),
    score=st.integers(0, 5000),
    time_s=st.floats(0, 600),
    timed_out=st.booleans(),
)
OTHERS = st.builds(
    Prediction,
    geocells=CELLS,
    geocell_guess=POINTS,
    refined_guess=POINTS,
    guess=POINTS,
    reason=st.just(""),
    radius_50_km=st.floats(0, 20015),
    radius_90_km=st.floats(0, 20015),
    expected_score=st.floats(0, 5000),
    neighbours=st.lists(
        st.builds(Neighbour, panorama=WORDS, lat=LATS, lng=LNGS, similarity=st.floats(-1, 1)),
        max_size=3,
    ),
    encoder=st.just("e"),
    bundle=st.just("b"),
    places=st.just([]),
)


def is_fit_to_be_said(text: str) -> bool:
    return (
        text.endswith(".")
        and len(text) < 200
        and "nan" not in text
        and "None" not in text
        and "\n" not in text
        and "{" not in text
    )


@settings(max_examples=80, deadline=None)
@given(prediction=OTHERS, turn=TURNS, grounds=st.lists(GROUNDS, min_size=5, max_size=5))
def test_whatever_is_predicted_can_be_said(
    prediction: Prediction, turn: TurnWord, grounds: list[Ground]
) -> None:
    def look(points: Any) -> list[Ground]:
        return grounds[: len(points)]

    shares = {"the road": turn.time_s / 600}
    for text in (
        while_thinking(prediction.geocells, look),
        on_reveal(prediction, turn, shares, look),
    ):
        assert is_fit_to_be_said(text), text
    assert while_thinking(prediction.geocells, look) == while_thinking(prediction.geocells, look)
