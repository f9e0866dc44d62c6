"""Takes a seat in the arena by an invitation link: `http://host:port/join/MATCH#invite=CODE`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.game import GameError

PATIENCE_S = 15.0


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
