"""The mixture's density against arithmetic with 50 digits, and by integration."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from models.classifier import Classifier
from models.geo import EARTH_RADIUS_KM, destination, haversine_km, to_unit_vectors
from models.swc.mixture import Mixture, vmf_log_densities

KAPPAS = [1e-3, 0.1, 1.0, 7.0, 50.0, 1e3, 1e5, 8_886_110.0, 1e9]


def exact(vector, mean, kappa: float) -> float:
    """The textbook's formula, of the directions of two vectors as they are."""
    with mpmath.workdps(50):
        x, m = ([mpmath.mpf(float(v)) for v in of] for of in (vector, mean))
        product = sum(a * b for a, b in zip(x, m, strict=True))
        cosine = product / (mpmath.norm(x) * mpmath.norm(m))
        k = mpmath.mpf(kappa)
        return float(mpmath.log(k / (4 * mpmath.pi * mpmath.sinh(k))) + k * cosine)


def pairs(kappa: float, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """A mean, and places in it, near it by the width of `kappa`, and anywhere."""
    mean = np.array([52.52, 13.405])
    sigma_km = min(EARTH_RADIUS_KM / kappa**0.5, 5000)
    away_km = np.array([0, 0.1, 1, 3]) * sigma_km
    places = [*destination(mean, 77.0, away_km), (-33.9, 18.4), (-52.52, -166.595)]
    return to_unit_vectors(places).astype(dtype), to_unit_vectors(mean[None]).astype(dtype)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize(("dtype", "digits"), [(np.float32, 3e-6), (np.float64, 1e-9)])
def test_densities_have_all_their_digits(kappa: float, dtype: type, digits: float) -> None:
    vectors, mean = pairs(kappa, dtype)
    found = vmf_log_densities(vectors, mean, np.array([kappa], dtype))
    assert found.dtype == dtype
    wanted = [exact(vector, mean[0], float(dtype(kappa))) for vector in vectors]
    assert found[:, 0] == pytest.approx(wanted, rel=digits, abs=digits)


def even(components: int, kappa: float, dim: int = 2) -> Mixture:
    means = np.array([(0.0, 0.0), (40, 100), (-30, -60)])[:components]
    layer = Classifier(np.zeros((components, dim), np.float32), np.zeros(components, np.float32))
    return Mixture(tuple("abc")[:components], means, np.full(components, kappa), layer)


@pytest.mark.parametrize("kappa", [1e-3, 1.0, 40.0])
def test_a_density_holds_all_in_all(kappa: float) -> None:
    lat, lng = np.meshgrid(np.arange(-89.5, 90), np.arange(-179.5, 180), indexing="ij")
    points = np.stack([lat.ravel(), lng.ravel()], axis=1)
    areas = np.cos(np.radians(points[:, 0])) * np.radians(1) ** 2
    found = even(3, kappa).log_densities(np.zeros((len(points), 2), np.float32), points)
    assert (np.exp(found) * areas).sum() == pytest.approx(1, rel=1e-3)


def test_spreads_are_those_of_drawn_places() -> None:
    """Drawn by the inverse of the distribution of mu.x (Ulrich 1984)."""
    uniform = np.random.default_rng(1).uniform(size=200_000)
    for kappa in (100.0, 1e4):
        cosines = 1 + np.log(uniform + (1 - uniform) * np.exp(-2 * kappa)) / kappa
        angles = np.arccos(np.clip(cosines, -1, 1))
        drawn_km = EARTH_RADIUS_KM * np.sqrt(np.mean(angles**2))
        assert even(1, kappa).spreads_km[0] == pytest.approx(drawn_km, rel=0.01)
    anywhere_km = haversine_km((90, 0), np.degrees(np.arcsin(2 * uniform - 1))[:, None] * [1, 0])
    rms_km = np.sqrt(np.mean(anywhere_km**2))
    assert even(1, 1e-3).spreads_km[0] == pytest.approx(rms_km, rel=0.01)


def test_a_place_belongs_to_the_nearest_mean() -> None:
    mixture = even(3, 10)
    points = np.random.default_rng(2).uniform((-90, -180), (90, 180), (50, 2))
    nearest = haversine_km(points[:, None], mixture.means[None]).argmin(axis=1)
    assert mixture.locate(points).tolist() == nearest.tolist()


def test_mass_near_a_place() -> None:
    mixture = even(3, 10)
    log_weights = np.log([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    near = mixture.mass_near(log_weights, np.array([(0.1, 0.1), (0.0, 50.0)]), 25)
    assert near == pytest.approx([0.5, 0])


def test_what_does_not_fit_is_refused() -> None:
    layer = Classifier(np.zeros((2, 3), np.float32), np.zeros(2, np.float32))
    with pytest.raises(ValueError, match="expected names, means, kappas of 2 > 0"):
        Mixture(("a",), np.zeros((2, 2)), np.ones(2), layer)
    with pytest.raises(ValueError, match="kappas: expected finite numbers above 0"):
        Mixture(("a", "b"), np.zeros((2, 2)), np.array([1, 0.0]), layer)
