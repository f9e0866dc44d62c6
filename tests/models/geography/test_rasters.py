"""Small GeoTIFFs made here, with the numbers, systems and silences of the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from models.geography import grids, rasters
from models.geography.climate import climate_zones
from models.geography.places import population_density
from models.geography.survey import Layers, survey

# rasterio 1.4's own use of affine 3.
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")

PARIS, SYDNEY, PACIFIC = (48.86, 2.35), (-33.87, 151.21), (0.0, -150.0)


def save(path: Path, values: np.ndarray, crs: str | None = "EPSG:4326", **profile: object) -> Path:
    """A world map of the values' shape, unless `transform` says otherwise."""
    height, width = values.shape
    world = from_origin(-180, 90, 360 / width, 180 / height)
    made = {"transform": world, "crs": crs, "dtype": values.dtype} | profile
    with rasterio.open(
        path, "w", driver="GTiff", height=height, width=width, count=1, **made
    ) as file:
        file.write(values, 1)
    return path


@pytest.mark.parametrize("layout", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 32}])
def test_each_point_gets_its_own_pixel(tmp_path: Path, layout: dict[str, object]) -> None:
    numbers = np.arange(180 * 360, dtype=np.int32).reshape(180, 360)
    file = rasters.GeoTiff(save(tmp_path / "numbers.tif", numbers, **layout))
    points = np.random.default_rng(0).uniform((-90, -180), (90, 180), (2000, 2))
    rows, columns = np.floor(90 - points[:, 0]), np.floor(points[:, 1] + 180)
    assert file.at(points).tolist() == (rows * 360 + columns).tolist()
    edges = [(90, -180), (-90, 179.9), (0.5, 180), (0.5, 540)]
    assert file.at(edges).tolist() == [0, 179 * 360 + 359, 89 * 360, 89 * 360]


def test_beck_is_read_by_symbol(tmp_path: Path) -> None:
    numbers = np.zeros((180, 360), dtype=np.uint8)
    numbers[41, 182], numbers[123, 331] = 15, 14  # Paris Cfb, Sydney Cfa in Beck's legend
    zones = rasters.beck_climate(save(tmp_path / "koppen_geiger_1p0.tif", numbers))
    assert zones([PARIS, SYDNEY]).tolist() == ["Cfb", "Cfa"]
    cairo = (30.04, 31.24)  # silent here: the embedded layer answers
    assert zones([cairo, PACIFIC]).tolist() == climate_zones([cairo, PACIFIC]).tolist()


def test_elevation_with_scale_and_no_data(tmp_path: Path) -> None:
    metres = np.full((180, 360), -32768, dtype=np.int16)
    metres[41, 182] = 70
    path = save(tmp_path / "dem.tif", metres, nodata=-32768)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.5,), (10.0,)
    layer = rasters.elevation(path)
    assert layer([PARIS]).tolist() == [45.0]
    assert layer([SYDNEY]).tolist() == grids.elevation_m([SYDNEY]).tolist()


def test_worldclim_has_twelve_files(tmp_path: Path) -> None:
    for month in range(1, 13):
        values = np.full((18, 36), np.float32(-3.4e38))
        values[4, 18] = month
        name = f"wc2.1_10m_tavg_{month:02}.tif"
        save(tmp_path / name, values, nodata=float(np.float32(-3.4e38)))
    months = rasters.worldclim(tmp_path, "tavg")([PARIS, SYDNEY])
    assert months[0].tolist() == list(range(1, 13))
    np.testing.assert_allclose(months[1], grids.temperature_c([SYDNEY])[0])
    with pytest.raises(FileNotFoundError, match="expected 12 files of prec, got: 0"):
        rasters.worldclim(tmp_path, "prec")


def test_people_per_pixel_become_people_per_km2(tmp_path: Path) -> None:
    people = np.full((18, 36), 1e6)
    degrees = rasters.ghs_population(save(tmp_path / "degrees.tif", people))
    # Ten by ten degrees at 60 north: 1112 km by 556 km.
    np.testing.assert_allclose(degrees([(60, 5)]), 1e6 / (1111.95 * 555.97), rtol=1e-4)
    # A metric system: Paris lies 165 km east, 5,760 km north of Mollweide's origin.
    metres = np.full((400, 400), 250.0)
    west_north = from_origin(0, 6_000_000, 1000, 1000)
    path = save(tmp_path / "mollweide.tif", metres, crs="ESRI:54009", transform=west_north)
    mollweide = rasters.ghs_population(path)
    assert mollweide([PARIS]).tolist() == [250]
    assert mollweide([SYDNEY]).tolist() == population_density([SYDNEY]).tolist()


def test_a_picture_without_coordinates_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "plain.tif", np.zeros((4, 4), dtype=np.uint8), crs=None)
    with pytest.raises(ValueError, match=r"plain\.tif: expected a coordinate system, got none"):
        rasters.GeoTiff(path)


def test_layers_fit_into_the_survey(tmp_path: Path) -> None:
    path = save(tmp_path / "dem.tif", np.full((18, 36), 123, dtype=np.int16))
    found = survey([PARIS, PACIFIC], Layers(elevation_m=rasters.elevation(path)))
    assert found.elevation_m.tolist() == [123, 123]
