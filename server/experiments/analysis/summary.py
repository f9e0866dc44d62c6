"""All that a report says of the data."""

from __future__ import annotations

from dataclasses import dataclass

from server.experiments.analysis.data import Data, kept
from server.experiments.analysis.detection import Detection, detection
from server.experiments.analysis.paired import Difference, in_distance, in_points
from server.experiments.analysis.primary import Finding, Look, find, look
from server.experiments.analysis.rating import Ladder, ladder
from server.experiments.analysis.strengths import Strength, by_country, by_setting
from server.experiments.analysis.winning import WinRate, win_rate
from server.experiments.plan import Plan


@dataclass(frozen=True, slots=True)
class Summary:
    """What is None could not be measured."""

    data: Data
    """Without whom the plan excludes."""
    excluded: int
    """People."""
    primary: Finding | None
    end: Look
    points: Difference | None
    distance: Difference | None
    """log10 of a ratio."""
    wins: WinRate | None
    detection: Detection | None
    ladder: Ladder | None
    countries: tuple[Strength, ...]
    settings: tuple[Strength, ...]


def summarise(plan: Plan, everybody: Data) -> Summary:
    """The summary of a study that is over."""
    data = kept(everybody, plan.exclusions)
    return Summary(
        data=data,
        excluded=len(everybody.people) - len(data.people),
        primary=find(plan.primary, data),
        end=look(plan, len(plan.stopping.fractions), data),
        points=in_points(data).difference(),
        distance=in_distance(data).difference(),
        wins=win_rate(data),
        detection=detection(data),
        ladder=ladder(data),
        countries=tuple(by_country(data)),
        settings=tuple(by_setting(data)),
    )
