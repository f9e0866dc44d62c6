"""Who may come in: the server's token and the pages' origins. Pure, and silent on tokens."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import HTTPException, Request

_PREFIX = "token."
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
"""As browsers write one, like `chrome-extension://<id>`; never `*` or `null`."""
_SPEAKABLE = re.compile(r"[A-Za-z0-9._~-]+")  # safe in a header, a subprotocol and a fragment


@dataclass(frozen=True, slots=True)
class Gate:
    """What a caller must show. The token never appears in `repr`, errors or logs.

    Raises:
        ValueError: the token is empty or has characters that a subprotocol cannot carry, or an
            origin is none.
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
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    "origin: expected one as browsers write it, like http://192.168.1.5:8321 or "
                    f"chrome-extension://<id>, got: {origin}"
                )

    def knows_origin(self, origin: str | None) -> bool:
        """Whether a page from there may call. None: a program, which browsers never are."""
        return origin is None or origin in self.origins

    def knows_header(self, authorization: str | None) -> bool:
        """Whether an `Authorization` header is `Bearer` with the server's token."""
        return self._is_token(_bearer(authorization))

    def knows_subprotocols(self, subprotocols: Sequence[str]) -> bool:
        """Whether one of a WebSocket's subprotocols is `token.` with the server's token."""
        return any(self._is_token(token) for token in _spoken(subprotocols))

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


def token_of(headers: Mapping[str, str], subprotocols: Sequence[str] = ()) -> str:
    """The token that a request shows, right or wrong; '': none."""
    return _bearer(headers.get("authorization")) or next(iter(_spoken(subprotocols)), "")


def is_strange_fetch(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that a page of another origin wants this, other than as a new page.

    A stranger's picture, script, frame and form name no origin; `Sec-Fetch-Site` tells of them
    (W3C Fetch Metadata). Programs and old browsers send none.
    """
    if headers.get("sec-fetch-site", "none") in {"same-origin", "none"}:
        return False
    # "document" is a tab of its own; frames, embeds and objects have other words.
    return headers.get("sec-fetch-dest") != "document"


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _spoken(subprotocols: Sequence[str]) -> list[str]:
    return [name.removeprefix(_PREFIX) for name in subprotocols if name.startswith(_PREFIX)]
