"""A Search within Cell on disk: its part of a bundle.

components.parquet, classifier.safetensors      the mixture
residual.safetensors                            the retrieval module
background/                                     see `models.swc.background`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import load_file, save_file

from models.artefact import written
from models.classifier import Classifier
from models.decision import Assurance, Rule
from models.residual import RESIDUAL, Residual
from models.swc.background import open_background, save_background
from models.swc.config import SwcConfig
from models.swc.geolocator import Swc
from models.swc.mixture import Mixture


def save_swc(swc: Swc, folder: Path) -> dict[str, Any]:
    """Write a geolocator's files to a folder; return what is to be told of it beside them."""
    mixture, layer = swc.mixture, swc.mixture.classifier
    table = pa.table(
        {
            "name": list(mixture.names),
            "lat": mixture.means[:, 0],
            "lng": mixture.means[:, 1],
            "kappa": mixture.kappas,
        }
    )
    with written(folder / "components.parquet") as path:
        pq.write_table(table, path)
    save_file({"weight": layer.weight, "bias": layer.bias}, folder / "classifier.safetensors")
    save_file(asdict(swc.residual), folder / RESIDUAL)
    save_background(swc.background, folder / "background")
    fitted = {"calibration": layer.temperature, "assurance": asdict(swc.assurance)}
    return asdict(swc.config) | fitted


def load_swc(folder: Path, about: Mapping[str, Any], *, encoder: str, bundle: str) -> Swc:
    """Read what `save_swc` wrote; `about` is what it returned.

    Raises:
        ValueError: a part is not what it should be, or they do not fit each other.
        OSError, KeyError, TypeError: a file, or a field of it, is missing.
    """
    import_module("sklearn.cluster")  # costs a second: the first picture shall not wait for it
    config = dict(about)
    calibration, assurance = config.pop("calibration"), Assurance(**config.pop("assurance"))
    config["rule"] = Rule(config["rule"])
    table = pq.read_table(folder / "components.parquet")
    layer = load_file(folder / "classifier.safetensors")
    mixture = Mixture(
        names=tuple(table["name"].to_pylist()),
        means=np.stack([table["lat"].to_numpy(), table["lng"].to_numpy()], axis=1),
        kappas=table["kappa"].to_numpy(),
        classifier=Classifier(layer["weight"], layer["bias"], calibration),
    )
    return Swc(
        SwcConfig(**config),
        mixture,
        Residual(**load_file(folder / RESIDUAL)),
        open_background(folder / "background"),
        assurance=assurance,
        encoder=encoder,
        bundle=bundle,
    )
