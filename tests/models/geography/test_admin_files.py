"""Readers of other people's borders, on tiny files with the layers and columns of the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from models.geography.admin import AdminSource, ByAreas
from models.geography.admin_files import Gadm, GeoBoundaries, NaturalEarth, Overture, alpha2
from models.geography.survey import Layers, survey

FRANCE, MONACO = shapely.box(0, 44, 4, 48), shapely.box(7, 43, 8, 44)
NORTH, SOUTH = shapely.box(0, 46, 4, 48), shapely.box(0, 44, 4, 46)
EAST_OF_NORTH, WEST_OF_NORTH = shapely.box(2, 46, 4, 48), shapely.box(0, 46, 2, 48)

IN_NORTH_EAST, IN_SOUTH, IN_MONACO, NOWHERE = (47, 3), (45, 1), (43.5, 7.5), (10, 10)


def save(path: Path, shapes: list[shapely.Geometry], layer: str | None = None, **columns) -> None:
    from pyogrio.raw import write

    names = list(columns)
    fields = [np.array(values, dtype=object) for values in columns.values()]
    geometry = np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object)
    exists = path.exists()
    write(path, geometry, fields, names, layer=layer, crs="EPSG:4326",
          geometry_type="Polygon", append=exists and layer is None)  # fmt: skip


def gadm(folder: Path) -> AdminSource:
    path = folder / "gadm_410-levels.gpkg"
    save(path, [FRANCE, MONACO], "ADM_0", GID_0=["FRA", "MCO"], COUNTRY=["France", "Monaco"])
    save(path, [NORTH, SOUTH], "ADM_1", GID_0=["FRA"] * 2, COUNTRY=["France"] * 2,
         GID_1=["FRA.1_1", "FRA.2_1"], NAME_1=["North", "South"])  # fmt: skip
    save(path, [EAST_OF_NORTH, WEST_OF_NORTH], "ADM_2", GID_0=["FRA"] * 2, COUNTRY=["France"] * 2,
         GID_1=["FRA.1_1"] * 2, NAME_1=["North"] * 2,
         GID_2=["FRA.1.1_1", "FRA.1.2_1"], NAME_2=["East", "West"])  # fmt: skip
    return Gadm(path)


def geoboundaries(folder: Path) -> AdminSource:
    stem = "geoBoundariesCGAZ_ADM"
    save(folder / f"{stem}0.gpkg", [FRANCE, MONACO], shapeGroup=["FRA", "MCO"],
         shapeType=["ADM0"] * 2, shapeName=["France", "Monaco"])  # fmt: skip
    save(folder / f"{stem}1.gpkg", [NORTH, SOUTH], shapeGroup=["FRA"] * 2, shapeID=["1B1", "1B2"],
         shapeType=["ADM1"] * 2, shapeName=["North", "South"])  # fmt: skip
    save(folder / f"{stem}2.gpkg", [EAST_OF_NORTH, WEST_OF_NORTH], shapeGroup=["FRA"] * 2,
         shapeID=["2B1", "2B2"], shapeType=["ADM2"] * 2, shapeName=["East", "West"])  # fmt: skip
    return GeoBoundaries(folder)


def natural_earth(folder: Path) -> AdminSource:
    countries = folder / "ne_10m_admin_0_countries.shp"
    states = folder / "ne_10m_admin_1_states_provinces.shp"
    save(countries, [FRANCE, MONACO], ADM0_A3=["FRA", "MCO"], NAME=["France", "Monaco"])
    save(states, [NORTH, SOUTH], adm1_code=["FRA-1", "FRA-2"], adm0_a3=["FRA"] * 2,
         name=["North", "South"])  # fmt: skip
    return NaturalEarth(countries, states)


def overture(folder: Path) -> AdminSource:
    rows = [
        ("a", "country", "land", "FR", None, "France", FRANCE),
        ("b", "country", "land", "MC", None, "Monaco", MONACO),
        ("c", "country", "maritime", "MC", None, "Monaco", shapely.box(5, 40, 9, 44)),
        ("d", "region", "land", "FR", "FR-N", "North", NORTH),
        ("e", "region", "land", "FR", "FR-S", "South", SOUTH),
        ("f", "county", "land", "FR", "FR-N", "East", EAST_OF_NORTH),
        ("g", "county", "land", "FR", "FR-N", "West", WEST_OF_NORTH),
    ]
    ids, subtypes, classes, countries, regions, names, shapes = zip(*rows, strict=True)
    table = pa.table(
        {
            "id": ids,
            "subtype": subtypes,
            "class": classes,
            "country": countries,
            "region": pa.array(regions, pa.string()),
            "names": [{"primary": name} for name in names],
            "geometry": [shapely.to_wkb(shape) for shape in shapes],
        }
    )
    pq.write_table(table, folder / "division_area.parquet")
    return Overture(folder)


@pytest.mark.parametrize("made", [gadm, geoboundaries, natural_earth, overture])
def test_every_source_answers_alike(made, tmp_path: Path) -> None:
    source = made(tmp_path)
    countries, states, counties = (source.polygons(level) for level in (0, 1, 2))
    assert sorted(countries.names.tolist()) == ["France", "Monaco"]
    assert sorted(countries.countries.tolist()) == ["FR", "MC"]
    assert countries.parents.tolist() == ["", ""]
    assert sorted(states.names.tolist()) == ["Monaco", "North", "South"]
    assert set(states.parents.tolist()) == set(countries.ids.tolist())
    assert set(counties.parents.tolist()) == set(states.ids.tolist())
    for areas in (countries, states, counties):
        assert len(set(areas.ids.tolist())) == len(areas)
        assert shapely.union_all(areas.polygons).area == pytest.approx(17)

    found = ByAreas(source)([IN_NORTH_EAST, IN_SOUTH, IN_MONACO, NOWHERE])
    assert found.countries.tolist() == ["FR", "FR", "MC", ""]
    assert found.admin1.tolist() == ["North", "South", "Monaco", ""]
    east = "North" if made is natural_earth else "East"
    assert found.admin2.tolist() == [east, "South", "Monaco", ""]


def test_the_survey_takes_a_source(tmp_path: Path) -> None:
    found = survey([IN_SOUTH, NOWHERE], Layers(admin=ByAreas(gadm(tmp_path))))
    assert found.admin.admin1_ids.tolist() == ["FRA.2_1", ""]
    assert found.country_names.tolist() == ["France", ""]
    assert found.driving_sides.tolist() == ["right", ""]


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "a.shp", [FRANCE], CODE=["FRA"], NAME=["France"])
    with pytest.raises(ValueError, match=r"a\.shp: expected columns ADM0_A3, NAME, lacks"):
        NaturalEarth(tmp_path / "a.shp", tmp_path / "b.shp").polygons(0)


def test_codes() -> None:
    assert alpha2(["GBR", "XKX", "FR", "Z01"]).tolist() == ["GB", "XK", "FR", "Z01"]
