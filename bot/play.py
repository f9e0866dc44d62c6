"""`homing play`: the bot plays a match, and leaves a record and a report of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
)
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.async_api import Page

from bot import live
from bot.agent import Agent, Embedder
from bot.browser import NoBrowser, opened_page, read_login
from bot.client import Client
from bot.conversation import ClientError
from bot.events import Event, Hear, MatchEnded
from bot.game import Game, GameError
from bot.invitation import player_token, read_invitation
from bot.kept_seat import KeptSeat, kept_seat
from bot.match import play_match
from bot.place_names import nameless, online_names
from bot.private_games import SITES, check, join
from bot.record import Record
from bot.report import write_report
from bot.screen import Screen
from bot.server_process import Server, ServerFailed, served
from bot.sites.arena import ArenaGame
from bot.statistics import Teller
from bot.wishes import Wish, require_pack, rounds

TOKEN = "HOMING_TOKEN"  # noqa: S105  the name of a variable
DEFAULT_BUNDLE = "world-small"


def main(argv: list[str]) -> int:
    """Play; return 0 when every round was played."""
    args = arguments(argv)
    try:
        _refuse_early(args)
        return asyncio.run(_stoppable(args))
    except (ClientError, GameError, NoBrowser, ServerFailed, OSError, ValueError) as error:
        print(f"homing play: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("homing play: stopped", file=sys.stderr)
        return 143  # of SIGTERM; Ctrl-C arrives as KeyboardInterrupt


def arguments(argv: list[str]) -> argparse.Namespace:
    """What `argv` says; ends the program where that cannot be played."""
    parser = argparse.ArgumentParser("homing play", description="Let the bot play a match.")
    add = parser.add_argument
    site = f"arena, {', '.join(SITES)}, or a page's description in TOML (default: arena)"
    add("--site", default="arena", help=site)
    add("--url", help="of other sites than the arena: the link of your own or a private game")
    add(
        "--i-have-permission",
        action="store_true",
        help="you say that the site and all players of this private game agree to a bot",
    )
    add("--login", type=Path, metavar="FILE", help="cookies of that site (Playwright's storage)")
    add("--pack", help="name of the pack to play on, in the arena")
    add("--invite", metavar="LINK", help="of a shared match in an arena: take a seat and play it")
    add("--name", default="Homing", help="of that seat (default: %(default)s)")
    splits = ["train", "validation", "test", "holdout"]
    add("--split", choices=splits, help="of the pack (default: all)")
    add("--rounds", type=rounds, default=5, help="of the match (default: 5)")
    add("--seed", type=int, help="same seed, same panoramas (default: any)")
    add("--time", type=int, metavar="S", help="seconds a round (default: no clock)")
    add("--no-pan", action="store_true", help="the view stays where it starts")
    add("--no-zoom", action="store_true", help="the view keeps its field of view")
    add("--headed", action="store_true", help="show the browser")
    add(
        "--embed",
        choices=["server", "local"],
        default="server",
        help="who embeds the views (default: server, which gets each view as it is captured)",
    )
    add(
        "--server",
        metavar="URL",
        help=f"a running `homing serve`; its token in {TOKEN} (default: one of its own)",
    )
    add("--bundle", help=f"name or folder of the bundle (default: {DEFAULT_BUNDLE})")
    add(
        "--place-names",
        action="store_true",
        help="ask OpenStreetMap's Nominatim, online, what the report's places are called",
    )
    add("--out", type=Path, metavar="DIR", help="for records (default: runs in Homing's home)")
    args = parser.parse_args(argv)
    if args.site == "arena" and bool(args.pack) == bool(args.invite):
        parser.error("expected --pack, to play on in the arena, or --invite, to a shared match")
    if args.site != "arena" and not args.url:
        parser.error(f"--url: expected the link of a private game at {args.site}, got: none")
    return args


def _refuse_early(args: argparse.Namespace) -> None:
    """What no page has to be opened for, nor a model loaded, is said at once.

    Raises:
        GameError: it may not be played, or the invitation is none, or to no open lobby.
        OSError: records cannot be written.
        ValueError: there is no such site, no such pack, or no such login.
    """
    if args.pack and args.server is None:
        require_pack(_home(), args.pack)
    if args.login:
        read_login(args.login)
    runs = args.out or _home() / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    TemporaryFile(dir=runs).close()
    with _seat(args) as seat:
        if seat:
            seat.require()
    if args.site != "arena":
        check(args.site, args.url, args.i_have_permission)


def _home() -> Path:
    return Path(os.environ.get("HOMING_HOME") or ".homing")


async def _stoppable(args: argparse.Namespace) -> int:
    """SIGTERM ends a match as Ctrl-C does: server and browser are closed."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await _play(args)


