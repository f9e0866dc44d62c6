"""`homing pack import`: each place to import from, with its options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.world.importing import mapillary, panoramax
from models.world.importing.area import Area, parse_area
from models.world.importing.folder import find_in_folder
from models.world.importing.importer import Imported, Plan, import_pack
from models.world.importing.mp16 import find_in_photo_table
from models.world.importing.osv5m import find_in_osv5m
from models.world.importing.source import Skipped, Source
from models.world.importing.table import find_in_table
from models.world.importing.web import Web
from models.world.pack import PackError, describe_splits, packs_home

if TYPE_CHECKING:
    Steps = argparse._SubParsersAction[argparse.ArgumentParser]

PER_SECOND = 4.0
"""Requests to one host."""

TOKEN = "HOMING_MAPILLARY_TOKEN"  # noqa: S105  where it is, not what it is
FOLDER = "folder"
PLACES = (FOLDER, "panoramax", "mapillary", "osv5m", "mp16")
NAMED = 10
"""Pictures without a heading whose names are shown."""
RESUME = "Run it again to go on where it stopped: what is here already is not fetched anew."
PANORAMAX = (
    "Make a pack of panoramas from Panoramax, an open federation of street imagery; no key is "
    "needed. They are spread over the box, a few requests a second, one at a time. Licence and "
    "author are kept for each picture: name them where you show it. " + RESUME
)
MAPILLARY = (
    "Make a pack of panoramas from Mapillary (CC BY-SA 4.0). It asks for a client token of yours, "
    f"which is read from {TOKEN} and goes nowhere else. Panoramas are spread over the box, a few "
    "requests a second, one at a time; the author of each picture is kept. " + RESUME
)
OSV5M = (
    "Make a pack of photos of OpenStreetView-5M (CC BY-SA 4.0), downloaded from its hub: the "
    "tables and any of the archives images/{train,test}/NN.zip. Nothing tells their heading or "
    "angle; drives stay together in a split, and its test part is for testing alone. " + RESUME
)
MP16 = (
    "Make a pack of photos beside a table of their places (CSV or parquet: IMG_ID, LAT, LON, as of "
    "MP-16 and IM2GPS3k, or photoid, latitude, longitude, uid, as of YFCC100M). The photos lie "
    "anywhere below the folder, in zips and tars too, named by their ids. Those of one user stay "
    "together in a split. How many have no picture is told. " + RESUME
)
PICTURES = (
    "Make a pack of equirectangular panoramas (GPS EXIF, GPano XMP), plain geotagged photos, "
    "or what a CSV table lists (four-face panoramas too). Pictures that cannot be used are "
    "listed and skipped. Run it again to go on where it stopped."
)


def add_import(step: argparse.ArgumentParser) -> None:
    """Give `homing pack import` its places."""
    step.description = (
        "Make a pack of real imagery. `homing pack import FOLDER ...` is short for `import folder "
        "FOLDER ...`; a folder named like a place is `./panoramax`."
    )
    places = step.add_subparsers(required=True, metavar="PLACE")
    _add_folder(places)
    _add_panoramax(places)
    _add_mapillary(places)
    _add_osv5m(places)
    _add_mp16(places)


def for_argparse(argv: list[str]) -> list[str]:
    """The command line with `folder` where `import` names none, and boxes in the west readable."""
    places = {*PLACES, "-h", "--help"}
    if argv[:1] == ["import"] and len(argv) > 1 and argv[1] not in places:
        argv = ["import", FOLDER, *argv[1:]]
    joined: list[str] = []
    for part in argv:  # a value that starts with a minus would be taken for an option
        if joined and joined[-1] in {"--bbox", "--at"}:
            joined[-1] += f"={part}"
        else:
            joined.append(part)
    return joined


def _add_folder(places: Steps) -> None:
    step = places.add_parser(FOLDER, help="pictures in a folder of yours", description=PICTURES)
    step.add_argument("folder", type=Path, help="where the pictures are")
    _add_common(step)
    step.add_argument("--table", type=Path, help="CSV: file, kind, lat, lng, heading_deg, ...")
    step.add_argument(
        "--only", default="*", metavar="GLOB", help="pictures whose path in FOLDER matches"
    )
    step.set_defaults(run=_import_folder)


def _add_panoramax(places: Steps) -> None:
    step = places.add_parser("panoramax", help="open street imagery", description=PANORAMAX)
    _add_area(step)
    _add_common(step)
    step.add_argument("--api", default=panoramax.API, help=f"another instance ({panoramax.API})")
    step.set_defaults(run=_import_panoramax)


def _add_mapillary(places: Steps) -> None:
    about = f"street imagery; needs a token in {TOKEN}"
    step = places.add_parser("mapillary", help=about, description=MAPILLARY)
    _add_area(step)
    _add_common(step)
    step.add_argument("--api", default=mapillary.API, help=f"of the graph ({mapillary.API})")
    step.set_defaults(run=_import_mapillary)


def _add_osv5m(places: Steps) -> None:
    step = places.add_parser("osv5m", help="OpenStreetView-5M, downloaded", description=OSV5M)
    step.add_argument("folder", type=Path, help="where train.csv, test.csv and images/ are")
    step.add_argument("--part", choices=("train", "test"), default="test", help="(default: test)")
    step.add_argument("--count", type=_count, default=100, help="of photos (default: 100)")
    _add_common(step)
    step.set_defaults(run=_import_osv5m)


def _add_mp16(places: Steps) -> None:
    step = places.add_parser("mp16", help="MP-16, YFCC100M, IM2GPS3k, downloaded", description=MP16)
    step.add_argument("folder", type=Path, help="below which the photos are")
    step.add_argument("--table", type=Path, required=True, help="of their places")
    step.add_argument("--count", type=_count, help="of photos (default: all that are there)")
    _add_common(step)
    step.set_defaults(run=_import_mp16)


def _add_area(step: argparse.ArgumentParser) -> None:
    step.add_argument(
        "--bbox", type=_area, required=True, metavar="W,S,E,N", help="where to look, degrees"
    )
    step.add_argument("--count", type=_count, default=100, help="of panoramas (default: 100)")
    step.add_argument(
        "--quality",
        choices=("sd", "hd"),
        default="sd",
        help="sd is 2048 px wide, hd the original (default: sd)",
    )
    step.add_argument("--photos", action="store_true", help="photos too, not only panoramas")


def _add_common(step: argparse.ArgumentParser) -> None:
    step.add_argument("--name", required=True, help="of the pack")
    step.add_argument("--out", type=Path, help="the pack's folder (default: packs/NAME at home)")
    step.add_argument(
        "--test-share", type=_share, default=0.2, help="of places, 0 to 1 (default: 0.2)"
    )
    step.add_argument(
        "--validation-share", type=_share, default=0.1, help="of places, 0 to 1 (default: 0.1)"
    )
    step.add_argument("--licence", default="", help="of pictures that bring none")
    step.add_argument("--attribution", default="", help="of pictures that bring none")


def _area(text: str) -> Area:
    try:
        return parse_area(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a count from 1, got: {text}")
    return int(text)


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, got: {text}")
    return share


def _import_folder(arguments: argparse.Namespace) -> int:
    if not arguments.folder.is_dir():
        raise PackError(f"{arguments.folder}: expected a folder of pictures, got none")
    found = (
        find_in_table(arguments.table, arguments.folder, arguments.only)
        if arguments.table
        else find_in_folder(arguments.folder, arguments.only)
    )
    return _import(arguments, found, len(found))


def _import_panoramax(arguments: argparse.Namespace) -> int:
    with Web(PER_SECOND) as web:
        found = panoramax.find_in_panoramax(
            web,
            arguments.bbox,
            arguments.count,
            api=arguments.api,
            quality=arguments.quality,
            photos=arguments.photos,
        )
        return _import(arguments, found, arguments.count)


def _import_mapillary(arguments: argparse.Namespace) -> int:
    token = os.environ.get(TOKEN, "")
    if not token:
        raise PackError(f"{TOKEN}: expected a Mapillary client token in the environment, got none")
    with Web(PER_SECOND) as web:
        there = mapillary.Mapillary(web, token, arguments.api)
        try:
            found = there.find(
                arguments.bbox, arguments.count, quality=arguments.quality, photos=arguments.photos
            )
        except ValueError as error:
            raise PackError(f"--bbox: {error}") from error
        return _import(arguments, found, arguments.count)


def _import_osv5m(arguments: argparse.Namespace) -> int:
    if arguments.part == "test":
        arguments.test_share = 1.0
    found = find_in_osv5m(arguments.folder, arguments.part, arguments.count)
    return _import(arguments, found, arguments.count)


def _import_mp16(arguments: argparse.Namespace) -> int:
    found = find_in_photo_table(arguments.table, arguments.folder, arguments.count)
    return _import(arguments, found, arguments.count)


def _import(
    arguments: argparse.Namespace, found: Iterable[Source | Skipped], total: int | None
) -> int:
    """Import with a bar: of all that was found in a folder, of those wanted from elsewhere."""
    folder = arguments.out or packs_home() / arguments.name
    count = getattr(arguments, "count", None)
    plan = Plan(
        arguments.name,
        test_share=arguments.test_share,
        validation_share=arguments.validation_share,
        licence=arguments.licence,
        attribution=arguments.attribution,
        count=count,
    )
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("to go"))
    with Progress(TextColumn("importing"), *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total)

        def progress(imported: int, skipped: int) -> None:
            bar.update(task, completed=imported if count else imported + skipped)

        imported = import_pack(found, folder, plan, progress)
    _report(imported, folder)
    return 0 if imported.panoramas and not imported.stopped else 1


def _report(imported: Imported, folder: Path) -> None:
    for skipped in imported.skipped:
        print(f"skipped {skipped.name}: {skipped.reason}")
    if imported.without_heading:
        more = ", ..." if len(imported.without_heading) > NAMED else ""
        unknown = ", ".join(imported.without_heading[:NAMED]) + more
        print(f"heading unknown, taken as 0: {len(imported.without_heading)} ({unknown})")
    done = f"imported {len(imported.panoramas)}, skipped {len(imported.skipped)}"
    splits = describe_splits(imported.panoramas)
    print(f"{done}: {splits}: {folder}" if imported.panoramas else done)
    if imported.stopped:
        print(f"stopped: {imported.stopped}; run it again to go on")
