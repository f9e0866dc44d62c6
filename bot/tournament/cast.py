"""Who plays, from what was typed to players that are ready."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.tournament.engine import EnginePlayer, engine_name
from bot.tournament.players import Player, blind, check_names, named


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, as typed."""

    players: tuple[str, ...]
    """`[NAME=]SPEC` of bundles and baselines."""
    engines: tuple[str, ...]
    """`[NAME=]SPEC` of external engines."""
    answer_s: float
    """For an engine's answer to a round."""
    logs: Path
    """Folder for what the programs of engines say."""


@asynccontextmanager
async def assembled(cast: Cast) -> AsyncIterator[list[Player]]:
    """The players, loaded, started and greeted; engines end with it.

    Raises:
        EngineFault: an engine cannot be reached.
        ValueError: a bundle cannot be used, or two have one name.
    """
    async with AsyncExitStack() as stack:
        players = await asyncio.to_thread(_loaded, cast.players)
        engines = [_engine(text, cast) for text in cast.engines]
        players += engines
        check_names(players)
        for engine in engines:
            await stack.enter_async_context(engine)
        yield players


def _loaded(texts: Sequence[str]) -> list[Player]:
    """Bundles and baselines; models are imported only where somebody needs one."""
    specs = [named(text) for text in texts]
    players = [player for spec in specs if (player := blind(*spec))]
    looking = [spec for spec in specs if not blind(*spec)]
    if not looking:
        return players
    from bot.tournament.bundles import load_players  # noqa: PLC0415  torch costs seconds

    return [*load_players(looking), *players]


def _engine(text: str, cast: Cast) -> EnginePlayer:
    name, spec = named(text)
    name = name or engine_name(spec)
    return EnginePlayer(name, spec, cast.answer_s, cast.logs / f"{name.replace(':', '-')}.log")
