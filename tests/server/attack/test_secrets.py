"""Tokens and passwords: in no error, no log, no answer, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECRET = "hush-hush-very-secret"

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "environment",
    [
        {"HOMING_DATABASE_URL": f"postgres:{SECRET}@db"},
        {"HOMING_DATABASE_URL": f"postgresql+nonsense://me:{SECRET}@db/x"},
        {"HOMING_DATABASE_URL": f"mysql://me:{SECRET}@db/x"},
        {"HOMING_DATABASE_URL": f"sqlite:////nowhere/{SECRET}/x"},
        {"HOMING_TOKEN": f"{SECRET} with spaces"},
        {"HOMING_TOKEN": SECRET, "HOMING_ORIGINS": "*"},
        {"HOMING_TOKEN": SECRET, "HOMING_HOME": "/dev/null/x"},
    ],
    ids=lambda environment: ",".join(f"{k}={v[:12]}" for k, v in environment.items()),
)
def test_a_server_that_cannot_start_says_why_in_a_line_and_keeps_its_secrets(environment, tmp_path):
    started = subprocess.run(
        [sys.executable, "-m", "homing", "serve", "--port", "0"],
        env={**os.environ, "HOMING_HOME": str(tmp_path), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    said = started.stdout + started.stderr
    assert started.returncode == 1
    assert said.startswith("homing serve: ")
    assert SECRET not in said
    assert "Traceback" not in said
