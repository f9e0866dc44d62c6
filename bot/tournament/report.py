"""The reports of a tournament: Markdown, HTML, and JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.record import write_whole
from bot.screen import distance_text
from bot.tournament import standings as tables
from bot.tournament.plan import Plan
from bot.tournament.sittings import Sitting

MARKDOWN_FILE = "report.md"
HTML_FILE = "report.html"
JSON_FILE = "result.json"


def write_reports(
    plan: Plan, players: Sequence[str], sittings: Iterable[Sitting], folder: Path
) -> list[Path]:
    """Write all three to `folder`; return their paths. Sittings of others are left out."""
    played = {
        key: sitting
        for key, sitting in tables.by_key(sittings).items()
        if sitting.player in players and sitting.seed in plan.seeds
    }
    found = tables.games(plan, players, played)
    rows = tables.standings(players, found, played)
    shown = {
        "plan": plan,
        "rows": rows,
        "cross": [[_record(a.player, b.player, found) for b in rows] for a in rows],
        "places": _places(played.values()),
    }
    environment = _environment()
    texts = {name: environment.get_template(f"{name}.j2").render(shown) for name in _TEMPLATES}
    texts[JSON_FILE] = json.dumps(_fields(plan, rows, found), indent=1, allow_nan=False) + "\n"
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    return [folder / name for name in texts]


_TEMPLATES = (MARKDOWN_FILE, HTML_FILE)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.tournament", ""),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"distance": distance_text, "points": _points, "cell": _cell}
    return environment


def _points(points: float) -> str:
    """`3½` of 3.5."""
    whole, half = divmod(points, 1)
    return f"{whole:.0f}½".removeprefix("0" if whole == 0 else "") if half else f"{whole:.0f}"


def _cell(text: str) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _record(player: str, other: str, found: Sequence[tables.Game]) -> tables.Record:
    """Against another; of none where it is the same one."""
    return tables.record(player, found, other) if player != other else tables.Record()


def _places(sittings: Iterable[Sitting]) -> int:
    """Different places that were played: those of a small pack come again in other matches."""
    return len({turn.location for sitting in sittings for turn in sitting.turns})


def _fields(
    plan: Plan, rows: Sequence[tables.Standing], found: Sequence[tables.Game]
) -> dict[str, Any]:
    return {
        "plan": asdict(plan),
        "standings": [asdict(row) for row in rows],
        "games": [asdict(game) | {"result": game.outcome.result} for game in found],
    }
