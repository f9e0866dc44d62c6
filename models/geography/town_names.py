"""Names for places anywhere: of a town near by that people know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.geography.countries import country_name
from models.geography.places import places


def town_names(points: NDArray[np.float64]) -> list[str]:
    """The largest of the 20 places nearest to each of points `(n, 2)`, with its country."""
    table = places()
    _, rows = table.nearest(points, k=20)
    largest = rows[np.arange(len(rows)), np.argmax(table.populations[rows], axis=1)]
    return [f"{table.names[row]}, {country_name(str(table.countries[row]))}" for row in largest]
