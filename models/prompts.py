"""The step `homing zero-shot`: geocells named in words, through CLIP's text tower, to a bundle."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.bundle import BundleError, save_bundle
from models.embed import ENCODER_HELP, encoder_of, spec_of
from models.geocells import GeocellError, Geocells, load_geocells, make_geocells
from models.geography.admin import AdminAreas, districts
from models.geography.borders import country_polygons
from models.geography.countries import country_name
from models.geography.hierarchy import GeoNamesAreas
from models.geography.places import places
from models.samples import unit
from models.zero_shot import Words, ZeroShot

TEMPLATES = (
    "A Street View photo in {}.",
    "A photo I took in {}.",
    "A photo of a road in {}.",
    "{}",
)
"""Ways of saying where a picture was taken. The first is close to what StreetCLIP learned from."""

CHUNK = 512
"""Texts between two lines of progress."""

NEAR = 20
"""Places around a centroid of which the largest gives the geocell its name."""

EmbedTexts = Callable[[Sequence[str]], NDArray[np.float32]]
"""`(n, d)` for `n` texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Geocells with the words for them, in their order."""

    geocells: Geocells
    places: tuple[str, ...]
    """As `Lyon, Auvergne-Rhône-Alpes, France`."""
    countries: tuple[str, ...]


def countries() -> Named:
    """Each country with a place in it as one geocell."""
    found = country_polygons()
    codes, polygons = np.array([*found]), np.array([*found.values()])
    names = np.array([country_name(code) for code in codes])
    areas = AdminAreas(codes, np.full(len(codes), ""), names, codes, polygons)
    return _of_areas(areas, places().countries)


def admin1(source: GeoNamesAreas | None = None) -> Named:
    """Each state, province or region with a place in it as one geocell."""
    known = districts()
    return _of_areas((source or GeoNamesAreas()).polygons(1), known.admin1_ids[known.of_place])


def from_file(path: Path) -> Named:
    """The geocells of a file, called by the largest place near each centroid in its country.

    Raises:
        GeocellError: see `models.geocells.load_geocells`.
    """
    geocells, table = load_geocells(path), places()
    _, near = table.nearest(geocells.centroids, k=NEAR)
    same = table.countries[near] == table.countries[near[:, :1]]
    largest = np.argmax(np.where(same, table.populations[near], 0), axis=1)
    rows = near[np.arange(len(near)), largest].tolist()
    names = [country_name(str(table.countries[row])) for row in rows]
    words = [
        _joined(table.names[row], table.admin1[row], name)
        for row, name in zip(rows, names, strict=True)
    ]
    return Named(geocells, tuple(words), tuple(names))


def _of_areas(areas: AdminAreas, of_place: NDArray[np.str_]) -> Named:
    """Geocells of those areas that hold a place, by the area id of every place of GeoNames."""
    held = np.flatnonzero(np.isin(areas.ids, of_place))
    cell_of = {str(areas.ids[row]): cell for cell, row in enumerate(held)}
    cells = np.array([cell_of.get(area, -1) for area in of_place.tolist()])
    of_cell = [country_name(str(areas.countries[row])) for row in held]
    words = [_joined(str(areas.names[row]), of_cell[cell]) for cell, row in enumerate(held)]
    inside = cells >= 0
    geocells = make_geocells(
        places().points[inside], cells[inside], list(areas.polygons[held]), lambda _: words
    )
    return Named(geocells, tuple(words), tuple(of_cell))


def _joined(*names: str) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))


def class_embeddings(names: Sequence[str], embed: EmbedTexts) -> NDArray[np.float32]:
    """Unit vectors `(n, d)`: of each name the mean of its prompts, as CLIP's ensembles are made.

    (Radford et al. 2021, section 3.1.4: averaged in embedding space.)
    """
    prompts = [template.format(name) for name in names for template in TEMPLATES]
    parts = []
    for first in range(0, len(prompts), CHUNK):
        parts.append(embed(prompts[first : first + CHUNK]))
        done = min(first + CHUNK, len(prompts))
        print(f"embedded {done} of {len(prompts)} texts", file=sys.stderr)
    embedded = unit(np.concatenate(parts)).reshape(len(names), len(TEMPLATES), -1)
    return unit(embedded.mean(axis=1))


def make_words(named: Named, embed: EmbedTexts, logit_scale: float) -> Words:
    """What a `ZeroShot` compares pictures with."""
    distinct = list(dict.fromkeys(named.countries))
    names = list(dict.fromkeys([*distinct, *named.places]))  # a country may be a geocell too
    rows = logit_scale * class_embeddings(names, embed)
    row_of = {name: row for row, name in enumerate(names)}
    country_of = {name: country for country, name in enumerate(distinct)}
    return Words(
        countries=rows[: len(distinct)],
        geocells=rows[[row_of[name] for name in named.places]],
        country_of=np.array([country_of[name] for name in named.countries], dtype=np.int64),
    )


CELLS = {"countries": countries, "admin1": admin1}


def zero_shot(cells: str, encoder: str, folder: Path) -> Path:
    """Write a zero-shot bundle to `folder`, which it is called like; return the folder.

    Args:
        cells: `countries`, `admin1`, or the path of a geocells.parquet.
        encoder: a bundle whose encoder is used, or a spec of `models.encoder.load_encoder`.
        folder: of the new bundle.

    Raises:
        BundleError: the encoder cannot be had, or its text tower does not read words.
        GeocellError: the file is none of geocells.
    """
    from models.encoder import EncoderError, TextTower  # noqa: PLC0415  torch costs seconds

    named = CELLS[cells]() if cells in CELLS else from_file(Path(cells))
    images = encoder_of(encoder)
    try:
        texts = TextTower(images, spec_of(encoder))
    except EncoderError as error:
        raise BundleError(str(error)) from error
    words = make_words(named, texts.embed, texts.logit_scale)
    return save_bundle(
        folder,
        ZeroShot(named.geocells, words, encoder=images.name, bundle=folder.name),
        encoder_spec=spec_of(encoder),
        data={"cells": cells, "templates": TEMPLATES, "panoramas": 0},
        metrics={},
    )


def main(argv: list[str]) -> int:
    """Run `homing zero-shot`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing zero-shot",
        description="Make a bundle that needs no training: CLIP compares pictures with names.",
    )
    parser.add_argument("--encoder", required=True, help=ENCODER_HELP.partition(";")[0])
    parser.add_argument(
        "--cells",
        default="countries",
        help=f"{', '.join(CELLS)}, or a file of geocells; default: %(default)s",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the new bundle")
    arguments = parser.parse_args(argv)
    try:
        print(zero_shot(arguments.cells, arguments.encoder, arguments.out))
    except (BundleError, GeocellError, OSError) as error:
        print(f"homing zero-shot: {error}", file=sys.stderr)
        return 1
    return 0
