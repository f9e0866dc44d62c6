"""Bundles and packs of strangers: nothing is unpickled, nothing outside is read, all is named."""

from __future__ import annotations

import json
import pickle
import shutil
import struct
from pathlib import Path

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.artefact import digest_of, hashes_below
from models.bundle import SHIPPED, BundleError, load_bundle
from models.world.pack import PackError, load_pack
from server.arena.picture import clean_jpeg
from tests.conftest import save_tiny_pack
from tests.server.attack.conftest import BEARER, Running

pytestmark = pytest.mark.slow


class Trap:
    """Unpickled, it would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    shutil.copytree(SHIPPED / "world-small", folder)
    return folder


def rewrite(bundle: Path, **changes: object) -> None:
    """As somebody would who made it himself: hashes and all."""
    about = json.loads((bundle / "bundle.json").read_text())
    files = hashes_below(bundle)
    about["files"] = {n: d for n, d in files.items() if n not in {"bundle.json", "README.md"}}
    (bundle / "bundle.json").write_text(json.dumps(about | changes))


def test_the_shipped_one_passes(bundle):
    rewrite(bundle)
    load_bundle(bundle)


@pytest.mark.parametrize(
    "name",
    ["../secret.npy", "/etc/passwd", "encoder/../../secret.npy", "./../bundle/../secret.npy"],
)
def test_names_that_lead_out(bundle, name):
    secret = bundle.parent / "secret.npy"
    secret.write_bytes(b"secret")
    about = json.loads((bundle / "bundle.json").read_text())
    rewrite(bundle, files=about["files"] | {name: digest_of(secret)})
    with pytest.raises(BundleError, match="expected a file inside the bundle"):
        load_bundle(bundle)


@pytest.mark.parametrize("what", ["members.npy", "encoder"])
def test_links_that_lead_out(bundle, what):
    outside = bundle.parent / "outside"
    (bundle / what).rename(outside)
    (bundle / what).symlink_to(outside)
    rewrite(bundle)
    with pytest.raises(BundleError, match="expected"):
        load_bundle(bundle)


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("name", ["open_clip_pytorch_model.bin", "model.pt", "model.ckpt"])
def test_pickles_beside_the_weights_are_refused(bundle, name, listed):
    mark = bundle.parent / "mark"
    (bundle / "encoder" / "open_clip_model.safetensors").unlink()
    rewrite(bundle)
    (bundle / "encoder" / name).write_bytes(pickle.dumps(Trap(mark)))
    if listed:
        rewrite(bundle)
    with pytest.raises(BundleError, match=name):
        load_bundle(bundle).load_encoder("cpu")
    assert not mark.exists()


def objects(path: Path, mark: Path) -> None:
    np.save(path, np.array([Trap(mark)], dtype=object), allow_pickle=True)


def claims(path: Path, _: Path) -> None:
    header = b"{'descr': '<f2', 'fortran_order': False, 'shape': (1000000000000, 512), }"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)


def huge_header(path: Path, _: Path) -> None:
    path.write_bytes(b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"(" * 10**6)


def archive(path: Path, mark: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, a=np.zeros(3))


def rubbish(path: Path, mark: Path) -> None:
    path.write_bytes(pickle.dumps(Trap(mark)))


@pytest.mark.parametrize("spoil", [objects, claims, huge_header, archive, rubbish])
def test_arrays_that_are_none(bundle, spoil):
    mark = bundle.parent / "mark"
    spoil(bundle / "members.npy", mark)
    rewrite(bundle)
    with pytest.raises(BundleError):
        load_bundle(bundle)
    assert not mark.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 10**8) + b"{" * 1000,
        struct.pack("<Q", 200_000) + b"[" * 200_000,
        b'8\0\0\0\0\0\0\0{"weight":{"dtype":"F32","shape":[9],"data_offsets":[0,99]}}',
        pickle.dumps({"weight": 1}),
    ],
)
def test_tensors_that_are_none(bundle, data):
    (bundle / "classifier.safetensors").write_bytes(data)
    rewrite(bundle)
    with pytest.raises(BundleError):
        load_bundle(bundle)


@pytest.mark.parametrize("name", ["geocells.parquet", "prototypes.parquet"])
@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\xff" * 1000 + b"PAR1", b"PK\3\4"])
def test_tables_that_are_none(bundle, name, data):
    (bundle / name).write_bytes(data)
    rewrite(bundle)
    with pytest.raises(BundleError):
        load_bundle(bundle)


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "null", '{"format": 2}', "\udcff"])
def test_a_description_that_is_none(bundle, text):
    (bundle / "bundle.json").write_text(text, errors="surrogateescape")
    with pytest.raises(BundleError):
        load_bundle(bundle)


# -- packs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    ["../../secret.jpg", "/etc/passwd", "images/../../../secret.jpg", "link.jpg", "a\0b", "."],
)
def test_a_picture_is_inside_its_pack(home, file):
    pack = load_pack(save_tiny_pack(home / "packs" / "evil", "evil").folder)
    shutil.copy(pack.image_path(pack.panoramas[0]), home / "secret.jpg")
    link = pack.folder / "link.jpg"
    link.symlink_to(home / "secret.jpg")
    table = pq.read_table(pack.folder / "panoramas.parquet")
    at = table.schema.get_field_index("file")
    spoilt = table.set_column(at, "file", pa.array([file] * len(table)))
    pq.write_table(spoilt, pack.folder / "panoramas.parquet")
    try:
        with Running(home) as server:
            wish = {"pack": "evil", "rules": {"rounds": 1}}
            url = f"{server.url}/api/arena"
            seated = httpx.post(f"{url}/matches", json=wish, headers=BEARER).json()
            match, seat = f"{url}/matches/{seated['match']}", seated["seat_token"]
            mine = {"Authorization": f"Bearer {seat}"}
            httpx.post(f"{match}/rounds/1/start", headers=mine).raise_for_status()
            answer = httpx.get(f"{match}/rounds/1/panorama", headers=mine)
            assert answer.status_code == 404
            assert "picture cannot be read" in answer.json()["detail"]
            assert str(home) not in answer.text
    finally:
        shutil.rmtree(pack.folder)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        'format = 1\nname = 7\nabout = "x"\ndiagonal_km = 1.0',
        'format = 1\nname = ["x"]\nabout = "x"\ndiagonal_km = 1.0',
        'format = 1\nname = "x"\nabout = {}\ndiagonal_km = 1.0',
        "\xff",
    ],
)
def test_a_broken_description_is_a_pack_error(tiny_pack, text):
    (tiny_pack.folder / "pack.toml").write_text(text, encoding="latin-1")
    with pytest.raises(PackError):
        load_pack(tiny_pack.folder)


@pytest.mark.parametrize("field", ["id", "file"])
def test_a_row_without_a_name_is_a_pack_error(tiny_pack, field):
    path = tiny_pack.folder / "panoramas.parquet"
    table = pq.read_table(path)
    at = table.schema.get_field_index(field)
    values = [None, *table.column(field).to_pylist()[1:]]
    pq.write_table(table.set_column(at, field, pa.array(values, pa.string())), path)
    with pytest.raises(PackError):
        load_pack(tiny_pack.folder)


def test_a_broken_pack_takes_no_other_with_it(home):
    folder = save_tiny_pack(home / "packs" / "broken", "broken").folder
    (folder / "pack.toml").write_text("a = " + "[" * 100_000)
    try:
        with Running(home) as server:
            packs = httpx.get(f"{server.url}/api/arena/packs", headers=BEARER)
            assert [pack["name"] for pack in packs.json()] == ["tiny"]
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_picture_that_is_none_is_an_os_error(data):
    with pytest.raises(OSError):  # noqa: PT011  Pillow's, too
        clean_jpeg(data)


# -- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/..%5c..%5csettings.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/home.js%00.html",
        "/static/" + "a" * 5000,
        "/api/locate/../../etc/passwd",
        "/play/../../etc/passwd",
    ],
)
def test_no_address_leads_to_a_file_of_the_machine(server, path):
    answer = server.raw(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.split()[1] in {b"400", b"404"}, answer[:200]
    assert b"root:" not in answer
    assert b"DEFAULT_PORT" not in answer


@pytest.mark.parametrize(
    "name", ["../../", "/etc", "encoder", "..", "world-small/../world-small", "\0"]
)
def test_only_names_of_the_list_are_bundles(server, name):
    body = json.dumps({"photos": ["AAAA"], "bundle": name})
    headers = BEARER | {"Content-Type": "application/json"}
    answer = httpx.post(f"{server.url}/api/locate?bundle=../../", content=body, headers=headers)
    assert answer.status_code == 404
    assert "bundle: expected one of" in answer.json()["detail"]
