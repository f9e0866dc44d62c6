from __future__ import annotations

import pytest

from models.world_command import STEPS, main


def test_help_names_every_step(capsys) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"  {step} " in told for step in STEPS)


@pytest.mark.parametrize("argv", [[], ["paint"]])
def test_an_unknown_step_is_told(argv, capsys) -> None:
    assert main(argv) == 2
    assert "expected one of render, hardness, ablation, cues, got:" in capsys.readouterr().err


@pytest.mark.parametrize("step", STEPS)
def test_every_step_tells_its_options(step, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main([step, "--help"])
    assert ended.value.code == 0
    assert f"usage: homing world {step}" in capsys.readouterr().out
