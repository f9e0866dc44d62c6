"""`homing experiment` from the plan to the report, on a study that is simulated."""

from __future__ import annotations

import io
import json
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyarrow import csv, parquet

from bot.human.fit import read_rounds
from server.experiments import ending
from server.experiments.analysis.primary import look
from server.experiments.command import main
from server.experiments.events import Event, Looked, StudyOpened, Ticked
from server.experiments.plan import PanoramaSet, Stopping, freeze, thaw
from server.experiments.simulation import Truth
from server.experiments.store import Studies
from tests.conftest import save_tiny_pack
from tests.server.experiments.conftest import plan_of
from tests.server.experiments.simulated_people import fill, token
from tests.server.experiments.test_plan import TOML


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))
    monkeypatch.delenv("HOMING_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Studies]:
    store = Studies(f"sqlite:///{home}/arena.sqlite")
    yield store
    store.close()


def simulated(store: Studies, people: int = 20, **fields: Any) -> str:
    truth = Truth(edge=0.6, d_prime=1.5)
    return fill(store, plan_of(**fields), people, truth).study


def test_new_from_toml_then_open(home: Path, capsys: Any) -> None:
    save_tiny_pack(home / "packs" / "tiny")
    toml, plan = home / "plan.toml", home / "plan.json"
    toml.write_text(TOML)
    assert main(["new", "--from", str(toml), "-o", str(plan)]) == 0
    frozen = thaw(plan.read_text())
    assert frozen.sha256 in capsys.readouterr().out
    assert main(["new", "--from", str(toml), "-o", str(plan)]) == 1, "a plan is not overwritten"
    capsys.readouterr()
    assert main(["open", str(plan), "--url", "https://lab.example"]) == 0
    said = capsys.readouterr().out
    study = re.findall(r"study (\w+): SHA-256", said)[0]
    assert f"https://lab.example/study/{study}#invite=" in said
    key = home / "experiments" / study / "runner.token"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text() not in said
    plan.write_text(plan.read_text().replace("0.7", "0.8"))
    assert main(["open", str(plan)]) == 1
    assert "was changed after it was frozen" in capsys.readouterr().err


def test_open_looks_at_the_packs(home: Path, store: Studies, capsys: Any) -> None:
    save_tiny_pack(home / "packs" / "tiny")
    plan = plan_of(matches=1, sets=(PanoramaSet(pack="tinny", seed=1),))
    (home / "p.json").write_text(freeze(plan, datetime.now(UTC)).text())
    assert main(["open", str(home / "p.json")]) == 1
    assert "set 1: pack: expected one of ['tiny'], got: 'tinny'" in capsys.readouterr().err
    assert store.studies() == []


def test_new_asks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["T", "H", "", "300", "", "tiny", "all", "3", "45", "2", "20", "10 15"])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    monkeypatch.setattr("server.experiments.command.ask_plan", _asked(lambda _: next(answers)))
    assert main(["new", "-o", str(home / "p.json")]) == 0
    plan = thaw((home / "p.json").read_text()).plan
    assert (plan.primary, plan.bundle, plan.rules.time_limit_s) == ("score", "world-small", 45)
    assert (plan.stopping.looks, len(plan.sets), plan.sets[0].split) == ((10, 15), 4, None)


def _asked(ask: Any) -> Any:
    from server.experiments.asking import ask_plan

    return lambda: ask_plan(ask)


def test_new_without_anybody_to_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["new"]) == 1
    assert "Title: expected an answer, or --from a file" in capsys.readouterr().err


def test_power(home: Path, capsys: Any) -> None:
    plan = plan_of(smallest_effect=1100, stopping=Stopping(people=20, looks=(10,)))
    (home / "p.json").write_text(freeze(plan, datetime.now(UTC)).text())
    assert main(["power", str(home / "p.json"), "--runs", "10"]) == 0
    said = capsys.readouterr().out
    found = int(re.findall(r"(\d+)% found it", said)[0])
    assert found >= 50
    assert float(re.findall(r"([\d.]+)% found one", said)[0]) <= 30


