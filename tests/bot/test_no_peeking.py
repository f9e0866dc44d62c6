"""Adapters of other people's sites cannot reach what a player cannot see."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot import looking

BOT = Path(__file__).parents[2] / "bot"
OURS = {"arena.py", "__init__.py"}
"""The arena is our own: its page speaks to bots."""

ADAPTERS = sorted(path for path in (BOT / "sites").glob("*.py") if path.name not in OURS)
ROOMS = sorted((BOT / "placement").glob("*.py")) + [
    BOT / name for name in ("camera.py", "consent.py", "layout.py", "seen_game.py", "sight.py")
]
DESCRIPTIONS = {"bot.consent", "bot.layout", "bot.placement.hand", "bot.seen_game", "bot.sight"}
BOUNDARY = BOT / "player_page.py"

CDP_MAY = {
    "Page.captureScreenshot",
    "Page.createIsolatedWorld",
    "Page.getFrameTree",
    "Runtime.callFunctionOn",
}
PAGE_MAY = {"goto", "url", "mouse", "keyboard", "context"}
"""Of Playwright's page: no listeners, no routes, no evaluation, no requests."""

FORBIDDEN = (
    r"window\s*[.\[]|globalThis|self\s*[.\[]|fetch|XMLHttp|WebSocket|[sS]torage|cookie|indexedDB"
    r"|performance|__NEXT|[fF]iber|react|dataset|innerHTML|outerHTML|attributes|import|eval"
    r"|Function\(|google|postMessage|getAttribute\((?!'transform')"
)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def names(path: Path) -> set[str]:
    """All attributes and names that a file's code uses."""
    found = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    return found | {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}


def modules(path: Path) -> set[str]:
    nodes = ast.walk(tree(path))
    return {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.name)
def test_an_adapter_describes_and_does_nothing_else(path: Path) -> None:
    ours = {module for module in modules(path) if module.split(".")[0] in {"bot", "playwright"}}
    assert ours <= DESCRIPTIONS | {"bot.player_page", "bot.sites"}
    assert not names(path) & {"evaluate", "on", "route", "request", "send", "_page", "_cdp", "_run"}


@pytest.mark.parametrize("path", [*ADAPTERS, *ROOMS], ids=lambda path: path.name)
def test_nobody_else_touches_the_browser(path: Path) -> None:
    assert not [module for module in modules(path) if module.startswith(("playwright", "httpx"))]
    assert "bot.looking" not in modules(path)
    assert not names(path) & {"evaluate", "_cdp", "_run", "add_init_script", "new_cdp_session"}
    # No room reaches through the boundary: `self._page` is a PlayerPage, its `_page` is not.
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"_page\._|page\._", text)


def test_the_boundary_asks_chromium_for_nothing_else() -> None:
    calls = [node for node in ast.walk(tree(BOUNDARY)) if isinstance(node, ast.Call)]
    sent = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "send"]
    assert {c.args[0].value for c in sent if isinstance(c.args[0], ast.Constant)} == CDP_MAY
    assert len(sent) == len(CDP_MAY)
    of_page = re.findall(r"\bpage\.(\w+)|_page\.(\w+)", BOUNDARY.read_text(encoding="utf-8"))
    assert {a or b for a, b in of_page} <= PAGE_MAY


def test_the_boundary_runs_only_what_looking_has() -> None:
    """Never text that is put together."""
    calls = [node for node in ast.walk(tree(BOUNDARY)) if isinstance(node, ast.Call)]
    run = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "_run"]
    assert run
    assert all(
        isinstance(call.args[0], ast.Attribute)
        and isinstance(call.args[0].value, ast.Name)
        and call.args[0].value.id == "looking"
        for call in run
    )


def test_what_is_run_looks_only_at_what_is_shown() -> None:
    scripts = [value for name, value in vars(looking).items() if name.isupper()]
    assert len(scripts) > 5
    assert not [found for script in scripts if (found := re.search(FORBIDDEN, script))]


@pytest.mark.parametrize(
    "script",
    [
        "() => window.__NEXT_DATA__",
        "() => fetch('/api')",
        "e => e.dataset.lat",
        "e => e.getAttribute('data-lat')",
        "() => localStorage.getItem('x')",
        "e => e['__reactFiber$x']",
    ],
)
def test_the_rule_finds_what_it_forbids(script: str) -> None:
    assert re.search(FORBIDDEN, script)
