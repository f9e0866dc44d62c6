"""GeoCLIP's gallery, against plain loops and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.evaluation.leaks import members_of
from models.evaluation.reliability import cell_belief
from models.geoclip.geolocator import Gallery, GeoClip, Head
from models.geolocator import Geolocator
from tests.models.geolocator_contract import GeolocatorContract
from tests.models.small_models import DIM, geoclip


class TestGeoClipContract(GeolocatorContract):
    @pytest.fixture
    def geolocator(self) -> Geolocator:
        return geoclip()


def by_hand(locator: GeoClip, embedding: np.ndarray) -> list[float]:
    """Two layers, a cosine with each place and a softmax, one number after another."""
    head, values = locator.head, embedding.tolist()
    for weight, bias, floor in (
        (head.hidden_weight, head.hidden_bias, 0.0),
        (head.out_weight, head.out_bias, -math.inf),
    ):
        values = [
            max(floor, b + sum(w * v for w, v in zip(row, values, strict=True)))
            for row, b in zip(weight.tolist(), bias.tolist(), strict=True)
        ]
    length = math.sqrt(sum(v * v for v in values))
    shares = []
    for row in locator.gallery.directions.tolist():
        cosine = sum(w * v for w, v in zip(row, values, strict=True)) / length
        shares.append(math.exp(locator.logit_scale * cosine))
    return [share / sum(shares) for share in shares]


def test_two_layers_a_cosine_and_a_softmax() -> None:
    locator = geoclip()
    for query in np.random.default_rng(3).normal(size=(4, DIM)).astype(np.float32):
        found = np.exp(locator.log_probabilities(query))
        assert found.tolist() == pytest.approx(by_hand(locator, query), rel=1e-4)
        best = locator.locate(query[None])[0].geocells[0]
        assert (best.lat, best.lng) == tuple(locator.gallery.points[found.argmax()])
        assert best.probability == pytest.approx(found.max())


def two_camps() -> GeoClip:
    """One place in Lima looks a little more alike than each of three around Paris."""
    points = np.array([(-12.0, -77.0), (48.8, 2.3), (48.9, 2.3), (48.8, 2.4)])
    cosines = np.array([0.9, 0.88, 0.88, 0.88])
    directions = np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1).astype(np.float32)
    eye, none = np.eye(2, dtype=np.float32), np.zeros(2, np.float32)
    gallery = Gallery(points, directions)
    return GeoClip(gallery, Head(eye, none, eye, none), 10, encoder="e", bundle="b")


def test_the_guess_is_where_most_points_are_expected() -> None:
    found = two_camps().locate(np.array([[1, 0]], np.float32))[0]
    assert found.geocell_guess == found.refined_guess == (-12.0, -77.0)
    assert found.guess.lat == pytest.approx(48.8, abs=0.11)
    assert found.geocells[0].name == "12.0 S, 77.0 W"
    assert found.reason.startswith("Promises")


def test_a_place_spreads_as_far_as_the_next() -> None:
    spreads = two_camps().gallery.spreads_km
    east = math.cos(math.radians(48.8)) * math.radians(0.1) * 6371.0088
    assert spreads[1:] == pytest.approx([east, math.radians(0.1) * 6371.0088, east], rel=1e-5)
    assert spreads[0] == pytest.approx(10_220, rel=0.01)  # from Lima to Paris


def test_it_has_no_geocells_and_holds_no_panoramas() -> None:
    assert cell_belief(geoclip(), np.zeros((1, DIM), np.float32), np.zeros((1, 2))) is None
    assert members_of(geoclip()) is None


def test_what_does_not_fit_is_refused() -> None:
    known = geoclip()
    with pytest.raises(ValueError, match=r"2 or more places .*got: \(1, 2\) and \(1, 5\)"):
        Gallery(known.gallery.points[:1], known.gallery.directions[:1])
    short = Gallery(known.gallery.points, known.gallery.directions[:, :4])
    with pytest.raises(ValueError, match=r"b: expected directions of 5 numbers.*got: \(60, 4\)"):
        GeoClip(short, known.head, 1.0, encoder="e", bundle="b")
