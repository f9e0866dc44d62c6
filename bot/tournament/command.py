"""`homing tournament`: who is the better geolocator, over many seeded rounds."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

from bot.browser import NoBrowser
from bot.game import GameError
from bot.server_process import ServerFailed, served
from bot.tournament.browsers import play_in_browsers
from bot.tournament.cast import Cast, assembled
from bot.tournament.cluster import Booth, cluster
from bot.tournament.duel import Rules
from bot.tournament.engine_program import EngineFault
from bot.tournament.plan import Form, Plan
from bot.tournament.players import Due, Hear, Player
from bot.tournament.progress import Progress
from bot.tournament.report import write_reports
from bot.tournament.sittings import FILE, LogError, Sitting, SittingLog, digest
from bot.wishes import Wish

DEFAULT_ROUNDS = 10
DEFAULT_MATCHES = 20

ABOUT = (
    "Let bundles, baselines and external engines play the same seeded rounds, and rate them. "
    "Without a browser, unless --browsers says how many. See docs/tournament.md."
)
PLAYERS_HELP = (
    "[NAME=]SPEC: a bundle (name or folder), random, constant[:LAT,LNG], land-prior[:BUNDLE], "
    "nearest[:BUNDLE]"
)
ENGINE_HELP = (
    "[NAME=]URL of a program that speaks server/PROTOCOL.md, like ws://127.0.0.1:9000, or the "
    "command that starts one on the port in $PORT; may be given several times"
)

REFUSED = (EngineFault, GameError, LogError, NoBrowser, ServerFailed, OSError, ValueError)
"""What is told in a line, not with a traceback."""


def main(argv: list[str]) -> int:
    """Play what is left to play, and write the reports; 0 when done."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.ray and args.browsers:
        parser.error("--ray plays without browsers: expected no --browsers")
    try:
        asyncio.run(_stoppable(args))
    except REFUSED as error:
        print(f"homing tournament: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("homing tournament: stopped; the same command goes on", file=sys.stderr)
        return 143  # of SIGTERM
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("homing tournament", description=ABOUT)
    add = parser.add_argument
    add("players", nargs="*", metavar="PLAYER", help=PLAYERS_HELP)
    add("--engine", action="append", default=[], metavar="ENGINE", help=ENGINE_HELP)
    add("--pack", required=True, help="name of a pack at home, or, without a browser, its folder")
    add("--split", choices=["train", "validation", "test", "holdout"], help="default: all")
    add(
        "--matches", type=int, default=DEFAULT_MATCHES, help="seeded matches (default: %(default)s)"
    )
    add("--rounds", type=int, default=DEFAULT_ROUNDS, help="of a match (default: %(default)s)")
    add("--seed", type=int, default=1, help="of the first match (default: %(default)s)")
    rules, forms = [rule.value for rule in Rules], [form.value for form in Form]
    add("--rules", choices=rules, default=rules[0], help="of a game (default: %(default)s)")
    add("--form", choices=forms, default=forms[0], help="who meets whom (default: %(default)s)")
    add(
        "--answer-s",
        type=float,
        default=10.0,
        metavar="S",
        help="an engine's time for a round, seconds (default: %(default)s)",
    )
    add("--browsers", type=int, default=0, metavar="N", help="play in N browsers, in the arena")
    add("--ray", metavar="ADDRESS", help="play on a Ray cluster; `local`: one of this machine")
    add("--workers", type=int, default=2, help="of the Ray cluster (default: %(default)s)")
    add(
        "--out",
        type=Path,
        metavar="DIR",
        help="of the sittings and reports; a tournament there goes on "
        "(default: tournaments/PACK in Homing's home)",
    )
    return parser


async def _stoppable(args: argparse.Namespace) -> None:
    """SIGTERM ends it as Ctrl-C does: engines, browsers and server are closed."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await _tournament(args)


async def _tournament(args: argparse.Namespace) -> None:
    plan = Plan(
        args.pack,
        args.split,
        args.rounds,
        args.matches,
        args.seed,
        Rules(args.rules),
        Form(args.form),
    )
    out = args.out or _home() / "tournaments" / Path(args.pack).name
    cast = Cast(tuple(args.players), tuple(args.engine), args.answer_s, out / "engines")
    header = {
        "pack": plan.pack,
        "table": digest(_table(plan.pack)),
        "split": plan.split,
        "rounds": plan.rounds,
        "views": "browser" if args.browsers else "headless",
    }
    with SittingLog(out / FILE, header) as log:
        names = await _play(args, plan, cast, log)
        print(*write_reports(plan, names, log.sittings, out), sep="\n")


async def _play(args: argparse.Namespace, plan: Plan, cast: Cast, log: SittingLog) -> list[str]:
    """Play what the log has not; return the players' names."""
    if args.ray:
        return await _on_cluster(args, plan, cast, log)
    async with assembled(cast) as players:
        specs = {player.name: player.spec for player in players}
        due, hear = _left(plan, specs, log)
        try:
            if due and args.browsers:
                await _in_browsers(args.browsers, plan, players, due, hear)
            elif due:
                await _headless(plan, players, due, hear)
        except* REFUSED as group:  # of the first of those who play side by side
            raise _first(group) from None
        return list(specs)


def _left(plan: Plan, specs: Mapping[str, str], log: SittingLog) -> tuple[Due, Hear]:
    """What is to be played, and who hears of it."""
    log.check_players(specs)
    every = {(name, seed) for name in specs for seed in plan.seeds}
    due = every - {(sitting.player, sitting.seed) for sitting in log.sittings}
    progress = Progress(len(every) - len(due), len(every))

    def hear(sitting: Sitting) -> None:
        log(sitting)
        progress(sitting)

    return due, hear


async def _headless(plan: Plan, players: Sequence[Player], due: Due, hear: Hear) -> None:
    from bot.headless import Rounds  # noqa: PLC0415  costs seconds
    from bot.tournament.headless import play_headless  # noqa: PLC0415

    await play_headless(Rounds(plan.pack, plan.split, plan.rounds), players, due, hear)


async def _in_browsers(
    browsers: int, plan: Plan, players: Sequence[Player], due: Due, hear: Hear
) -> None:
    wish = Wish(plan.pack, plan.rounds, plan.split)
    async with served(_home()) as server:
        await play_in_browsers(server, wish, players, due, hear, browsers)


async def _on_cluster(
    args: argparse.Namespace, plan: Plan, cast: Cast, log: SittingLog
) -> list[str]:
    """Ray is waited for in a thread. It writes the log: when stopped, its end comes first."""
    stop = Event()
    playing = asyncio.create_task(asyncio.to_thread(_on_ray, args, plan, cast, log, stop))
    try:
        return await asyncio.shield(playing)
    except asyncio.CancelledError:
        stop.set()
        await playing
        raise


def _on_ray(
    args: argparse.Namespace, plan: Plan, cast: Cast, log: SittingLog, stop: Event
) -> list[str]:
    booth = Booth(cast, plan.pack, plan.split, plan.rounds)
    with cluster(args.ray, booth, args.workers) as workers:
        specs = workers.specs()
        due, hear = _left(plan, specs, log)
        workers.play(due, hear, stop)
        return list(specs)


def _home() -> Path:
    return Path(os.environ.get("HOMING_HOME") or ".homing")


def _table(pack: str) -> Path:
    """Of a pack at home or in a folder.

    Raises:
        ValueError: there is none.
    """
    folders = _home() / "packs" / pack, Path(pack)
    found = next((folder for folder in folders if (folder / "pack.toml").is_file()), None)
    if found is None:
        raise ValueError(f"--pack: expected a name at home or a folder, got: {pack!r}")
    return found / "panoramas.parquet"


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
