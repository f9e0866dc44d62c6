"""The packs on disk that a server plays, and what of them a match takes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from models.world.pack import Pack, PackError, Panorama, load_pack
from server.arena.words import NewMatch, NewSharedMatch, PackWord

log = logging.getLogger(__name__)


class UnknownPack(LookupError):  # noqa: N818  the thing, as in LookupError
    """No pack on the shelf has this name."""


class TooFewPanoramas(ValueError):  # noqa: N818  the thing, as in ValueError
    """A match needs more panoramas than the pack has."""


class Shelf:
    """The packs directly under one folder; looked up anew each time, read when they changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def packs(self) -> list[Pack]:
        """All that can be read, by folder name; a broken one is logged once and left out."""
        folders = sorted(path.parent for path in self._folder.glob("*/pack.toml"))
        found = (_loaded(folder, _changed_ns(folder)) for folder in folders)
        return [pack for pack in found if pack]

    def words(self) -> list[PackWord]:
        """What can be played."""
        return [
            PackWord(
                name=pack.name,
                about=pack.about,
                panoramas=len(pack),
                by_split=dict(Counter(panorama.split for panorama in pack.panoramas)),
            )
            for pack in self.packs()
        ]

    def find(self, name: str) -> Pack:
        """A pack by its name.

        Raises:
            UnknownPack: with the names there are.
        """
        packs = {pack.name: pack for pack in self.packs()}
        if name not in packs:
            raise UnknownPack(f"pack: expected one of {sorted(packs)}, got: {name!r}")
        return packs[name]


def draw(
    pack: Pack, wish: NewMatch | NewSharedMatch, seed: int, taken: Sequence[Panorama] = ()
) -> list[Panorama]:
    """The panoramas of a match, none twice and none that is `taken`, in the order of play.

    The same seed draws the same ones on every machine, and more rounds only add to them. Two of
    one drive, which look alike and lie side by side, come only when no other drive is left; so do
    those whose drive is taken.

    Raises:
        TooFewPanoramas: the pack, or its split, has fewer than the rounds.
    """
    among = pack.split(wish.split) if wish.split else pack.panoramas
    gone = {panorama.id for panorama in taken}
    free = [panorama for panorama in among if panorama.id not in gone]
    if len(free) < wish.rules.rounds:
        of = f"split {wish.split!r} of pack {pack.name!r}" if wish.split else f"pack {pack.name!r}"
        beside = f", beside {len(among) - len(free)} that are taken" if taken else ""
        raise TooFewPanoramas(
            f"{of}: expected at least {wish.rules.rounds} panoramas, one a round, "
            f"got: {len(free)}{beside}"
        )
    shuffled = sorted(free, key=lambda p: sha256(f"{seed}/{p.id}".encode()).digest())
    return _drives_first(shuffled, {_drive(one) for one in taken})[: wish.rules.rounds]


def _drive(panorama: Panorama) -> str:
    return panorama.sequence or panorama.id


def _drives_first(panoramas: list[Panorama], seen: set[str]) -> list[Panorama]:
    """One of each drive that was not `seen`, then the others; the order is kept among both."""
    first: list[Panorama] = []
    again: list[Panorama] = []
    for panorama in panoramas:
        drive = _drive(panorama)
        (again if drive in seen else first).append(panorama)
        seen.add(drive)
    return first + again


def _changed_ns(folder: Path) -> int:
    """When a file of the pack was last renamed into place, or its description edited."""
    return max(path.stat().st_mtime_ns for path in (folder, folder / "pack.toml"))


@lru_cache(maxsize=64)
def _loaded(folder: Path, _changed_ns: int) -> Pack | None:
    try:
        return load_pack(folder)
    except (OSError, PackError, KeyError) as error:
        log.warning("pack left out: %s: %s", folder, error)
        return None
