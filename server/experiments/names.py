"""What all players are called, bots and people alike: one list, one way of drawing from it."""

from __future__ import annotations

from server.experiments.assignment import chance

_NAMES = """
Amber Badger Birch Blaze Bramble Breeze Cedar Chestnut Clover Cobalt Comet Coral Cricket Dune
Echo Ember Falcon Fern Finch Flint Frost Garnet Ginger Harbor Hazel Heron Indigo Iris Ivory
Jasper Juniper Kestrel Lark Laurel Linden Lotus Lynx Magpie Maple Marble Meadow Mistral Moss
Nimbus Nutmeg Onyx Opal Orchid Otter Pebble Pepper Pine Plum Quartz Quill Raven Reed Robin Rowan
Saffron Sage Sierra Sorrel Sparrow Storm Tansy Teal Thistle Topaz Tulip Umber Vale Velvet Violet
Walnut Willow Wren Yarrow Zephyr
"""

ALIASES = tuple(_NAMES.split())

AVATARS = 12
"""Pictures, from 0, that pages draw; each is as likely for a bot as for a person."""


def drawn(secret: str, match: str, seats: int) -> list[tuple[str, int]]:
    """Alias, like `Raven 27`, and avatar of each seat of a match; no two share either.

    The seat's number alone decides, not who sits there.
    """
    names = sorted(ALIASES, key=lambda name: chance(secret, "alias", match, name))
    avatars = sorted(range(AVATARS), key=lambda avatar: chance(secret, "avatar", match, avatar))
    numbered = [f"{name} {10 + int(90 * chance(secret, match, name))}" for name in names[:seats]]
    return list(zip(numbered, avatars[:seats], strict=True))
