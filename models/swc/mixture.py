"""A mixture of von Mises-Fisher distributions on the sphere whose weights an embedding decides.

Izbicki, Papalexakis and Tsotras, "Exploiting the Earth's Spherical Geometry to Geolocate Images",
ECML PKDD 2019. Numpy, so that a bundle answers without importing torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree
from scipy.special import logsumexp

from models.classifier import Classifier
from models.geo import EARTH_RADIUS_KM, haversine_km, to_unit_vectors

Array = NDArray[np.float64]

_UNIFORM = np.sqrt((np.pi**2 - 4) / 2)
"""Root mean square angle between a fixed point and one drawn anywhere."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """`c` components; the classifier says how much each weighs."""

    names: tuple[str, ...]
    means: Array
    """`(c, 2)`, directions as points."""
    kappas: Array
    """`(c,)`, concentrations; `(EARTH_RADIUS_KM / sigma_km)**2`."""
    classifier: Classifier

    def __post_init__(self) -> None:
        count = len(self.classifier.bias)
        shapes = (len(self.names), self.means.shape, self.kappas.shape)
        if shapes != (count, (count, 2), (count,)) or count == 0:
            raise ValueError(f"expected names, means, kappas of {count} > 0, got: {shapes}")
        if not (np.isfinite(self.kappas).all() and (self.kappas > 0).all()):
            raise ValueError("kappas: expected finite numbers above 0")

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(to_unit_vectors(self.means))

    @property
    def spreads_km(self) -> Array:
        """`(c,)`, root mean square distance of a component's places from its mean.

        `sqrt(2 / kappa)` on the tangent plane; no more than that of places anywhere.
        """
        result: Array = EARTH_RADIUS_KM * np.minimum(np.sqrt(2 / self.kappas), _UNIFORM)
        return result

    def locate(self, points: ArrayLike) -> NDArray[np.int64]:
        """The component `(n,)` whose mean is nearest to each of points `(n, 2)`: its cell."""
        latlng = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        return np.asarray(self._tree.query(to_unit_vectors(latlng))[1], dtype=np.int64)

    def around(self, component: int, reach_km: float) -> NDArray[np.int64]:
        """The component itself and those whose means lie at most `reach_km` from its mean."""
        away_km = haversine_km(self.means, self.means[component])
        near = away_km <= reach_km
        near[component] = True  # rounding may leave it out
        return np.flatnonzero(near)

    def log_weights(self, embeddings: NDArray[np.float32]) -> Array:
        """`(n, c)` for embeddings `(n, d)`."""
        return self.classifier.log_probabilities(embeddings)

    def log_densities(self, embeddings: NDArray[np.float32], points: Array) -> Array:
        """Log of the mixture's density `(n,)` at points `(n, 2)`, a point for each embedding.

        Per steradian: a uniform belief has `-log(4 pi)`, -2.53, everywhere.
        """
        return densities_at(self.log_weights(embeddings), points, self)

    def mass_near(self, log_weights: Array, points: Array, radius_km: float) -> Array:
        """Weight `(n,)` of the components whose mean is at most `radius_km` from points `(n, 2)`.

        The "prediction density" of Kordopatis-Zilos et al., MMM 2022: with 25 km they call an image
        localizable above 0.2.
        """
        near = haversine_km(points[:, None], self.means[None]) <= radius_km
        result: Array = (np.exp(log_weights) * near).sum(axis=1)
        return result


def densities_at(log_weights: Array, points: Array, mixture: Mixture) -> Array:
    """As `Mixture.log_densities`, of known weights `(n, c)`."""
    each = vmf_log_densities(
        to_unit_vectors(points), to_unit_vectors(mixture.means), mixture.kappas
    )
    result: Array = logsumexp(log_weights + each, axis=1)
    return result


def vmf_log_densities(vectors: Array, means: Array, kappas: Array) -> Array:
    """`(n, c)` per steradian, of unit vectors `(n, 3)` under components `(c, 3)` and `(c,)`.

    `kappa / (2 pi (1 - exp(-2 kappa))) * exp(kappa (mu.x - 1))` (Mardia and Jupp, Directional
    Statistics, 2000, section 9.3.2). `mu.x - 1` is `-|mu - x|^2 / 2`: the chord keeps its digits
    where the product rounds to 1, and does not mind that rounded vectors are not quite of length 1.
    """
    chords = sum((vectors[:, None, axis] - means[None, :, axis]) ** 2 for axis in range(3))
    norms = np.log(kappas) - math.log(2 * math.pi) - np.log(-np.expm1(-2 * kappas))
    return np.asarray(norms - kappas * chords / 2)
