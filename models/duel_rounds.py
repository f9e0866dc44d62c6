"""Rounds to play duels with: the same panoramas as seen by players of several strengths.

    python -m models.duel_rounds --bundle world-small --samples FOLDER --split test --out FILE

A player's eyes are clouded: noise is added to each panorama's embedding, so that players of one
bundle err differently. FILE is an npz with, for each player, `NAME_places` `(n, 6, 3)` (lat, lng,
probability; 0 where there are fewer), `NAME_radius_50_km` `(n,)`, `NAME_scores` `(n, 6)`, what
naming each place scores, and `NAME_argmax` `(n,)`, what the most probable place does, undecided.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.artefact import written
from models.bundle import load_bundle
from models.far_places import MOST
from models.geo import expected_points, haversine_km
from models.geolocator import Geolocator
from models.samples import Samples, load_samples

PLAYERS = {"clear": (0.0, 0), "own": (0.8, 1), "equal": (0.8, 2), "clouded": (1.1, 3)}
"""Length of the noise, relative to the embedding's, and its seed."""


def seen_by(
    geolocator: Geolocator, samples: Samples, noise: float, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Places, radii, scores and argmax of one player."""
    embeddings = np.asarray(samples.embeddings, dtype=np.float64)
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True) / np.sqrt(embeddings.shape[1])
    clouds = np.random.default_rng(seed).normal(size=embeddings.shape) * lengths
    found = geolocator.locate((embeddings + noise * clouds).astype(np.float32))
    places = np.zeros((len(found), MOST, 3))
    for row, prediction in zip(places, found, strict=True):
        row[: len(prediction.places)] = prediction.places
    scores = np.rint(expected_points(haversine_km(places[..., :2], samples.points[:, None])))
    most_probable = np.array([prediction.refined_guess for prediction in found])
    argmax = np.rint(expected_points(haversine_km(most_probable, samples.points)))
    radii_km = np.array([prediction.radius_50_km for prediction in found])
    return {"places": places, "radius_50_km": radii_km, "scores": scores, "argmax": argmax}


def main(argv: list[str]) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args(argv)
    geolocator = load_bundle(arguments.bundle).geolocator
    samples = load_samples(arguments.samples).split(arguments.split)
    arrays = {
        f"{name}_{field}": array
        for name, (noise, seed) in PLAYERS.items()
        for field, array in seen_by(geolocator, samples, noise, seed).items()
    }
    with written(arguments.out) as path, path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    for name in PLAYERS:
        print(f"{name}: mean score {arrays[f'{name}_scores'][:, 0].mean():,.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
