"""Embedding -> geocell probabilities: one linear layer, as in PIGEON.

Numpy, so that a bundle answers without importing torch; `models.fit` trains it with torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax


@dataclass(frozen=True, eq=False)
class Classifier:
    """A linear layer over embeddings of `d` numbers, for `c` geocells."""

    weight: NDArray[np.float32]
    """`(c, d)`."""
    bias: NDArray[np.float32]
    """`(c,)`."""
    temperature: float = 1.0
    """Divides the logits; fitted on held-out panoramas so that probabilities mean what they say."""

    def __post_init__(self) -> None:
        if self.weight.ndim != 2 or self.bias.shape != self.weight.shape[:1]:
            raise ValueError(
                f"expected weight (c, d) and bias (c,), got: {self.weight.shape}, {self.bias.shape}"
            )
        if not 0 < self.temperature < np.inf:
            raise ValueError(f"expected a temperature above 0, got: {self.temperature}")

    @property
    def dim(self) -> int:
        """The embeddings' `d`."""
        return int(self.weight.shape[1])

    def log_probabilities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """`(n, c)` for embeddings `(n, d)`."""
        logits = embeddings.astype(np.float64) @ self._columns + self.bias
        result: NDArray[np.float64] = log_softmax(logits / self.temperature, axis=1)
        return result

    @cached_property
    def _columns(self) -> NDArray[np.float64]:
        """The weight as it is multiplied, `(d, c)`: turned once, not at each call."""
        return self.weight.T.astype(np.float64)
