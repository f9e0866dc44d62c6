"""The step `homing index`: a nearest-neighbour bundle over a pack's panoramas."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from models.baselines import NearestNeighbour
from models.bundle import BundleError, save_bundle
from models.embed import ENCODER_HELP, PACK_HELP, embed, encoder_of, pack_of, spec_of
from models.world.pack import SPLITS, Pack, PackError


def index(pack: Pack, split: str, encoder: str, folder: Path) -> Path:
    """Embed one split of a pack and write the bundle to `folder`; return the folder.

    Args:
        pack: whose panoramas become the index.
        split: which of them.
        encoder: a bundle whose encoder is used, or a spec of `models.encoder.load_encoder`.
        folder: of the new bundle, which takes its name.
    """
    with tempfile.TemporaryDirectory() as scratch:
        samples = embed(pack, pack.split(split), encoder_of(encoder), Path(scratch))
        return save_bundle(
            folder,
            NearestNeighbour(samples, bundle=folder.name),
            encoder_spec=spec_of(encoder),
            data={
                "pack": pack.name,
                "about": pack.about,
                "split": split,
                "panoramas": len(samples),
            },
            metrics={},
        )


def main(argv: list[str]) -> int:
    """Run `homing index`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing index",
        description="Make a bundle that names the place of the most similar panorama of a pack.",
    )
    parser.add_argument("--pack", required=True, help=PACK_HELP)
    parser.add_argument("--split", choices=SPLITS, default="train", help="default: %(default)s")
    parser.add_argument("--encoder", default="world-small", help=ENCODER_HELP)
    parser.add_argument("--out", type=Path, required=True, help="folder of the new bundle")
    arguments = parser.parse_args(argv)
    try:
        index(pack_of(arguments.pack), arguments.split, arguments.encoder, arguments.out)
    except (PackError, BundleError, OSError, ValueError) as error:
        print(f"homing index: {error}", file=sys.stderr)
        return 1
    print(arguments.out)
    return 0