def test_report_of_a_planted_effect(home: Path, store: Studies, capsys: Any) -> None:
    study = simulated(store)
    assert main(["report", study]) == 0
    folder = home / "experiments" / study
    files = capsys.readouterr().out.split()
    assert {Path(file).name for file in files} == {
        "people.svg", "ratings.svg", "places.svg", "report.html", "report.md"
    }  # fmt: skip
    text, html = (folder / "report.md").read_text(), (folder / "report.html").read_text()
    opened = store.load(study)[0]
    assert isinstance(opened, StudyOpened)
    for report in (text, html):
        assert opened.frozen.stamp in report
        assert opened.secret in report
        assert "20 people finished, as planned" in report
    assert "**Decided.**" in text
    assert "<script" not in html
    assert html.count("<svg") == 3
    for name in ("people.svg", "ratings.svg", "places.svg"):
        ElementTree.fromstring((folder / name).read_text())
    low, high = re.findall(r"d', telling the bot \| [\d.]+ \| ([\d.-]+) to ([\d.-]+) \|", text)[0]
    assert float(low) < 1.5 < float(high)
    assert "FR (" in (folder / "places.svg").read_text()
    assert "urban (" in (folder / "places.svg").read_text()


def test_report_waits_for_the_end(home: Path, store: Studies, capsys: Any) -> None:
    study = simulated(store, people=8)
    assert main(["report", study]) == 1
    assert "expected 20 people who finished, got: " in capsys.readouterr().err
    assert main(["export", study]) == 1
    assert not (home / "experiments").exists()
    assert main(["report", study, "--end", "the grant ran out"]) == 0
    assert "Ended: the grant ran out." in (home / "experiments" / study / "report.md").read_text()
    assert main(["report", "nothing"]) == 1


def test_planned_looks(home: Path, store: Studies, capsys: Any) -> None:
    stopping = Stopping(people=20, looks=(8, 12), spending="pocock")
    study = simulated(store, people=14, stopping=stopping)
    assert main(["report", study, "--look"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("look 1 of 3, 8 people: ")
    assert not re.search(r"0\.\d", said), "neither p nor estimate"
    if "not decided" in said:
        assert main(["report", study, "--look"]) == 0
        assert "look 2 of 3, 12 people: decided" in capsys.readouterr().out
    assert main(["report", study, "--look"]) == 1
    assert "expected a look that is planned" in capsys.readouterr().err


def test_a_look_is_recorded_though_the_server_writes_meanwhile(
    home: Path, store: Studies, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = simulated(store, people=8, stopping=Stopping(people=20, looks=(8,)))

    def look_while(event: Event) -> int:
        """Somebody writes `event` while the look is reckoned."""

        def reckoned(*said: Any) -> Any:
            store.append(study, "", store.lengths(study)[""], [event])
            return look(*said)

        monkeypatch.setattr(ending, "look", reckoned)
        return main(["report", study, "--look"])

    assert look_while(Looked(at=1, number=1, decided=False)) == 1
    assert "somebody else was faster" in capsys.readouterr().err
    study = simulated(store, people=8, stopping=Stopping(people=20, looks=(8,)))
    assert look_while(Ticked(at=1, tick=1)) == 0
    _, ticked, looked, *closed = store.load(study)
    assert (ticked.type, looked.type) == ("ticked", "looked")
    assert isinstance(looked, Looked)
    assert len(closed) == looked.decided


def test_export_and_delete(home: Path, store: Studies, capsys: Any) -> None:
    study = simulated(store)
    assert main(["report", study]) == 0
    assert main(["delete", study, token(3).replace("key", "kex")]) == 1
    assert main(["delete", study, token(3)]) == 0
    assert main(["export", study]) == 0
    folder = home / "experiments" / study
    rows = [json.loads(line) for line in (folder / "rounds.jsonl").read_text().splitlines()]
    table = parquet.read_table(folder / "rounds.parquet")
    assert table.num_rows == csv.read_csv(folder / "rounds.csv").num_rows == len(rows) > 200
    assert table.to_pylist() == rows
    assert "p3" not in {row["person"] for row in rows}
    matches = parquet.read_table(folder / "matches.parquet").to_pylist()
    assert "p3" not in {row["rival"] for row in matches}
    assert len(read_rounds((folder / "rounds.jsonl").read_text().splitlines())) == len(rows)
