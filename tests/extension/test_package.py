"""What is shipped: the same bytes each time, few permissions, an id that the server knows."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from server.settings import EXTENSION
from tests.extension.conftest import ROOT, node

MANIFEST = json.loads((ROOT / "extension" / "manifest.json").read_text())


def test_the_servers_default_is_the_manifests_key() -> None:
    """An id is the first 128 bits of the key's SHA-256 in the letters a to p (Chromium's rule)."""
    digest = hashlib.sha256(base64.b64decode(MANIFEST["key"])).hexdigest()[:32]
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
    assert f"chrome-extension://{letters}" == EXTENSION
    assert f'"{EXTENSION}/"' in (ROOT / "extension" / "src" / "worker.ts").read_text()


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == project["version"]


def test_permissions_are_few_and_explained() -> None:
    assert MANIFEST["permissions"] == ["storage", "scripting"]
    assert "host_permissions" not in MANIFEST
    matches = {match for script in MANIFEST["content_scripts"] for match in script["matches"]}
    assert matches == {"http://127.0.0.1/play/*", "http://localhost/play/*"}
    words = (ROOT / "docs" / "extension.md").read_text()
    for asked in [*MANIFEST["permissions"], *matches, *MANIFEST["optional_host_permissions"]]:
        assert f"`{asked}`" in words, asked


@pytest.mark.slow
def test_the_zip_is_the_extension_without_its_key(built: Path, tmp_path: Path) -> None:
    (first,) = built.parent.glob("homing-extension-*.zip")
    assert first.name == f"homing-extension-{MANIFEST['version']}.zip"
    subprocess.run([node(), "extension/build.mjs", tmp_path], cwd=ROOT, check=True)
    assert (tmp_path / first.name).read_bytes() == first.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        told = json.loads(archive.read("manifest.json"))
        script = archive.read("worker.js")
    assert told == {key: value for key, value in MANIFEST.items() if key != "key"}
    assert script == (built / "worker.js").read_bytes()
    files = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert set(names) == files
