"""Administrative areas from files that a user brings: GADM, geoBoundaries, Natural Earth, Overture.

Each class is an `admin.AdminSource`. Where a country has no areas of a level, those of the level
above stand in, so that every level covers the same land. Needs pyogrio, except for Overture:
`pip install 'homing[borders]'`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import shapely
from babel.core import get_global
from numpy.typing import ArrayLike, NDArray

from models.geography.admin import AdminAreas
from models.geography.borders import area_of

_KOSOVO = {"XKX": "XK", "XKO": "XK", "KOS": "XK"}


class _Levels(Protocol):
    def read(self, level: int) -> AdminAreas:
        """The areas that the file itself has."""


def polygons(source: _Levels, level: int) -> AdminAreas:
    """The areas of a level; an area of the level above without any in it stands in for them."""
    areas = source.read(level)
    if level == 0:
        return areas
    above = polygons(source, level - 1)
    childless = ~np.isin(above.ids, areas.parents)
    return AdminAreas(
        ids=np.concatenate([areas.ids, above.ids[childless]]),
        parents=np.concatenate([areas.parents, above.ids[childless]]),
        names=np.concatenate([areas.names, above.names[childless]]),
        countries=np.concatenate([areas.countries, above.countries[childless]]),
        polygons=np.concatenate([areas.polygons, above.polygons[childless]]),
    )


def alpha2(codes: ArrayLike) -> NDArray[np.str_]:
    """ISO 3166-1 alpha-2 of alpha-3 codes (n,); others stay."""
    aliases = get_global("territory_aliases")
    known = {code: _KOSOVO.get(code) or aliases.get(code, [code])[0] for code in _texts(codes)}
    return _texts([known[code] for code in _texts(codes)])


def _texts(values: ArrayLike) -> NDArray[np.str_]:
    """As an array of words, what is missing empty."""
    return np.array([value or "" for value in np.asarray(values, dtype=object)], dtype=np.str_)


def read_columns(path: Path, layer: str | None, *names: str) -> list[NDArray[np.object_]]:
    """The polygons of a vector file in degrees, and the named columns.

    Raises:
        ValueError: a column is not there.
    """
    import pyogrio.raw  # noqa: PLC0415  an extra: Overture's parquet is read without it

    meta, _, geometry, fields = pyogrio.raw.read(path, layer=layer, columns=list(names))
    found = dict(zip(meta["fields"].tolist(), fields, strict=True))
    missing = [name for name in names if name not in found]
    if missing:
        raise ValueError(f"{path}: expected columns {', '.join(names)}, lacks: {missing}")
    shapes = shapely.make_valid(shapely.from_wkb(geometry))
    return [shapes, *(found[name] for name in names)]


@dataclass(frozen=True, slots=True)
class Gadm:
    """GADM 4.1's `gadm_410-levels.gpkg` (academic use only, no redistribution)."""

    path: Path

    def polygons(self, level: int) -> AdminAreas:
        """The areas of level 0, 1 or 2."""
        return polygons(self, level)

    def read(self, level: int) -> AdminAreas:
        """The areas of layer `ADM_<level>`."""
        layer, name = f"ADM_{level}", f"NAME_{level}" if level else "COUNTRY"
        parent = f"GID_{max(level - 1, 0)}"
        wanted = dict.fromkeys(["GID_0", f"GID_{level}", parent, name])
        shapes, *fields = read_columns(self.path, layer, *wanted)
        found = dict(zip(wanted, fields, strict=True))
        ids = _texts(found[f"GID_{level}"])
        parents = _texts(found[parent]) if level else np.full(len(ids), "")
        return AdminAreas(ids, parents, _texts(found[name]), alpha2(found["GID_0"]), shapes)


@dataclass(frozen=True, slots=True)
class GeoBoundaries:
    """geoBoundaries CGAZ (CC BY 4.0): a folder with `geoBoundariesCGAZ_ADM0.gpkg` to `_ADM2`."""

    folder: Path

    def polygons(self, level: int) -> AdminAreas:
        """The areas of level 0, 1 or 2."""
        return polygons(self, level)

    def read(self, level: int) -> AdminAreas:
        """The areas of one file. Admin-2 names no parent there: it is the one that holds it."""
        path = self.folder / f"geoBoundariesCGAZ_ADM{level}.gpkg"
        if level == 0:
            shapes, group, name = read_columns(path, None, "shapeGroup", "shapeName")
            ids = _texts(group)
            return AdminAreas(ids, np.full(len(ids), ""), _texts(name), alpha2(ids), shapes)
        shapes, group, id_, name = read_columns(path, None, "shapeGroup", "shapeID", "shapeName")
        parents = _texts(group)
        if level == 2:
            above = polygons(self, 1)
            inner = shapely.get_coordinates(shapely.point_on_surface(shapes))
            rows = area_of(above.polygons, inner[:, ::-1])
            parents = np.where(rows >= 0, above.ids[rows], parents)
        return AdminAreas(_texts(id_), parents, _texts(name), alpha2(group), shapes)


@dataclass(frozen=True, slots=True)
class NaturalEarth:
    """Natural Earth's countries and states at 1:10 million (public domain); it has no admin-2.

    Files as unpacked: `ne_10m_admin_0_countries.shp`, `ne_10m_admin_1_states_provinces.shp`.
    """

    countries: Path
    states: Path

    def polygons(self, level: int) -> AdminAreas:
        """The areas of level 0, 1 or 2; those of 2 are those of 1."""
        return polygons(self, level)

    def read(self, level: int) -> AdminAreas:
        """The areas of one file; none of level 2."""
        if level == 0:
            shapes, id_, name = read_columns(self.countries, None, "ADM0_A3", "NAME")
            parents = np.full(len(shapes), "")
            return AdminAreas(_texts(id_), parents, _texts(name), alpha2(id_), shapes)
        shapes, id_, parent, name = read_columns(self.states, None, "adm1_code", "adm0_a3", "name")
        keep = slice(None) if level == 1 else slice(0)
        ids, parents, names = (_texts(column)[keep] for column in (id_, parent, name))
        return AdminAreas(ids, parents, names, alpha2(parent)[keep], shapes[keep])


@dataclass(frozen=True, slots=True)
class Overture:
    """Overture's `division_area` as GeoParquet, a file or a folder of them (ODbL: share alike)."""

    path: Path

    def polygons(self, level: int) -> AdminAreas:
        """The areas of level 0, 1 or 2: its countries, regions, counties."""
        return polygons(self, level)

    def read(self, level: int) -> AdminAreas:
        """The land areas of one subtype."""
        # With pandas: half a second that other files do not need.
        import pyarrow.compute as pc  # noqa: PLC0415
        import pyarrow.dataset as ds  # noqa: PLC0415

        subtype = ("country", "region", "county")[level]
        wanted = (pc.field("subtype") == subtype) & (pc.field("class") == "land")
        columns = ["id", "country", "region", "names", "geometry"]
        table = ds.dataset(self.path, format="parquet").to_table(columns, filter=wanted)
        country, region = _texts(table["country"].to_pylist()), _texts(table["region"].to_pylist())
        return AdminAreas(
            ids=(country, region, _texts(table["id"].to_pylist()))[level],
            parents=(np.full(len(country), ""), country, np.where(region == "", country, region))[
                level
            ],
            names=_texts([names["primary"] for names in table["names"].to_pylist()]),
            countries=country,
            polygons=shapely.make_valid(shapely.from_wkb(table["geometry"].to_pylist())),
        )
