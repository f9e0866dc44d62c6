"""The bot's half of the conversation with an inference server: pure, no socket, no clock.

ClientError
|- Mismatch         the two sides are of different versions or encoders: no use trying again
|- LocateFailed     the server refused or failed, with its error code
|- LocateTimedOut   no final answer in time
`- Unreachable      no connection, for longer than the client's patience
"""

from __future__ import annotations

from server.protocol import (
    VERSION,
    ErrorCode,
    Failure,
    Hello,
    Located,
    LocateEmbedding,
    LocateView,
    LocateViews,
    ProtocolError,
    ServerMessage,
    read_server,
    to_binary,
)


class ClientError(Exception):
    """A panorama could not be located."""


class Mismatch(ClientError):  # noqa: N818  read as a word: raise Mismatch
    """Server and bot do not fit together; the message says which side has what."""


class LocateFailed(ClientError):  # noqa: N818
    """The server's `Failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.message}")
        self.code = failure.code
        self.retry_after_s = failure.retry_after_s


class LocateTimedOut(ClientError):  # noqa: N818
    """The server did not answer in time."""


class Unreachable(ClientError):  # noqa: N818
    """The server could not be reached."""


def greeting(encoder: str | None) -> bytes:
    """The first frame of a connection; `encoder` of the embeddings sent, None: views."""
    return to_binary(Hello(version=VERSION, software="homing bot", encoder=encoder))


def check_greeting(frame: str | bytes, encoder: str | None) -> Hello:
    """The server's answer to `greeting`.

    Raises:
        Mismatch: another version, another encoder than `encoder`, or no Hello at all.
    """
    message = _read(frame)
    if isinstance(message, Failure) and message.code != ErrorCode.WRONG_VERSION:
        raise LocateFailed(message)
    if not isinstance(message, Hello):
        said = message.message if isinstance(message, Failure) else message.type
        raise Mismatch(f"server: expected hello of protocol version {VERSION}, got: {said}")
    if encoder is not None and message.encoder != encoder:
        raise Mismatch(f"server: expected encoder {encoder}, got: {message.encoder}")
    return message


class Request:
    """One panorama to be located: what to send, and what of the answers is meant for it."""

    def __init__(self, name: str, until_s: float | None = None) -> None:
        """After `until_s`, by the client's clock, its answer is of no use; None: whenever."""
        self._name = name
        self._until_s = until_s
        self._messages: list[LocateView | LocateViews | LocateEmbedding] = []
        """All so far, to be sent again on a new connection."""
        self._attempt = 1
        self._sent = 0

    @property
    def id(self) -> str:
        """On the wire; another one after each `restart`, see PROTOCOL.md, "Something fails"."""
        return f"{self._name}.{self._attempt}"

    def say(self, message: LocateView | LocateViews | LocateEmbedding) -> None:
        """Add a message to be sent."""
        self._messages.append(message)

    def unsent(self, now_s: float) -> bytes | None:
        """The next frame to send on this connection; None: all are on their way."""
        if self._sent == len(self._messages):
            return None
        self._sent += 1
        left_s = None if self._until_s is None else max(self._until_s - now_s, 0)
        deadline_ms = None if left_s is None else left_s * 1000
        now = {"id": self.id, "deadline_ms": deadline_ms}
        return to_binary(self._messages[self._sent - 1].model_copy(update=now))

    def restart(self) -> None:
        """Forget what was sent: the connection is new, or the request was refused as a whole."""
        self._sent = 0
        self._attempt += 1

    def hear(self, frame: str | bytes) -> Located | None:
        """An answer to this request, interim or final; None: it was not for this one.

        Raises:
            LocateFailed: the server failed or refused it.
            Mismatch: the frame is not of this protocol.
        """
        message = _read(frame)
        if isinstance(message, Failure) and message.id in {self.id, None}:
            raise LocateFailed(message)
        return message if isinstance(message, Located) and message.id == self.id else None


def _read(frame: str | bytes) -> ServerMessage:
    try:
        return read_server(frame)
    except ProtocolError as error:
        raise Mismatch(f"server: expected protocol version {VERSION}, got: {error}") from error
