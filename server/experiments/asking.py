"""Asks for a plan, line by line, in a terminal."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from server.experiments.plan import Plan, PlanError, first_fault

Ask = Callable[[str], str]

QUESTIONS = (
    ("title", "Title", ""),
    ("hypothesis", "Hypothesis, one sentence", ""),
    ("primary", "Measure that decides: score, distance, wins or detection", "score"),
    ("smallest_effect", "Smallest effect worth finding, in that measure", ""),
    ("bundle", "The bot's bundle", "world-small"),
    ("pack", "Pack of panoramas", ""),
    ("split", "Its split: train, validation, test, holdout, or nothing for all", "test"),
    ("rounds", "Rounds a match", "5"),
    ("time_limit_s", "Clock of a round, seconds", "60"),
    ("matches", "Matches a person, practice not counted", "4"),
    ("people", "People who shall finish", "30"),
    ("looks", "Looks before that, numbers of people who finished, or nothing", ""),
)
"""Field, question, answer if none is given."""


def ask_plan(ask: Ask = input) -> Plan:
    """The plan of somebody's answers; what is not asked for has its default.

    Raises:
        PlanError: with the first answer that cannot be used.
    """
    said = {name: _answer(ask, question, default) for name, question, default in QUESTIONS}
    try:
        return Plan.model_validate(_fields(said))
    except ValidationError as error:
        raise PlanError(f"plan: {first_fault(error)}") from error


def _answer(ask: Ask, question: str, default: str) -> str:
    shown = f"{question} [{default}]: " if default else f"{question}: "
    try:
        return ask(shown).strip() or default
    except EOFError:
        raise PlanError(f"{question}: expected an answer, or --from a file; got none") from None


def _fields(said: dict[str, str]) -> dict[str, object]:
    split = said["split"] if said["split"] not in {"", "all"} else None
    drawn = {"pack": said["pack"], "split": split}
    matches = int(said["matches"]) if said["matches"].isdecimal() else 1
    names = ("title", "hypothesis", "primary", "smallest_effect", "bundle", "matches")
    return {
        **{name: said[name] for name in names},
        "rules": {"rounds": said["rounds"], "time_limit_s": said["time_limit_s"]},
        "sets": [{**drawn, "seed": seed} for seed in range(1, 2 * matches + 1)],
        "practice": {**drawn, "seed": 0},
        "stopping": {"people": said["people"], "looks": said["looks"].replace(",", " ").split()},
    }
