"""The views of a round, each handed on the moment it is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.game import Game, Round, View


async def captured(game: Game, round_: Round) -> AsyncIterator[View]:
    """The round's views in the order of its headings, the next taken when it is asked for.

    Raises:
        GameError: as `Game.view` does.
    """
    for heading in round_.headings:
        yield View(heading, 0.0, await game.view(heading))
