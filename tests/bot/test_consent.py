"""Which matches may be played: everything else is refused before a page is opened."""

from __future__ import annotations

from typing import NoReturn

import pytest

from bot.consent import NoConsent, check_described, check_room
from bot.sites import geoguessr

SITE = "https://www.geoguessr.com"


async def no_page(site: str, address: str) -> NoReturn:
    raise AssertionError(f"{address} was opened")


async def test_without_permission_no_page_is_opened() -> None:
    with pytest.raises(NoConsent, match="expected --i-have-permission"):
        await geoguessr.join(no_page, f"{SITE}/challenge/AbCd1234", permission=False)


@pytest.mark.parametrize(
    "door",
    [
        "/multiplayer",
        "/multiplayer/unranked-teams",
        "/ranked",
        "/",
        "/battle-royale/ab",
        "/maps/world",
        "/party/../duels/0a1b",
        "/party/%2E%2e/duels/0a1b",
        "/party/..\\duels/0a1b",
        "/party/./ranked",
    ],
)
async def test_matchmade_play_is_refused(door: str) -> None:
    with pytest.raises(NoConsent, match="expected the link of a private game"):
        await geoguessr.join(no_page, SITE + door, permission=True)


@pytest.mark.parametrize("door", ["/duels/0a1b-2c", "/team-duels/0a1b"])
async def test_a_bare_duel_may_be_ranked(door: str) -> None:
    with pytest.raises(NoConsent, match="enter by the party's link"):
        await geoguessr.join(no_page, SITE + door, permission=True)


def test_a_party_that_leads_to_a_ranked_room_is_left() -> None:
    doors = geoguessr.DOORS
    check_room("geoguessr", f"{SITE}/duels/0a1b", "Round 1", doors)
    with pytest.raises(NoConsent, match="page with 'Ranked'"):
        check_room("geoguessr", f"{SITE}/duels/0a1b", "Ranked duel: Round 1", doors)
    with pytest.raises(NoConsent, match="expected to stay in a private game, got: /multiplayer"):
        check_room("geoguessr", f"{SITE}/multiplayer", "", doors)


@pytest.mark.parametrize("door", ["/game/k3Jd8", "/challenge/k3Jd8", "/party/lobby", "/join/ABCD"])
async def test_private_games_are_opened(door: str) -> None:
    with pytest.raises(AssertionError, match="was opened"):
        await geoguessr.join(no_page, SITE + door, permission=True)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.geoguessr.com/party/ab",
        "https://GeoGuessr.com:443",
        "https://www.geoguessr.com./party/ab",
        "https:\\\\www.geoguessr.com\\party",
        "https://www.geoguessr.com\\@127.0.0.1/",
        "https:www.geoguessr.com",
        "https:///www.geoguessr.com",
        "https://www。geoguessr。com",
        "https://www%2egeoguessr.com",
        "https://me@www.worldguessr.com/",
        "https://beta.worldguessr.com?x",
    ],
)
def test_no_description_leads_to_a_site_with_an_adapter(address: str) -> None:
    """However browsers read it."""
    with pytest.raises(NoConsent):
        check_described(address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/game", "http://[::1]", "https://a.b/?c"]
)
def test_other_sites_may_be_described(address: str) -> None:
    check_described(address)
