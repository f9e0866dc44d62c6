"""Writes `protocol.ts`, the protocol's words for TypeScript, from their pydantic schemas.

`python -m server.typescript` writes the extension's and the web pages' file; with `--check` it
writes nothing and exits 1 where one is not as it would be written.
"""

from __future__ import annotations

import inspect
import json
import sys
from itertools import starmap
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic.json_schema import models_json_schema

import server.arena.words
import server.experiments.words
import server.live.words
import server.locate.words
import server.protocol
from server.protocol import Word

ROOT = Path(__file__).parent.parent

OUTPUTS: dict[str, tuple[ModuleType, ...]] = {
    "extension/src/protocol.ts": (server.protocol,),
    "server/web/src/protocol.ts": (
        server.protocol,
        server.arena.words,
        server.experiments.words,
        server.live.words,
        server.locate.words,
    ),
}
"""File, from the repository's root, and the modules whose words it has."""

UNIONS = {
    "ClientMessage": ("Hello", "LocateView", "LocateViews", "LocateEmbedding"),
    "ServerMessage": ("Hello", "Located", "Failure"),
}

_HEADER = """\
// Generated from {sources}
// by `python -m server.typescript`. Do not edit.

/** Base64 in JSON frames, raw bytes in MessagePack frames. */
export type Bytes = string | Uint8Array;
"""

_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}

Schema = dict[str, Any]


def typescript(modules: tuple[ModuleType, ...]) -> str:
    """The text of a `protocol.ts` with the constants and words of these modules."""
    words = [word for module in modules for word in _words(module)]
    _, schema = models_json_schema([(word, "serialization") for word in words])
    sources = ", ".join(f"{module.__name__.replace('.', '/')}.py" for module in modules)
    # One module may have a constant of another one's: it is written once.
    constants = dict(pair for module in modules for pair in _numbers(module))
    types = [_declaration(name, one) for name, one in schema["$defs"].items()]
    unions = [f"export type {name} = {' | '.join(of)};\n" for name, of in UNIONS.items()]
    return "\n".join(
        [
            _HEADER.format(sources=sources),
            "".join(starmap(_constant, constants.items())),
            *types,
            *unions,
        ]
    )


def stale() -> list[str]:
    """The files that are not what would be written now."""
    return [
        name
        for name, modules in OUTPUTS.items()
        if not (ROOT / name).is_file()
        or (ROOT / name).read_text(encoding="utf-8") != typescript(modules)
    ]


def _words(module: ModuleType) -> list[type[Word]]:
    """The words a module defines, in its order."""
    return [
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Word) and one is not Word
        if one.__module__ == module.__name__
    ]


def _numbers(module: ModuleType) -> list[tuple[str, int | str]]:
    """The constants a module defines: its plain values in capitals."""
    return [
        (name, value)
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int | str)
    ]


def _constant(name: str, value: int | str) -> str:
    return f"export const {name} = {json.dumps(value)};\n"


def _declaration(name: str, schema: Schema) -> str:
    comment = _comment(schema.get("description", ""), "")
    if "enum" in schema:
        return f"{comment}export type {name} =\n{_union(schema['enum'])};\n"
    missing = set(schema["properties"]) - set(schema.get("required", ()))
    if missing:
        raise ValueError(
            f"{name}: expected every field to be required, got: {missing} that are not"
        )
    fields = "".join(_field(field, one) for field, one in schema["properties"].items())
    return f"{comment}export interface {name} {{\n{fields}}}\n"


def _field(name: str, schema: Schema) -> str:
    return f"{_comment(schema.get('description', ''), '  ')}  {name}: {_type(schema)};\n"


def _union(values: list[str]) -> str:
    return "\n".join(f"  | {json.dumps(value)}" for value in values)


def _comment(text: str, indent: str) -> str:
    return f"{indent}/** {' '.join(text.split())} */\n" if text else ""


def _type(schema: Schema) -> str:
    """The TypeScript type of a property."""
    match schema:
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(json.dumps(value) for value in values)
        case {"anyOf": options}:
            return " | ".join(_type(option) for option in options)
    return _plain_type(schema)


def _plain_type(schema: Schema) -> str:
    match schema:
        case {"format": "base64url"}:
            return "Bytes"
        case {"type": "array", "items": items}:
            return f"Array<{_type(items)}>"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"Record<string, {_type(values)}>"
        case {"type": str(plain)} if plain in _PLAIN:
            return _PLAIN[plain]
    raise ValueError(f"schema: expected one that TypeScript can be made of, got: {schema}")


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` name those that are stale; the exit status."""
    names = stale()
    if arguments == ["--check"]:
        for name in names:
            print(f"{name} is stale: run `python -m server.typescript`", file=sys.stderr)
        return 1 if names else 0
    for name in names:
        (ROOT / name).write_text(typescript(OUTPUTS[name]), encoding="utf-8")
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
