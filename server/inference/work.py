"""What a session asks of its shell: messages to send, views to embed, embeddings to locate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.inference.served import Served
from server.protocol import ErrorCode, Failure, Hello, Located, to_binary, to_text


@dataclass(frozen=True, slots=True)
class Send:
    """A message for the client."""

    message: Hello | Located | Failure
    binary: bool
    """In MessagePack, because the request was."""

    def frame(self) -> str | bytes:
        """The message in its request's form."""
        return to_binary(self.message) if self.binary else to_text(self.message)


@dataclass(frozen=True, slots=True, eq=False)
class EmbedViews:
    """Decode these pictures and embed them; the answer is `Session.embedded` or `.failed`."""

    ticket: int
    """The session's own number of the request: ids come again, tickets never."""
    served: Served
    numbers: tuple[int, ...]
    """Of the views within their request, from 1."""
    images: tuple[bytes, ...]
    since_s: float
    """When they came, by the shell's clock."""

    @property
    def admits(self) -> int:
        """Views that have to be let in for it."""
        return len(self.images)

    @property
    def n_bytes(self) -> int:
        """Of its pictures."""
        return sum(map(len, self.images))


@dataclass(frozen=True, slots=True, eq=False)
class LocateMean:
    """Locate this panorama's embedding; the answer is `Session.located` or `.failed`."""

    ticket: int
    served: Served
    embedding: NDArray[np.float32]
    """Shape `(d,)`."""
    views: int
    """How many it is the mean of."""
    since_s: float
    """When what it answers came, by the shell's clock."""
    admits: int = 0
    """1: it came as an embedding and has to be let in; else its views have been."""


Work = EmbedViews | LocateMean
Output = Send | Work


class WorkError(Exception):
    """Work that cannot be done because of what the client sent, or not now."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        index: int = 0,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.index = index
        """Which of the pictures, where it is a picture's fault."""
        self.retry_after_s = retry_after_s
        """When to come back, where there is no room now."""
