"""`protocol.ts`: current, and for the TypeScript compiler the same as the golden messages."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

import server.protocol
from server.protocol import Word
from server.typescript import OUTPUTS, ROOT, main, stale, typescript

GOLDEN = ROOT / "tests" / "protocol"
TSC = ROOT / "node_modules" / ".bin" / "tsc"

# Each of these must be an error; `@ts-expect-error` is one itself where the next line is none.
WRONG = """
// @ts-expect-error: a field is missing
const missing: Hello = { type: "hello", version: 1, software: "x", encoder: null };
// @ts-expect-error: a field too many
const surplus: PointWord = { lat: 1, lng: 2, alt: 3 };
// @ts-expect-error: no such code
const code: ErrorCode = "moon_phase";
// @ts-expect-error: another version
const version: Hello["version"] = 2;
// @ts-expect-error: only Located has a prediction
export const loose = (message: ServerMessage) => message.prediction;
"""
RIGHT = """
export function narrowed(message: ServerMessage): number | string {
  switch (message.type) {
    case "hello": return message.encoder ?? "";
    case "located": return message.prediction.guess.lat;
    case "failure": return message.retry_after_s ?? message.code;
  }
}
export const raw: LocateView["image"] = new Uint8Array([1, 2]);
export const limit: 8388608 = MAX_IMAGE_BYTES;
export { missing, surplus, code, version };
"""


def test_the_committed_files_are_current():
    assert stale() == [], "run `python -m server.typescript`"


@pytest.mark.parametrize("modules", OUTPUTS.values(), ids=OUTPUTS)
def test_every_word_and_description_is_there(modules):
    text = typescript(modules)
    for module in modules:
        for name, word in vars(module).items():
            if isinstance(word, type) and issubclass(word, Word) and word is not Word:
                assert f"export interface {name} {{" in text
                for field, about in word.model_fields.items():
                    assert f"\n  {field}: " in text
                    assert f"/** {about.description} */" in text or not about.description


def test_check_names_what_is_stale(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("server.typescript.ROOT", tmp_path)
    monkeypatch.setattr("server.typescript.OUTPUTS", {"protocol.ts": (server.protocol,)})
    assert main(["--check"]) == 1
    assert "protocol.ts is stale" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0
    (tmp_path / "protocol.ts").write_text("mended by hand")
    assert main(["--check"]) == 1


def golden_program() -> str:
    """Every golden message as a literal of its type, where surplus fields are errors too."""
    paths = sorted(GOLDEN.glob("*/*.json"))
    literals = [
        f"export const golden{n}: {path.parent.name} = {path.read_text(encoding='utf-8')};"
        for n, path in enumerate(paths)
    ]
    names = {path.parent.name for path in paths}
    names |= {"PointWord", "ErrorCode", "ServerMessage"}
    imported = (
        f"import {{ {', '.join(['MAX_IMAGE_BYTES', *(f'type {n}' for n in sorted(names))])} }}"
    )
    return "\n".join([f'{imported} from "./protocol";', *literals, WRONG, RIGHT])


@pytest.mark.slow
@pytest.mark.skipif(not TSC.exists(), reason="no TypeScript compiler: run `npm ci`")
@pytest.mark.parametrize("output", OUTPUTS)
def test_the_compiler_agrees_with_the_golden_messages(output, tmp_path):
    shutil.copy(ROOT / output, tmp_path / "protocol.ts")
    (tmp_path / "golden.ts").write_text(golden_program(), encoding="utf-8")
    options = {"strict": True, "noEmit": True, "target": "ES2022", "types": []}
    config = {"compilerOptions": options, "files": ["golden.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    result = subprocess.run(
        [TSC, "--project", tmp_path], capture_output=True, text=True, check=False, timeout=100
    )
    assert result.returncode == 0, result.stdout
