"""Figures as a table for the terminal, 80 columns wide where names are short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rich.table import Table

from models.evaluation.bootstrap import Interval
from models.evaluation.metrics import COLUMNS, Column, Metrics, figures


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; figures that are not known are absent."""

    values: Mapping[str, float]
    """By the names of `COLUMNS`, as `intervals`."""
    n: int | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)


def row_of(metrics: Metrics) -> Row:
    """All that was measured."""
    return Row(figures(metrics), metrics.n, metrics.intervals)


def table_of(title: str, rows: Mapping[str, Metrics]) -> Table:
    """One row per kind of guess or group; under it, dim, its 95 % interval where there is one."""
    return table_of_rows(title, {name: row_of(metrics) for name, metrics in rows.items()})


def table_of_rows(title: str, rows: Mapping[str, Row]) -> Table:
    """As `table_of`, of rows from anywhere. Shares are percent, errors km."""
    columns = columns_of(rows)
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("")
    for heading in ("n", *(column.heading for column in columns)):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, row in rows.items():
        count = "" if row.n is None else f"{row.n:,}"
        table.add_row(name, count, *(shown(row.values.get(c.name), c) for c in columns))
        for bound, bounds in _bounds(row):
            limits = (shown(bounds.get(column.name), column) for column in columns)
            table.add_row(bound, "", *limits, style="dim")
    return table


def columns_of(rows: Mapping[str, Row]) -> list[Column]:
    """The columns of which at least one row knows the figure."""
    return [c for c in COLUMNS if any(c.name in row.values for row in rows.values())]


def shown(value: float | None, column: Column) -> str:
    """A figure with the decimals of its column; empty where there is none."""
    return "" if value is None else f"{value:,.{column.decimals}f}"


def _bounds(row: Row) -> Iterator[tuple[str, dict[str, float]]]:
    """Rows of lower and of upper bounds; none where there are no intervals."""
    if row.intervals:
        yield "  from", {name: low for name, (low, _) in row.intervals.items()}
        yield "  to", {name: high for name, (_, high) in row.intervals.items()}
