"""Who may be played against: those who agreed to it. Ranked and matchmade play is refused. Pure.

Other people's sites forbid programs that gain an unfair advantage over other players (GeoGuessr's
Community Rules). A player's own solo game, and a private game whose link the player was given and
whose others know of the bot, harm nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.game import GameError


class NoConsent(GameError):  # noqa: N818  read as a sentence
    """This match may not be played; the message says why and what may."""


OWN_ADAPTERS = {"geoguessr.com": "geoguessr", "worldguessr.com": "worldguessr"}
"""Sites whose private games an adapter of this program knows: what a description says of their
doors does not count."""

PLAIN = r"file:///|https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?(?=[/?#]|$)(?!.*\\)"
"""An address that all read alike, and its host: browsers turn backslashes, wide dots and lost
slashes into such."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Which addresses of a site lead where: regular expressions, the whole path and query."""

    private: tuple[str, ...]
    """Own solo games, challenges, parties: what a link leads to that the player has."""
    open: tuple[str, ...] = ()
    """Games against others that come about in a private room: never entered by address."""
    refused_words: tuple[str, ...] = ()
    """Text of the page that only ranked or matchmade play shows."""


def check_door(site: str, address: str, doors: Doors, permission: bool) -> None:
    """Refuse to enter a match by this address.

    Raises:
        NoConsent: nobody has said that it is allowed, or it is no private game.
    """
    _need(site, permission)
    if not _leads(address, doors.private):
        also = " (it may be a ranked one: enter by the party's link)"
        what = also if _leads(address, doors.open) else ""
        raise NoConsent(
            f"{site}: expected the link of a private game or of your own, "
            f"got: {urlsplit(address).path}{what}"
        )


def check_look(site: str, address: str, doors: Doors, permission: bool) -> None:
    """Refuse to open a page to look at it where no match could be played.

    Raises:
        NoConsent: nobody has said that it is allowed, or it is no page of a private game.
    """
    _need(site, permission)
    check_room(site, address, "", doors)


def check_described(address: str) -> None:
    """Refuse a description of a site that has an adapter here.

    Raises:
        NoConsent: naming the adapter; or the address is one that browsers may read otherwise.
    """
    found = re.match(PLAIN, address, re.IGNORECASE)
    if not found:
        raise NoConsent(f"expected an address like https://host/..., got: {address}")
    host = (found[1] or "").lower().rstrip(".")
    for domain, adapter in OWN_ADAPTERS.items():
        if host == domain or host.endswith(f".{domain}"):
            raise NoConsent(f"{host}: expected {adapter} instead of a description of one's own")


def check_room(site: str, address: str, words: str, doors: Doors) -> None:
    """Refuse to go on where a match has turned out to be against strangers.

    Raises:
        NoConsent: the address or the page's words say so.
    """
    if not _leads(address, (*doors.private, *doors.open)):
        raise NoConsent(
            f"{site}: expected to stay in a private game, got: {urlsplit(address).path}"
        )
    for word in doors.refused_words:
        if found := re.search(word, words, re.IGNORECASE):
            raise NoConsent(
                f"{site}: expected an unranked private game, got: a page with {found[0]!r}"
            )


def _need(site: str, permission: bool) -> None:
    if not permission:
        raise NoConsent(
            f"{site}: expected --i-have-permission, by which you say that the site and all players "
            "of this private game agree to a bot, got: none"
        )


def _leads(address: str, patterns: tuple[str, ...]) -> bool:
    url = urlsplit(address)
    if {".", ".."} & {*re.split(r"[/\\]", unquote(url.path))}:
        return False  # browsers resolve them: the page would be another one than was looked at
    door = url.path + (f"?{url.query}" if url.query else "")
    return any(re.fullmatch(pattern, door) for pattern in patterns)
