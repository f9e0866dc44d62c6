"""The residual retrieval module: from an embedding to a vector whose products find near places.

LayerNorm, a residual layer of two, LayerNorm, length 1 (Kordopatis-Zilos et al. 2021, section 3.2;
4,096 hidden units for 1,792 dimensions). Numpy; `models.contrastive` trains it with torch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.samples import unit

Array = NDArray[np.float32]

RESIDUAL = "residual.safetensors"
"""Its file in a bundle."""

EPSILON = 1e-5
"""Of LayerNorm: torch's."""


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """For embeddings of `d` numbers, with `h` hidden units."""

    first_scale: Array
    """`(d,)`, as are `first_shift`, `last_scale`, `last_shift`: of the LayerNorms."""
    first_shift: Array
    wide: Array
    """`(h, d)`."""
    wide_bias: Array
    """`(h,)`."""
    narrow: Array
    """`(d, h)`."""
    narrow_bias: Array
    """`(d,)`."""
    last_scale: Array
    last_shift: Array

    def __post_init__(self) -> None:
        hidden, dim = self.wide.shape
        vectors = (self.first_scale, self.first_shift, self.last_scale, self.last_shift)
        shapes = (self.wide_bias.shape, self.narrow.shape, self.narrow_bias.shape)
        if shapes != ((hidden,), (dim, hidden), (dim,)) or {v.shape for v in vectors} != {(dim,)}:
            raise ValueError(f"expected layers {dim} -> {hidden} -> {dim}, got: {shapes}")

    @property
    def dim(self) -> int:
        """The embeddings' `d`."""
        return int(self.wide.shape[1])

    def __call__(self, embeddings: Array) -> Array:
        """Unit vectors `(n, d)` of embeddings `(n, d)`."""
        x = _normalised(embeddings, self.first_scale, self.first_shift)
        hidden = np.maximum(x @ self.wide.T + self.wide_bias, 0)
        x = x + hidden @ self.narrow.T + self.narrow_bias
        return unit(_normalised(x, self.last_scale, self.last_shift))


def _normalised(x: Array, scale: Array, shift: Array) -> Array:
    centred = x - x.mean(axis=1, keepdims=True)
    variance = np.square(centred).mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt(variance + EPSILON) * scale + shift, dtype=np.float32)
