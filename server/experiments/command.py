"""`homing experiment`: plan, open, look at, report, export and delete blind studies."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.arena.shelf import Shelf
from server.experiments.asking import ask_plan
from server.experiments.book import Book
from server.experiments.drawing import drawn, playable
from server.experiments.ending import end, take_look
from server.experiments.export import export, save_text
from server.experiments.opening import Keys, digest, open_study, shipped
from server.experiments.plan import Frozen, freeze, read_plan, thaw
from server.experiments.power import Power, power
from server.experiments.report import write_report
from server.experiments.results import results
from server.experiments.store import Overtaken, Studies, UnknownStudy
from server.experiments.study import NotNow
from server.settings import Settings, from_environment

Run = Callable[[argparse.Namespace, Settings], None]
Field = tuple[tuple[str, ...], dict[str, Any]]
"""What argparse's `add_argument` takes."""
Fields = tuple[Field, ...]


def main(argv: list[str]) -> int:
    """Run `homing experiment`; 0 when done, 1 when it could not be done."""
    arguments = _parser().parse_args(argv)
    settings = from_environment(os.environ)
    run: Run = arguments.run
    try:
        run(arguments, settings)
    except (ValueError, OSError, NotNow, Overtaken, UnknownStudy, SQLAlchemyError) as error:
        print(f"homing experiment: {error}", file=sys.stderr)
        return 1
    return 0


def _new(arguments: argparse.Namespace, _: Settings) -> None:
    toml: Path | None = arguments.toml
    plan = read_plan(toml.read_text(encoding="utf-8")) if toml else ask_plan()
    if arguments.output.exists():
        raise FileExistsError(f"{arguments.output}: expected no plan there yet")
    frozen = freeze(plan, datetime.now(UTC))
    print(f"{save_text(arguments.output, frozen.text())}: {frozen.stamp}")


def _power(arguments: argparse.Namespace, _: Settings) -> None:
    frozen = _thawed(arguments.plan)
    if arguments.runs < 1:
        raise ValueError(f"--runs: expected at least 1, got: {arguments.runs}")
    for line in _spoken(frozen, power(frozen.plan, arguments.runs, arguments.seed)):
        print(line)


def _spoken(frozen: Frozen, found: Power) -> list[str]:
    plan = frozen.plan
    steps = (*plan.stopping.looks, plan.stopping.people)
    stops = ", ".join(f"{s:.0%} at {p}" for p, s in zip(steps, found.stops, strict=True))
    return [
        f"{plan.title}: {frozen.stamp}",
        (
            f"{found.runs} simulated studies with the effect ({plan.primary} "
            f"{plan.smallest_effect:g}): {found.found:.0%} found it"
        ),
        f"decided with so many people: {stops}; {found.people:.0f} on average",
        f"{found.runs} without: {found.false_alarms:.1%} found one",
        "How much people and places differ is assumed, not measured: see docs/experiments.md.",
    ]


