import zipfile

import numpy as np
import pytest
from PIL import Image

from models import pack
from models.pack import main
from models.world.importing import command
from models.world.pack import load_pack
from tests.models.world.importing.online import Answer, serving
from tests.models.world.importing.providers import Mapillary, Panoramax, shots


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    rows = ["file,kind,lat,lng,heading_deg,licence"]
    for i in range(3):
        picture = np.full((32, 64, 3), 60 * i, np.uint8)
        Image.fromarray(picture).save(folder / f"{i}.jpg")
        rows.append(f"{i}.jpg,equirect,{48.7 + i},9.1,{i * 90},CC0")
    rows.append("gone.jpg,equirect,1,2,,CC0")
    (folder / "index.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    monkeypatch.setattr(command, "PER_SECOND", 1000.0)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "home"


def test_import_list_and_info(pictures, home, capsys):
    table = str(pictures / "index.csv")
    arguments = ["import", str(pictures), "--table", table, "--name", "mine", "--test-share", "1"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "skipped gone.jpg: no such file" in said
    assert "imported 3, skipped 1: test 3" in said
    assert [row.heading for row in load_pack(home / "packs" / "mine").panoramas] == [0, 90, 180]

    assert main(["list"]) == 0
    assert "mine" in capsys.readouterr().out
    assert main(["info", "mine"]) == 0
    said = capsys.readouterr().out
    for fact in ("test 3", "Germany 3", "CC0 3", "48.700 to 50.700"):
        assert fact in said


def test_streets_of_panoramax(home, capsys):
    with serving() as stand_in:
        Panoramax(stand_in, shots(9))
        place = ["panoramax", "--bbox", "2,48,2.09,48.09", "--api", f"{stand_in.url}/api"]
        assert main(["import", *place, "--count", "4", "--name", "streets"]) == 0
    assert "imported 4, skipped 0: " in capsys.readouterr().out
    rows = load_pack(home / "packs" / "streets").panoramas
    assert {(row.licence, row.attribution) for row in rows} == {
        ("CC-BY-SA-4.0", "Ada L., Panoramax")
    }


def test_streets_of_mapillary(home, capsys, monkeypatch):
    place = ["mapillary", "--bbox", "2,48,2.09,48.09", "--count", "3", "--name", "streets"]
    monkeypatch.delenv("HOMING_MAPILLARY_TOKEN", raising=False)
    assert main(["import", *place]) == 1
    assert "HOMING_MAPILLARY_TOKEN: expected a Mapillary client" in capsys.readouterr().err
    monkeypatch.setenv("HOMING_MAPILLARY_TOKEN", Mapillary.token)
    with serving() as stand_in:
        Mapillary(stand_in, shots(9))
        assert main(["import", *place, "--api", stand_in.url]) == 0
    assert "imported 3, skipped 0: " in capsys.readouterr().out
    assert main(["import", "mapillary", "--bbox", "-90,-80,90,80", "--name", "all"]) == 1
    assert "--bbox: expected a box of at most 400 square degrees" in capsys.readouterr().err


def test_a_stopped_import_says_so(home, capsys):
    with serving() as stand_in:  # which knows no such address
        place = ["panoramax", "--bbox", "2,48,2.09,48.09", "--api", f"{stand_in.url}/api"]
        assert main(["import", *place, "--name", "streets"]) == 1
    assert "stopped: the search failed: " in capsys.readouterr().out


def test_a_part_of_osv5m(pictures, home, capsys):
    archives = pictures / "images" / "test"
    archives.mkdir(parents=True)
    lines = ["id,latitude,longitude,sequence,captured_at,creator_username"]
    with zipfile.ZipFile(archives / "00.zip", "w") as archive:
        for i in range(3):
            archive.write(pictures / f"{i}.jpg", f"00/{i}.jpg")
            lines.append(f"{i},48,{9 + i},s,,ada")
    (pictures / "test.csv").write_text("\n".join(lines))
    assert main(["import", "osv5m", str(pictures), "--count", "2", "--name", "osv"]) == 0
    assert "imported 2, skipped 0: test 2" in capsys.readouterr().out


def test_photos_beside_a_table_of_places(pictures, home, capsys):
    table = pictures / "places.csv"
    table.write_text("IMG_ID,LAT,LON\n0.jpg,48,9\n1.jpg,49,9\n3.jpg,50,9\n", "utf-8")
    arguments = ["import", "mp16", str(pictures), "--table", str(table), "--name", "photos"]
    assert main([*arguments, "--test-share", "0", "--validation-share", "1"]) == 0
    said = capsys.readouterr().out
    assert "skipped places.csv: no picture below " in said
    assert "for 1 of its 3 photos: 3.jpg" in said
    assert "imported 2, skipped 1: validation 2" in said
    assert main(["import", "mp16", str(home), "--table", str(table), "--name", "none"]) == 1
    assert "expected pictures of places.csv, got none of 3" in capsys.readouterr().err
    assert not (home / "packs" / "none").exists()


def test_the_place_may_be_left_out_for_a_folder(pictures, capsys):
    table = ["--table", str(pictures / "index.csv")]
    assert main(["import", *table, "--name", "a", str(pictures)]) == 0
    assert main(["import", "folder", str(pictures), *table, "--name", "b"]) == 0


@pytest.mark.parametrize("box", ["2,48,3", "-1,5,2,4"])
def test_a_box_is_a_box(box, capsys):
    with pytest.raises(SystemExit):
        main(["import", "panoramax", "--bbox", box, "--name", "x"])
    assert "expected W,S,E,N in degrees" in capsys.readouterr().err


def test_nothing_imported_is_a_failure(pictures, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["import", str(pictures), "--name", "mine", "--out", str(out)]) == 1
    assert "imported 0, skipped 3" in capsys.readouterr().out
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nowhere", "--name", "x"], "nowhere: expected a folder of pictures, got none"),
        (["info", "nowhere"], "nowhere: expected a pack"),
    ],
)
def test_mistakes_are_named(arguments, message, capsys):
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


def test_a_share_is_a_share(capsys):
    with pytest.raises(SystemExit):
        main(["import", ".", "--name", "x", "--test-share", "20"])
    assert "expected a share from 0 to 1, got: 20" in capsys.readouterr().err


def test_street_view_is_asked_but_not_imported(home, capsys, monkeypatch):
    monkeypatch.delenv("HOMING_STREETVIEW_KEY", raising=False)
    place = ["streetview", "--at", "-33.85678,151.21530"]
    assert main(place) == 1
    assert "HOMING_STREETVIEW_KEY: expected a Google" in capsys.readouterr().err
    monkeypatch.setenv("HOMING_STREETVIEW_KEY", "secret")
    monkeypatch.setattr(pack, "PER_SECOND", 1000.0)
    with serving() as stand_in:
        where = b'"location": {"lat": -33.857, "lng": 151.215}'
        body = b'{"status": "OK", "pano_id": "p7", "date": "2019-08", ' + where + b"}"
        stand_in.routes["/metadata"] = lambda _: Answer(body=body)
        assert main([*place, "--api", stand_in.url]) == 0
        said = capsys.readouterr().out
        for fact in ("p7", "2019-08", "-33.857, 151.215"):
            assert fact in said
        stand_in.faults.append(Answer(403))
        assert main([*place, "--api", stand_in.url]) == 1
        assert main([*place, *["--at", "1,2"] * 10, "--api", stand_in.url]) == 1
    said = capsys.readouterr().err
    assert "Street View: 127.0.0.1/metadata: status 403" in said
    assert "expected up to 10 places, got: 11" in said
    assert "secret" not in said
    assert not home.exists()
