"""`homing doctor`: a line for each thing that may be wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from server.doctor import facts
from server.doctor.findings import (
    Finding,
    bf16_of,
    check_bundle,
    check_chromium,
    check_clock,
    check_database,
    check_device,
    check_disk,
    check_environment,
    check_home,
    check_packages,
    check_pages,
    check_port,
    check_torch,
    worst,
)
from server.locate.bundles import shipped
from server.pages import DIST
from server.settings import DEFAULT_PORT, Settings, from_environment

FindBrowser = Callable[[], str]
"""Path of the bot's browser; raises where there is none."""


def main(argv: list[str], find_browser: FindBrowser) -> int:
    """Look, and say what was found; 1 where something is wrong."""
    arguments = _parser().parse_args(argv)
    findings = []
    for finding in look(arguments.bundle, arguments.port, find_browser):
        findings.append(finding)
        if not arguments.json:
            print("\n".join(_lines(finding)), flush=True)
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        print(_last_line(findings))
    return 1 if worst(findings) == "wrong" else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "homing doctor",
        description="Say what is installed, what is wrong and how to mend it. Changes nothing.",
    )
    parser.add_argument(
        "--bundle",
        action="append",
        default=[],
        metavar="BUNDLE",
        help="folder of a bundle to load, too; those that are shipped are loaded anyway",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help="that a server is to have; default: %(default)s",
    )
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    return parser


def look(bundles: Sequence[str], port: int, find_browser: FindBrowser) -> Iterator[Finding]:
    """All findings, the quick ones first."""
    settings = from_environment(os.environ)
    yield _python()
    yield check_packages(facts.required(), facts.installed, "packages", "wrong")
    if lock := facts.locked():
        yield check_packages(lock, facts.installed, "lock", "warn")
    yield from check_environment(os.environ)
    yield from _places(settings)
    yield check_pages((DIST / "home.html").is_file())
    yield check_port(port, *facts.port(port))
    yield _chromium(find_browser)
    yield from _models([*shipped(), *bundles])


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", f"{version} on {sys.platform}")


def _places(settings: Settings) -> Iterator[Finding]:
    disk, problem = facts.writable(settings.home)
    yield check_home(str(settings.home), problem)
    yield check_disk(facts.free_bytes(settings.home))
    yield check_clock(time.time(), facts.built(), disk)
    yield check_database(settings.database_url, facts.database(settings.database_url))


def _chromium(find_browser: FindBrowser) -> Finding:
    try:
        path = find_browser()
        return check_chromium(path, facts.browser_version(path), "")
    except Exception as error:  # Playwright itself may be broken
        return check_chromium("", "", str(error) or type(error).__name__)


def _models(bundles: Sequence[str]) -> Iterator[Finding]:
    torch = facts.torch()
    yield check_torch(torch)
    if isinstance(torch, str):
        return
    yield check_device(torch, facts.cores(), bf16_of(facts.cpuinfo()), facts.has_driver())
    for spec in bundles:
        yield check_bundle(Path(spec).name, *facts.bundle(spec))


def _lines(finding: Finding) -> list[str]:
    lines = [f"{finding.verdict:<6}{finding.name}: {finding.said}"]
    return [*lines, f"      to mend it: {finding.mend}"] if finding.mend else lines


def _last_line(findings: Sequence[Finding]) -> str:
    wrong = sum(finding.verdict == "wrong" for finding in findings)
    warn = sum(finding.verdict == "warn" for finding in findings)
    return f"{len(findings)} looked at, {wrong} wrong, {warn} to be warned of"
