"""ChatRoom, the contract that every site's chat fulfils: messages in, messages out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_TEXT = 500
"""Characters of a message that are looked at, and that are said at once."""
MAX_NAME = 40


class RoomClosed(Exception):  # noqa: N818  read as a sentence
    """The chat cannot be read, and trying again would not help; the message says why."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """What one viewer said."""

    viewer: str
    """The site and the viewer's id there, `twitch:1234`: it stays when the name changes."""
    name: str
    """As others see it; at most `MAX_NAME` characters."""
    text: str
    """One line, at most `MAX_TEXT` characters."""
    host: bool = False
    """Said by whom the channel belongs to, or by a moderator: may ban."""


class ChatRoom(Protocol):
    """One chat of one site."""

    @property
    def can_say(self) -> bool:
        """False: it is only read; what is said is lost, without an error."""

    def messages(self) -> AsyncGenerator[ChatMessage, None]:
        """What viewers say from now on, each message once, until the iterator is closed.

        Lost connections are made again meanwhile. To be called once.

        Raises:
            RoomClosed: wrong login, no such chat, the end of the stream, no quota left.
        """

    async def say(self, text: str) -> None:
        """Say it soon, in the order of the calls; too much at once is dropped, not queued."""


def one_line(text: str, limit: int) -> str:
    """Text without line breaks, control characters and spaces around, cut to `limit`."""
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * limit])
    return " ".join(printable.split())[:limit].rstrip()


def pauses_s(first_s: float, most_s: float) -> Iterator[float]:
    """How long to wait before each new try: twice as long each time."""
    pause_s = first_s
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, most_s)
