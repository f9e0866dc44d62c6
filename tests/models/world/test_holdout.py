import numpy as np
import pytest

from models.geo import destination, to_points
from models.world.holdout import MOAT_KM, held_out, in_moat


@pytest.fixture(scope="module")
def anywhere():
    """200,000 points, evenly over the sphere."""
    return to_points(np.random.default_rng(4).normal(size=(200_000, 3)))


def test_a_twentieth_or_so_of_the_earth_is_held_out(anywhere):
    assert 0.03 < held_out(anywhere).mean() < 0.08
    assert 0.005 < in_moat(anywhere).mean() < 0.03
    assert not (held_out(anywhere) & in_moat(anywhere)).any()


def test_the_moat_is_wide_enough_everywhere(anywhere):
    """Walk from points of the hold-out in all directions: nothing nearer than the moat is open."""
    inside = anywhere[held_out(anywhere)]
    rng = np.random.default_rng(5)
    for _ in range(20):
        there = destination(inside, rng.uniform(0, 360, len(inside)), MOAT_KM * 0.9999)
        assert (held_out(there) | in_moat(there)).all()


@pytest.mark.slow
def test_the_moat_is_no_wider_than_it_must_be(anywhere):
    """Somewhere within 1.42 moats of each of its points there is hold-out."""
    moat = anywhere[in_moat(anywhere)]
    found = np.zeros(len(moat), dtype=bool)
    for reach in np.linspace(0.02, 1.42, 60):
        for bearing in range(0, 360, 5):
            left = np.flatnonzero(~found)
            found[left] = held_out(destination(moat[left], bearing, MOAT_KM * reach))
    assert found.mean() > 0.99  # points off a corner are hard to hit


def test_blocks_are_about_330_km_wide_and_high():
    rng = np.random.default_rng(6)
    points = to_points(rng.normal(size=(4000, 3)))
    points = points[held_out(points) & (np.abs(points[:, 0]) < 75)]
    for bearing in (0, 90):  # through the block and out at both ends, in steps of 10 km
        lengths = []
        for point in points:
            line = [destination(point, b, np.arange(0, 1500, 10)) for b in (bearing, bearing + 180)]
            lengths.append(sum(int(np.argmin(held_out(part))) * 10 for part in line))
        assert 290 < np.median(lengths) < 370


def test_longitudes_beyond_the_antimeridian_are_the_same_places(anywhere):
    turned = anywhere[:5000] + np.array([0, 360])
    assert (held_out(turned) == held_out(anywhere[:5000])).all()
    assert (in_moat(turned) == in_moat(anywhere[:5000])).all()
