"""The match in the terminal: a table that grows, or, where nobody watches, a line a round."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from bot.events import (
    Event,
    MatchEnded,
    MatchStarted,
    PlaceLocated,
    RoundFailed,
    RoundPlayed,
    RoundStarted,
    ViewCaptured,
)


class Screen:
    """Hears a match and shows it; a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._rows: list[tuple[str, ...]] = []
        self._doing: tuple[str, ...] | None = None
        self._total_score = 0
        self._live: Live | None = None
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False)

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the table as it is."""
        if self._live:
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Show what has happened."""
        match event:
            case MatchStarted(match):
                self._console.print(f"match {match.id}: {match.url}", highlight=False)
            case RoundStarted(round_):
                self._doing = (str(round_.number), "looking around", "", "", "")
            case ViewCaptured(number, count, _, _):
                self._doing = (str(number), f"view {count}", "", "", "")
            case PlaceLocated(number, located, _):
                where = _where(located.prediction.guess.lat, located.prediction.guess.lng)
                self._doing = (str(number), f"{where} ?", "", "", "")
            case RoundPlayed(result, times):
                self._total_score += result.score
                distance = distance_text(result.distance_km)
                seconds = f"{times.total_ms / 1000:.1f} s"
                where = _where(result.guess.lat, result.guess.lng)
                self._add((str(result.round), where, distance, f"{result.score:,}", seconds))
            case RoundFailed(number, reason):
                self._add((str(number), escape(reason), "", "-", ""))
            case MatchEnded(played, failed, total):
                self._doing = None
                if not self._live:
                    self._console.print(f"total {total:,} ({played} played, {failed} failed)")
        self._draw()

    def _add(self, row: tuple[str, ...]) -> None:
        self._rows.append(row)
        self._doing = None
        if not self._live:
            text = "  ".join(cell for cell in row if cell)
            self._console.print(f"round {text}", highlight=False, soft_wrap=True)

    def _draw(self) -> None:
        if self._live:
            self._live.update(self._table(), refresh=True)

    def _table(self) -> Table:
        table = Table(show_footer=bool(self._rows))
        table.add_column("Round", justify="right")
        table.add_column("Guess", footer="total", min_width=20)
        table.add_column("Distance", justify="right")
        table.add_column("Score", justify="right", footer=f"{self._total_score:,}")
        table.add_column("Time", justify="right")
        for row in self._rows:
            table.add_row(*row)
        if self._doing:
            table.add_row(*self._doing, style="dim")
        return table


def distance_text(distance_km: float) -> str:
    """As people say it: 320 m, 4.2 km, 1,801 km."""
    if distance_km < 1:
        return f"{distance_km * 1000:.0f} m"
    return f"{distance_km:.1f} km" if distance_km < 100 else f"{distance_km:,.0f} km"


def _where(lat: float, lng: float) -> str:
    north, east = "N" if lat >= 0 else "S", "E" if lng >= 0 else "W"
    return f"{abs(lat):.3f} {north}, {abs(lng):.3f} {east}"
