"""The report of a study: HTML that needs nothing but itself, Markdown, and its figures as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from server.experiments.analysis.paired import Difference, in_points
from server.experiments.analysis.rating import BOT
from server.experiments.analysis.resampling import means_by
from server.experiments.analysis.strengths import Strength
from server.experiments.analysis.summary import Summary, summarise
from server.experiments.export import save_text
from server.experiments.figures import Mark, intervals
from server.experiments.plan import Measure
from server.experiments.results import results
from server.experiments.study import Person, Study

MEASURES: dict[Measure, str] = {
    "score": "points a round that the bot is better by",
    "distance": "the bot's typical error over people's",
    "wins": "the bot's share of its matches",
    "detection": "d', how well people tell the bot",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A measure in the report's table."""

    name: str
    estimate: str
    interval: str
    p: str
    about: str
    """The assumption, and what it was taken from."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, and the file that Markdown shows."""

    file: str
    title: str
    svg: Markup


def write_report(study: Study, people: Sequence[Person], folder: Path) -> list[Path]:
    """Write report.html, report.md and the figures into `folder`; return them."""
    summary = summarise(study.plan, results(people))
    figures = list(_figures(summary))
    said = {
        "study": study,
        "plan": study.plan,
        "summary": summary,
        "measure": MEASURES[study.plan.primary],
        "rows": list(_rows(summary)),
        "figures": figures,
        "shown": _shown,
        "decided": any(look.decided for look in study.looks) or summary.end.decided,
    }
    files = [save_text(folder / figure.file, figure.svg) for figure in figures]
    for name in ("report.html", "report.md"):
        text = _environment().get_template(f"{name}.j2").render(said)
        files.append(save_text(folder / name, text))
    return files


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("server.experiments", ""),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _rows(summary: Summary) -> Iterator[Row]:
    if summary.points:
        yield _difference("Points a round, bot minus person", summary.points, "{:+,.0f}")
    if summary.distance:
        yield _difference("log10 of the bot's error over the person's", summary.distance, "{:+.2f}")
    if summary.wins:
        wins = summary.wins
        yield Row(
            "The bot's share of wins",
            f"{wins.share:.0%}",
            f"{wins.low:.0%} to {wins.high:.0%}",
            _p(wins.p),
            f"{wins.matches} matches of {wins.people} people; people are independent; a draw is "
            "half a win",
        )
    if summary.detection:
        found = summary.detection
        yield Row(
            "d', telling the bot",
            f"{found.d_prime:.2f}",
            f"{found.low:.2f} to {found.high:.2f}",
            _p(found.p),
            f"{found.answers} answers of {found.people} people; bots called bots {found.hits:.0%}, "
            f"people called bots {found.false_alarms:.0%}; area under the ROC curve "
            f"{found.area:.2f}; all share one sensitivity; log-linear correction (Hautus 1995)",
        )
    if summary.ladder:
        bot = summary.ladder.bot
        yield Row(
            "The bot's Glicko-2 rating",
            f"{bot.rating:,.0f}",
            f"{bot.rating - 1.96 * bot.deviation:,.0f} to {bot.rating + 1.96 * bot.deviation:,.0f}",
            "",
            f"above {summary.ladder.percentile:.0f} % of the people; only the difference of two "
            "strengths counts (Glickman 2012)",
        )


def _difference(name: str, found: Difference, form: str) -> Row:
    return Row(
        name,
        form.format(found.mean),
        f"{form.format(found.low)} to {form.format(found.high)}",
        _p(found.p),
        f"{found.rounds} rounds of {found.people} people on the same panoramas; people drawn again "
        f"(BCa); signs flipped by person, p {_p(found.p_people)}, and by place, "
        f"p {_p(found.p_places)}: the larger one counts",
    )


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _figures(summary: Summary) -> Iterator[Figure]:
    paired = in_points(summary.data)
    if paired.values:
        marks = [
            Mark(f"person {i}", value, value, value)
            for i, value in enumerate(sorted(means_by(paired.people, paired.values)), start=1)
        ]
        if summary.points:
            all_ = summary.points
            marks.append(Mark("all", all_.mean, all_.low, all_.high, bold=True))
        yield _figure("people.svg", "Each person and the bot", marks, "points a round", 0)
    if summary.ladder:
        marks = [
            Mark(
                "the bot" if one.name == BOT else f"place {place}",
                one.rating,
                one.rating - 1.96 * one.deviation,
                one.rating + 1.96 * one.deviation,
                bold=one.name == BOT,
            )
            for place, one in enumerate(summary.ladder.standings, start=1)
        ]
        yield _figure("ratings.svg", "Ratings", marks, "Glicko-2, 95 % intervals", 1500)
    strengths = (*summary.settings, *summary.countries)
    if strengths:
        marks = [_strength(one) for one in strengths]
        yield _figure("places.svg", "Where the bot is better", marks, "points a round", 0)


def _strength(one: Strength) -> Mark:
    found = one.difference
    return Mark(f"{one.group} ({found.rounds})", found.mean, found.low, found.high, one.p < 0.05)


def _figure(file: str, title: str, marks: Sequence[Mark], axis: str, middle: float) -> Figure:
    return Figure(file, title, Markup(intervals(marks, axis, middle)))  # noqa: S704  our own SVG
