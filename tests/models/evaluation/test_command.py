"""`homing evaluate` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.bundle import save_bundle
from models.evaluation.command import main
from models.world.pack import Pack
from tests.conftest import TINY, draw_panorama
from tests.models.small_models import land_prior


@pytest.fixture
def guesses(tmp_path: Path) -> Path:
    """A perfect system's, for all of the tiny pack."""
    lines = [f"{id_},{lat},{lng}" for id_, lat, lng, _, _ in TINY]
    return _table(tmp_path / "perfect.csv", "id,lat,lng", lines)


def _table(path: Path, head: str, lines: list[str]) -> Path:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def figures_of(file: Path) -> list[dict]:
    return json.loads(file.read_text(encoding="utf-8"))["evaluations"]


@pytest.mark.slow
def test_another_systems_guesses(tiny_pack: Pack, guesses: Path, tmp_path: Path, capsys) -> None:
    file, report = tmp_path / "f.json", tmp_path / "r.html"
    asked = ["--guesses", str(guesses), "--pack", str(tiny_pack.folder)]
    assert main([*asked, "--json", str(file), "--report", str(report)]) == 0
    assert "perfect.csv on tiny, test" in capsys.readouterr().out
    (found,) = figures_of(file)  # the pack has no hold-out
    assert found["rows"]["guess"]["n"] == 3
    assert found["rows"]["guess"]["mean_score"] == 5000
    assert report.read_text(encoding="utf-8").count("data:image/jpeg") == 3
    assert main([*asked, "--split", "validation,train", "--json", str(file)]) == 0
    assert [part["name"] for part in figures_of(file)] == ["tiny, validation", "tiny, train"]


def test_faults_in_guesses_are_told(tiny_pack: Pack, guesses: Path, tmp_path: Path, capsys) -> None:
    lines = guesses.read_text(encoding="utf-8").splitlines()[1:]
    for wrong, message in (
        (lines[1:], "expected a guess for each of tiny, test, missing: 1 ('kx7q2m')"),
        ([*lines, "elsewhere,1,2"], "unknown: 1 ('elsewhere')"),
        ([*lines, lines[0]], "repeated or empty: 1 ('kx7q2m')"),
    ):
        table = _table(tmp_path / "wrong.csv", "id,lat,lng", wrong)
        assert main(["--guesses", str(table), "--pack", str(tiny_pack.folder)]) == 1
        assert message in capsys.readouterr().err


def test_guesses_on_a_benchmark_beside_what_was_published(tmp_path: Path, capsys) -> None:
    places = _table(
        tmp_path / "places.csv", "IMG_ID,LAT,LON", ["a.jpg,48.86,2.35", "b.jpg,-33.87,151.21"]
    )
    guesses = _table(tmp_path / "g.csv", "id,lat,lng", ["b.jpg,-33.87,151.21", "a.jpg,45.76,4.84"])
    asked = ["--benchmark", "im2gps3k", "--table", str(places), "--guesses", str(guesses)]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert "g.csv on IM2GPS3k" in out
    pigeotto = next(line for line in out.splitlines() if line.startswith("PIGEOTTO"))
    assert pigeotto.split() == ["PIGEOTTO", "11.3", "36.7", "53.8", "72.4", "85.3", "147"]
    ours = next(line for line in out.splitlines() if line.startswith("guess"))
    assert ours.split()[:7] == ["guess", "2", "50.0", "50.0", "50.0", "100.0", "100.0"]


@pytest.mark.slow  # imports torch
def test_a_bundle_on_a_stand_in_of_a_benchmark(tmp_path: Path, capsys) -> None:
    from models.encoder import load_encoder
    from tests.models.test_encoder import save_tiny_encoder

    encoder = save_tiny_encoder(tmp_path / "e")
    prior = land_prior(load_encoder(encoder, "cpu").name)
    prior.dim = load_encoder(encoder, "cpu").dim
    bundle = save_bundle(tmp_path / "b", prior, encoder_spec=encoder, data={}, metrics={})
    for number in range(3):
        draw_panorama(tmp_path / "images" / f"{number}.jpg", number)
    places = _table(
        tmp_path / "places.csv", "IMG_ID,AUTHOR,LAT,LON", ["0,u,48.8,2.3", "1,v,0,30", "2,v,1,1"]
    )
    file = tmp_path / "f.json"
    asked = ["--bundle", str(bundle), "--benchmark", "yfcc4k", "--table", str(places)]
    assert main([*asked, "--images", str(tmp_path / "images"), "--json", str(file)]) == 0
    assert "GeoRouter" in capsys.readouterr().out
    (found,) = figures_of(file)
    assert found["name"] == "YFCC4k"
    assert [guess["id"] for guess in found["guesses"]] == ["0", "1", "2"]
    assert len(found["reliability"]["bins"]) == 3
    (tmp_path / "images" / "2.jpg").unlink()
    assert main([*asked, "--images", str(tmp_path / "images")]) == 1
    assert "expected a picture for each id, missing: 1 ('2')" in capsys.readouterr().err


def test_a_missing_bundle_or_pack_is_told(tmp_path: Path, capsys) -> None:
    assert main(["--bundle", "none-such", "--pack", str(tmp_path)]) == 1
    assert "got: none-such" in capsys.readouterr().err
    bundle = save_bundle(tmp_path / "b", land_prior(), encoder_spec="x", data={}, metrics={})
    assert main(["--bundle", str(bundle), "--pack", str(tmp_path / "nowhere")]) == 1
    assert "expected a pack" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--pack", "p"], "one of the arguments --bundle --guesses is required"),
        (["--bundle", "b"], "one of the arguments --pack --benchmark is required"),
        (["--bundle", "b", "--benchmark", "im2gps", "--table", "t"], "--benchmark needs --table"),
        (["--bundle", "b", "--pack", "p", "--split", "test,moon"], "got: 'moon'"),
        (["--bundle", "b", "--pack", "p", "--leak-km", "-1"], "expected a distance from 0 km"),
        (["--bundle", "b", "--pack", "p", "--leak-km", "far"], "expected a distance from 0 km"),
    ],
)
def test_a_wrong_command_line_is_told(argv: list[str], message: str, capsys) -> None:
    with pytest.raises(SystemExit):
        main(argv)
    assert message in capsys.readouterr().err
