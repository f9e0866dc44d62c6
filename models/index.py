"""The step `homing index`: a nearest-neighbour bundle over a pack's panoramas, or more of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from models.baselines import NearestNeighbour
from models.bundle import BundleError, load_bundle, save_bundle
from models.embed import ENCODER_HELP, PACK_HELP, embed, encoder_of, spec_of
from models.swc.extend import extend
from models.world.pack import SPLITS, Pack, PackError, pack_of


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


def index_into(pack: Pack, split: str, bundle: Path) -> Path:
    """Embed one split of a pack and add it to the background of a bundle of kind swc.

    Raises:
        BundleError: see `models.swc.extend.extend`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        encoder = load_bundle(bundle).load_encoder()
        return extend(bundle, embed(pack, pack.split(split), encoder, Path(scratch)))


def main(argv: list[str]) -> int:
    """Run `homing index`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing index",
        description="Make a bundle that names the place of the most similar panorama of a pack; or "
        "give a Search within Cell more panoramas to find.",
    )
    parser.add_argument("--pack", required=True, help=PACK_HELP)
    parser.add_argument("--split", choices=SPLITS, default="train", help="default: %(default)s")
    parser.add_argument("--encoder", default="world-small", help=ENCODER_HELP)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="folder of the new bundle")
    where.add_argument("--into", type=Path, help="folder of a swc bundle, whose encoder is used")
    arguments = parser.parse_args(argv)
    try:
        pack, split = pack_of(arguments.pack), arguments.split
        if arguments.into:
            print(index_into(pack, split, arguments.into))
        else:
            print(index(pack, split, arguments.encoder, arguments.out))
    except (PackError, BundleError, OSError, ValueError) as error:
        print(f"homing index: {error}", file=sys.stderr)
        return 1
    return 0
