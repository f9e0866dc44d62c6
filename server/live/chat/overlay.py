"""Tells the show what viewers guessed, by the host's token; the show keeps it until its reveal."""

from __future__ import annotations

import logging

import httpx

from server.live.chat.follow import Watched
from server.live.chat.words import ChatSummary

PATIENCE_S = 3.0

log = logging.getLogger(__name__)


class Overlay:
    """A match's show, as the chat tells it. What cannot be told is logged and left."""

    def __init__(self, watched: Watched, host_token: str) -> None:
        """The token is its host's: whoever has it may write on the stream."""
        server = "http" + watched.url.removeprefix("ws").partition("/api/")[0]
        self._url = f"{server}/api/live/matches/{watched.match}/chat"
        self._headers = {
            "Authorization": f"Bearer {host_token}",
            "Content-Type": "application/json",
        }

    async def __call__(self, summary: ChatSummary) -> None:
        """Tell a round's."""
        body = summary.model_dump_json()
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
                answer = await client.put(self._url, content=body, headers=self._headers)
        except httpx.HTTPError as error:
            log.warning("the show was not told: %s", type(error).__name__)
            return
        if answer.is_error:
            log.warning("the show was not told: %d %s", answer.status_code, answer.text[:200])
