"""The pack that a training is of."""

from __future__ import annotations

import os
import sys

from models.presets import RenderedWorld
from models.render import render_pack
from models.training.distributed import Team
from models.world.pack import Pack, PackError, load_pack, pack_of, packs_home


def pack_for(world: RenderedWorld | None, name_or_folder: str | None, team: Team) -> Pack:
    """The pack that was asked for, else a preset's, rendered by the leader where it is not.

    Raises:
        PackError: there is none, or none was asked for and the preset has none.
    """
    if name_or_folder:
        return pack_of(name_or_folder)
    if world is None:
        raise PackError("--pack: expected one for this preset, got none")
    folder = packs_home() / world.pack
    with team.leader_first():
        if team.leads:
            render_pack(
                folder,
                name=world.pack,
                count=world.panoramas,
                split=None,
                width_px=world.width_px,
                seed=world.seed,
                processes=os.cpu_count() or 1,
                progress=_show_progress,
            )
    return load_pack(folder)


def _show_progress(done: int, count: int) -> None:
    if done % 200 == 0 or done == count:
        print(f"rendered {done} of {count}", file=sys.stderr)
