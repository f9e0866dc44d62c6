"""Tokens and passwords: in no error, no log, no answer, no traceback."""

from __future__ import annotations

import pytest

import homing

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
def test_a_server_that_cannot_start_says_why_in_a_line_and_keeps_its_secrets(
    environment, tmp_path, monkeypatch, capfd
):
    """An error that is not caught, whose traceback would be printed, fails this test by itself."""
    for name, value in {"HOMING_HOME": str(tmp_path), **environment}.items():
        monkeypatch.setenv(name, value)
    assert homing.main(["serve", "--port", "0"]) == 1
    said = "".join(capfd.readouterr())
    assert said.startswith("homing serve: ")
    assert SECRET not in said
    assert "Traceback" not in said
