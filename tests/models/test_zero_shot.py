"""Geocells by their words, against plain loops; what becomes of a panorama's length."""

from __future__ import annotations

import numpy as np
import pytest

from models.geolocator import Geolocator
from models.zero_shot import Words, ZeroShot
from tests.models.geolocator_contract import GeolocatorContract
from tests.models.small_models import DIM, pigeon, zero_shot


class TestZeroShotContract(GeolocatorContract):
    @pytest.fixture
    def geolocator(self) -> Geolocator:
        return zero_shot()


def by_hand(words: Words, embedding: np.ndarray) -> list[float]:
    """exp(cosine * scale) of the country over all countries', times that of the cell over its
    country's, one number after another."""
    query = embedding.astype(float) / np.linalg.norm(embedding.astype(float))
    country = [float(np.exp(query @ row)) for row in words.countries]
    cell = [float(np.exp(query @ row)) for row in words.geocells]
    found = []
    for mine, own in enumerate(words.country_of):
        rivals = [value for row, value in enumerate(cell) if words.country_of[row] == own]
        found.append(country[own] / sum(country) * cell[mine] / sum(rivals))
    return found


def test_the_country_first_then_the_place_in_it() -> None:
    words = zero_shot().words
    queries = np.random.default_rng(8).normal(size=(5, DIM)).astype(np.float32) * 7
    found = np.exp(words.log_probabilities(queries))
    assert found.sum(axis=1) == pytest.approx(1)
    for query, row in zip(queries, found, strict=True):
        assert row.tolist() == pytest.approx(by_hand(words, query), rel=1e-5)


def test_a_country_alone_has_all_its_probability_in_one_cell() -> None:
    words = Words(np.eye(2, dtype=np.float32) * 3, np.eye(2, dtype=np.float32), np.array([0, 1]))
    found = np.exp(words.log_probabilities(np.array([[2, 0]], np.float32)))
    assert found[0, 0] == pytest.approx(1 / (1 + np.exp(-3)))  # cosines 1 and 0, scale 3


def test_views_that_differ_make_a_panorama_no_less_sure() -> None:
    """Their mean is short. Only its direction is a place: as sure as one view that looks there."""
    locator = zero_shot()
    rng = np.random.default_rng(4)
    views = (rng.normal(size=(4, DIM)) * 10).astype(np.float32)
    mean = views.mean(axis=0)
    assert np.linalg.norm(mean) < 0.75 * np.linalg.norm(views, axis=1).mean()
    one_view = mean / np.linalg.norm(mean) * 10
    panorama, alone = locator.locate(np.stack([mean, one_view]))
    assert panorama.geocells[0].probability == pytest.approx(alone.geocells[0].probability)
    assert panorama.radius_90_km == pytest.approx(alone.radius_90_km)


def test_scale_sharpens() -> None:
    blunt = zero_shot().words
    sharp = Words(blunt.countries * 5, blunt.geocells * 5, blunt.country_of)
    query = np.random.default_rng(1).normal(size=(1, DIM)).astype(np.float32)
    assert sharp.log_probabilities(query).max() > blunt.log_probabilities(query).max()


def test_extreme_logits_stay_finite() -> None:
    words = zero_shot().words
    loud = Words(words.countries * 1000, words.geocells * 1000, words.country_of)
    found = loud.log_probabilities(np.eye(DIM, dtype=np.float32))
    assert np.isfinite(found).all()
    assert np.exp(found).sum(axis=1) == pytest.approx(1)


def test_words_that_do_not_fit_are_refused() -> None:
    rows = np.ones((3, 4), np.float32)
    with pytest.raises(ValueError, match="expected words for 2 geocells in 3 countries"):
        Words(rows, rows[:2], np.array([0, 1]))
    words, cells = Words(rows, rows, np.array([0, 1, 2])), len(pigeon().geocells)
    with pytest.raises(ValueError, match=f"b: expected words for {cells} geocells, got: 3"):
        ZeroShot(pigeon().geocells, words, encoder="e", bundle="b")
