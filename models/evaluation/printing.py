"""An evaluation for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from models.evaluation.abstaining import Answered
from models.evaluation.benchmarks import SOURCES, Published
from models.evaluation.evaluation import Evaluation
from models.evaluation.leaks import Leaks
from models.evaluation.localizable import CITY_KM, LEAST_DENSITY, Localizable
from models.evaluation.reliability import Coverage, Reliability
from models.evaluation.tables import table_of, table_of_rows

LEAST_WIDTH = 88
"""Columns that the tables take; a pipe has room for them."""


def print_evaluation(evaluation: Evaluation, system: str) -> None:
    """Tables and sentences to stdout."""
    console = Console()
    console = Console(width=max(console.width, LEAST_WIDTH))
    title = f"{system} on {evaluation.asked.name}: percent within km, errors in km"
    console.print(table_of_rows(title, evaluation.table))
    for what, groups in evaluation.groups.items():
        console.print(table_of(f"by {what}", groups))
    if evaluation.abstaining:
        console.print(_abstaining(evaluation.abstaining))
    for sentence in sentences(evaluation):
        console.print(sentence, highlight=False)


def _abstaining(rows: tuple[Answered, ...]) -> Table:
    title = "answered only where the expected score is high"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for heading in ("answered", "n", "expected", "score", "median", "25", "200"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            *(f"{row.percent:g} %", f"{row.n:,}", f">= {row.least_trust:,.0f}"),
            *(f"{row.mean_score:,.0f}", f"{row.median_km:,.0f}"),
            *(f"{row.within_25_km_percent:.1f}", f"{row.within_200_km_percent:.1f}"),
        )
    return table


def sentences(evaluation: Evaluation) -> Iterator[str]:
    """What is said in words: calibration, coverage, leaks, sources."""
    if evaluation.reliability:
        yield _calibration(evaluation.reliability)
    for coverage in evaluation.coverages:
        yield _coverage(coverage)
    if evaluation.localizable:
        yield _localizable(evaluation.localizable)
    if evaluation.leaks:
        yield _leaks(evaluation.leaks, len(evaluation.asked))
    yield from _sources(evaluation.published)


def _calibration(found: Reliability) -> str:
    low, high = found.nll_interval
    return (
        f"Geocells: the true one is the most probable one for {found.top_percent:.1f} %; its "
        f"negative log likelihood is {found.nll:.3f} ({low:.3f} to {high:.3f}) nats; expected "
        f"calibration error of the most probable one {found.ece:.3f}."
    )


def _coverage(found: Coverage) -> str:
    low, high = found.interval
    return (
        f"The {found.promised_percent:.0f} % circle (median radius "
        f"{found.median_radius_km:,.0f} km) holds the truth for {found.found_percent:.1f} % "
        f"({low:.1f} to {high:.1f})."
    )


def _localizable(found: Localizable) -> str:
    placed = f"Localizable (prediction density above {LEAST_DENSITY}): {found.placed_percent:.1f} %"
    if found.within_percent is None or found.interval is None:
        return f"{placed}."
    low, high = found.interval
    return (
        f"{placed}, of which {found.within_percent:.1f} % ({low:.1f} to {high:.1f}) within "
        f"{CITY_KM} km, instead of {found.within_percent_of_all:.1f} % of all."
    )


def _leaks(found: Leaks, left: int) -> str:
    near = ", ".join(f"{km} km {share:.1f} %" for km, share in found.within_percent.items())
    asked = left + found.left_out
    rule = (
        f"{found.left_out} of {asked:,} left out: within {found.radius_km:g} km of one of the "
        f"bundle's {found.members:,} panoramas, or on a drive of theirs ({found.same_sequence})."
        if found.radius_km > 0
        else "Leak control is off."
    )
    return f"{rule} Nearest of the bundle's panoramas: median {found.median_km:,.1f} km; {near}."


def _sources(published: tuple[Published, ...]) -> Iterator[str]:
    used = dict.fromkeys(result.source for result in published)
    for source in used:
        systems = ", ".join(p.system for p in published if p.source == source)
        yield f"Published: {systems}: {SOURCES[source]}."
