"""The extension's parts that need no browser, under Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.extension.conftest import node

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"


@pytest.mark.skipif(not ESBUILD.exists(), reason="no esbuild: run `npm ci`")
def test_pure_parts(tmp_path: Path) -> None:
    bundle = tmp_path / "pure.mjs"
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning"]
    source = Path(__file__).parent / "pure.test.ts"
    subprocess.run([ESBUILD, source, *options, f"--outfile={bundle}"], check=True)
    result = subprocess.run(
        [node(), "--test", bundle], capture_output=True, text=True, check=False, timeout=100
    )
    assert result.returncode == 0, result.stdout
