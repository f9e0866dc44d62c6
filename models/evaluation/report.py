"""The report of `homing evaluate`: one HTML file with tables, map, plots and pictures inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from models.artefact import written
from models.evaluation import plots
from models.evaluation.evaluation import DECIDED, Evaluation
from models.evaluation.land import land_path
from models.evaluation.misses import worst_misses
from models.evaluation.printing import sentences
from models.evaluation.tables import columns_of, row_of, shown


def write_report(system: str, evaluations: Sequence[Evaluation], path: Path) -> Path:
    """Write the report to `path`; return it. It needs nothing but itself, and no script."""
    environment = Environment(
        loader=PackageLoader("models.evaluation", ""),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("report.html.j2").render(
        system=system,
        parts=[_part(evaluation) for evaluation in evaluations],
        land=land_path(),
        shown=shown,
        columns_of=columns_of,
        width=plots.WIDTH,
        height=plots.HEIGHT,
    )
    with written(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return path


def _part(evaluation: Evaluation) -> dict[str, object]:
    """What the template shows of one evaluation."""
    decided, reliability = evaluation.decided, evaluation.reliability
    misses = worst_misses(decided)
    return {
        "asked": evaluation.asked,
        "decided": evaluation.rows[DECIDED],
        "rows": evaluation.table,
        "groups": {
            what: {name: row_of(metrics) for name, metrics in groups.items()}
            for what, groups in evaluation.groups.items()
        },
        "abstaining": evaluation.abstaining,
        "sentences": list(sentences(evaluation)),
        "map": plots.world_map(evaluation.asked.points, decided.guesses),
        "errors": plots.error_plot(dict(evaluation.errors_km), DECIDED),
        "bins": reliability.bins if reliability else (),
        "reliability": plots.reliability_curve(reliability.bins) if reliability else "",
        "misses": misses,
        "credits": sorted({miss.credit for miss in misses}),
    }
