"""A pack: a folder of panoramas with their table.

    pack.toml            name, format version, map diagonal, what the pack is
    panoramas.parquet    one row per panorama, the fields of `Panorama`
    images/<id>.jpg      equirectangular JPEG, 2:1, no metadata

Truth lives in the table alone: image names and metadata carry no coordinate.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from models.artefact import written
from models.geo import WORLD_DIAGONAL_KM

FORMAT = 1
SPLITS = ("train", "validation", "test", "holdout")
"""The last: places far from all others, not just other places; only rendered packs have it."""


class PackError(ValueError):
    """A pack on disk is not what a pack should be."""


@dataclass(frozen=True, slots=True)
class Panorama:
    """The imagery of one place, and where that is."""

    id: str
    """Opaque and unique in its pack; says nothing of the place."""
    lat: float
    lng: float
    heading: float
    """Of the picture's centre column, degrees clockwise from north in [0, 360)."""
    date: str
    """ISO 8601 day of capture, or empty."""
    split: str
    """One of `SPLITS`."""
    licence: str
    attribution: str
    file: str
    """Path inside the pack, with forward slashes."""
    hfov_deg: float = 360.0
    """Horizontal angle the picture covers around `heading`: 360, or less for a single photo."""
    sequence: str = ""
    """The drive it was taken on, or empty: all of a drive share a split."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A set of panoramas with their table."""

    folder: Path
    name: str
    about: str
    panoramas: tuple[Panorama, ...]
    diagonal_km: float = WORLD_DIAGONAL_KM
    """Size of the map this pack plays on: the score's decay."""
    _by_id: dict[str, Panorama] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {p.id: p for p in self.panoramas})

    def __len__(self) -> int:
        return len(self.panoramas)

    def __getitem__(self, panorama_id: str) -> Panorama:
        return self._by_id[panorama_id]

    def split(self, name: str) -> tuple[Panorama, ...]:
        """The panoramas of one split, in table order."""
        if name not in SPLITS:
            raise PackError(f"split: expected one of {SPLITS}, got: {name!r}")
        return tuple(p for p in self.panoramas if p.split == name)

    def image_path(self, panorama: Panorama) -> Path:
        """Where a panorama's picture lies.

        Raises:
            PackError: the table points outside the pack.
        """
        try:
            path = (self.folder / panorama.file).resolve()
        except ValueError as error:  # no path at all
            raise PackError(f"{self.name}: {panorama.file!r}: {error}") from error
        if not path.is_relative_to(self.folder.resolve()):
            raise PackError(f"{self.name}: expected a file inside the pack, got: {panorama.file!r}")
        return path


def save_pack(pack: Pack) -> Path:
    """Write table and description (the images are in place already); return the folder."""
    pack.folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist([asdict(p) for p in pack.panoramas], schema=_SCHEMA)
    with written(pack.folder / "panoramas.parquet") as path:
        pq.write_table(table, path)
    with written(pack.folder / "pack.toml") as path:
        path.write_text(_to_toml(pack), encoding="utf-8")
    return pack.folder


def load_pack(folder: Path) -> Pack:
    """Read a pack's table.

    Raises:
        PackError: there is no pack, its format is another one, or its table is broken.
    """
    try:
        about = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PackError(f"{folder}: expected a pack (a folder with pack.toml), got none") from error
    except (ValueError, RecursionError) as error:  # not TOML, or not UTF-8
        raise PackError(f"{folder / 'pack.toml'}: expected TOML, got: {error}") from error
    if about.get("format") != FORMAT:
        raise PackError(f"{folder}: expected pack format {FORMAT}, got: {about.get('format')}")
    missing = {"name", "about", "diagonal_km"} - set(about)
    if missing:
        raise PackError(f"{folder / 'pack.toml'}: expected {sorted(missing)} in it, got none")
    if not (isinstance(about["name"], str) and isinstance(about["about"], str)):
        raise PackError(f"{folder / 'pack.toml'}: expected name and about as text")
    if not isinstance(about["diagonal_km"], int | float) or not about["diagonal_km"] > 0:
        raise PackError(f"{folder}: expected diagonal_km above 0, got: {about['diagonal_km']}")
    return Pack(
        folder=folder,
        name=about["name"],
        about=about["about"],
        panoramas=_read_table(folder / "panoramas.parquet"),
        diagonal_km=about["diagonal_km"],
    )


def packs_home() -> Path:
    """Where packs lie when nobody says otherwise: `packs/` in `$HOMING_HOME`, else in .homing."""
    return Path(os.environ.get("HOMING_HOME") or ".homing") / "packs"


def pack_of(name_or_folder: str) -> Pack:
    """The pack of that name at home, else the one in that folder.

    Raises:
        PackError: there is neither.
    """
    named = packs_home() / name_or_folder
    return load_pack(named if (named / "pack.toml").is_file() else Path(name_or_folder))


def find_packs(home: Path) -> list[Pack]:
    """The packs directly under `home`, by name."""
    return [load_pack(path.parent) for path in sorted(home.glob("*/pack.toml"))]


def describe_splits(panoramas: Iterable[Panorama]) -> str:
    """How many of each split: `train 80, test 20`."""
    counts = Counter(panorama.split for panorama in panoramas)
    return counted({split: counts[split] for split in SPLITS if counts[split]})


def counted(counts: dict[str, int]) -> str:
    """`name count, name count`."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


_ARROW = {"float": pa.float64(), "str": pa.string()}
_SCHEMA = pa.schema([(f.name, _ARROW[str(f.type)]) for f in fields(Panorama)])


def _read_table(path: Path) -> tuple[Panorama, ...]:
    try:
        table = pq.read_table(path)
        if not table.schema.equals(_SCHEMA):
            raise PackError(f"{path}: expected columns {_SCHEMA.names}, got: {table.schema.names}")
        rows: Iterable[dict[str, object]] = table.to_pylist()
        panoramas = tuple(Panorama(**row) for row in rows)  # type: ignore[arg-type]
        _check_rows(path, panoramas)
        return panoramas
    except (OSError, pa.ArrowException, TypeError) as error:
        raise PackError(f"{path}: expected the table of a pack, got: {error}") from error


def _check_rows(path: Path, panoramas: tuple[Panorama, ...]) -> None:
    for p in panoramas:
        # Not a number is in no range; a null raises TypeError.
        if not (abs(p.lat) <= 90 and abs(p.lng) <= 180 and 0 <= p.heading < 360):
            raise PackError(
                f"{path}: expected a place and heading, got: {p.lat}, {p.lng}, {p.heading}"
            )
        if p.split not in SPLITS:
            raise PackError(f"{path}: expected one of {SPLITS}, got: {p.split!r}")
        if not (p.id and p.file):
            raise PackError(f"{path}: expected an id and a file of each panorama, got: {p}")
    if len({p.id for p in panoramas}) < len(panoramas):
        raise PackError(f"{path}: expected ids of their own for all panoramas, got repeated ones")


def _to_toml(pack: Pack) -> str:
    def quoted(text: str) -> str:
        # JSON's strings are TOML's, but for DEL.
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    return (
        f"format = {FORMAT}\n"
        f"name = {quoted(pack.name)}\n"
        f"about = {quoted(pack.about)}\n"
        f"diagonal_km = {pack.diagonal_km}\n"
    )
