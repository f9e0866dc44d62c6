import io
import tarfile
import zipfile
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from models.photo_tables import TableError
from models.world.importing.importer import Plan, import_pack
from models.world.importing.mp16 import find_in_photo_table
from models.world.importing.source import Skipped
from tests.models.world.importing.conftest import exif_of


def picture(number, **says):
    data = io.BytesIO()
    Image.new("RGB", (60, 40), (number * 5, 90, 90)).save(data, "JPEG", exif=exif_of(**says))
    return data.getvalue()


def mp16_id(number):
    """As in MP-16's table."""
    return f"34/{number:02x}/90558065{number:02}.jpg"


@pytest.fixture
def mp16(tmp_path):
    """Twenty rows: 0 to 4 in a tar, 5 to 9 in a zip, 10 to 14 as files, 15 to 19 nowhere."""
    folder = tmp_path / "mp16"
    (folder / "files").mkdir(parents=True)
    data = {number: picture(number) for number in range(15)}
    data[7] = b"no picture"
    with tarfile.open(folder / "a.tar", "w") as tar:
        for number in range(5):
            member = tarfile.TarInfo(mp16_id(number))
            member.size = len(data[number])
            tar.addfile(member, io.BytesIO(data[number]))
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        for number in range(5, 10):
            archive.writestr(mp16_id(number).replace("/", "_"), data[number])
    for number in range(10, 15):
        (folder / "files" / mp16_id(number).rpartition("/")[2]).write_bytes(data[number])
    rows = [f"{mp16_id(n)},{10 + n},-20.5,{n // 4}" for n in range(20)]
    rows[3] = f"{mp16_id(3)},,-20.5,0"
    rows[4] = f"{mp16_id(4)},north,-20.5,0"
    (folder / "mp16.csv").write_text("\n".join(["IMG_ID,LAT,LON,S3_Label", *rows]), "utf-8")
    return folder


def test_the_layout_of_mp16(mp16):
    found = {item.name: item for item in find_in_photo_table(mp16 / "mp16.csv", mp16)}
    skipped = {name: item.reason for name, item in found.items() if isinstance(item, Skipped)}
    missing = ", ".join(map(mp16_id, range(15, 20)))
    assert skipped.pop("mp16.csv") == f"no picture below {mp16} for 5 of its 20 photos: {missing}"
    assert set(skipped) == {mp16_id(3), mp16_id(4), mp16_id(7)}
    assert skipped[mp16_id(3)] == "no place"
    assert skipped[mp16_id(4)] == "expected a number as lat, got: 'north'"
    assert skipped[mp16_id(7)].startswith("unreadable: cannot identify image file")
    assert "BytesIO" not in skipped[mp16_id(7)]
    last = found[mp16_id(14)]
    assert (last.lat, last.lng, last.kind, last.heading) == (24.0, -20.5, "photo", None)
    assert (last.sequence, last.licence, last.attribution) == ("", "", "Ada")
    assert last.hfov_deg == pytest.approx(65)


def test_a_pack_is_made_and_no_picture_but_its_own(mp16, tmp_path):
    found = find_in_photo_table(mp16 / "mp16.csv", mp16)
    imported = import_pack(found, tmp_path / "pack", Plan("mp16", licence="CC-BY"))
    assert len(imported.panoramas) == 12
    assert len(imported.skipped) == 4
    assert {p.licence for p in imported.panoramas} == {"CC-BY"}
    written = {path.name for path in (tmp_path / "pack" / "images").iterdir()}
    assert written == {f"{p.id}.jpg" for p in imported.panoramas}


def test_a_larger_draw_holds_a_smaller(mp16):
    draws = [
        {item.name for item in find_in_photo_table(mp16 / "mp16.csv", mp16, count)}
        for count in (4, 4, 9)
    ]
    assert draws[0] == draws[1] < draws[2]
    assert [len(draw) for draw in draws] == [5, 5, 10]  # and the line on those missing


def test_the_layout_of_yfcc100m_and_its_users(tmp_path):
    """Pictures are named by `key`; users, dates and licences come with them."""
    rows = [
        {
            "photoid": 6985418911 + n,
            "uid": f"{n // 6}@N02",
            "unickname": f"user {n // 6}",
            "datetaken": "2010-05-01 12:00:00.0",
            "latitude": 40.0 + n,
            "longitude": 30.0,
            "licensename": "Attribution License",
            "key": f"4e2f7a{n:02}",
        }
        for n in range(36)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "yfcc.parquet")
    (tmp_path / "4e2").mkdir()
    for n, row in enumerate(rows):
        (tmp_path / "4e2" / f"{row['key']}.jpg").write_bytes(
            picture(n, focal_mm=18, direction=40, date="2001:01:01 00:00:00")
        )
    found = list(find_in_photo_table(tmp_path / "yfcc.parquet", tmp_path))
    first = next(item for item in found if item.name == "6985418911")
    assert (first.date, first.sequence) == ("2010-05-01", "0@N02")
    assert (first.licence, first.attribution) == ("Attribution License", "user 0")
    assert (first.heading, round(first.hfov_deg)) == (40, 90)  # the picture's own word
    plan = Plan("yfcc", test_share=0.3, validation_share=0.3)
    imported = import_pack(found, tmp_path / "pack", plan)
    splits = {p.sequence: set() for p in imported.panoramas}
    for panorama in imported.panoramas:
        splits[panorama.sequence].add(panorama.split)
    assert len(splits) == 6
    assert {len(names) for names in splits.values()} == {1}
    assert len(set().union(*splits.values())) > 1


