"""Plays a tournament's matches without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.headless import HeadlessScene, Rounds
from bot.tournament.players import Due, Hear, Player, sitting, turn


async def play_headless(rounds: Rounds, players: Sequence[Player], due: Due, hear: Hear) -> None:
    """Play the sittings `due`, by player and seed: match by match, the players side by side.

    So each panorama is opened once, and each encoder looks at a whole match at once.
    """
    for seed in sorted({seed for _, seed in due}):
        scenes = rounds.of(seed)
        async with asyncio.TaskGroup() as group:
            for player in players:
                if (player.name, seed) in due:
                    group.create_task(_sit(player, scenes, rounds.diagonal_km, hear))


async def _sit(
    player: Player, scenes: Sequence[HeadlessScene], diagonal_km: float, hear: Hear
) -> None:
    answers = await player.answers(scenes)
    turns = [turn(s.location, a, diagonal_km) for s, a in zip(scenes, answers, strict=True)]
    hear(sitting(player, scenes[0].seed, turns))
