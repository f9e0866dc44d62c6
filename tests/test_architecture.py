"""Who may import whom (docs/architecture.md), and what nobody may do."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for room in ("bot", "server", "models") for path in (ROOT / room).rglob("*.py")
)

# The modules that put a program together may reach for the models themselves.
SERVER_PROGRAM = {"server/app.py", "server/bench_bare.py", "server/locate/bundles.py"}
BOT_PROGRAM = {
    "bot/play.py": ("models.encoder",),
    "bot/headless.py": ("models.embed", "models.world"),
    "bot/tournament/bundles.py": ("models",),
}

SERVER_MAY = ("models.geo", "models.geolocator", "models.geography", "models.world.pack")
BOT_MAY = ("server.protocol", "models.geo")


def imports(path: Path) -> set[str]:
    """Every module a file names, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: expected absolute imports"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def of(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_down(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    room = name.split("/")[0]
    for module in imports(path):
        if room == "models":
            allowed = not of(module, ("server", "bot", "homing"))
        elif room == "server":
            models = SERVER_MAY if name not in SERVER_PROGRAM else ("models",)
            allowed = not of(module, ("bot", "homing")) and (
                not of(module, ("models",)) or of(module, models)
            )
        else:
            models = (*BOT_MAY, *BOT_PROGRAM.get(name, ()))
            allowed = not of(module, ("homing",)) and (
                not of(module, ("models", "server")) or of(module, models)
            )
        assert allowed, f"{name} may not import {module}"


def test_no_import_circle() -> None:
    modules = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path
        for path in SOURCES
        if path.name != "__init__.py"
    }
    graph = {
        name: {
            other
            for module in imports(path)
            for other in (module, module.rpartition(".")[0])
            if other in modules and other != name
        }
        for name, path in modules.items()
    }
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"circle: {' -> '.join((*trail, name))}"
        if name not in done:
            for other in sorted(graph[name]):
                walk(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        walk(name, ())


def test_no_room_for_leftovers() -> None:
    leftovers = {"utils", "common", "helpers", "misc"}
    assert not [path for path in SOURCES if path.stem in leftovers]


def test_help_imports_no_command() -> None:
    code = (
        "import sys, homing; homing.main(['--help']);"
        "print(*(m for m in sys.modules if m.split('.')[0] in ('bot','server','models','torch')))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert result.stdout.splitlines()[-1] == ""
