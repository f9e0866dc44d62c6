"""What facts about an installation mean. Pure: each check takes facts and says one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from packaging.requirements import Requirement

Verdict = Literal["ok", "warn", "wrong"]

MEND_PACKAGES = "python -m pip install --require-hashes -r requirements.lock"
WARN_FREE_BYTES = 5 * 2**30
"""A pack of a few thousand panoramas and a bundle's training leave less than this."""
LEAST_FREE_BYTES = 2**28
CLOCK_SKEW_S = 5.0

SECRET = frozenset(
    {
        "HOMING_DATABASE_URL",
        "HOMING_HOST_TOKEN",
        "HOMING_MAPILLARY_TOKEN",
        "HOMING_STREETVIEW_KEY",
        "HOMING_TILES",  # providers put keys into their URLs
        "HOMING_ENGINE_TOKEN",
        "HOMING_TOKEN",
        "HOMING_TWITCH_TOKEN",
        "HOMING_WATCH_TOKEN",
        "HOMING_YOUTUBE_KEY",
    }
)
KNOWN = SECRET | {"HOMING_HOME", "HOMING_ORIGINS", "HOMING_TILES_ATTRIBUTION"}
_TOKEN = re.compile(r"[A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line."""

    name: str
    verdict: Verdict
    said: str
    mend: str = ""
    """What to do about it; empty where it is ok."""


@dataclass(frozen=True, slots=True)
class Torch:
    """What torch says of itself and of the machine."""

    version: str
    vision: str
    """torchvision's version."""
    threads: int
    gpus: tuple[tuple[str, int], ...]
    """Name and bytes of each card that torch can use."""


def check_packages(
    wanted: Iterable[str], installed: Callable[[str], str | None], name: str, bad: Verdict
) -> Finding:
    """Whether what is `installed`, by name, fits `wanted` in the form of pip's requirements."""
    asked = [Requirement(text) for text in wanted]
    due = [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
    faults = [fault for one in due for fault in _misfit(one, installed(one.name))]
    if not faults:
        return Finding(name, "ok", f"{len(due)} packages fit")
    more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
    return Finding(name, bad, "; ".join(faults[:5]) + more, MEND_PACKAGES)


def _misfit(one: Requirement, found: str | None) -> Iterator[str]:
    if found is None or not one.specifier.contains(found, prereleases=True):
        yield f"{one.name}: expected {one.specifier or 'any'}, got: {found or 'none'}"


def check_torch(found: Torch | str) -> Finding:
    """Whether torch and torchvision are a pair; a text says why they cannot be imported."""
    if isinstance(found, str):
        mend = "torch and torchvision must be the locked pair: " + MEND_PACKAGES
        return Finding("torch", "wrong", f"cannot be imported: {found}", mend)
    return Finding("torch", "ok", f"torch {found.version} with torchvision {found.vision}")


def check_device(torch: Torch, cores: int, bf16: bool | None, driver: bool) -> Finding:
    """What the models run on; `driver`: there is NVIDIA's, `bf16` None: not known."""
    if torch.gpus:
        cards = ", ".join(f"{name} with {_gib(size)}" for name, size in torch.gpus)
        return Finding("device", "ok", cards)
    words = {True: "with bf16", False: "without bf16", None: "bf16 not known"}[bf16]
    said = f"CPU, {torch.threads} threads on {cores} cores, {words}"
    if driver:
        mend = "install a torch built for this driver: https://pytorch.org/get-started/locally/"
        return Finding("device", "warn", f"{said}; torch does not see the NVIDIA card", mend)
    if torch.threads > cores:
        mend = f"set OMP_NUM_THREADS={cores}"
        return Finding("device", "warn", f"{said}: they wait for each other", mend)
    return Finding("device", "ok", said)


def bf16_of(cpuinfo: str) -> bool | None:
    """Whether `/proc/cpuinfo` tells of bf16 arithmetic; None: it tells nothing."""
    flags = re.findall(r"^(?:flags|Features)\s*:(.*)$", cpuinfo, re.MULTILINE)
    return bool({"avx512_bf16", "amx_bf16", "bf16"} & set(flags[0].split())) if flags else None


def check_bundle(name: str, encoder: str, problem: str) -> Finding:
    """Whether a bundle and its encoder load; `problem` is empty, or says why they do not."""
    if problem:
        mend = "make or fetch it again: its files are missing, changed or of another version"
        return Finding(f"bundle {name}", "wrong", problem, mend)
    return Finding(f"bundle {name}", "ok", f"loads, with encoder {encoder}")


def check_chromium(path: str, version: str, problem: str) -> Finding:
    """Whether the bot has a browser that starts."""
    if problem:
        return Finding("chromium", "wrong", problem, "make browser")
    return Finding("chromium", "ok", f"{version} at {path}")


def check_port(port: int, taken: bool, standing: Mapping[str, Any] | None) -> Finding:
    """Who has the server's port; `standing` is what a Homing server there says of itself."""
    name = f"port {port}"
    if not taken:
        return Finding(name, "ok", "free")
    if standing is None:
        said, mend = "another program has it", "homing serve --port 0 takes any free one"
        return Finding(name, "warn", said, mend)
    said = f"Homing {standing.get('version')} answers: {standing.get('status')}"
    if problem := standing.get("problem"):
        return Finding(name, "warn", f"{said}: {problem}", "see the server's log")
    if faults := [one["problem"] for one in standing.get("bundles", []) if one["problem"]]:
        mend = "mend the bundle's folder, then kill -HUP the server"
        return Finding(name, "warn", f"{said}: {'; '.join(faults)}", mend)
    return Finding(name, "ok", said)


def check_environment(environment: Mapping[str, str]) -> list[Finding]:
    """A line for each HOMING_ variable; secrets are not shown."""
    names = sorted(name for name in environment if name.startswith("HOMING_"))
    if not names:
        return [Finding("environment", "ok", "no HOMING_ variable is set")]
    return [_check_variable(name, environment[name]) for name in names]


def _check_variable(name: str, value: str) -> Finding:
    if name not in KNOWN:
        mend = f"unset it, or write one of: {', '.join(sorted(KNOWN))}"
        return Finding(name, "warn", "Homing does not know this variable", mend)
    if name == "HOMING_TOKEN" and value and not _TOKEN.fullmatch(value):
        mend = "choose one of A-Z a-z 0-9 . _ ~ -"
        return Finding(name, "wrong", "set, with characters that no header carries", mend)
    return Finding(name, "ok", f"set, {len(value)} characters" if name in SECRET else value)


def check_home(home: str, problem: str) -> Finding:
    """Whether packs, matches and bundles can be written."""
    if problem:
        mend = "make it writable, or name another folder in HOMING_HOME"
        return Finding("home", "wrong", f"{home}: {problem}", mend)
    return Finding("home", "ok", home)


def check_disk(free_bytes: int) -> Finding:
    """Whether there is room where Homing's home is."""
    said = f"{_gib(free_bytes)} free"
    mend = "make room, or name a folder on another disk in HOMING_HOME"
    if free_bytes < LEAST_FREE_BYTES:
        return Finding("disk", "wrong", f"{said}: matches and packs cannot be written", mend)
    if free_bytes < WARN_FREE_BYTES:
        return Finding("disk", "warn", f"{said}: too little for large packs", mend)
    return Finding("disk", "ok", said)


def check_clock(now: float, built: float, disk: float) -> Finding:
    """Whether the clock can be right; `built` is when this code was, `disk` the disk's clock.

    All three are Unix times in seconds.
    """
    mend = "let the system keep its clock: timedatectl set-ntp true"
    if now < built - CLOCK_SKEW_S:
        behind = (built - now) / 3600
        return Finding("clock", "wrong", f"{behind:,.1f} h before this code was made", mend)
    if abs(now - disk) > CLOCK_SKEW_S:
        said = f"{abs(now - disk):.0f} s off the disk's"
        return Finding("clock", "warn", said, mend)
    return Finding("clock", "ok", "after this code, and the disk's")


def check_database(url: str, problem: str) -> Finding:
    """Whether the matches can be read; the URL's password is not shown."""
    if problem:
        mend = "see HOMING_DATABASE_URL; a broken SQLite file: restore it, or move it away"
        return Finding("database", "wrong", f"{safe_url(url)}: {problem}", mend)
    return Finding("database", "ok", safe_url(url))


def safe_url(url: str) -> str:
    """A URL without its password."""
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":***@", 1) if password else url


def check_pages(built: bool) -> Finding:
    """Whether the server has pages to show."""
    if not built:
        return Finding("pages", "warn", "not built: the API is served alone", "make web")
    return Finding("pages", "ok", "built")


def worst(findings: Sequence[Finding]) -> Verdict:
    """Of all lines."""
    verdicts = {finding.verdict for finding in findings}
    return "wrong" if "wrong" in verdicts else "warn" if "warn" in verdicts else "ok"


def _gib(n_bytes: int) -> str:
    return f"{n_bytes / 2**30:.1f} GiB"
