import pytest

from models.photo_tables import TableError
from models.world.importing.source import Skipped
from models.world.importing.table import find_in_table

HEAD = "file,kind,lat,lng,label,heading_deg,licence,source_repository,note\n"


def write_table(tmp_path, text, head=HEAD):
    path = tmp_path / "in" / "index.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + text, encoding="utf-8")
    return path


def faces(headings, names=("front", "right", "back", "left")):
    rows = zip(names, headings, strict=False)
    return "".join(
        f"P/{n}.jpg,pano4_face,44.7,-1.1,gps,{h},etalab-2.0,repo,by C\n" for n, h in rows
    )


def test_four_faces_are_one_panorama_that_looks_north(tmp_path):
    table = write_table(tmp_path, faces([276, 6, 96, 186]))
    (source,) = find_in_table(table, tmp_path / "in")
    assert source.kind == "faces"
    assert source.name == "P"
    assert source.face_headings == (276, 6, 96, 186)
    assert [file.name for file in source.files] == [
        f"{n}.jpg" for n in ("front", "right", "back", "left")
    ]
    assert (source.lat, source.lng, source.heading) == (44.7, -1.1, 0)
    assert (source.licence, source.attribution) == ("etalab-2.0", "repo; by C")


def test_faces_without_headings_go_by_their_names(tmp_path):
    names = ("left", "front", "back", "right")
    (source,) = find_in_table(write_table(tmp_path, faces([""] * 4, names)), tmp_path / "in")
    assert source.face_headings == (270, 0, 180, 90)
    assert source.heading is None


@pytest.mark.parametrize(
    "headings", [[0, 90, 180], [0, 90, 180, 181], [0, 90, 180, 180], ["x"] * 4]
)
def test_faces_that_make_no_circle_are_skipped(tmp_path, headings):
    (item,) = find_in_table(write_table(tmp_path, faces(headings)), tmp_path / "in")
    assert isinstance(item, Skipped)
    assert "heading" in item.reason


def test_the_table_rules_and_the_picture_fills_in(tmp_path, jpeg):
    jpeg(
        "a.jpg", size=(60, 40), lat=5, lng=6, focal_mm=18, direction=40, date="2020:01:02 00:00:00"
    )
    jpeg("b.jpg", size=(60, 40), direction=40)
    text = "a.jpg,photo,48.1,9.2,gps,,L,,\nb.jpg,photo,1,2,author,7.5,L,,\n"
    a, b = find_in_table(write_table(tmp_path, text), tmp_path / "in")
    assert (a.lat, a.lng, a.heading, a.date, round(a.hfov_deg)) == (48.1, 9.2, 40, "2020-01-02", 90)
    assert (b.heading, round(b.hfov_deg), b.attribution) == (7.5, 65, "Ada")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.jpg,photo,,,country,,L,,", "place known only by: country"),
        ("a.jpg,photo,,,gps,,L,,", "no place"),
        ("a.jpg,photo,0,0,gps,,L,,", "no GPS fix"),
        ("a.jpg,photo,95,0,gps,,L,,", "on the globe"),
        ("a.jpg,photo,north,0,gps,,L,,", "expected a number as lat, got: 'north'"),
        ("a.jpg,film,1,2,gps,,L,,", "got: 'film'"),
        ("gone.jpg,equirect,1,2,gps,,L,,", "no such file"),
    ],
)
def test_rows_that_cannot_be_used_say_why(tmp_path, jpeg, row, reason):
    jpeg("a.jpg")
    (item,) = find_in_table(write_table(tmp_path, row + "\n"), tmp_path / "in")
    assert isinstance(item, Skipped)
    assert reason in item.reason


def test_a_table_that_is_none_is_named(tmp_path):
    with pytest.raises(TableError, match="expected a CSV table"):
        find_in_table(tmp_path / "gone.csv", tmp_path)
    with pytest.raises(TableError, match=r"missing: \['kind', 'lng'\]"):
        find_in_table(write_table(tmp_path, "", head="file,lat\n"), tmp_path)