def test_a_photo_listed_twice_is_one(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(picture(1))
    (tmp_path / "t.csv").write_text("IMG_ID,LAT,LON\na.jpg,1,2\nb.jpg,50,60\n", "utf-8")
    found = find_in_photo_table(tmp_path / "t.csv", tmp_path)
    imported = import_pack(found, tmp_path / "pack", Plan("twice"))
    assert [skipped.reason for skipped in imported.skipped] == ["the same picture as a.jpg"]


def pictures_and_table(folder, pictures, ids):
    """What is found, by photo: the number of its picture; and what is told."""
    for name, number in pictures.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture(number))
    rows = [f"{name},{number},2" for number, name in enumerate(ids)]
    (folder / "t.csv").write_text("\n".join(["IMG_ID,LAT,LON", *rows]), "utf-8")
    found = list(find_in_photo_table(folder / "t.csv", folder))
    told = [item.reason for item in found if isinstance(item, Skipped)]
    number_of = {sha256(picture(number)).hexdigest(): number for number in range(9)}
    kept = [item for item in found if not isinstance(item, Skipped)]
    return {item.name: number_of[item.remote.key] for item in kept}, told


def test_two_cities_have_pictures_of_one_name(tmp_path):
    """Each gets its own, by the path; what could be that of either goes to neither."""
    pictures = {"a/paris/1.jpg": 1, "a/rome/1.jpg": 2, "b/2.jpg": 3, "c/3.jpg": 4, "d/3.jpg": 5}
    ids = ["paris/1.jpg", "rome/1.jpg", "paris/2.jpg", "rome/2.jpg", "3.jpg"]
    found, told = pictures_and_table(tmp_path, pictures, ids)
    assert found == {"paris/1.jpg": 1, "rome/1.jpg": 2}
    (reason,) = told
    assert reason.startswith("several pictures of the name, or several photos of it, below ")
    assert reason.endswith(" for 3 of its 5 photos: paris/2.jpg, rome/2.jpg, 3.jpg")


def test_in_archives_pictures_have_paths_too(tmp_path):
    for city, number in (("paris", 1), ("rome", 2)):
        with zipfile.ZipFile(tmp_path / f"{city}.zip", "w") as archive:
            archive.writestr(f"{city}/1.jpg", picture(number))
    found, told = pictures_and_table(tmp_path, {}, ["rome/1.jpg", "oslo/1.jpg"])
    assert found == {"rome/1.jpg": 2}
    assert told[0].endswith("for 1 of its 2 photos: oslo/1.jpg")


def test_nothing_is_written_where_nothing_fits(mp16, tmp_path):
    with pytest.raises(TableError, match=r"expected pictures of mp16\.csv, got none of 20"):
        find_in_photo_table(mp16 / "mp16.csv", tmp_path / "elsewhere")
    (mp16 / "other.csv").write_text("name,x,y\na,1,2\n", "utf-8")
    with pytest.raises(TableError, match=r"expected columns id \(img_id, "):
        find_in_photo_table(mp16 / "other.csv", mp16)


def test_many_broken_photos_in_a_row_do_not_end_it(tmp_path):
    """They are here, and would end it at the same place each time."""
    names = [f"{n:02}.jpg" for n in range(25)]
    for n, name in enumerate(names):
        (tmp_path / name).write_bytes(picture(n)[: None if n == 24 else -20])
    rows = [f"{name},{n},2" for n, name in enumerate(names, start=1)]
    (tmp_path / "t.csv").write_text("\n".join(["IMG_ID,LAT,LON", *rows]), "utf-8")
    found = find_in_photo_table(tmp_path / "t.csv", tmp_path)
    imported = import_pack(found, tmp_path / "pack", Plan("broken"))
    assert (len(imported.panoramas), len(imported.skipped), imported.stopped) == (1, 24, "")


def test_dates_as_tables_have_them(tmp_path):
    told = {
        "2010-05-01 12:00:00.0": "2010-05-01",
        "20100501": "2010-05-01",
        "1272672000000": "2010-05-01",
        "2010": "",  # of a year alone no day is known
        "1272672000": "",  # seconds or milliseconds, nobody tells
        "null": "",
    }
    for n in range(len(told)):
        (tmp_path / f"{n}.jpg").write_bytes(picture(n))
    rows = [f"{n},{n + 1},2,{text}" for n, text in enumerate(told)]
    (tmp_path / "t.csv").write_text("\n".join(["IMG_ID,LAT,LON,date", *rows]), "utf-8")
    found = find_in_photo_table(tmp_path / "t.csv", tmp_path)
    assert {item.name: item.date for item in found} == {
        str(n): date for n, date in enumerate(told.values())
    }