async def _play(args: argparse.Namespace) -> int:
    home = _home()
    embedder = LocalEmbedder(args.bundle or DEFAULT_BUNDLE) if args.embed == "local" else None
    encoder = embedder.name if embedder else None
    async with (
        _server(args, home) as server,
        opened_page(headed=args.headed, login=args.login) as page,
        Client(server.url, server.token, encoder) as client,
        Teller(server.url, server.token) as tell,
    ):
        await client.connect()
        with _seat(args) as seat:
            goes_on = seat is not None and seat.is_taken
            game = await _opened(page, server, args, seat)
            record = Record(args.out or home / "runs")
            try:
                async with _show(game, args) as show:
                    ended = await _record_match(game, client, embedder, (record, tell, *show))
            finally:  # of a match that was broken off, too
                name = online_names() if args.place_names else nameless
                print(f"report: {write_report(record.folder, name)}")
            if seat:
                seat.leave()
    rounds = args.rounds if args.pack else game.match.rounds or ended.played
    return 0 if ended.failed == 0 and (goes_on or ended.played == rounds) else 1


def _seat(args: argparse.Namespace) -> AbstractContextManager[KeptSeat | None]:
    if not args.invite:
        return nullcontext()
    return kept_seat(_home(), read_invitation(args.invite), args.name)


async def _opened(
    page: Page, server: Server, args: argparse.Namespace, seat: KeptSeat | None
) -> Game:
    if seat:
        taken = await seat.take(player_token(_home()))
        return await ArenaGame.seated(page, read_invitation(args.invite), taken, args.name)
    if args.site == "arena":
        return await ArenaGame.open(page, server.url, server.token, _wish(args))
    return await join(page, args.site, args.url, args.i_have_permission, _home() / "evidence")


@asynccontextmanager
async def _show(game: Game, args: argparse.Namespace) -> AsyncIterator[list[Hear]]:
    """Whoever shows a shared match hears what its bots see and think."""
    if not isinstance(game, ArenaGame) or not game.seat_token:
        yield []
        return
    arena = read_invitation(args.invite).server_url
    async with live.Teller(arena, game.match.id, game.seat_token) as tell:
        yield [tell]


def _server(args: argparse.Namespace, home: Path) -> AbstractAsyncContextManager[Server]:
    if args.server is None:
        return served(home, args.bundle)
    token = os.environ.get(TOKEN)
    if not token:
        raise ValueError(f"--server: expected its token in {TOKEN}, got: none")
    return nullcontext(Server(args.server, token))


async def _record_match(
    game: Game, client: Client, embedder: Embedder | None, hearers: Sequence[Hear]
) -> MatchEnded:
    with Screen() as screen:
        everyone: list[Hear] = [*hearers, screen]

        def hear(event: Event) -> None:
            for each in everyone:
                each(event)

        return await play_match(game, Agent(client, hear, embedder), hear)


def _wish(args: argparse.Namespace) -> Wish:
    return Wish(
        pack=args.pack,
        rounds=args.rounds,
        split=args.split,
        seed=args.seed,
        time_s=args.time,
        pan=not args.no_pan,
        zoom=not args.no_zoom,
    )


class LocalEmbedder:
    """A bundle's encoder on the bot's own side. torch is imported here and nowhere else."""

    def __init__(self, bundle: str) -> None:
        from models.encoder import load_encoder  # noqa: PLC0415  torch costs seconds

        self._encoder = load_encoder(_encoder_spec(bundle))

    @property
    def name(self) -> str:
        """See `Embedder`."""
        return self._encoder.name

    def embed(self, jpeg: bytes) -> NDArray[np.float32]:
        """See `Embedder`."""
        with Image.open(BytesIO(jpeg)) as image:
            return np.asarray(self._encoder.embed([image.convert("RGB")])[0])


def _encoder_spec(bundle: str) -> str | Path:
    """What a bundle's `bundle.json` says its encoder is: a folder of it, or a name.

    Raises:
        ValueError: there is no such bundle.
    """
    for folder in (Path(bundle), Path(str(files("models"))) / "bundles" / bundle):
        if (folder / "bundle.json").is_file():
            about = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
            spec = str(about["encoder"]["spec"])
            return folder / spec if (folder / spec).is_dir() else spec
    raise ValueError(f"bundle: expected a folder with bundle.json or a shipped name, got: {bundle}")
