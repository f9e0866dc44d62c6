"""More pictures for the background of a bundle: nothing that is there changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.bundle import BundleError, add_files, load_bundle
from models.samples import Samples
from models.swc.background import append
from models.swc.geolocator import Swc


def extend(bundle: Path, samples: Samples) -> Path:
    """Add embedded panoramas to a bundle of kind swc; return the new segment's folder.

    Raises:
        BundleError: it is of another kind or encoder, or holds one of the panoramas already.
    """
    swc = load_bundle(bundle).geolocator
    if not isinstance(swc, Swc):
        raise BundleError(f"bundle {bundle}: expected one of kind swc to add pictures to")
    if samples.encoder != swc.encoder:
        raise BundleError(
            f"bundle {bundle}: expected embeddings of {swc.encoder}, got: {samples.encoder}"
        )
    if known := sorted(set(samples.panoramas) & set(swc.background.panoramas)):
        raise BundleError(
            f"bundle {bundle}: expected new panoramas, got {len(known)} that it has: {known[:3]}"
        )
    segment = append(
        bundle / "background",
        samples.panoramas,
        samples.points,
        swc.residual(np.asarray(samples.embeddings)).astype(swc.background.dtype),
        swc.mixture.locate(samples.points),
    )
    add_files(bundle, segment)
    return segment
