"""The README's commands are run, in order, as they stand there.

A line of a `sh` block runs unless its comment says why not: `# needs ...`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import homing
from bot.server_process import Server
from server.locate.bundles import load_models
from tests.server.web.conftest import TOKEN
from tests.server.web.conftest import Server as Running

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]
RUN = [line.split("  #")[0].strip() for line in LINES if "# needs " not in line]


def test_short_enough() -> None:
    assert len(README.splitlines()) < 150


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def typed(line: str, home: Path) -> None:
    """Run a line in a shell, as people do."""
    scripts = str(Path(sys.executable).parent)
    path = os.pathsep.join([scripts, os.environ["PATH"]])
    result = subprocess.run(
        line,
        shell=True,
        cwd=ROOT,
        env={**os.environ, "PATH": path, "HOMING_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, f"{line}\n{result.stdout}\n{result.stderr}"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A server in this process, with models."""
    server = Running(tmp_path, load_models)
    server.start()
    while httpx.get(f"{server.url}/ready").status_code != 200:
        time.sleep(0.1)
    yield server
    server.stop()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, running: Running) -> None:
    """The first in a shell, with a server of its own; the others in this process.

    It imports torch once for all commands, and for their server.
    """
    # `make` would set up what this very test runs in; the command behind the target is run.
    first, *others = [line.replace("make demo", "homing demo") for line in RUN]
    typed(first, tmp_path)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HOMING_HOME", str(tmp_path))

    @asynccontextmanager
    async def served(*_: Any) -> AsyncIterator[Server]:
        yield Server(running.url, TOKEN)

    monkeypatch.setattr("bot.play.served", served)
    for line in others:
        command, *arguments = shlex.split(line)
        assert command == "homing", line
        assert homing.main(arguments) == 0, line
