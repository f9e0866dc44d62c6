"""Twitch's chat: IRC over a WebSocket (dev.twitch.tv/docs/chat/irc).

With an OAuth token it reads and talks; without one it logs in as `justinfan`, who only reads.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from server.live.chat.irc import Line, read_lines
from server.live.chat.pacing import Pace
from server.live.chat.room import MAX_NAME, MAX_TEXT, ChatMessage, RoomClosed, one_line, pauses_s

TWITCH_URL = "wss://irc-ws.chat.twitch.tv:443"
ANONYMOUS = "justinfan31337"
CAPABILITIES = "twitch.tv/tags twitch.tv/commands"

SAID = (20, 30.0)
"""Messages in so many seconds that an account which is no moderator may say."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
SILENCE_S = 360.0
"""Without a word, not even a PING, which comes about every five minutes, the line is dead."""
LOGIN_FAILED = ("Login authentication failed", "Improperly formatted auth", "Login unsuccessful")
GONE = frozenset({"msg_channel_suspended", "msg_banned", "tos_ban"})
"""`msg-id`s of notices after which a channel cannot be read."""
MAX_FRAME_BYTES = 64 * 1024
MODERATORS = ("broadcaster/", "moderator/")

log = logging.getLogger(__name__)


class Reconnect(Exception):  # noqa: N818  read as a sentence
    """This connection is of no use any more."""


class TwitchRoom:
    """The chat of one channel. See `ChatRoom`."""

    def __init__(
        self,
        channel: str,
        token: str = "",
        account: str = "",
        url: str = TWITCH_URL,
        *,
        first_pause_s: float = FIRST_PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`token` is an OAuth user token with chat:read and chat:edit, with or without `oauth:`.

        `account` is whose token it is; '': the channel's own.
        """
        self._channel = channel.lstrip("#").lower()
        self._token = token.removeprefix("oauth:")
        self._account = (account.lower() or self._channel) if token else ANONYMOUS
        self._url = url
        self._first_pause_s = first_pause_s
        self._clock = clock
        self._pace = Pace(*SAID)
        self._connection: ClientConnection | None = None
        """Set while the channel is joined."""

    @property
    def can_say(self) -> bool:
        """See `ChatRoom`."""
        return bool(self._token)

    async def messages(self) -> AsyncGenerator[ChatMessage, None]:
        """See `ChatRoom`."""
        pauses = pauses_s(self._first_pause_s, LONGEST_PAUSE_S)
        while True:
            try:
                async with connect(self._url, proxy=None, max_size=MAX_FRAME_BYTES) as connection:
                    await self._log_in(connection)
                    async for line in self._lines(connection):
                        if line.command == "001":  # whose token it is, whatever NICK said
                            self._account = line.parameters[0]
                        if line.command == "JOIN" and line.nick == self._account:
                            self._connection = connection
                            pauses = pauses_s(self._first_pause_s, LONGEST_PAUSE_S)
                        if line.command == "PRIVMSG":
                            yield _message(line)
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, Reconnect) as error:
                log.info("twitch: connecting again after %s", type(error).__name__)
            finally:
                self._connection = None
            await asyncio.sleep(next(pauses))

    async def say(self, text: str) -> None:
        """See `ChatRoom`."""
        connection = self._connection
        if not (self.can_say and connection and self._pace.take(self._clock())):
            return
        try:
            await connection.send(f"PRIVMSG #{self._channel} :{one_line(text, MAX_TEXT)}")
        except ConnectionClosed:
            log.info("twitch: a message was lost with its connection")

    async def _log_in(self, connection: ClientConnection) -> None:
        await connection.send(f"CAP REQ :{CAPABILITIES}")
        if self._token:  # before NICK, or Twitch takes it for badly formed
            await connection.send(f"PASS oauth:{self._token}")
        await connection.send(f"NICK {self._account}")
        await connection.send(f"JOIN #{self._channel}")

    async def _lines(self, connection: ClientConnection) -> AsyncGenerator[Line, None]:
        """What concerns us; PINGs are answered, and ends are raised."""
        while True:
            async with asyncio.timeout(SILENCE_S):
                frame = await connection.recv(decode=True)
            for line in read_lines(frame):
                if line.command == "PING":
                    await connection.send(f"PONG :{line.last}")
                elif line.command == "RECONNECT":
                    raise Reconnect
                elif line.command == "NOTICE":
                    self._heed(line)
                else:
                    yield line

    def _heed(self, notice: Line) -> None:
        if notice.last in LOGIN_FAILED:
            raise RoomClosed(
                f"twitch: expected HOMING_TWITCH_TOKEN to be a token of {self._account} with "
                f"chat:read and chat:edit, got: {notice.last}"
            )
        if notice.tags.get("msg-id") in GONE:
            raise RoomClosed(f"twitch: expected the chat of {self._channel}, got: {notice.last}")


def _message(line: Line) -> ChatMessage:
    tags = line.tags
    badges = tags.get("badges", "").split(",")
    return ChatMessage(
        viewer=f"twitch:{tags.get('user-id') or line.nick}",
        name=one_line(tags.get("display-name") or line.nick, MAX_NAME) or "?",
        text=one_line(line.last, MAX_TEXT),
        host=any(badge.startswith(MODERATORS) for badge in badges),
    )
