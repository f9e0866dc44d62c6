"""Tells a server something beside the play: nothing waits for it."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

import httpx

Word = TypeVar("Word")

log = logging.getLogger(__name__)


class Telling(ABC, Generic[Word]):
    """Words that are told one after the other; an async context manager, which tells the rest."""

    what: str
    """For the log, where the rest is not told."""
    patience_s: float
    """At the end, for the rest."""
    max_waiting = 0
    """Words: more are dropped, so that a server that hangs costs no memory; 0: any number."""

    def __init__(
        self, server_url: str, token: str, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        """`transport` stands in for the network."""
        self.client = httpx.AsyncClient(
            base_url=server_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
            trust_env=False,  # no proxy: the server is on this machine
            transport=transport,
        )
        self._waiting: asyncio.Queue[Word | None] = asyncio.Queue(self.max_waiting)
        """None: it was the last one."""
        self._telling: asyncio.Task[None] | None = None

    @abstractmethod
    async def tell(self, word: Word) -> None:
        """Tell it, however often that needs to be tried; raise nothing."""

    def soon(self, word: Word) -> None:
        """Tell it after those that wait."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(word)

    async def __aenter__(self) -> Self:
        """Begin to tell."""
        self._telling = asyncio.create_task(self._tell_all())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Tell the rest, for a while."""
        assert self._telling is not None
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(None)
        _, late = await asyncio.wait([self._telling], timeout=self.patience_s)
        if late:
            self._telling.cancel()
            await asyncio.wait([self._telling])
            log.warning("%s: no answer in %g s", self.what, self.patience_s)
        await self.client.aclose()

    async def _tell_all(self) -> None:
        while (word := await self._waiting.get()) is not None:
            await self.tell(word)
