"""What the terminal shows."""

from __future__ import annotations

from dataclasses import replace

from models.evaluation.metrics import measure
from models.evaluation.tables import Row, table_of, table_of_rows

PLAIN = measure([(0.0, 0.0)], [(0.0, 1.0)])


def cells(table, line: int) -> list[str]:
    return [list(column.cells)[line] for column in table.columns]


def test_a_row_shows_its_figures() -> None:
    found = cells(table_of("t", {"guess": PLAIN}), 0)
    assert found == ["guess", "1", "0.0", "0.0", "100.0", "100.0", "100.0", "111", "111", "4,641"]


def test_intervals_stand_under_their_figures() -> None:
    table = table_of("t", {"guess": replace(PLAIN, intervals={"mean_score": (4000.4, 4999.6)})})
    assert [column.header for column in table.columns][-1] == "score"
    assert [cells(table, line)[-1] for line in (1, 2)] == ["4,000", "5,000"]
    assert cells(table, 1)[2] == ""


def test_what_nobody_published_is_left_open() -> None:
    rows = {"theirs": Row({"country_percent": 51.25}), "ours": Row({"mean_score": 3000.0}, n=7)}
    table = table_of_rows("t", rows)
    assert [column.header for column in table.columns] == ["", "n", "score", "country"]
    assert cells(table, 0) == ["theirs", "", "", "51.2"]
    assert cells(table, 1) == ["ours", "7", "3,000", ""]
