"""Places' names as their signs write them, where that is not the Latin name of `places()`.

From GeoNames (CC BY 4.0) by `build_local_names.py`.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from models.geography.places import places

FILE = Path(__file__).parent / "data" / "local_names.parquet"


def spot(lat: float, lng: float) -> tuple[int, int]:
    """A point in 1e-5 degrees, as GeoNames gives them; what places are known by in the file."""
    return round(lat * 1e5), round(lng * 1e5)


def local_names(row: int) -> dict[str, str]:
    """Names of a place, a row of `places()`, by the CLDR code of their language.

    Languages are some of `languages_at`, in no order; empty where the file has none.
    """
    lat, lng = places().points[row]
    return _names().get(spot(lat, lng), {})


@cache
def _names() -> dict[tuple[int, int], dict[str, str]]:
    with pq.ParquetFile(FILE) as file:
        table = file.read()  # not `read_table`, which imports pandas
    columns = (table[name].to_pylist() for name in ("lat_e5", "lng_e5", "language", "name"))
    names: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for lat, lng, language, name in zip(*columns, strict=True):
        names[lat, lng][language] = name
    return dict(names)
