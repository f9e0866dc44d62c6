"""A server that behaves as dev.twitch.tv/docs/chat/irc says, on loopback."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Self

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from server.live.chat.twitch import TwitchRoom

TOKEN = "abcdef0123456789"
ACCOUNT = "showbot"
CHANNEL = "theshow"


class TwitchStandIn:
    """One channel. Who shows another token than `TOKEN` is told so and cut off."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        """All that clients sent."""
        self._joined: set[ServerConnection] = set()
        self._arrivals = asyncio.Condition()
        self.logins = 0
        self._heard = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await serve(self._serve, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def room(self, token: str = TOKEN, **options: Any) -> TwitchRoom:
        return TwitchRoom(CHANNEL, token, ACCOUNT, self.url, first_pause_s=0.01, **options)

    def wrong_room(self) -> TwitchRoom:
        return self.room("wrongsecret")

    @property
    def said(self) -> list[str]:
        """What a room said into the chat."""
        before = f"PRIVMSG #{CHANNEL} :"
        return [line.removeprefix(before) for line in self.lines if line.startswith(before)]

    async def was_said(self, count: int) -> list[str]:
        """What a room said into the chat, once it is so much."""
        async with asyncio.timeout(20):
            while len(self.said) < count:
                self._heard.clear()
                await self._heard.wait()
        return self.said

    async def ready(self, logins: int = 1) -> None:
        """Until clients have joined so often."""
        async with self._arrivals:
            await asyncio.wait_for(self._arrivals.wait_for(lambda: self.logins >= logins), 20)

    async def chat(self, name: str, text: str, *, host: bool = False) -> None:
        await self.send(privmsg(name, text, host=host))

    async def send(self, *lines: str) -> None:
        """In one frame."""
        for connection in list(self._joined):
            await connection.send("".join(f"{line}\r\n" for line in lines))

    async def quiet(self) -> None:
        """Until what was said has been dealt with: only then the PING is answered."""
        pong = f"PONG :{len(self.lines)}"
        await self.send(pong.replace("PONG", "PING"))
        async with asyncio.timeout(20):
            while pong not in self.lines:
                self._heard.clear()
                await self._heard.wait()

    async def drop(self) -> None:
        """Break the connections; come back when a client has joined anew."""
        logins = self.logins
        for connection in list(self._joined):
            self._joined.discard(connection)
            connection.transport.abort()
        await self.ready(logins + 1)

    async def _serve(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await self._hear(connection)
        self._joined.discard(connection)

    async def _hear(self, connection: ServerConnection) -> None:
        nick, token = "", None
        async for frame in connection:
            assert isinstance(frame, str)
            for line in frame.split("\r\n"):
                self.lines.append(line)
                self._heard.set()
                word, _, rest = line.partition(" ")
                if word == "PASS":
                    token = rest
                elif word == "NICK":
                    nick = rest
                    if not await self._log_in(connection, nick, token):
                        return
                elif word == "CAP":
                    await connection.send(f":tmi.twitch.tv CAP * ACK {rest[4:]}\r\n")
                elif word == "JOIN":
                    await self._join(connection, nick, rest)

    async def _log_in(self, connection: ServerConnection, nick: str, token: str | None) -> bool:
        if not (token == f"oauth:{TOKEN}" or (token is None and nick.startswith("justinfan"))):
            why = "Login authentication failed" if token else "Improperly formatted auth"
            await connection.send(f":tmi.twitch.tv NOTICE * :{why}\r\n")
            return False
        greeting = [f":tmi.twitch.tv {n} {nick} :-" for n in ("001", "002", "003", "004", "376")]
        await connection.send("".join(f"{line}\r\n" for line in greeting))
        return True

    async def _join(self, connection: ServerConnection, nick: str, channel: str) -> None:
        host = f"{nick}.tmi.twitch.tv"
        await connection.send(
            f":{nick}!{nick}@{host} JOIN {channel}\r\n:{host} 353 {nick} = {channel} :{nick}\r\n"
            f":{host} 366 {nick} {channel} :End of /NAMES list\r\n"
            f"@emote-only=0;room-id=1;slow=0 :tmi.twitch.tv ROOMSTATE {channel}\r\n"
        )
        self._joined.add(connection)
        async with self._arrivals:
            self.logins += 1
            self._arrivals.notify_all()


def privmsg(name: str, text: str, *, host: bool = False) -> str:
    nick = name.lower()
    badges = "broadcaster/1,subscriber/6" if host else "subscriber/6"
    tags = f"badge-info=;badges={badges};display-name={name};id=x;mod=0;user-id=7{len(nick)}{nick}"
    return f"@{tags} :{nick}!{nick}@{nick}.tmi.twitch.tv PRIVMSG #{CHANNEL} :{text}"
