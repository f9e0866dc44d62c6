import csv
import io
import zipfile

import pytest
from PIL import Image

from models.photo_tables import TableError
from models.world.importing.importer import Plan, import_pack
from models.world.importing.osv5m import find_in_osv5m
from models.world.importing.source import Skipped, Source

# The hub's header, in its order.
HEADER = """
id latitude longitude thumb_original_url country sequence captured_at lon_bin lat_bin cell region
sub-region city land_cover road_index drive_side climate soil dist_sea quadtree_10_5000 unique_city
unique_country creator_username creator_id
"""


def picture(number):
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (number * 5, 90, 90)).save(data, "JPEG")
    return data.getvalue()


def row(number, **more):
    return {
        "id": str(3859149887465000 + number),
        "latitude": 10.0 + number,
        "longitude": -20.0,
        "sequence": f"drive {number // 2}",
        "captured_at": "1521744542000",
        "creator_username": "roadroid",
        **more,
    }


@pytest.fixture
def hub(tmp_path):
    """Two archives of ten pictures; the table lists five more, whose archive is not there."""
    folder = tmp_path / "hub"
    (folder / "images" / "train").mkdir(parents=True)
    rows = [row(number) for number in range(25)]
    rows[3]["latitude"] = "nan"
    rows[4]["captured_at"] = ""
    with (folder / "train.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER.split(), restval="")
        writer.writeheader()
        writer.writerows(rows)
    for number in range(2):
        with zipfile.ZipFile(folder / "images" / "train" / f"0{number}.zip", "w") as archive:
            for i in range(number * 10, number * 10 + 10):
                data = picture(i)[:60] if i == 7 else picture(i)
                archive.writestr(f"0{number}/{rows[i]['id']}.jpg", data)
    return folder


def test_photos_come_with_all_that_is_known(hub):
    found = {item.name: item for item in find_in_osv5m(hub, "train", 100)}
    assert len(found) == 20
    first = found["osv5m 3859149887465000"]
    assert (first.lat, first.lng, first.heading, first.kind) == (10.0, -20.0, None, "photo")
    assert (first.date, first.sequence) == ("2018-03-22", "drive 0")
    assert (first.licence, first.attribution) == ("CC-BY-SA-4.0", "roadroid, Mapillary")
    assert first.hfov_deg == pytest.approx(65)
    assert found["osv5m 3859149887465004"].date == ""
    skipped = {name: item.reason for name, item in found.items() if isinstance(item, Skipped)}
    assert set(skipped) == {"osv5m 3859149887465003", "osv5m 3859149887465007"}


def test_a_larger_draw_holds_a_smaller(hub):
    draws = [{item.name for item in find_in_osv5m(hub, "train", count)} for count in (5, 5, 12)]
    assert draws[0] == draws[1] < draws[2]
    assert [len(draw) for draw in draws] == [5, 5, 12]


def test_frames_of_a_drive_share_a_split(hub, tmp_path):
    found = find_in_osv5m(hub, "train", 100)
    imported = import_pack(
        found, tmp_path / "pack", Plan("osv", test_share=0.3, validation_share=0.3)
    )
    assert len(imported.panoramas) == 18
    splits = {}
    for panorama in imported.panoramas:
        splits.setdefault(panorama.sequence, set()).add(panorama.split)
    assert {len(names) for names in splits.values()} == {1}
    assert set().union(*splits.values()) == {"train", "validation", "test"}


def test_an_archive_half_downloaded_is_named(hub):
    path = hub / "images" / "train" / "01.zip"
    path.write_bytes(path.read_bytes()[:500])
    found = list(find_in_osv5m(hub, "train", 100))
    assert isinstance(found[0], Skipped)
    assert found[0].name == "01.zip"
    assert sum(isinstance(item, Source) for item in found) == 8


def test_what_is_not_the_hub_is_named(hub, tmp_path):
    with pytest.raises(TableError, match=r"expected images/test/NN\.zip in it, got none"):
        find_in_osv5m(hub, "test", 1)
    (hub / "train.csv").write_text("id,lat\n1,2\n")
    with pytest.raises(TableError, match=r"expected columns latitude \(latitude\); .*got: id, lat"):
        find_in_osv5m(hub, "train", 1)
    (hub / "train.csv").unlink()
    with pytest.raises(TableError, match=r"expected a CSV table"):
        find_in_osv5m(hub, "train", 1)
