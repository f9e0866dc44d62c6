"""`homing world STEP`: the steps of the rendered world. Each is imported only when asked for."""

from __future__ import annotations

import sys
from importlib import import_module

STEPS = {
    "render": ("models.render:main", "render panoramas into a pack; goes on where it stopped"),
    "hardness": (
        "models.hardness.hardness:main",
        "what chance, oracles, colours and bundles score on a pack",
    ),
    "ablation": (
        "models.hardness.ablation:main",
        "what a bundle loses when cues are switched off one at a time",
    ),
    "cues": (
        "models.hardness.exchange:main",
        "what a reader of cues loses when one is another place's",
    ),
}


def usage() -> str:
    """The text of `homing world --help`."""
    lines = [f"  {name:<10}{about}" for name, (_, about) in STEPS.items()]
    head = "usage: homing world STEP [OPTIONS]\n\nThe rendered world."
    return "\n".join([head, "", *lines, "", "`homing world STEP --help` lists a step's options."])


def main(argv: list[str]) -> int:
    """Run one step; return its exit status, 2 where there is no such step."""
    if argv and argv[0] in {"-h", "--help"}:
        print(usage())
        return 0
    if not argv or argv[0] not in STEPS:
        print(
            f"homing world: expected one of {', '.join(STEPS)}, got: {' '.join(argv[:1])}",
            file=sys.stderr,
        )
        return 2
    module, function = STEPS[argv[0]][0].split(":")
    return int(getattr(import_module(module), function)(argv[1:]))
