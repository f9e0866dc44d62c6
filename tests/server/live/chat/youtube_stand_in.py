"""A server that answers `liveChatMessages.list` as Google's reference says, on loopback."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from server import sockets
from server.live.chat.youtube import YouTubeRoom

KEY = "AIza-not-a-real-key"
CHAT = "Cg0KC3N0YW5kLWlu"
POLL_MS = 30


class YouTubeStandIn:
    """One live chat, with a past. Who asks again too soon is refused (rateLimitExceeded)."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = [item("Before", "!g 1, 1")]
        self.trouble: list[JSONResponse] = []
        """Answers to give first."""
        self.asked = 0
        self.too_soon = 0
        self.offline = False
        self._next_at = 0.0
        self._question = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = FastAPI()
        app.get("/youtube/v3/liveChat/messages")(self._list)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._server = sockets.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        self._running = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/youtube/v3"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        await self._running
        self._listener.close()

    def room(self, key: str = KEY) -> YouTubeRoom:
        return YouTubeRoom(CHAT, key, self.url, least_poll_s=0.01)

    def wrong_room(self) -> YouTubeRoom:
        return self.room("AIza-wrongsecret")

    async def ready(self) -> None:
        """Until the past has been told, so that what is said from now on is new."""
        await self._until(self.asked + 1 if self.asked else 1)

    async def quiet(self) -> None:
        """Until what was said has been dealt with: only then the next question comes."""
        await self.ready()
        await self.ready()

    async def chat(self, name: str, text: str, *, host: bool = False) -> None:
        self.items.append(item(name, text, host=host))

    async def drop(self) -> None:
        """Be out of order for two questions; come back when there was an answer again."""
        before = self.asked
        self.trouble = [error(503, "backendError"), JSONResponse("<html>", 502)]
        await self._until(before + 3)

    async def _until(self, asked: int) -> None:
        async with asyncio.timeout(20):
            while self.asked < asked:
                self._question.clear()
                await self._question.wait()

    async def _list(self, request: Request) -> JSONResponse:
        query, now = request.query_params, time.monotonic()
        self.asked += 1
        self._question.set()
        if request.headers.get("x-goog-api-key") != KEY or "key" in query:
            return error(400, "badRequest", "API key not valid. Please pass a valid API key.")
        if query.get("liveChatId") != CHAT or query.get("part") != "snippet,authorDetails":
            return error(404, "liveChatNotFound")
        if self.trouble:
            return self.trouble.pop(0)
        if now < self._next_at:
            self.too_soon += 1
            return error(403, "rateLimitExceeded")
        self._next_at = now + POLL_MS / 1000
        start = int(query.get("pageToken", "t0").removeprefix("t"))
        page = self.items[start : start + min(int(query["maxResults"]), 2)]
        body = {
            "kind": "youtube#liveChatMessageListResponse",
            "etag": "x",
            "pollingIntervalMillis": POLL_MS,
            "nextPageToken": f"t{start + len(page)}",
            "pageInfo": {"totalResults": len(page), "resultsPerPage": len(page)},
            "items": page,
        }
        if self.offline and start + len(page) == len(self.items):
            body["offlineAt"] = "2026-01-01T00:00:00Z"
        return JSONResponse(body)


def item(name: str, text: str, *, host: bool = False, kind: str = "textMessageEvent") -> dict:
    details = {"textMessageDetails": {"messageText": text}} if kind == "textMessageEvent" else {}
    return {
        "kind": "youtube#liveChatMessage",
        "etag": "x",
        "id": f"LCC.{name}.{text}",
        "snippet": {"type": kind, "liveChatId": CHAT, "hasDisplayContent": True, **details},
        "authorDetails": {
            "channelId": f"UC{name.lower()}",
            "displayName": name,
            "isVerified": False,
            "isChatOwner": host,
            "isChatSponsor": False,
            "isChatModerator": False,
        },
    }


def error(status: int, reason: str, message: str = "no") -> JSONResponse:
    detail = {"message": message, "domain": "youtube.liveChat", "reason": reason}
    return JSONResponse({"error": {"code": status, "message": message, "errors": [detail]}}, status)
