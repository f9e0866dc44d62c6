"""What the inference room tells of itself, without knowing who listens."""

from __future__ import annotations

from typing import Literal, Protocol

from server.protocol import ErrorCode

Stage = Literal["decode", "queue", "encode", "locate", "request"]
"""Of a request: pictures decoded, waited for the models, embedded, located; all of it."""


class Meter(Protocol):
    """Hears of work as it is done; called on the event loop, so it must be quick."""

    def took(self, stage: Stage, seconds: float) -> None:
        """A stage of one request is over."""

    def batched(self, views: int) -> None:
        """So many views went through the encoder in one call."""

    def waiting(self, requests: int) -> None:
        """So many requests are admitted and not answered now."""

    def failed(self, code: ErrorCode) -> None:
        """A request, or a frame, was answered by this error."""


class Unmetered:
    """Nobody listens."""

    def took(self, stage: Stage, seconds: float) -> None:
        """Nothing."""

    def batched(self, views: int) -> None:
        """Nothing."""

    def waiting(self, requests: int) -> None:
        """Nothing."""

    def failed(self, code: ErrorCode) -> None:
        """Nothing."""
