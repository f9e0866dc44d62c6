"""The REST side as it describes itself, against OpenAPI 3.1's own rules and against the server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.arena.words import Refusal
from server.settings import from_environment
from tests.server.test_app import load_nothing

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
OPERATION = {  # OpenAPI 3.1.0, 4.8.10
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
}
OPEN = {"/health", "/ready"}
"""For load balancers, which have no token."""

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home: Path = tmp_path_factory.mktemp("home")
    settings = from_environment({"HOMING_HOME": str(home), "HOMING_TOKEN": "secret"})
    return create_app(settings, load_nothing)


@pytest.fixture(scope="module")
def document(app: Any) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in METHODS, (path, method)
            yield path, method, operation


def test_the_document_itself(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Homing"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", document["info"]["version"])
    assert all(path.startswith("/") for path in document["paths"])
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in document["components"]["schemas"])


def test_each_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from references(child)

    found = set(references(document))
    assert found
    for reference in found:
        assert reference.startswith("#/"), reference
        node = document
        for part in reference[2:].split("/"):
            node = node[part]


def test_each_route_tells_what_it_is(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert set(operation) <= OPERATION, where
        assert len(operation["summary"]) > 15, where
        assert operation["tags"], where
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), where
        assert all(p["required"] for p in operation.get("parameters", []) if p["in"] == "path")


def test_each_answer_has_a_model(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), (path, method)
        for status, answer in answers.items():
            where = f"{method} {path} {status}"
            assert re.fullmatch(r"[1-5]\d\d", status), where
            assert answer["description"], where
            content = answer.get("content", {})
            assert content or status == "204", where
            if status.startswith("4"):
                (media,) = content.values()
                assert media["schema"] == {"$ref": "#/components/schemas/Refusal"}, where
            if "application/json" in content:
                assert content["application/json"]["schema"], where
    # FastAPI's own error answers, which this server never gives.
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_who_needs_which_token(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == {"server token", "seat token", "invite", "study token"}
    assert {(scheme["type"], scheme["scheme"]) for scheme in schemes.values()} == {
        ("http", "bearer")
    }
    for path, method, operation in operations(document):
        wanted = [name for needed in operation.get("security", []) for name in needed]
        seat = "seat token" if "/matches/{match}" in path else "server token"
        expected = "invite" if path.endswith("{match}/seats") else seat
        expected = "study token" if "/experiments/" in path else expected
        assert wanted == ([] if path in OPEN else [expected]), path
        if path not in OPEN:
            assert {"401", "403"} <= set(operation["responses"]), (path, method)


async def test_it_is_so(app: Any, document: dict[str, Any]) -> None:
    """Asked without a token, each route answers as it says."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321") as client:
        assert (await client.get("/api/openapi.json")).json() == document
        for path, method, operation in operations(document):
            address = (
                path.replace("{number}", "1").replace("{match}", "none").replace("{study}", "none")
            )
            body = {"lat": 1, "lng": 2} if "requestBody" in operation else None
            answer = await client.request(method, address, json=body)
            said = operation["responses"][str(answer.status_code)]
            if path in OPEN:
                continue
            foreign = {"Origin": "http://evil.example"}
            stranger = await client.request(method, address, json=body, headers=foreign)
            assert answer.status_code in {401, 404, 422}, (path, said)
            assert stranger.status_code == 403, path
            for refused in (answer, stranger):
                assert Refusal.model_validate_json(refused.content).detail
