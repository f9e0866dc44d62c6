"""The report of a recorded match: one HTML file with pictures and maps inside."""

from __future__ import annotations

import base64
import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geopy.distance import geodesic
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.game import Guess
from bot.make_outline import OUTLINE
from bot.place_names import Name, nameless
from bot.record import EVENTS_FILE, write_whole
from bot.report_map import SHIFTS_DEG, Frame, circle, close_frame, great_circle, world_frame
from bot.screen import distance_text

REPORT_FILE = "report.html"
LOOK_FOLDER = "look"


@dataclass(slots=True)
class PlayedRound:
    """What the record says of one round."""

    number: int
    views: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By number within the round: heading, pitch, picture (a data URL), at_ms."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """As `PlaceLocated`, in order; the last is final if it says so."""
    result: dict[str, Any] | None = None
    times: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    heat: str = ""
    """What spoke for a geocell in its views: a data URL; empty where nobody looked."""
    heat_of: str = ""
    """That geocell, and the bundle that looked, which need not be the one that played."""

    @property
    def prediction(self) -> dict[str, Any] | None:
        """The one that was played."""
        return self.answers[-1]["located"]["prediction"] if self.answers else None

    @property
    def truth(self) -> Guess:
        """Only of a round with a result."""
        return _point((self.result or {})["location"])

    @property
    def guess(self) -> Guess:
        """Only of a round with a result."""
        return _point((self.result or {})["guess"])

    @property
    def distance_km(self) -> float:
        """Along the ellipsoid, which is what people measure."""
        a, b = self.truth, self.guess
        return float(geodesic((a.lat, a.lng), (b.lat, b.lng)).km)

    @property
    def frame(self) -> Frame:
        """Of its map."""
        return close_frame([self.truth, self.guess, *great_circle(self.truth, self.guess)])

    @property
    def circles(self) -> list[tuple[str, list[Guess]]]:
        """The credible radii around the guess, with their names."""
        if self.prediction is None:
            return []
        centre = _point(self.prediction["guess"])
        radii = (("90 %", "radius_90_km"), ("50 %", "radius_50_km"))
        return [(name, circle(centre, self.prediction[key])) for name, key in radii]


@dataclass(slots=True)
class PlayedMatch:
    """What the record says of a match."""

    site: str = ""
    id: str = ""
    url: str = ""
    started: str = ""
    rounds: dict[int, PlayedRound] = field(default_factory=dict)

    @property
    def scored(self) -> list[PlayedRound]:
        """The rounds with a result."""
        return [round_ for round_ in self.rounds.values() if round_.result]

    @property
    def total_score(self) -> int:
        """Of all rounds."""
        return sum(round_.result["score"] for round_ in self.scored if round_.result)

    @property
    def median_km(self) -> float | None:
        """Of the rounds with a result."""
        return statistics.median(r.distance_km for r in self.scored) if self.scored else None

    @property
    def median_ms(self) -> float | None:
        """Capture to result."""
        totals = [sum(r.times.values()) for r in self.scored]
        return statistics.median(totals) if totals else None

    @property
    def locator(self) -> str:
        """Bundle and encoder that located it."""
        said = [r.prediction for r in self.rounds.values() if r.prediction]
        return f"{said[0]['bundle']}, {said[0]['encoder']}" if said else ""

    @property
    def frame(self) -> Frame:
        """The world."""
        return world_frame([p for r in self.scored for p in (r.truth, r.guess)])


def write_report(folder: Path, name: Name = nameless) -> Path:
    """Write the report of the match recorded in `folder` beside its record; return its path.

    `name` says what truth and guess of each round are called.
    """
    environment = Environment(
        loader=PackageLoader("bot", ""),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"distance": distance_text, "name": name}
    html = environment.get_template("report.html.j2").render(
        match=read_match(folder),
        land=json.loads(OUTLINE.read_text(encoding="utf-8"))["path"],
        shifts=SHIFTS_DEG,
        great_circle=great_circle,
        point=_point,
    )
    path = folder / REPORT_FILE
    write_whole(path, html.encode())
    return path


def views_to_look_at(folder: Path) -> list[tuple[list[Path], Path]]:
    """The views of each recorded round, and the picture in which their heat maps are looked for."""
    return [
        ([folder / view["file"] for view in round_.views.values()], _heat_file(folder, number))
        for number, round_ in read_match(folder).rounds.items()
        if round_.views
    ]


def caption_heat(heat: Path, of: str) -> None:
    """Say beside a heat map what spoke for whose geocell; it is not shown without."""
    write_whole(heat.with_suffix(".txt"), of.encode())


def forget_heat(folder: Path) -> None:
    """Delete the heat maps of all rounds."""
    for file in (folder / LOOK_FOLDER).glob("*"):
        file.unlink()


def read_match(folder: Path) -> PlayedMatch:
    """The match recorded in `folder`; a line that a crash left broken ends it."""
    match = PlayedMatch()
    for line in (folder / EVENTS_FILE).read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            break
        _take(match, event, folder)
    for number, round_ in match.rounds.items():
        heat = _heat_file(folder, number)
        if heat.is_file() and (caption := heat.with_suffix(".txt")).is_file():
            round_.heat, round_.heat_of = _data_url(heat), caption.read_text(encoding="utf-8")
    return match


def _take(match: PlayedMatch, event: dict[str, Any], folder: Path) -> None:
    if event["event"] == "match_started":
        match.site, match.id, match.url = (event["match"][key] for key in ("site", "id", "url"))
        match.started = event["at"][:16].replace("T", " ")
    elif event["event"] == "round_started":
        number = event["round"]["number"]
        match.rounds[number] = PlayedRound(number)
    elif event["event"] != "match_ended":
        number = event["result"]["round"] if "result" in event else event["round"]
        _take_round(match.rounds.setdefault(number, PlayedRound(number)), event, folder)


def _take_round(round_: PlayedRound, event: dict[str, Any], folder: Path) -> None:
    match event["event"]:
        case "view_captured":
            if event["number"] == 1:  # a second try begins anew
                round_.views.clear()
                round_.answers.clear()
            round_.views[event["number"]] = event | {"picture": _data_url(folder / event["file"])}
        case "located":
            round_.answers.append(event)
        case "round_played":
            round_.result, round_.times = event["result"], event["times"]
        case "round_failed":
            round_.failure = event["reason"]


def _heat_file(folder: Path, number: int) -> Path:
    return folder / LOOK_FOLDER / f"{number:02}.jpg"


def _data_url(path: Path) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()


def _point(fields: dict[str, Any]) -> Guess:
    return Guess(fields["lat"], fields["lng"])