def _open(arguments: argparse.Namespace, settings: Settings) -> None:
    frozen = _thawed(arguments.plan)
    for one in drawn(frozen.plan, Shelf(settings.packs).find):
        playable(one)
    consent, debrief = (
        _text(arguments.consent, "consent.md"),
        _text(arguments.debrief, "debrief.md"),
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    store = Studies(settings.database_url)
    try:
        keys = open_study(store, frozen, consent, debrief, time.time())
    finally:
        store.close()
    key_file = _keep(keys, settings)
    print(f"study {keys.study}: {frozen.stamp}")
    page = f"{arguments.url or settings.url}/study/{keys.study}"
    print(f"for people:  {page}#invite={keys.invite}")
    print(f"for you:     {page}/progress#experimenter={keys.experimenter}")
    print(f"for the bot: {key_file} (whoever reads it can tell who meets the bot)")


def _text(path: Path | None, name: str) -> str:
    return path.read_text(encoding="utf-8") if path else shipped(name)


def _keep(keys: Keys, settings: Settings) -> Path:
    path = settings.home / "experiments" / keys.study / "runner.token"
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(keys.runner)
    return path


def _report(arguments: argparse.Namespace, settings: Settings) -> None:
    store = Studies(settings.database_url)
    try:
        if arguments.look:
            found = take_look(store, arguments.study, time.time())
            word = "decided: the study is over" if found.decided else "not decided: go on"
            print(f"look {found.number} of {found.of}, {found.people} people: {word}")
            return
        state, people = end(store, arguments.study, time.time(), arguments.end)
    finally:
        store.close()
    for path in write_report(state, people, _folder(arguments, settings)):
        print(path)


def _export(arguments: argparse.Namespace, settings: Settings) -> None:
    store = Studies(settings.database_url)
    try:
        _, people = end(store, arguments.study, time.time(), None)
    finally:
        store.close()
    for path in export(results(people), _folder(arguments, settings)):
        print(path)


def _delete(arguments: argparse.Namespace, settings: Settings) -> None:
    person, _, key = arguments.person_token.partition(".")
    store = Studies(settings.database_url)
    try:
        known, _ = Book(store).person(arguments.study, person)
        if known.joined.token_sha256 != digest(key):
            raise ValueError("person_token: expected one of this study, got another")
        store.forget(arguments.study, person)
    finally:
        store.close()
    print("deleted")


def _thawed(path: Path) -> Frozen:
    return thaw(path.read_text(encoding="utf-8"))


def _folder(arguments: argparse.Namespace, settings: Settings) -> Path:
    output: Path | None = arguments.output
    return output or settings.home / "experiments" / str(arguments.study)


_STUDY: Field = (("study",), {"help": "as `open` printed it"})
_PERSON: Field = (("person_token",), {"help": "theirs"})
_FOLDER: Field = (
    ("-o", "--output"),
    {"type": Path, "help": "folder; default HOME/experiments/STUDY"},
)
_PLAN: Field = (("plan",), {"type": Path, "help": "as `new` wrote it"})
_NEW: Fields = (
    (("--from",), {"dest": "toml", "type": Path, "metavar": "TOML", "help": "do not ask: read it"}),
    (("-o", "--output"), {"type": Path, "default": Path("plan.json"), "help": "%(default)s"}),
)
_POWER: Fields = (
    _PLAN,
    (("--runs",), {"type": int, "default": 400, "help": "studies of each kind; %(default)s"}),
    (("--seed",), {"type": int, "default": 0, "help": "of the simulation; %(default)s"}),
)
_OPEN: Fields = (
    _PLAN,
    (("--consent",), {"type": Path, "help": "Markdown; default: the shipped text"}),
    (("--debrief",), {"type": Path, "help": "Markdown; default: the shipped text"}),
    (("--url",), {"help": "of the server as people reach it, for the links; default: loopback"}),
)
_REPORT: Fields = (
    _STUDY,
    _FOLDER,
    (("--look",), {"action": "store_true", "help": "the next planned look: go on or stop"}),
    (("--end",), {"metavar": "REASON", "help": "end the study before all have finished"}),
)

COMMANDS: dict[str, tuple[Run, str, Fields]] = {
    "new": (_new, "ask for a plan and freeze it", _NEW),
    "power": (_power, "simulate the plan: how likely it finds the smallest effect", _POWER),
    "open": (_open, "open a frozen plan's study in the server's database", _OPEN),
    "report": (_report, "take a planned look, or end the study and report", _REPORT),
    "export": (_export, "write the data of a study that is over", (_STUDY, _FOLDER)),
    "delete": (_delete, "delete a person's data for good", (_STUDY, _PERSON)),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "homing experiment", description="Blind studies: is the bot better than people?"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, about, fields) in COMMANDS.items():
        one = commands.add_parser(name, help=about, description=about.capitalize() + ".")
        for flags, options in fields:
            one.add_argument(*flags, **options)
        one.set_defaults(run=run)
    return parser
