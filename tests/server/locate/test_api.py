"""`/api/locate` on a real socket: photos in, an answer out, bad ones refused in words."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn
from PIL import Image

from server import sockets
from server.app import create_app
from server.locate.words import MAX_PHOTO_BYTES, MAX_UPLOAD_BYTES, LocatedPhotos
from server.settings import from_environment
from tests.server.inference.conftest import RedIsNorth
from tests.server.locate.conftest import REIMS, Watched, encoded, exif_at, png_claiming

pytestmark = pytest.mark.slow

TOKEN = {"Authorization": "Bearer secret"}
JPEG = {**TOKEN, "Content-Type": "image/jpeg"}

RED = Image.new("RGB", (60, 40), (255, 0, 0))


@pytest.fixture(scope="module")
def encoder() -> Watched:
    return Watched()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, encoder: Watched) -> Iterator[httpx.Client]:
    home = tmp_path_factory.mktemp("home")
    settings = from_environment({"HOMING_HOME": str(home), "HOMING_TOKEN": "secret"})
    listener = socket.create_server(("127.0.0.1", 0))
    settings = replace(settings, port=listener.getsockname()[1], bundles=("colours",))
    app = create_app(settings, lambda _: (encoder, RedIsNorth()))
    server = sockets.Server(uvicorn.Config(app, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    with httpx.Client(base_url=settings.url, timeout=60) as client:
        while client.get("/health").json()["status"] == "loading":
            pass
        yield client
        assert client.get("/health").json()["problem"] is None
    server.should_exit = True
    thread.join()
    listener.close()


def wish(*photos: bytes, **fields: Any) -> str:
    return json.dumps({"photos": [base64.b64encode(one).decode() for one in photos], **fields})


def located(client: httpx.Client, *photos: bytes, **fields: Any) -> LocatedPhotos:
    headers = {**TOKEN, "Content-Type": "application/json"}
    answer = client.post("/api/locate", headers=headers, content=wish(*photos, **fields))
    assert answer.status_code == 200, answer.text
    return LocatedPhotos.model_validate_json(answer.content)


def test_a_photo_as_the_body_itself(client: httpx.Client) -> None:
    answer = client.post("/api/locate", headers=JPEG, content=encoded(RED, quality=100))
    found = LocatedPhotos.model_validate_json(answer.content)
    # Red 1 is latitude 90, green 0 longitude 0, up to JPEG's rounding.
    assert found.prediction.guess.lat == pytest.approx(90, abs=1)
    assert found.prediction.guess.lng == pytest.approx(0, abs=1)
    assert (found.views, found.panorama, found.heat) == (1, False, [])
    assert [(one.probability, one.lat) for one in found.belief] == [
        (1.0, found.prediction.guess.lat)  # its geocells, for it keeps its belief to itself
    ]


def test_several_photos_are_averaged(client: httpx.Client) -> None:
    green = encoded(Image.new("RGB", (60, 40), (0, 255, 0)), "PNG")
    found = located(client, encoded(RED, "PNG"), green)
    assert found.prediction.guess.lat == pytest.approx(45)
    assert found.prediction.guess.lng == pytest.approx(90)
    assert found.views == 2


def test_a_panorama_is_seen_in_four_views(client: httpx.Client, encoder: Watched) -> None:
    quarters = Image.new("RGB", (1024, 512))
    for quarter in range(4):
        quarters.paste((60 * quarter, 0, 0), (256 * quarter - 128, 0, 256 * quarter + 128, 512))
    quarters.paste((0, 0, 0), (896, 0, 1024, 512))
    encoder.seen.clear()
    found = located(client, encoded(quarters, "PNG"))
    assert (found.panorama, found.views) == (True, 4)
    # From the middle, which is ahead, to the right; each view shows one quarter alone.
    middles = [np.asarray(view)[256, 256, 0] for view in encoder.seen]
    assert middles == [120, 180, 0, 60]
    assert located(client, encoded(quarters, "PNG"), panorama=False).views == 1


def test_what_exif_says_changes_nothing_but_the_comparison(
    client: httpx.Client, encoder: Watched
) -> None:
    encoder.seen.clear()
    plain = located(client, encoded(RED))
    tagged = located(client, encoded(RED, exif=exif_at()))
    assert plain.taken_at is None
    assert tagged.taken_at is not None
    assert (tagged.taken_at.lat, tagged.taken_at.lng) == pytest.approx(REIMS)
    same = {"taken_at", "timings"}
    assert plain.model_dump(exclude=same) == tagged.model_dump(exclude=same)
    assert all(picture.info == {} and not picture.getexif() for picture in encoder.seen)


def test_neighbours_are_placed_and_grouped(client: httpx.Client) -> None:
    (tile,) = located(client, encoded(RED, "PNG")).neighbours
    assert (tile.group, tile.distance_km, tile.thumbnail) == ("retrieval", 0, None)
    assert tile.place


def noise_png() -> bytes:
    return encoded(Image.effect_noise((400, 300), 90), "PNG")


BAD = {
    "a text file": (b"Dear Homing, where was this taken?", 422, "JPEG, PNG, WebP or HEIC"),
    "nothing": (b"", 422, "JPEG, PNG, WebP or HEIC"),
    "a truncated JPEG": (
        encoded(Image.effect_noise((400, 300), 90))[:9000],
        422,
        "cannot be decoded",
    ),
    "a bomb": (png_claiming(30_000, 30_000), 413, "30000x30000"),
    "a photo that is too large": (bytes(MAX_PHOTO_BYTES + 1), 413, f"at most {MAX_PHOTO_BYTES}"),
}


@pytest.mark.parametrize(("data", "status", "words"), BAD.values(), ids=BAD)
def test_bad_photos_are_refused_in_words(
    client: httpx.Client, data: bytes, status: int, words: str
) -> None:
    answer = client.post("/api/locate", headers=JPEG, content=data)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert answer.json()["detail"].startswith("photo 1: ")
    assert located(client, encoded(RED, "PNG")).views == 1, "the server is well"


def test_a_bomb_of_full_size_is_not_unpacked(client: httpx.Client) -> None:
    file = BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    answer = client.post("/api/locate", headers=JPEG, content=file.getvalue())
    assert answer.status_code == 413
    assert "30000x30000" in answer.json()["detail"]


@pytest.mark.parametrize("declared", [True, False])
def test_100_megabytes_are_refused_while_they_come(client: httpx.Client, declared: bool) -> None:
    sent = 0

    def megabytes() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield bytes(10**6)

    length = {"Content-Length": str(10**8)} if declared else {}
    answer = client.post("/api/locate", headers=JPEG | length, content=megabytes())
    assert answer.status_code == 413
    assert f"at most {MAX_UPLOAD_BYTES // 2**20} MiB" in answer.json()["detail"]
    assert located(client, encoded(RED, "PNG")).views == 1, "the server is well"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "Invalid JSON"),
        ("{}", "photos"),
        ('{"photos": []}', "photos"),
        ('{"photos": ["!"]}', "photos.0"),
        (wish(*[b"x"] * 5), "photos"),
        (wish(b"x", where="Reims"), "where"),
    ],
)
def test_wishes_that_do_not_fit(client: httpx.Client, body: str, words: str) -> None:
    headers = {**TOKEN, "Content-Type": "application/json"}
    answer = client.post("/api/locate", headers=headers, content=body)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_only_bundles_of_the_list_are_asked(client: httpx.Client) -> None:
    names = [word["name"] for word in client.get("/api/locate/bundles", headers=TOKEN).json()]
    assert "world-small" in names
    headers = {**TOKEN, "Content-Type": "application/json"}
    body = wish(encoded(RED), bundle="/etc")
    answer = client.post("/api/locate", headers=headers, content=body)
    assert answer.status_code == 404
    assert "world-small" in answer.json()["detail"]


def test_strangers_are_turned_away(client: httpx.Client) -> None:
    photo = encoded(RED)
    assert client.post("/api/locate", content=photo).status_code == 401
    elsewhere = {**JPEG, "Origin": "http://evil.example"}
    assert client.post("/api/locate", headers=elsewhere, content=photo).status_code == 403
    assert client.get("/api/locate/bundles").status_code == 401


def test_openapi_names_it(client: httpx.Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    locate = paths["/api/locate"]["post"]
    assert set(locate["requestBody"]["content"]) == {"application/json", "image/*"}
    schema = locate["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"photos", "panorama", "bundle", "look"}
    assert locate["responses"]["200"]["content"]["application/json"]["schema"]
    assert {"413", "422"} <= set(locate["responses"])
    assert "/api/locate/bundles" in paths
