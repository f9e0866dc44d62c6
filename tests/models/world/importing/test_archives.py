import io
import tarfile
import zipfile

import pytest

from models.world.importing import archives
from models.world.importing.archives import (
    containers_below,
    find_pictures,
    read_pictures,
    stem_of,
)
from models.world.importing.source import BadPictureError


def make_zip(path, pictures):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in pictures.items():
            archive.writestr(name, data)


def make_tar(path, pictures, mode="w"):
    with tarfile.open(path, mode) as tar:
        for name, data in pictures.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def read(pictures):
    """By stem, what is read of each."""
    return dict(read_pictures((spot, stem_of(spot.name)) for spot in pictures))


@pytest.fixture
def store(tmp_path):
    """Six pictures in all the ways that they are shipped, and what is none."""
    (tmp_path / "00" / "ab").mkdir(parents=True)
    (tmp_path / "00" / "ab" / "loose.JPG").write_bytes(b"loose")
    (tmp_path / "00" / "notes.csv.gz").write_bytes(b"no archive of pictures")
    make_zip(tmp_path / "a.zip", {"x/zipped.jpg": b"zipped", "readme.txt": b"no"})
    make_tar(tmp_path / "b.tar", {"12/34/one.jpg": b"one", "12/34/two.png": b"twotwo"})
    make_tar(tmp_path / "c.tar.gz", {"packed.jpeg": b"packed", "last.webp": b"last"}, "w:gz")
    return tmp_path


def test_every_picture_is_found_and_read_once(store):
    broken, pictures = find_pictures(containers_below(store))
    assert broken == []
    found = read(pictures)
    assert found == {
        "loose": b"loose",
        "zipped": b"zipped",
        "one": b"one",
        "two": b"twotwo",
        "packed": b"packed",
        "last": b"last",
    }


def test_an_archive_cut_short_is_named_and_its_beginning_read(store):
    whole = (store / "b.tar").read_bytes()
    (store / "b.tar").write_bytes(whole[: 512 + 512 + 512 + 3])  # into the second picture
    (store / "a.zip").write_bytes((store / "a.zip").read_bytes()[:30])
    broken, pictures = find_pictures(containers_below(store))
    assert sorted(skipped.name for skipped in broken) == ["a.zip", "b.tar"]
    found = read(pictures)
    assert found["one"] == b"one"
    assert isinstance(found["two"], BadPictureError)
    assert str(found["two"]) == "expected 6 bytes, got: 3"
    assert "zipped" not in found


def test_what_would_fill_the_memory_is_left(store, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 5)
    _, pictures = find_pictures([store / "b.tar"])
    found = read(pictures)
    assert found["one"] == b"one"
    assert "expected up to 5 bytes, got: 6" in str(found["two"])


def test_a_zip_that_cannot_be_unpacked_is_no_end(store):
    """By APPNOTE 4.4.4 and 4.4.5: bit 0 of the flags is encryption, method 97 is WavPack."""
    for name, at, value in (("locked.zip", 8, 1), ("wavpack.zip", 10, 97)):
        make_zip(store / name, {f"{name}.jpg": b"data"})
        data = bytearray((store / name).read_bytes())
        data[data.find(b"PK\1\2") + at] = value
        data[at - 2] = value
        (store / name).write_bytes(data)
    broken, pictures = find_pictures(containers_below(store))
    assert broken == []
    found = read(pictures)
    assert "is encrypted" in str(found["locked.zip"])
    assert "not supported" in str(found["wavpack.zip"])
    assert found["zipped"] == b"zipped"


def test_of_a_tar_under_way_no_members_are_kept(tmp_path, monkeypatch):
    """They take some KB each, and MP-16 is millions."""
    make_tar(tmp_path / "a.tar", {f"{n}.jpg": b"x" for n in range(50)})
    kept, opened = [], tarfile.open

    def watched(path):
        kept.append(opened(path))
        return kept[-1]

    monkeypatch.setattr(tarfile, "open", watched)
    _, pictures = find_pictures([tmp_path / "a.tar"])
    assert len(list(pictures)) == 50
    assert len(kept[0].members) <= 1
