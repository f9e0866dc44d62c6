"""`homing locate`: where a photo was taken, in a terminal."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.geo import haversine_km
from server.arena.shelf import Shelf
from server.inference.work import WorkError
from server.locate.bundles import catalogue, load_served
from server.locate.desk import Desk
from server.locate.words import MAX_PHOTO_BYTES, MAX_PHOTOS, LocatedPhotos, LocatePhotos
from server.protocol import PointWord
from server.settings import from_environment


def main(argv: list[str]) -> int:
    """Run `homing locate`; 0 when done, 1 when it could not be done."""
    arguments = _parser().parse_args(argv)
    try:
        found = _locate(arguments)
    except WorkError as error:
        return _fail(f"{arguments.photos[error.index]}: {error}")
    except (ValueError, OSError) as error:
        return _fail(str(error))
    if arguments.json:
        print(found.model_dump_json(indent=2))
    else:
        _show(found)
    return 0


def _fail(message: str) -> int:
    print(f"homing locate: {message}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="homing locate",
        description="Say where photos of one place were taken. Their EXIF is not looked at for it.",
    )
    parser.add_argument(
        "photos",
        type=Path,
        nargs="+",
        metavar="PHOTO",
        help=f"JPEG, PNG, WebP or HEIC; up to {MAX_PHOTOS} of one place, or one 360° panorama",
    )
    parser.add_argument(
        "--bundle", default="world-small", help="name or folder of a bundle; default: %(default)s"
    )
    parser.add_argument(
        "--panorama",
        action=argparse.BooleanOptionalAction,
        help="whether the photo is an equirectangular panorama; default: if it is 2:1",
    )
    parser.add_argument("--json", action="store_true", help="print what POST /api/locate answers")
    return parser


def _locate(arguments: argparse.Namespace) -> LocatedPhotos:
    if len(arguments.photos) > MAX_PHOTOS:
        raise ValueError(
            f"expected up to {MAX_PHOTOS} photos of one place, got: {len(arguments.photos)}"
        )
    photos = [_read(path) for path in arguments.photos]
    wish = LocatePhotos(photos=photos, panorama=arguments.panorama, look=False)
    packs = Shelf(from_environment(os.environ).packs)
    bundle = arguments.bundle
    return Desk(load_served(bundle), load_served, catalogue(bundle), packs).locate(wish)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_PHOTO_BYTES + 1)  # one more is refused as too large


def _show(found: LocatedPhotos) -> None:
    console = Console()
    said = found.prediction
    console.print(f"[bold]{found.place}[/] ({_where(said.guess)})")
    console.print(
        f"50 % within {_km(said.radius_50_km)}, 90 % within {_km(said.radius_90_km)}; "
        f"{said.expected_score:,.0f} points to expect. {said.reason}"
    )
    cells = Table("geocell", "probability", "lat, lng")
    for cell in said.geocells:
        cells.add_row(cell.name, f"{cell.probability:.1%}", f"{cell.lat:.2f}, {cell.lng:.2f}")
    console.print(cells)
    if found.neighbours:
        console.print(_neighbours(found))
    if found.taken_at:
        off = _km(float(haversine_km(_pair(found.taken_at), _pair(said.guess))))
        console.print(f"Its EXIF says {_where(found.taken_at)}: the guess is {off} off.")
    console.print(f"[dim]{found.bundle.name}: {found.bundle.about}. {found.bundle.caveat}[/]")


def _neighbours(found: LocatedPhotos) -> Table:
    table = Table("most alike", "from the guess", "similarity", "group")
    for one in found.neighbours:
        table.add_row(one.place, _km(one.distance_km), f"{one.similarity:.2f}", one.group)
    return table


def _pair(point: PointWord) -> tuple[float, float]:
    return point.lat, point.lng


def _where(point: PointWord) -> str:
    return f"{point.lat:.3f}, {point.lng:.3f}"


def _km(km: float) -> str:
    return f"{km:,.1f} km" if km < 10 else f"{km:,.0f} km"
