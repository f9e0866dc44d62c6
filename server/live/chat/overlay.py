"""The show, by the host's token: how far it is behind the match, and what viewers guessed in it.

What is told of guesses the show keeps until its reveal.
"""

from __future__ import annotations

import logging
import math

import httpx

from server.live.chat.follow import Watched
from server.live.chat.words import ChatSummary
from server.live.words import DirectorWord

PATIENCE_S = 3.0

log = logging.getLogger(__name__)


class Overlay:
    """A match's show, as the chat knows it. What goes wrong is logged and left."""

    def __init__(self, watched: Watched, host_token: str) -> None:
        """The token is its host's: whoever has it may write on the stream."""
        server = "http" + watched.url.removeprefix("ws").partition("/api/")[0]
        self._client = httpx.AsyncClient(
            base_url=f"{server}/api/live/matches/{watched.match}",
            headers={"Authorization": f"Bearer {host_token}", "Content-Type": "application/json"},
            timeout=PATIENCE_S,
            trust_env=False,
        )
        self._behind_s = 0.0
        self._has_failed = False

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def tell(self, summary: ChatSummary) -> None:
        """A round's."""
        await self._ask("PUT", "/chat", summary.model_dump_json())

    async def behind_s(self) -> float:
        """How many seconds the show is behind the match, by its delay and by what its operator did.

        Infinite: it is held, and shows nothing new. As it was last where the server is away.
        """
        answer = await self._ask("GET", "/director")
        if answer is not None:
            word = DirectorWord.model_validate_json(answer.content)
            self._behind_s = math.inf if word.show.held else word.settings.delay_s + word.lag_s
        return self._behind_s

    async def _ask(self, method: str, path: str, body: str = "") -> httpx.Response | None:
        """None: it failed; of several in a row the first is logged."""
        try:
            answer = await self._client.request(method, path, content=body)
            problem = f"{answer.status_code} {answer.text[:200]}" if answer.is_error else ""
        except httpx.HTTPError as error:
            problem = type(error).__name__
        if problem and not self._has_failed:
            log.warning("the show does not answer: %s", problem)
        self._has_failed = bool(problem)
        return None if problem else answer
