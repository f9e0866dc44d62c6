"""The whole ablation on six coloured pictures: all rows, and a stopped run that goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.world.pack import Pack, PackError
from tests.models.small_areas import SmallAreas, grid
from tests.models.test_train import alone

pytestmark = pytest.mark.slow  # imports torch


def tiny_plan():
    from models.ablation.plan import SMALL
    from tests.models.test_pretrain import preset

    short = {"epochs": 1, "batch": 2}
    whole = preset()
    return replace(
        SMALL,
        preset=replace(whole, cells="semantic"),
        geocells=replace(SMALL.geocells, **short),
        last_block=replace(SMALL.last_block, **short),
        head=replace(SMALL.head, **short),
        width=8,
        copies=2,
        top_ks=(2,),
        temperatures=(0.1, 1),
    )


@pytest.fixture
def two_lands(monkeypatch: pytest.MonkeyPatch) -> None:
    lands = SmallAreas([*grid("AA", 0, 0, 1), *grid("BB", 1, 0, 1)])
    monkeypatch.setattr("models.train.GeoNamesAreas", lambda: lands)


def test_all_rows_from_pack_to_table(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, two_lands
) -> None:
    from models.ablation import command, plan

    monkeypatch.setattr("models.ablation.command.SMALL", tiny_plan())
    shared = ["--pack", str(tiny_pack.folder), "--seeds", "2", "--work", str(tmp_path / "w")]
    assert command.main([*shared, "--json", str(tmp_path / "t.json")]) == 0
    table = capsys.readouterr().out.partition("tiny, test, 2 seeds\n\n")[2]
    assert [line.split("|")[1].strip() for line in table.splitlines()[2:]] == [
        row.name for row in plan.ROWS
    ]
    (lines,) = json.loads((tmp_path / "t.json").read_text("utf-8")).values()
    assert all(0 <= line["mean_score"] <= 5000 for line in lines)

    (lost, *_) = (tmp_path / "w").rglob("seed-2/no-refinement.json")
    lost.unlink()
    monkeypatch.setattr("models.ablation.seed.taught_by_captions", None)  # finished: not called
    assert command.main(shared) == 0
    out, err = capsys.readouterr()
    assert out.partition("2 seeds\n\n")[2] == table
    assert err.count("seed 2: no refinement") == err.count("seed ") == 1


def test_torchrun_is_refused(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.ablation.command import ablate

    with pytest.raises(ValueError, match="torchrun: expected one process, got: 2"):
        ablate(tiny_pack, tiny_plan(), [1], tmp_path, replace(alone(), ranks=2))


def test_a_missing_package_is_told(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    from models.ablation import command

    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'open_clip'")

    monkeypatch.setattr(command, "ablate", missing)
    assert command.main(["--pack", str(tiny_pack.folder), "--work", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "homing ablate: No module named 'open_clip'\n"


def test_another_worlds_pack_works_in_a_folder_of_its_own(tiny_pack: Pack) -> None:
    from models.ablation.ground import Ground

    other = replace(tiny_pack, about="Rendered by Homing, world 3")
    assert Ground(other, tiny_plan()).key != Ground(tiny_pack, tiny_plan()).key


def test_a_pack_without_a_split_is_refused(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.ablation.command import ablate

    half = replace(tiny_pack, panoramas=tiny_pack.split("train"))
    with pytest.raises(PackError, match="tiny: expected panoramas of split validation, got none"):
        ablate(half, tiny_plan(), [1], tmp_path, alone())
