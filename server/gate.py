"""Who may come in: the server's token and the pages' origins. Pure, and silent on tokens."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import HTTPException, Request

_PREFIX = "token."
_SPEAKABLE = re.compile(r"[A-Za-z0-9._~-]+")  # safe in a header, a subprotocol and a fragment


@dataclass(frozen=True, slots=True)
class Gate:
    """What a caller must show. The token never appears in `repr`, errors or logs.

    Raises:
        ValueError: the token is empty or has characters that a subprotocol cannot carry.
    """

    token: str = field(repr=False)
    origins: frozenset[str]
    """Pages that may call, as browsers name them: `http://127.0.0.1:8321`."""

    def __post_init__(self) -> None:
        if not _SPEAKABLE.fullmatch(self.token):
            raise ValueError(
                "server token: expected one or more of A-Z a-z 0-9 . _ ~ -, "
                f"got: {len(self.token)} characters with others among them"
            )

    def knows_origin(self, origin: str | None) -> bool:
        """Whether a page from there may call. None: a program, which browsers never are."""
        return origin is None or origin in self.origins

    def knows_header(self, authorization: str | None) -> bool:
        """Whether an `Authorization` header is `Bearer` with the server's token."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and self._is_token(token.strip())

    def knows_subprotocols(self, subprotocols: Sequence[str]) -> bool:
        """Whether one of a WebSocket's subprotocols is `token.` with the server's token."""
        said = (name.removeprefix(_PREFIX) for name in subprotocols if name.startswith(_PREFIX))
        return any(self._is_token(token) for token in said)

    def require_origin(self, request: Request) -> None:
        """FastAPI dependency: 403 for pages of other origins."""
        if not self.knows_origin(request.headers.get("origin")):
            raise HTTPException(403, "this page's origin is not allowed")

    def require_token(self, request: Request) -> None:
        """FastAPI dependency: 403 for pages of other origins, 401 without the server's token."""
        self.require_origin(request)
        if not self.knows_header(request.headers.get("authorization")):
            raise HTTPException(
                401, "expected the server's token", headers={"WWW-Authenticate": "Bearer"}
            )

    def _is_token(self, said: str) -> bool:
        # Constant time, so that no one can find the token letter by letter.
        return hmac.compare_digest(said.encode(), self.token.encode())
