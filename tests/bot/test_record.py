"""What a match leaves behind: the record, the report, the lines in the terminal."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from geopy.distance import geodesic
from geopy.distance import great_circle as oracle
from rich.console import Console

import homing
from bot.agent import Agent
from bot.events import Event, RoundFailed
from bot.game import Guess
from bot.match import play_match
from bot.record import EVENTS_FILE, Record, write_whole
from bot.report import caption_heat, read_match, views_to_look_at, write_report
from bot.report_map import circle, close_frame, great_circle, world_frame
from bot.screen import Screen, distance_text
from tests.bot.doubles import PLACES, FakeGame, FakeLocator


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    record = Record(tmp_path / "runs")
    await play_match(FakeGame(), Agent(FakeLocator(), record), record)
    return record.folder


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / EVENTS_FILE).read_text().splitlines()]


def test_the_record_has_every_event_and_view(folder: Path) -> None:
    assert folder.name == "m1"
    names = [line["event"] for line in lines(folder)]
    a_round = ["round_started", *4 * ["view_captured", "located"], "round_played"]
    assert names == ["match_started", *3 * a_round, "match_ended"]
    files = [line["file"] for line in lines(folder) if line["event"] == "view_captured"]
    assert len(set(files)) == 12
    for file in files:
        assert (folder / str(file)).read_bytes().startswith(b"\xff\xd8")
    assert sorted(p.name for p in folder.iterdir()) == [EVENTS_FILE, "views"]


async def test_two_bots_of_one_match_leave_a_record_each(tmp_path: Path) -> None:
    """At once, into the same folder of runs."""

    async def play(seat: int) -> Path:
        game, record = FakeGame(), Record(tmp_path)
        game.match = replace(game.match, seat=seat)
        await play_match(game, Agent(FakeLocator(), record), record)
        return record.folder

    folders = await asyncio.gather(play(0), play(1))
    assert [folder.name for folder in folders] == ["m1-seat0", "m1-seat1"]
    for folder in folders:
        assert [line["event"] for line in lines(folder)].count("round_played") == 3
        assert len(list((folder / "views").iterdir())) == 12


def test_a_match_read_back_is_what_was_played(folder: Path) -> None:
    match = read_match(folder)
    assert [len(r.views) for r in match.rounds.values()] == [4, 4, 4]
    second = match.rounds[2]
    assert second.truth == PLACES[1]
    expected_km = geodesic((48.8584, 2.2945), (-33.8568, 151.2153)).km
    assert second.distance_km == pytest.approx(expected_km)
    assert match.total_score == sum(r.result["score"] for r in match.rounds.values() if r.result)


def test_a_line_broken_by_a_crash_is_passed_over(folder: Path) -> None:
    whole = (folder / EVENTS_FILE).read_text()
    (folder / EVENTS_FILE).write_text(whole[: whole.rindex("round_played") + 20])
    match = read_match(folder)
    assert [r.result is None for r in match.rounds.values()] == [False, False, True]
    assert "not finished" in write_report(folder).read_text()


def test_the_report_shows_what_was_looked_at(folder: Path) -> None:
    """Views in, one picture a round out, in whichever way it is made; only rounds that have one."""
    asked = views_to_look_at(folder)
    assert [[view.name for view in views] for views, _ in asked] == [
        [f"{number:02}-{view}.jpg" for view in (1, 2, 3, 4)] for number in (1, 2, 3)
    ]
    assert all(view.is_file() for views, _ in asked for view in views)
    assert "spoke for" not in write_report(folder).read_text()
    heat = asked[1][1]
    heat.parent.mkdir()
    heat.write_bytes(b"a heat map")
    # Whose it is, nobody knows yet.
    assert [round_.heat for round_ in read_match(folder).rounds.values()] == ["", "", ""]
    caption_heat(heat, "Paris & around, 83%, by another")
    assert [round_.heat != "" for round_ in read_match(folder).rounds.values()] == [0, 1, 0]
    html = write_report(folder).read_text()
    assert html.count("YSBoZWF0IG1hcA==") == 1
    assert "what spoke for Paris &amp; around, 83%, by another: bright most" in html


def test_a_second_bundles_look_replaces_the_firsts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it breaks off; its encoder is loaded once."""
    loaded: list[str] = []

    class Looker:
        def __init__(self, bundle: str) -> None:
            loaded.append(bundle)

        def __call__(self, _: list[Path], out: Path) -> str:
            if loaded == ["first", "broken"]:
                raise ValueError("broken: expected an eye")
            write_whole(out, b"heat")
            return f"Paris, by {loaded[-1]}"

    monkeypatch.setattr("models.look.load_bundle", lambda name: name)
    monkeypatch.setattr("models.look.Looker", Looker)
    assert homing.report([str(folder), "--look", "first"]) == 0
    said = [round_.heat_of for round_ in read_match(folder).rounds.values()]
    assert said == ["Paris, by first"] * 3
    assert homing.report([str(folder), "--look", "broken"]) == 1
    assert loaded == ["first", "broken"]
    assert not any(round_.heat for round_ in read_match(folder).rounds.values())
    assert capsys.readouterr().err == "homing report: broken: expected an eye\n"


