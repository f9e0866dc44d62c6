"""The README's commands are run, in order, as they stand there.

A line of a `sh` block runs unless its comment says why not: `# needs ...`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]
RUN = [line.split("  #")[0].strip() for line in LINES if "# needs " not in line]


def environment(home: Path) -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    path = os.pathsep.join([scripts, os.environ["PATH"]])
    return {**os.environ, "PATH": path, "HOMING_HOME": str(home)}


def test_short_enough() -> None:
    assert len(README.splitlines()) < 150


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_commands_run(tmp_path: Path) -> None:
    assert RUN
    for line in RUN:
        # `make` would set up what this very test runs in; the command behind the target is run.
        command = line.replace("make demo", "homing demo")
        result = subprocess.run(
            command,
            shell=True,
            cwd=ROOT,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
