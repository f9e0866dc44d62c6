"""Looks at the machine: thin shells around the checks, which do the thinking."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from http.client import HTTPException
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from server.database import connect
from server.doctor.findings import Torch
from server.locate.bundles import load_models

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
PATIENCE_S = 5.0


def installed(name: str) -> str | None:
    """Version of an installed package; None: it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def required() -> list[str]:
    """What Homing says it needs."""
    return requires("homing") or []


def locked(lock: Path = LOCK) -> list[str]:
    """What a checkout's lock says; nothing where Homing was installed without one."""
    if not lock.is_file():
        return []
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line.rstrip(" \\") for line in lines if re.match(r"[A-Za-z0-9]", line)]


def torch() -> Torch | str:
    """What torch says once it and torchvision are imported; a text: why they cannot be."""
    try:
        found, vision = import_module("torch"), import_module("torchvision")
        cards = range(found.cuda.device_count())
        properties = [found.cuda.get_device_properties(card) for card in cards]
        return Torch(
            version=found.__version__,
            vision=vision.__version__,
            threads=found.get_num_threads(),
            gpus=tuple((one.name, one.total_memory) for one in properties),
        )
    except Exception as error:  # a pair that does not fit fails in many ways
        return f"{type(error).__name__}: {error}"


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpuinfo() -> str:
    """Linux's, else nothing."""
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def has_driver() -> bool:
    """Whether NVIDIA's driver is loaded."""
    return Path("/proc/driver/nvidia/version").exists()


def bundle(spec: str) -> tuple[str, str]:
    """A bundle's encoder, and why it or its encoder do not load; either is empty."""
    try:
        return load_models(spec)[0].name, ""
    except Exception as error:  # whatever it is, it is what is wrong with the bundle
        return "", f"{type(error).__name__}: {error}"


def browser_version(path: str) -> str:
    """What a Chromium says of itself.

    Raises:
        OSError, subprocess.SubprocessError: it does not start.
    """
    said = subprocess.run(  # noqa: S603  the path that was found for the bot
        [path, "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    return said.stdout.strip()


def port(number: int) -> tuple[bool, dict[str, Any] | None]:
    """Whether a port of this machine is taken, and what a Homing server there says of itself."""
    try:
        with socket.create_server(("127.0.0.1", number)):
            return False, None
    except OSError:
        return True, _standing(number)


def _standing(number: int) -> dict[str, Any] | None:
    try:
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{number}/health", timeout=PATIENCE_S) as answer:
            said = json.loads(answer.read(2**16))
    except (OSError, ValueError, HTTPException):
        return None
    known = isinstance(said, Mapping) and {"status", "bundle", "version"} <= set(said)
    return dict(said) if known else None


def existing(folder: Path) -> Path:
    """The folder itself, or the one that it would be made in."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def writable(home: Path) -> tuple[float, str]:
    """The disk's clock, Unix time, and why nothing can be written; makes no folder."""
    try:
        with tempfile.NamedTemporaryFile(dir=existing(home)) as file:
            return Path(file.name).stat().st_mtime, ""
    except OSError as error:
        return time.time(), f"expected a folder to write to, got: {error.strerror}"


def free_bytes(home: Path) -> int:
    """Where `home` is."""
    return shutil.disk_usage(existing(home)).free


def built() -> float:
    """Unix time of the newest file of the code."""
    return max(path.stat().st_mtime for path in (ROOT / "server").rglob("*.py"))


def database(url: str) -> str:
    """Why the database cannot be read; makes none."""
    try:
        parsed = make_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and not Path(parsed.database or "").exists():
            return ""
        engine = connect(url)
        with engine.connect() as connection:
            found = connection.execute(text("PRAGMA quick_check" if sqlite else "SELECT 1"))
            said = str(found.scalar())
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        # Its first line: the others are SQL and links.
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return "" if said in {"ok", "1"} else said
