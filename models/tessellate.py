"""The step `homing geocells`: training locations and borders in, semantic geocells out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.embed import PACK_HELP
from models.geocell_map import save_map
from models.geocells import GeocellError, Geocells, save_geocells
from models.geography.admin import AdminSource
from models.geography.admin_files import Gadm, GeoBoundaries, NaturalEarth, Overture
from models.geography.hierarchy import GeoNamesAreas
from models.pigeon import PIGEON, PIGEOTTO
from models.semantic_geocells import off_land, semantic_geocells
from models.tessellation.splitting import Limits
from models.world.pack import PackError, pack_of

Points = NDArray[np.float64]

ROUNDS = {"pigeon": PIGEON.optics_rounds, "pigeotto": PIGEOTTO.optics_rounds}

_NAMES = (("lat", "lng"), ("latitude", "longitude"))


def _natural_earth(folder: Path) -> AdminSource:
    return NaturalEarth(
        folder / "ne_10m_admin_0_countries.shp", folder / "ne_10m_admin_1_states_provinces.shp"
    )


SOURCES: dict[str, Callable[[Path], AdminSource]] = {
    "gadm": Gadm,
    "geoboundaries": GeoBoundaries,
    "naturalearth": _natural_earth,
    "overture": Overture,
}


def read_points(path: Path) -> Points:
    """Locations `(n, 2)` of a CSV or parquet table with `lat, lng` or `latitude, longitude`.

    Raises:
        GeocellError: the table is missing, broken, has neither pair, or holds what is no place.
    """
    reader = pq.read_table if path.suffix == ".parquet" else pyarrow.csv.read_csv
    try:
        table = reader(path)
        names = next((pair for pair in _NAMES if set(pair) <= set(table.column_names)), None)
        if names is None:
            raise GeocellError(f"{path}: expected columns lat, lng, got: {table.column_names}")
        columns = [table[name].cast(pa.float64()).to_numpy() for name in names]
    except (OSError, pa.ArrowException) as error:
        raise GeocellError(f"{path}: expected a table of locations, got: {error}") from error
    points = np.stack(columns, axis=1)
    wrong = ~(np.abs(points) <= (90, 180)).all(axis=1)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise GeocellError(
            f"{path}: expected latitudes in [-90, 90] and longitudes in [-180, 180], "
            f"got in row {row + 1}: {points[row].tolist()}"
        )
    return points


def admin_source(wish: str | None) -> AdminSource:
    """The embedded areas, or those of `KIND:PATH`.

    Raises:
        GeocellError: the kind is unknown or nothing is at the path.
    """
    if wish is None:
        return GeoNamesAreas()
    kind, _, path = wish.partition(":")
    if kind not in SOURCES or not path or not Path(path).exists():
        raise GeocellError(f"admin: expected {'|'.join(SOURCES)}:PATH of a file, got: {wish}")
    return SOURCES[kind](Path(path))


def tessellate(points: Points, source: AdminSource, limits: Limits, path: Path) -> Geocells:
    """Make geocells, write them to `path`, and tell how they came out."""
    started = time.perf_counter()
    geocells = semantic_geocells(points, source, limits)
    took_s = time.perf_counter() - started
    save_geocells(geocells, path)
    print(f"{path}: {summary(geocells, points, limits)}, {took_s:.1f} s")
    at_sea_km = off_land(points, source)
    if len(at_sea_km):
        half, all_ = np.median(at_sea_km), at_sea_km.max()
        print(
            f"{len(at_sea_km)} locations in no area went to the nearest one: "
            f"half of them within {half:.1f} km, all within {all_:.1f} km"
        )
    return geocells


def summary(geocells: Geocells, points: Points, limits: Limits) -> str:
    """As `529 geocells for 20000 locations, 84.0% hold 30 to 60, 85 fewer, 0 more`."""
    counts = np.bincount(geocells.locate(points), minlength=len(geocells))
    below, above = int((counts < limits.least).sum()), int((counts > limits.most).sum())
    share = 1 - (below + above) / len(counts)
    return (
        f"{len(counts)} geocells for {len(points)} locations, {share:.1%} hold "
        f"{limits.least} to {limits.most}, {below} fewer, {above} more"
    )


def main(argv: list[str]) -> int:
    """Run `homing geocells`; 0 when done, 1 when it could not be done."""
    arguments = _parser().parse_args(argv)
    limits = Limits(arguments.min, arguments.max, ROUNDS[arguments.optics])
    try:
        points = _points(arguments)
        source = admin_source(arguments.admin)
        geocells = tessellate(points, source, limits, arguments.out)
        if arguments.plot:
            print(save_map(geocells, points, arguments.plot))
    except (GeocellError, PackError, OSError) as error:
        print(f"homing geocells: {error}", file=sys.stderr)
        return 1
    return 0


def _points(arguments: argparse.Namespace) -> Points:
    if arguments.points:
        return read_points(arguments.points)
    training = pack_of(arguments.pack).split("train")
    return np.array([(p.lat, p.lng) for p in training], dtype=np.float64).reshape(-1, 2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing geocells", description="Make semantic geocells from training locations."
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--pack", help=f"{PACK_HELP}: its training split")
    asked.add_argument("--points", type=Path, help="CSV or parquet with columns lat, lng")
    kinds = "|".join(SOURCES)
    parser.add_argument("--admin", help=f"borders, {kinds}:PATH; default: the embedded ones")
    parser.add_argument(
        "--min", type=int, default=PIGEON.min_points, help="locations of a geocell, at least"
    )
    parser.add_argument(
        "--max", type=int, default=PIGEON.max_points, help="locations of a geocell, at most"
    )
    parser.add_argument(
        "--optics", choices=sorted(ROUNDS), default="pigeon", help="whose OPTICS rounds"
    )
    parser.add_argument("--out", type=Path, required=True, help="GeoParquet file to write")
    parser.add_argument("--plot", type=Path, help="PNG of the geocells to write")
    return parser
