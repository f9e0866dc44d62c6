"""`homing pack`: bring real imagery into packs, list packs, describe one."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from models.geography.countries import country_name
from models.geography.places import countries_of
from models.world.importing.folder import find_in_folder
from models.world.importing.importer import Imported, Plan, import_pack
from models.world.importing.table import TableError, find_in_table
from models.world.pack import SPLITS, Pack, PackError, Panorama, find_packs, load_pack, packs_home

SHOWN_COUNTRIES = 12
"""Most frequent countries named by `homing pack info`."""


def main(argv: list[str] | None = None) -> int:
    """Run `homing pack`; 0 when done, 1 when it could not be done, 2 for a wrong command line."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (PackError, TableError, OSError) as error:
        print(f"homing pack: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing pack", description="Import, list and describe packs of panoramas."
    )
    steps = parser.add_subparsers(required=True, metavar="STEP")
    _add_import(steps.add_parser("import", help="make a pack of a folder of pictures"))
    listing = steps.add_parser("list", help="list the packs at home")
    listing.set_defaults(run=_list)
    info = steps.add_parser("info", help="describe one pack")
    info.add_argument("pack", help="name of a pack at home, or its folder")
    info.set_defaults(run=_info)
    return parser


def _add_import(step: argparse.ArgumentParser) -> None:
    step.description = (
        "Make a pack of equirectangular panoramas (GPS EXIF, GPano XMP), plain geotagged photos, "
        "or what a CSV table lists (four-face panoramas too). Pictures that cannot be used are "
        "listed and skipped. Run it again to go on where it stopped."
    )
    step.add_argument("folder", type=Path, help="where the pictures are")
    step.add_argument("--name", required=True, help="of the pack")
    step.add_argument("--out", type=Path, help="the pack's folder (default: packs/NAME at home)")
    step.add_argument("--table", type=Path, help="CSV: file, kind, lat, lng, heading_deg, ...")
    step.add_argument(
        "--only", default="*", metavar="GLOB", help="pictures whose path in FOLDER matches"
    )
    step.add_argument(
        "--test-share", type=_share, default=0.2, help="of places, 0 to 1 (default: 0.2)"
    )
    step.add_argument("--licence", default="", help="of pictures that bring none")
    step.add_argument("--attribution", default="", help="of pictures that bring none")
    step.set_defaults(run=_import)


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, got: {text}")
    return share


def _import(arguments: argparse.Namespace) -> int:
    if not arguments.folder.is_dir():
        raise PackError(f"{arguments.folder}: expected a folder of pictures, got none")
    folder = arguments.out or packs_home() / arguments.name
    found = (
        find_in_table(arguments.table, arguments.folder, arguments.only)
        if arguments.table
        else find_in_folder(arguments.folder, arguments.only)
    )
    plan = Plan(arguments.name, arguments.test_share, arguments.licence, arguments.attribution)
    imported = import_pack(track(found, "importing", console=Console(stderr=True)), folder, plan)
    _report(imported, folder)
    return 0 if imported.panoramas else 1


def _report(imported: Imported, folder: Path) -> None:
    for skipped in imported.skipped:
        print(f"skipped {skipped.name}: {skipped.reason}")
    if imported.without_heading:
        unknown = ", ".join(imported.without_heading)
        print(f"heading unknown, taken as 0: {len(imported.without_heading)} ({unknown})")
    done = f"imported {len(imported.panoramas)}, skipped {len(imported.skipped)}"
    print(f"{done}: {_splits(imported.panoramas)}: {folder}" if imported.panoramas else done)


def _list(_: argparse.Namespace) -> int:
    table = Table("pack", "panoramas", "splits", "about")
    for pack in find_packs(packs_home()):
        table.add_row(pack.name, str(len(pack)), _splits(pack.panoramas), pack.about)
    Console().print(table)
    return 0


def _info(arguments: argparse.Namespace) -> int:
    named = packs_home() / arguments.pack
    pack = load_pack(named if (named / "pack.toml").exists() else Path(arguments.pack))
    table = Table("what", "value", title=pack.name, show_header=False)
    for row in _facts(pack):
        table.add_row(*row)
    Console().print(table)
    return 0


def _facts(pack: Pack) -> Iterable[tuple[str, str]]:
    rows = pack.panoramas
    yield "about", pack.about
    yield "panoramas", str(len(rows))
    yield "splits", _splits(rows)
    yield "map diagonal", f"{pack.diagonal_km:g} km"
    if not rows:
        return
    yield "photos", str(sum(row.hfov_deg < 360 for row in rows))
    yield "lat", f"{min(row.lat for row in rows):.3f} to {max(row.lat for row in rows):.3f}"
    yield "lng", f"{min(row.lng for row in rows):.3f} to {max(row.lng for row in rows):.3f}"
    countries = Counter(str(code) for code in countries_of([(row.lat, row.lng) for row in rows]))
    named = {country_name(code): n for code, n in countries.most_common(SHOWN_COUNTRIES)}
    yield "countries", f"{len(countries)}: {_counted(named)}"
    yield "licences", _counted(Counter(row.licence or "unknown" for row in rows))


def _splits(panoramas: Iterable[Panorama]) -> str:
    counts = Counter(panorama.split for panorama in panoramas)
    return _counted({split: counts[split] for split in SPLITS if counts[split]})


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
