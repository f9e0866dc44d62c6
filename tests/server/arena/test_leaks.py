"""The truth reaches no player before a round is over: every byte of every answer is searched."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Iterator
from io import BytesIO

import httpx
from PIL import ExifTags, Image

from models.world.pack import Pack
from server.arena.events import MatchCreated, Planned
from server.arena.picture import clean_jpeg
from server.arena.store import Store
from tests.server.arena.player import Player

ROUNDS = 5


def numerals(value: float) -> Iterator[bytes]:
    """A coordinate as people and programs write it, to two decimals and finer."""
    for number in (value, math.radians(value)):
        for text in (f"{abs(number):.{digits}f}" for digits in range(2, 8)):
            yield text.encode()
            yield text.replace(".", ",").encode()
        # Cut instead of rounded.
        yield str(abs(number))[: str(abs(number)).index(".") + 3].encode()
    for scale in (1e4, 1e5, 1e6, 1e7):  # integers of EXIF, protobuf and friends
        yield str(round(abs(value) * scale)).encode()
    degrees, minutes = divmod(abs(value) * 60, 60)
    yield f"{degrees:.0f}°".encode()
    yield f"{degrees:.0f},{minutes:.0f}".encode()
    for layout in ("<d", ">d", "<f", ">f"):
        yield struct.pack(layout, value)


def needles(planned: Planned, pack: Pack) -> Iterator[bytes]:
    """Anything that would tell where a round is, or which panorama it shows."""
    file = pack[planned.panorama].file
    for text in (planned.panorama, file, planned.place):
        yield text.encode()
        yield base64.b64encode(text.encode()).rstrip(b"=")
    yield from numerals(planned.lat)
    yield from numerals(planned.lng)


def spoken(response: httpx.Response) -> bytes:
    """All that a player gets to see of an answer."""
    headers = b"\n".join(name + b": " + value for name, value in response.headers.raw)
    return str(response.request.url).encode() + b"\n" + headers + b"\n" + response.content


def spoil(pack: Pack) -> None:
    """Put the truth wherever a picture file can carry it."""
    for panorama in pack.panoramas:
        path = pack.image_path(panorama)
        exif = Image.Exif()
        exif[ExifTags.Base.ImageDescription] = panorama.id
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitude] = (abs(panorama.lat), 0.0, 0.0)
        note = f"{panorama.id} {panorama.lat} {panorama.lng}".encode()
        with Image.open(path) as image:
            image.save(path, "JPEG", exif=exif, comment=note, xmp=b"<x>" + note + b"</x>")
        path.write_bytes(path.read_bytes() + note)


async def test_nothing_tells_the_truth_of_a_round_to_come(
    player: Player, tiny_pack: Pack, store: Store
) -> None:
    spoil(tiny_pack)
    await player.open(rounds=ROUNDS, time_limit_s=60)
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    for number, planned in enumerate(created.rounds, start=1):
        player.heard.clear()
        await everything_there_is_to_ask(player, number)
        to_come = created.rounds[number - 1 :]
        for response in player.heard:
            said = spoken(response)
            for needle in (n for hidden in to_come for n in needles(hidden, tiny_pack)):
                assert needle not in said, (needle, response.request.url, response.text[:400])
        # The search would find it: the guess reveals this round, and this round alone.
        revealed = spoken(await player.guess(number))
        assert planned.place.encode() in revealed
        assert any(numeral in revealed for numeral in numerals(planned.lat))


async def everything_there_is_to_ask(player: Player, number: int) -> None:
    await player.see()
    assert (await player.start(number)).status_code == 200
    assert (await player.start(number)).status_code == 200
    await player.see()
    await player.call("PUT", f"/rounds/{number}/pin", lat=1, lng=2)
    for asked in range(1, ROUNDS + 2):
        await player.call("GET", f"/rounds/{asked}/panorama")
        if asked != number:
            await player.guess(asked)
            await player.start(asked)
    picture = await player.call("GET", f"/rounds/{number}/panorama")
    with Image.open(BytesIO(picture.content)) as image:
        assert not image.getexif()
        assert not {"exif", "xmp", "comment"} & image.info.keys()
    await player.call("GET", f"/rounds/{number}/panorama/../../../log")
    await player.call("POST", f"/rounds/{number}/guess", lat="here")
    for path in ("", "/rounds", "/rounds?form=csv"):
        assert (await player.statistics(path)).status_code == 200
    await player.see()


def test_nothing_hides_in_the_harmless_segments() -> None:
    file = BytesIO()
    Image.new("RGB", (64, 32)).save(file, "JPEG")
    bare = file.getvalue()
    assert clean_jpeg(bare) == bare
    note = b"JFXX\0 48.8584 2.2945"
    segment = b"\xff\xe0" + struct.pack(">H", len(note) + 2) + note
    assert note not in clean_jpeg(bare[:20] + segment + bare[20:])


async def test_a_picture_gone_missing_is_not_named(
    player: Player, tiny_pack: Pack, store: Store
) -> None:
    await player.open(rounds=1)
    await player.start(1)
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    panorama = tiny_pack[created.rounds[0].panorama]
    tiny_pack.image_path(panorama).unlink()
    response = await player.call("GET", "/rounds/1/panorama")
    assert response.status_code == 404
    assert panorama.id not in response.text


async def test_a_table_that_points_outside_the_pack_is_refused(
    player: Player, tiny_pack: Pack, store: Store
) -> None:
    secret = tiny_pack.folder.parent / "secret.jpg"
    await player.open(rounds=1)
    await player.start(1)
    created = store.load(player.match)[0]
    assert isinstance(created, MatchCreated)
    picture = tiny_pack.image_path(tiny_pack[created.rounds[0].panorama])
    picture.rename(secret)
    picture.symlink_to(secret)
    response = await player.call("GET", "/rounds/1/panorama")
    assert response.status_code == 404
