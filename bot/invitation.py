"""Takes a seat in the arena by an invitation link: `http://host:port/join/MATCH#invite=CODE`."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.game import GameError

PATIENCE_S = 15.0
PLAYER_TOKEN = "player-token"  # noqa: S105  the name of a file
DEAD = {
    401: "one that does not fit; ask for a new link",
    404: "one to a match that this server does not know",
    409: "one to a match that has started",
    410: "one to a match that is over",
}
"""Invitations, by the status that the arena answers with."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitation link says."""

    server_url: str
    match: str
    invite: str = field(repr=False)

    @property
    def match_url(self) -> str:
        """Where the match is played; without secrets."""
        return f"{self.server_url}/play/{self.match}"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a match."""

    number: int
    """From 0."""
    token: str = field(repr=False)


def read_invitation(link: str) -> Invitation:
    """What `link` says.

    Raises:
        GameError: it is no invitation; the text does not repeat its code.
    """
    url = urlsplit(link)
    room, _, match = url.path.strip("/").rpartition("/")
    (invite,) = parse_qs(url.fragment).get("invite", [""])[:1]
    if url.scheme not in {"http", "https"} or room != "join" or not match or not invite:
        path = f"{url.scheme}://{url.netloc}{url.path}"
        raise GameError(
            f"arena: expected a link like http://.../join/MATCH#invite=CODE, got: {path}"
        )
    return Invitation(f"{url.scheme}://{url.netloc}", match, invite)


def require_lobby(invitation: Invitation) -> None:
    """Look at the match before anything is made ready for it.

    Raises:
        GameError: the arena cannot be reached, or has no seat by this invitation; says why.
    """
    answer = _look(invitation, invitation.invite)
    if not answer.is_success:
        found = DEAD.get(answer.status_code) or _reason(answer)
        raise GameError(f"arena: expected an invitation to a match, got: {found}")


def is_running(invitation: Invitation, seat: Seat) -> bool:
    """Whether there is something left to play in a seat that was taken before.

    Raises:
        GameError: the arena cannot be reached, or does not say.
    """
    answer = _look(invitation, seat.token)
    if answer.status_code in DEAD:
        return False
    if not answer.is_success:
        raise GameError(f"arena: expected a match, got: {_reason(answer)}")
    return bool(answer.json().get("phase") != "over")


def _look(invitation: Invitation, token: str) -> httpx.Response:
    url = f"{invitation.server_url}/api/arena/matches/{invitation.match}"
    headers = {"Authorization": f"Bearer {token}"}
    try:
        return httpx.get(url, headers=headers, timeout=PATIENCE_S, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise GameError(f"arena: expected an invitation, got: {type(error).__name__}") from error


def player_token(home: Path) -> str:
    """By which the bots of this `home` keep their names; made at first use.

    Several may come first at the same time: all have the one that was written.
    """
    path = home / PLAYER_TOKEN
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=home)  # readable by its owner only
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(24))
        with suppress(FileExistsError):
            os.link(made, path)
        Path(made).unlink()
    return path.read_text(encoding="utf-8")


async def take_seat(invitation: Invitation, name: str, player_token: str | None = None) -> Seat:
    """A seat called `name`; `player_token` keeps the name and its rating.

    Raises:
        GameError: the arena cannot be reached or has no such seat, in its own words.
    """
    url = f"{invitation.server_url}/api/arena/matches/{invitation.match}/seats"
    headers = {"Authorization": f"Bearer {invitation.invite}"}
    wish = {"name": name, "player_token": player_token}
    async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
        try:
            answer = await client.post(url, headers=headers, json=wish)
        except httpx.HTTPError as error:
            raise GameError(f"arena: expected a seat, got: {type(error).__name__}") from error
    if answer.status_code != 201:
        raise GameError(f"arena: expected a seat, got: {_reason(answer)}")
    seated = answer.json()
    return Seat(int(seated["seat"]), str(seated["seat_token"]))


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
