"""What is measured on what: a bundle or another system's guesses, on a pack or a benchmark."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.embed import embed
from models.evaluation.asked import Asked, asked_of_pack
from models.evaluation.benchmarks import BENCHMARKS, published
from models.evaluation.evaluation import (
    DECIDED,
    Answers,
    Evaluation,
    answers_of,
    evaluation_of,
)
from models.evaluation.leaks import find_leaks, members_of, sequences_of
from models.evaluation.photos import embed_photos
from models.evaluation.reading import find_pictures, read_guesses, read_places
from models.world.pack import Pack


def bundle_on_pack(bundle: Bundle, pack: Pack, split: str, leak_km: float) -> Evaluation:
    """A bundle on a split of a pack; panoramas within `leak_km` of the bundle's own are left out.

    Raises:
        ValueError: the split is empty, or all of it leaks.
        OSError: a picture cannot be read.
    """
    asked = asked_of_pack(pack, split)
    with tempfile.TemporaryDirectory() as scratch:
        samples = embed(pack, pack.split(split), bundle.load_encoder(), Path(scratch))
        embeddings = np.array(samples.embeddings)
    return _without_leaks(bundle, asked, embeddings, leak_km, pack=pack)


def bundle_on_benchmark(
    bundle: Bundle, benchmark: str, images: Path, table: Path, leak_km: float
) -> Evaluation:
    """A bundle on one of `BENCHMARKS`: pictures in a folder, their places in a table.

    Raises:
        ValueError: the table cannot be read, a picture is missing, or all of it leaks.
        OSError: a picture cannot be read.
    """
    asked = read_places(table, BENCHMARKS[benchmark])
    asked = replace(asked, files=find_pictures(asked, images))
    embeddings = embed_photos(asked.files, bundle.load_encoder())
    return _without_leaks(bundle, asked, embeddings, leak_km, benchmark=benchmark)


def guesses_on_pack(guesses: Path, pack: Pack, split: str) -> Evaluation:
    """Another system's guesses on a split of a pack; those at other splits are passed over.

    Raises:
        ValueError: the split is empty, or the guesses are not one for each of its panoramas.
    """
    asked = asked_of_pack(pack, split)
    known = (panorama.id for panorama in pack.panoramas)
    return evaluation_of(asked, Answers({DECIDED: read_guesses(guesses, asked, known)}))


def guesses_on_benchmark(
    guesses: Path, benchmark: str, table: Path, images: Path | None
) -> Evaluation:
    """Another system's guesses on one of `BENCHMARKS`; pictures are for the report only.

    Raises:
        ValueError: a table cannot be read, or the guesses are not one for each photo.
    """
    asked = read_places(table, BENCHMARKS[benchmark])
    if images:
        asked = replace(asked, files=find_pictures(asked, images))
    answers = Answers({DECIDED: read_guesses(guesses, asked)})
    return evaluation_of(asked, answers, published=published(benchmark))


def _without_leaks(
    bundle: Bundle,
    asked: Asked,
    embeddings: NDArray[np.float32],
    leak_km: float,
    *,
    pack: Pack | None = None,
    benchmark: str = "",
) -> Evaluation:
    answers = answers_of(bundle.geolocator, embeddings, asked.points)
    compared = published(benchmark)
    members = members_of(bundle.geolocator)
    if members is None:
        return evaluation_of(asked, answers, published=compared)
    known = sequences_of(members, pack) if pack else frozenset[str]()
    leaking, leaks = find_leaks(asked, members, leak_km, known)
    return evaluation_of(asked, answers, leaking=leaking, leaks=leaks, published=compared)
