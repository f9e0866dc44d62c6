from __future__ import annotations

import json

from models.evaluation.metrics import measure
from models.hardness.tables import Loss, Row, losses_as_markdown, rows_as_markdown, save_json

ROW = Row("guess", measure([(0.0, 0.0)], [(0.0, 1.0)]), (4000.4, 4999.6))


def test_rows_as_markdown() -> None:
    table = rows_as_markdown([ROW]).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    radii = ["1 km", "25 km", "200 km", "750 km", "2500 km"]
    assert cells[0] == ["", "n", *radii, "median km", "score", "95 %"]
    assert cells[2][:7] == ["guess", "1", "0.0", "0.0", "100.0", "100.0", "100.0"]
    assert cells[2][7:] == ["111", "4,641", "4,000 to 5,000"]
    assert len({len(line) for line in table}) == 1


def test_losses_as_markdown() -> None:
    losses = [Loss("nothing", 3000, 0, (0, 0)), Loss("writing", 2900.4, -99.6, (-120, 3))]
    assert losses_as_markdown(losses).splitlines() == [
        "| off     | score | difference |       95 % |",
        "| ------- | ----: | ---------: | ---------: |",
        "| nothing | 3,000 |         +0 |   +0 to +0 |",
        "| writing | 2,900 |       -100 | -120 to +3 |",
    ]


def test_the_json_holds_every_figure(tmp_path) -> None:
    found = json.loads(save_json([ROW], tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert found[0]["name"] == "guess"
    assert found[0]["metrics"]["within_percent"]["200"] == 100
    assert found[0]["interval"] == [4000.4, 4999.6]
