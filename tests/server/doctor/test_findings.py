"""Each check in a whole world and in a broken one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.doctor.findings import (
    KNOWN,
    Finding,
    Torch,
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

ROOT = Path(__file__).parents[3]
CPU = Torch(version="2.15.0", vision="0.29.2", threads=2, gpus=())
GPU = Torch(version="2.15.0", vision="0.29.2", threads=2, gpus=(("H200", 140 * 2**30),))
STANDING = {"version": "0.1.0", "status": "ready", "bundle": "b", "problem": None}
TODAY = 1_790_000_000.0


def packages(*wanted: str, **installed: str) -> Finding:
    return check_packages(wanted, installed.get, "packages", "wrong")


def variable(**environment: str) -> Finding:
    (finding,) = check_environment(environment)
    return finding


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (packages("numpy>=2", "heif>=1; extra == 'heic'", numpy="2.5"), "1 packages fit"),
        (packages("torch==2.15.0", torch="2.15.0+cu132"), "1 packages fit"),
        (packages("colorama==1; sys_platform == 'nowhere'"), "0 packages fit"),
        (check_torch(CPU), "torch 2.15.0 with torchvision 0.29.2"),
        (check_device(CPU, 2, True, driver=False), "CPU, 2 threads on 2 cores, with bf16"),
        (check_device(CPU, 8, None, driver=False), "CPU, 2 threads on 8 cores, bf16 not known"),
        (check_device(GPU, 8, None, driver=True), "H200 with 140.0 GiB"),
        (check_bundle("b", "tiny@12", ""), "loads, with encoder tiny@12"),
        (check_chromium("/bin/c", "Chromium 150", ""), "Chromium 150 at /bin/c"),
        (check_port(8321, taken=False, standing=None), "free"),
        (check_port(8321, taken=True, standing=STANDING), "Homing 0.1.0 answers: ready"),
        (variable(PATH="/bin"), "no HOMING_ variable is set"),
        (variable(HOMING_HOME="/data"), "/data"),
        (variable(HOMING_TOKEN="hush"), "set, 4 characters"),
        (variable(HOMING_TILES="https://t.example/{z}?key=hush"), "set, 30 characters"),
        (check_home("/data", ""), "/data"),
        (check_disk(50 * 2**30), "50.0 GiB free"),
        (check_clock(TODAY, TODAY - 1e6, TODAY), "after this code, and the disk's"),
        (check_database("postgresql://me:hush@db/x", ""), "postgresql://me:***@db/x"),
        (check_pages(built=True), "built"),
    ],
)
def test_whole(finding: Finding, said: str) -> None:
    assert (finding.verdict, finding.said, finding.mend) == ("ok", said, "")


@pytest.mark.parametrize(
    ("finding", "verdict", "said", "mend"),
    [
        (packages("numpy>=2"), "wrong", "numpy: expected >=2, got: none", "pip install"),
        (packages("a==1", a="2"), "wrong", "a: expected ==1, got: 2", "requirements.lock"),
        (packages(*(f"a{n}" for n in range(9))), "wrong", "and 4 more", "requirements.lock"),
        (check_torch("no module"), "wrong", "cannot be imported: no module", "locked pair"),
        (check_device(CPU, 2, None, driver=True), "warn", "torch does not see", "pytorch.org"),
        (check_device(CPU, 1, None, driver=False), "warn", "2 threads on 1", "OMP_NUM_THREADS=1"),
        (check_bundle("b", "", "file changed"), "wrong", "file changed", "again"),
        (check_chromium("", "", "expected a Chromium"), "wrong", "expected", "make browser"),
        (check_port(80, taken=True, standing=None), "warn", "another program", "--port 0"),
        (
            check_port(80, taken=True, standing=STANDING | {"status": "failed", "problem": "p"}),
            "warn",
            "Homing 0.1.0 answers: failed: p",
            "log",
        ),
        (variable(HOMING_TOKN="hush"), "warn", "does not know", "HOMING_TOKEN"),
        (variable(HOMING_TOKEN="hush hush"), "wrong", "characters", "A-Z"),
        (check_home("/data", "read-only"), "wrong", "/data: read-only", "HOMING_HOME"),
        (check_disk(2**30), "warn", "1.0 GiB free", "make room"),
        (check_disk(2**20), "wrong", "cannot be written", "make room"),
        (check_clock(TODAY, TODAY + 7200, TODAY), "wrong", "2.0 h before this code", "ntp"),
        (check_clock(TODAY, TODAY - 1e6, TODAY + 60), "warn", "60 s off the disk's", "ntp"),
        (check_database("sqlite:///x", "malformed"), "wrong", "malformed", "HOMING_DATABASE_URL"),
        (check_pages(built=False), "warn", "not built", "make web"),
    ],
)
def test_broken(finding: Finding, verdict: str, said: str, mend: str) -> None:
    assert finding.verdict == verdict
    assert said in finding.said
    assert mend in finding.mend
    assert "hush" not in repr(finding)


def test_every_variable_of_the_code_is_known() -> None:
    sources = [path for room in ("bot", "server", "models") for path in (ROOT / room).rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert set(re.findall(r"[\"'](HOMING_[A-Z_]+[A-Z])[\"']", text)) == KNOWN


def test_bf16() -> None:
    assert bf16_of("processor : 0\nflags\t\t: fpu avx512_bf16 sse\n") is True
    assert bf16_of("flags\t\t: fpu sse\n") is False
    assert bf16_of("Features\t: fp asimd bf16\n") is True
    assert bf16_of("") is None


def test_worst() -> None:
    ok, warn, wrong = (Finding("a", verdict, "") for verdict in ("ok", "warn", "wrong"))
    assert worst([ok, wrong, warn]) == "wrong"
    assert worst([ok, warn]) == "warn"
    assert worst([ok]) == "ok"
