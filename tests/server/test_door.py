"""The server's door: strangers' pages, who comes too often, and the marks on every answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from server.app import create_app
from server.door import Door
from server.gate import Gate
from server.limits import BY_TOKEN, FAILURES, MATCHES, REQUESTS
from server.settings import Settings, from_environment

BEARER = {"Authorization": "Bearer secret"}
EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
MATCH = "/api/arena/matches"
PACKS = "/api/arena/packs"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home: Path = tmp_path_factory.mktemp("home")
    environment = {"HOMING_HOME": str(home), "HOMING_TOKEN": "secret"}
    return replace(from_environment(environment), origins=frozenset({EXTENSION}))


def load_nothing(bundle: str):
    raise ValueError(f"there is no {bundle}")


@pytest.fixture(scope="module")
def client_at(settings):
    """One server for all: whoever is slowed down comes from an address that no other test has."""
    app = create_app(settings, load_nothing)

    def client(address="127.0.0.1"):
        transport = httpx.ASGITransport(app, client=(address, 1234))
        return httpx.AsyncClient(transport=transport, base_url=settings.url)

    return client


@pytest.fixture
def client(client_at):
    return client_at()


@pytest.mark.parametrize("path", ["/", "/health", "/static/logo.svg", PACKS, "/api/openapi.json"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "file://"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    ],
)
async def test_a_strangers_page_gets_nothing(client, path, headers):
    answer = await client.get(path, headers=headers | BEARER)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        },
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Origin": "http://localhost:8321", "Sec-Fetch-Site": "same-origin"},
        {"Origin": EXTENSION, "Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
async def test_own_pages_links_programs_and_the_extension_come_in(client, headers):
    answer = await client.get(PACKS, headers=headers | BEARER)
    assert answer.status_code == 200


async def test_an_allowed_page_may_read_its_answer(client):
    asked = {"Origin": EXTENSION, "Access-Control-Request-Method": "POST"}
    network = {"Access-Control-Request-Private-Network": "true"}
    before = await client.options("/api/locate", headers=asked | network)
    assert before.status_code == 204
    assert before.headers["access-control-allow-origin"] == EXTENSION
    assert "Authorization" in before.headers["access-control-allow-headers"]
    assert before.headers["access-control-allow-private-network"] == "true"
    assert "access-control-allow-credentials" not in before.headers
    answer = await client.get(PACKS, headers={"Origin": EXTENSION})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == EXTENSION
    assert "Origin" in answer.headers["vary"]
    refused = await client.options("/api/locate", headers=asked | {"Origin": "http://evil.example"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


async def test_an_allowed_origin_is_no_token(client):
    assert (await client.get(PACKS, headers={"Origin": EXTENSION})).status_code == 401


@pytest.mark.parametrize(
    "origin", ["*", "null", "http://*.example", "http://a.example/path", "a.example", "http://A.b"]
)
def test_origins_that_browsers_never_write_are_refused(origin):
    with pytest.raises(ValueError, match="origin: expected"):
        Gate("secret", frozenset({origin}))


async def test_a_guesser_is_slowed_down_and_others_are_not(client_at):
    guesser, other = client_at("198.51.100.1"), client_at("198.51.100.2")
    answers = [
        await guesser.get(PACKS, headers={"Authorization": f"Bearer guess{number}"})
        for number in range(FAILURES.burst + 1)
    ]
    assert [answer.status_code for answer in answers] == [401] * FAILURES.burst + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "come again" in answers[-1].json()["detail"]
    assert (await guesser.get(PACKS, headers=BEARER)).status_code == 429, "or it would be told"
    assert (await guesser.get("/health")).status_code == 200
    assert (await other.get(PACKS, headers=BEARER)).status_code == 200


async def test_an_address_a_token_and_a_match_have_rates(settings):
    async def hello(scope, receive, send):
        await PlainTextResponse("hello")(scope, receive, send)

    gate = Gate("secret", frozenset())
    door = Door(hello, gate, {}, clock=lambda: 100.0)

    async def statuses(address, times, method="GET", path="/", **headers):
        transport = httpx.ASGITransport(door, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=settings.url) as client:
            answers = [await client.request(method, path, headers=headers) for _ in range(times)]
        return [answer.status_code for answer in answers]

    for rate, address, asked in [
        (REQUESTS, "198.51.100.1", {}),
        (BY_TOKEN, "198.51.100.2", BEARER),
        (MATCHES, "198.51.100.3", {"method": "POST", "path": MATCH, "Authorization": "Bearer b"}),
    ]:
        assert await statuses(address, rate.burst + 2, **asked) == [200] * rate.burst + [429] * 2
    assert await statuses("198.51.100.3", 1) == [200]


@pytest.mark.parametrize("path", [f"{MATCH}/a%00b", "/api/experiments/%00/me", "/%00"])
async def test_an_address_with_nul_is_refused(client, path):
    answer = await client.get(path, headers=BEARER)
    assert (answer.status_code, answer.json()) == (
        400,
        {"detail": "expected an address without NUL"},
    )


async def test_two_lengths_of_a_body_are_refused(client):
    async def body():
        yield b"x"

    headers = BEARER | {"Content-Length": "1", "Transfer-Encoding": "chunked"}
    answer = await client.post("/api/arena/matches", content=body(), headers=headers)
    assert answer.status_code == 400


async def test_every_answer_carries_the_headers(client):
    for path, headers in [
        ("/", {}),
        ("/health", {}),
        ("/nowhere", {}),
        (PACKS, {}),
        (PACKS, {"Origin": "http://evil.example"}),
        (PACKS, {"Host": "evil.example"}),
    ]:
        said = (await client.get(path, headers=headers)).headers
        policy = said["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for rule in ("base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
            assert rule in policy
        assert said["x-content-type-options"] == "nosniff"
        assert said["x-frame-options"] == "DENY"
        assert said["referrer-policy"] == "no-referrer"
        assert said["cross-origin-opener-policy"] == "same-origin"
        assert said["cross-origin-resource-policy"] == "same-origin"
        assert "geolocation=()" in said["permissions-policy"]
