"""Tables as others write them, and what is wrong with some."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.evaluation.reading import find_pictures, read_guesses, read_places
from models.photo_tables import TableError
from tests.models.evaluation.small_questions import PARIS, SYDNEY, asked_at


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "IMG_ID,LAT,LON\na.jpg,48.86,2.35\nb.jpg,-33.87,151.21\n",
        "\ufeffIMG_ID,AUTHOR,LAT,LON,S3_Label\na.jpg,u1,48.86,2.35,7\nb.jpg,u2,-33.87,151.21,8\n",
        "id,latitude,longitude,country\na.jpg,48.86,2.35,FR\nb.jpg,-33.87,151.21,AU\n",
        "lng, lat, id\n2.35, 48.86, a.jpg\n151.21,-33.87,b.jpg\n",
    ],
)
def test_the_usual_layouts(tmp_path: Path, text: str) -> None:
    found = read_places(table(tmp_path, text), "b")
    assert found.ids == ("a.jpg", "b.jpg")
    assert found.points.tolist() == [list(PARIS), list(SYDNEY)]


def test_photos_of_one_author_belong_together(tmp_path: Path) -> None:
    text = "IMG_ID,AUTHOR,LAT,LON\na,u1,1,2\nb,u1,3,4\nc,,5,6\n"
    assert read_places(table(tmp_path, text), "b").sequences == ("u1", "u1", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("IMG_ID,LAT\na,1\n", r"expected columns lng \(lng, lon, long, longitude\), got: img_id"),
        ("id,lat,lng\n", "with rows, got none"),
        ("id,lat,lng\na,91,0\n", "on the globe for a, got: 91, 0"),
        ("id,lat,lng\na,nan,0\n", "on the globe for a, got: nan, 0"),
        ("id,lat,lng\na,north,0\n", "on the globe for a, got: north, 0"),
        ("id,lat,lng\na,1\n", "on the globe for a, got: 1, "),
        ("id,lat,lng\na,1,2\nb,1,2\na,1,2\n", r"repeated or empty: 1 \('a'\)"),
        ("id,lat,lng\n,1,2\n", r"repeated or empty: 1 \(''\)"),
    ],
)
def test_what_is_no_table_of_places(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_places(table(tmp_path, text), "b")
    with pytest.raises(TableError, match=message):
        read_guesses(table(tmp_path, text), asked_at([PARIS]))


def test_no_table_at_all(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="expected a CSV table"):
        read_places(tmp_path / "none.csv", "b")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00id")
    with pytest.raises(TableError, match="expected a CSV table"):
        read_places(tmp_path / "bytes.csv", "b")


def test_guesses_come_in_the_order_of_the_questions(tmp_path: Path) -> None:
    asked = asked_at([PARIS, SYDNEY])
    path = table(tmp_path, "id,lat,lng\nother,9,9\nq1,3,4\nq0,1,2\n")
    assert read_guesses(path, asked, known=["other"]).tolist() == [[1, 2], [3, 4]]
    with pytest.raises(TableError, match=r"expected ids of made-up, unknown: 1 \('other'\)"):
        read_guesses(path, asked)


def test_a_missing_guess_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, "id,lat,lng\nq0,1,2\n")
    message = r"a guess for each of made-up, missing: 7 \('q1', 'q2', 'q3', 'q4', 'q5', \.\.\.\)"
    with pytest.raises(TableError, match=message):
        read_guesses(path, asked_at([PARIS] * 8))


def test_pictures_lie_anywhere_with_or_without_their_ending(tmp_path: Path) -> None:
    for name in ("00/q0.jpg", "01/deep/q1.JPEG", "q2.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find_pictures(asked_at([PARIS, SYDNEY]), tmp_path)
    assert [path.name for path in found] == ["q0.jpg", "q1.JPEG"]
    with pytest.raises(TableError, match=r"a picture for each id, missing: 1 \('q2'\)"):
        find_pictures(asked_at([PARIS] * 3), tmp_path)
