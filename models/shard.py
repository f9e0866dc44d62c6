"""The step `homing shard`: a pack in, the same pack with its pictures in tar files out.

For packs larger than memory: training reads shard after shard instead of millions of files. The
shards are WebDataset's (`00000017.jpg` with `00000017.json` beside it), so that other programs
can stream them, too. Panoramas are shuffled over the shards of their split.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from models.artefact import written
from models.embed import PACK_HELP
from models.world.pack import SPLITS, Pack, PackError, Panorama, pack_of, save_pack
from models.world.pictures import picture_bytes

PER_SHARD = 1000
"""Pictures: some 100 to 300 MB."""


def shard(pack: Pack, folder: Path, per_shard: int = PER_SHARD) -> Path:
    """Write the sharded pack to `folder` and return that; a killed run goes on.

    Raises:
        OSError: a picture cannot be read, or a file not be written.
    """
    moved: list[Panorama] = []
    for split in SPLITS:
        panoramas = pack.split(split)
        order = np.random.default_rng(0).permutation(len(panoramas))
        for number, first in enumerate(range(0, len(order), per_shard)):
            file = f"shards/{split}-{number:05}.tar"
            mine = [panoramas[row] for row in order[first : first + per_shard]]
            names = [f"{key:08}.jpg" for key in range(first, first + len(mine))]
            _write(pack, mine, names, folder / file)
            moved += [
                replace(p, file=f"{file}/{name}") for p, name in zip(mine, names, strict=True)
            ]
            print(f"{file}: {len(moved)} of {len(pack)} panoramas", file=sys.stderr)
    return save_pack(Pack(folder, pack.name, pack.about, tuple(moved), pack.diagonal_km))


def _write(pack: Pack, panoramas: Sequence[Panorama], names: Sequence[str], path: Path) -> None:
    """One shard, if it is not there yet."""
    if path.is_file():
        return
    with written(path) as temporary, tarfile.open(temporary, "w") as file:
        for panorama, name in zip(panoramas, names, strict=True):
            about = {key: value for key, value in asdict(panorama).items() if key != "file"}
            _add(file, name, picture_bytes(pack.image_path(panorama)))
            _add(file, name.replace(".jpg", ".json"), json.dumps(about).encode())


def _add(file: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    file.addfile(member, io.BytesIO(data))


def main(argv: list[str]) -> int:
    """Run `homing shard`; 0 when done, 1 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="homing shard", description="Put a pack's pictures into tar files, to train from."
    )
    parser.add_argument("pack", metavar="PACK", help=PACK_HELP)
    parser.add_argument("--out", type=Path, required=True, help="folder of the sharded pack")
    arguments = parser.parse_args(argv)
    try:
        print(shard(pack_of(arguments.pack), arguments.out))
    except (PackError, OSError) as error:
        print(f"homing shard: {error}", file=sys.stderr)
        return 1
    return 0
