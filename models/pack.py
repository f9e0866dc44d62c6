"""`homing pack`: bring real imagery into packs, list packs, describe one."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.geography.countries import country_name
from models.geography.places import countries_of
from models.photo_tables import TableError
from models.world.importing.command import PER_SECOND, add_import, for_argparse
from models.world.importing.source import StoppedError, checked_place
from models.world.importing.street_view import API, TERMS, street_view_at
from models.world.importing.web import Web
from models.world.pack import (
    Pack,
    PackError,
    counted,
    describe_splits,
    find_packs,
    load_pack,
    packs_home,
)

SHOWN_COUNTRIES = 12
"""Most frequent countries named by `homing pack info`."""

KEY = "HOMING_STREETVIEW_KEY"
MAX_PLACES = 10
"""Of one question to Street View: it is for a look, not for a harvest."""


def main(argv: list[str] | None = None) -> int:
    """Run `homing pack`; 0 when done, 1 when it could not be done, 2 for a wrong command line."""
    arguments = _parser().parse_args(for_argparse(sys.argv[1:] if argv is None else argv))
    try:
        return int(arguments.run(arguments))
    except (PackError, TableError, StoppedError, OSError) as error:
        print(f"homing pack: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing pack", description="Import, list and describe packs of panoramas."
    )
    steps = parser.add_subparsers(required=True, metavar="STEP")
    add_import(steps.add_parser("import", help="make a pack of pictures: a folder's, or online"))
    listing = steps.add_parser("list", help="list the packs at home")
    listing.set_defaults(run=_list)
    info = steps.add_parser("info", help="describe one pack")
    info.add_argument("pack", help="name of a pack at home, or its folder")
    info.set_defaults(run=_info)
    _add_street_view(steps.add_parser("streetview", help="ask whether Street View was at a place"))
    return parser


def _add_street_view(step: argparse.ArgumentParser) -> None:
    step.description = f"Ask Google whether Street View was at places. {TERMS}"
    step.epilog = f"The key of yours is read from {KEY}."
    step.add_argument(
        "--at",
        type=_place,
        action="append",
        required=True,
        metavar="LAT,LNG",
        help=f"degrees; may be given up to {MAX_PLACES} times",
    )
    step.add_argument("--api", default=API, help=f"address of the service ({API})")
    step.set_defaults(run=_street_view)


def _place(text: str) -> tuple[float, float]:
    try:
        lat, lng = (float(part) for part in text.split(","))
        return checked_place(lat, lng)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected LAT,LNG in degrees, got: {text}") from error


def _street_view(arguments: argparse.Namespace) -> int:
    key = os.environ.get(KEY, "")
    if not key:
        raise PackError(f"{KEY}: expected a Google Maps Platform key in the environment, got none")
    if len(arguments.at) > MAX_PLACES:
        raise PackError(f"expected up to {MAX_PLACES} places, got: {len(arguments.at)}")
    table = Table("place", "panorama", "lat, lng", "date", "attribution")
    with Web(PER_SECOND) as web:
        for place in arguments.at:
            found = street_view_at(web, key, place, api=arguments.api)
            row = (
                (found.pano_id, f"{found.lat}, {found.lng}", found.date, found.attribution)
                if found
                else ("none", "", "", "")
            )
            table.add_row(f"{place[0]}, {place[1]}", *row)
    Console().print(table)
    return 0


def _list(_: argparse.Namespace) -> int:
    table = Table("pack", "panoramas", "splits", "about")
    for pack in find_packs(packs_home()):
        table.add_row(pack.name, str(len(pack)), describe_splits(pack.panoramas), pack.about)
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
    yield "splits", describe_splits(rows)
    yield "map diagonal", f"{pack.diagonal_km:g} km"
    if not rows:
        return
    yield "photos", str(sum(row.hfov_deg < 360 for row in rows))
    yield "lat", f"{min(row.lat for row in rows):.3f} to {max(row.lat for row in rows):.3f}"
    yield "lng", f"{min(row.lng for row in rows):.3f} to {max(row.lng for row in rows):.3f}"
    countries = Counter(str(code) for code in countries_of([(row.lat, row.lng) for row in rows]))
    named = {country_name(code): n for code, n in countries.most_common(SHOWN_COUNTRIES)}
    yield "countries", f"{len(countries)}: {counted(named)}"
    yield "licences", counted(Counter(row.licence or "unknown" for row in rows))
