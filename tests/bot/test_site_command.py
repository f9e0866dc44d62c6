"""`homing site check` and the site options of `homing play`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import play, site_command
from bot.sites.openguessr import read_layout

STAND_IN = Path(__file__).parent / "standins" / "openguessr.toml"


def test_other_sites_need_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        play.main(["--site", "geoguessr"])
    assert "--url: expected the link of a private game at geoguessr" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        play.main([])
    assert "expected --pack" in capsys.readouterr().err


DUEL = "https://www.geoguessr.com/duels/ab-1"


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--site", "geoguessr", "--url", DUEL, "--i-have-permission"], "enter by the party's"),
        (["--site", "geoguessr", "--url", DUEL], "expected --i-have-permission"),
        (["--site", "worldguessr", "--url", "https://x/"], "expected --i-have-permission"),
        (["--site", str(STAND_IN), "--url", DUEL], "www.geoguessr.com: expected geoguessr instead"),
        (["--site", "nosite", "--url", "https://x/"], "worldguessr-nmpz or a .toml, got: nosite"),
        (["--invite", "http://127.0.0.1:1/play/M#invite=hush"], "got: http://127.0.0.1:1/play/M"),
    ],
)
def test_what_may_not_be_played_is_said_before_anything_starts(
    argv: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "served", None)  # a server that is started would fail otherwise
    assert play.main(argv) == 1
    said = capsys.readouterr().err
    assert why in said
    assert "hush" not in said


def test_a_site_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        site_command.main(["check", "nowhere", "--url", "https://x/"])
    assert "expected geoguessr, geoguessr-duel, worldguessr or a .toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("site", "url", "why"),
    [
        ("geoguessr", "https://www.geoguessr.com/ranked", "expected to stay in a private game"),
        (str(STAND_IN), "https://geoguessr.com/play/ab", "expected geoguessr instead"),
    ],
)
def test_check_opens_no_page_where_nobody_may_play(
    site: str, url: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site_command.main(["check", site, "--url", url, "--i-have-permission"]) == 1
    assert why in capsys.readouterr().err


def test_a_description_says_what_it_lacks(tmp_path: Path) -> None:
    assert read_layout(STAND_IN).site == "openguessr"
    broken = tmp_path / "broken.toml"
    broken.write_text(STAND_IN.read_text().replace('score = "#result .score"', 'scores = "x"'))
    with pytest.raises(ValueError, match=r"without \['score'\], with unknown \['scores'\]"):
        read_layout(broken)
    broken.write_text("site = ")
    with pytest.raises(ValueError, match="expected a site's description in TOML"):
        read_layout(broken)


@pytest.mark.slow
def test_check_says_what_a_page_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    page.write_text("<div id=pano>far away</div><div id=minimap style='display:none'></div>")
    described = tmp_path / "described.toml"
    described.write_text(STAND_IN.read_text().replace("/play/\\\\w+", ".*/page.html"))
    argv = ["check", str(described), "--url", page.as_uri(), "--out", str(tmp_path)]
    assert site_command.main(argv) == 1
    assert "expected --i-have-permission" in capsys.readouterr().err
    argv.append("--i-have-permission")
    assert site_command.main(argv) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "shown             panorama: #pano" in lines
    assert "there, not shown  map: #minimap" in lines
    assert "not found         guess: #confirm" in lines
    assert Path(lines[-1].removeprefix("picture: ")).exists()
