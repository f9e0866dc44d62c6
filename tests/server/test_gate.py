"""Who may come in."""

from __future__ import annotations

import pytest

from server.gate import Gate

TOKEN = "abc-DEF_123.~"
GATE = Gate(TOKEN, frozenset({"http://127.0.0.1:8321", "http://localhost:8321"}))


@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:8321", "http://localhost:8321"])
def test_known_origins_pass(origin):
    assert GATE.knows_origin(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:8322",
        "https://127.0.0.1:8321",
        "http://127.0.0.1:8321.evil.example",
        "HTTP://LOCALHOST:8321",
    ],
)
def test_other_origins_do_not(origin):
    assert not GATE.knows_origin(origin)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_bearer_header_passes(scheme):
    assert GATE.knows_header(f"{scheme} {TOKEN}")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        TOKEN,
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        "Bearer täst",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN} {TOKEN}",
        f"Bearer {TOKEN.lower()}",
    ],
)
def test_other_headers_do_not(header):
    assert not GATE.knows_header(header)


def test_subprotocols():
    assert GATE.knows_subprotocols(["homing.v1", f"token.{TOKEN}"])
    assert GATE.knows_subprotocols([f"token.{TOKEN}", "homing.v1"])
    assert not GATE.knows_subprotocols([])
    assert not GATE.knows_subprotocols(["homing.v1", TOKEN])
    assert not GATE.knows_subprotocols(["homing.v1", "token."])
    assert not GATE.knows_subprotocols(["homing.v1", f"token.{TOKEN}x"])


def test_the_token_is_not_shown():
    assert TOKEN not in repr(GATE)


@pytest.mark.parametrize("token", ["", "two words", "comma,", "ümlaut", "line\n"])
def test_unspeakable_tokens_are_refused_without_showing_them(token):
    with pytest.raises(ValueError, match="server token: expected") as caught:
        Gate(token, frozenset())
    assert not token or token not in str(caught.value)