def test_the_report_is_one_whole_file_that_takes_nothing_from_elsewhere(folder: Path) -> None:
    total_score = read_match(folder).total_score
    html = write_report(folder).read_text()

    class Collector(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.sources: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.handle_startendtag(tag, attrs)
            self.open += [tag] if tag not in {"meta", "img"} else []

        def handle_startendtag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
            self.sources += [value or "" for name, value in attrs if name in {"src", "href"}]

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    page = Collector()
    page.feed(html)
    assert page.open == []
    assert len([s for s in page.sources if s.startswith("data:image/jpeg;base64,")]) == 12
    assert all(s.startswith(("data:", "#")) for s in page.sources)
    assert f"{total_score:,}" in html
    assert "nan" not in re.findall(r'd="([^"]*)"', html)


def test_what_people_wrote_is_escaped(folder: Path) -> None:
    Record(folder.parent)  # a second recorder goes on in the same file
    with (folder / EVENTS_FILE).open("a") as file:
        event = {
            "event": "round_failed",
            "at": "",
            "round": 4,
            "reason": "<script>alert(1)</script>",
        }
        file.write(json.dumps(event) + "\n")
    html = write_report(folder).read_text()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


async def test_a_terminal_that_nobody_watches_gets_a_line_a_round() -> None:
    out = StringIO()
    with Screen(Console(file=out, width=200)) as screen:
        await play_match(FakeGame(), Agent(FakeLocator(), screen), screen)
        screen(RoundFailed(4, "arena: expected [data-round], got: none"))
    text = out.getvalue().splitlines()
    assert text[0] == "match m1: http://fake.test/m1"
    assert re.fullmatch(r"round 1  48\.858 N, 2\.295 E  0 m  5,000  \d+\.\d s", text[1])
    assert text[5] == "round 4  arena: expected [data-round], got: none  -"
    assert len(text) == 6


async def test_a_terminal_that_is_watched_gets_a_table() -> None:
    out = StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system=None)
    with Screen(console) as screen:
        events: list[Event] = []
        await play_match(FakeGame(), Agent(FakeLocator(), events.append), events.append)
        for event in events:
            screen(event)
    last = out.getvalue().rsplit("Round", 1)[1]
    assert last.count("48.858 N, 2.295 E") == 3
    assert "total" in last


@pytest.mark.parametrize(
    ("km", "text"),
    [(0, "0 m"), (0.3204, "320 m"), (4.21, "4.2 km"), (99.94, "99.9 km"), (1801.2, "1,801 km")],
)
def test_distances_as_people_say_them(km: float, text: str) -> None:
    assert distance_text(km) == text


def test_a_close_map_shows_all_of_the_way_also_across_the_antimeridian() -> None:
    suva, apia = Guess(-18.14, 178.44), Guess(-13.83, -171.76)
    way = great_circle(suva, apia)
    frame = close_frame([suva, apia, *way])
    assert frame.width < 40
    for point in way:
        x, y = frame.xy(point)
        assert frame.left < x < frame.left + frame.width
        assert frame.top < y < frame.top + frame.height
    assert frame.path(way).count("M") == 1


def test_the_world_map_breaks_the_way_at_its_edge_and_shows_antarctica_when_needed() -> None:
    tokyo, lima = Guess(35.68, 139.69), Guess(-12.05, -77.04)
    frame = world_frame([tokyo, lima])
    assert frame.path(great_circle(tokyo, lima)).count("M") == 2
    assert world_frame([Guess(-77.85, 166.67)]).height > frame.height


def test_great_circle_and_circle_against_geopy() -> None:
    a, b = PLACES[0], PLACES[1]
    middle = great_circle(a, b, steps=2)[1]
    halves = [oracle((p.lat, p.lng), (middle.lat, middle.lng)).km for p in (a, b)]
    whole = oracle((a.lat, a.lng), (b.lat, b.lng)).km
    assert halves == pytest.approx([whole / 2, whole / 2], rel=1e-6)
    for point in circle(a, 700.0, steps=8):
        assert oracle((a.lat, a.lng), (point.lat, point.lng)).km == pytest.approx(700, rel=1e-4)
