"""Callers that are no page of this server's: an extension, and another machine."""

from __future__ import annotations

import socket
from dataclasses import replace

import httpx
import pytest
import websockets
from websockets.typing import Origin, Subprotocol

from tests.server.attack.conftest import TOKEN, Running

pytestmark = pytest.mark.slow


async def test_an_extension_is_an_origin_like_others(home) -> None:
    extension = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    with Running(home, HOMING_ORIGINS=extension) as server:
        assert server.settings.hosts == replace(server.settings, origins=frozenset()).hosts
        url = f"ws://127.0.0.1:{server.settings.port}/ws/locate"

        async def shakes_hands(origin: str, token: str) -> bool:
            spoken = [Subprotocol("homing.v1"), Subprotocol(f"token.{token}")]
            try:
                async with websockets.connect(url, origin=Origin(origin), subprotocols=spoken):
                    return True
            except websockets.InvalidStatus:
                return False

        assert await shakes_hands(extension, TOKEN)
        assert not await shakes_hands(extension, "guess")
        assert not await shakes_hands(extension.replace("abc", "bbc"), TOKEN)
        assert not await shakes_hands("null", TOKEN)


def test_from_another_address_nothing_without_the_token(home) -> None:
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with Running(home, "0.0.0.0", HOMING_ORIGINS=f"http://{address}:1") as server:
        url = f"http://{address}:{server.settings.port}"
        for method, path, status in [
            ("GET", "/api/arena/packs", 401),
            ("POST", "/api/arena/matches", 401),
            ("POST", "/api/locate", 401),
            ("GET", "/api/locate/bundles", 401),
            ("GET", "/api/arena/matches/m", 404),
        ]:
            assert httpx.request(method, url + path).status_code == status, path
        token = {"Authorization": f"Bearer {TOKEN}"}
        assert httpx.get(f"{url}/api/arena/packs", headers=token).status_code == 200


def own_address() -> str | None:
    """Of the interface that would lead out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
