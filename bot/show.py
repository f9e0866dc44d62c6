"""`homing show`: two bots play a duel in the arena, and its stream overlay is to be seen."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bot.agent import Agent
from bot.browser import NoBrowser, opened_page
from bot.client import Client
from bot.conversation import ClientError
from bot.events import Event, MatchEnded, RoundFailed
from bot.film import KINDS, Film
from bot.game import GameError
from bot.invitation import Invitation, Seat, take_seat
from bot.live import Look, Teller
from bot.match import play_match
from bot.server_process import Server, ServerFailed, served
from bot.sites.arena import OTHERS_S, ArenaGame
from bot.wishes import require_pack, rounds

BUNDLES = ("world-small", "swc-world")
SIZE = {"width": 1280, "height": 720}
FILM_PX = 800
SPEED = 1.6
"""Of the film: waiting is longer than watching."""
FINAL_S = 5.0
"""The final is looked at for so long."""
END_S = 60.0
"""For the last scoring, after the bots are done."""


def main(argv: list[str], looker: Callable[[str], Look] | None = None) -> int:
    """Play and show one duel; return 0 when both bots played it to its end.

    `looker` makes of a bundle's name what looks at views, for `--look`; it may raise ValueError,
    OSError.
    """
    args = arguments(argv)
    try:
        require_pack(_home(), args.pack)
        looks = [looker(name) if looker and args.look else None for name in args.bundles]
        asyncio.run(_stoppable(args, looks))
    except (
        ClientError,
        GameError,
        NoBrowser,
        ServerFailed,
        ValueError,
        httpx.HTTPError,
        OSError,
    ) as error:
        print(f"homing show: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("homing show: stopped", file=sys.stderr)
        return 143  # of SIGTERM; Ctrl-C arrives as KeyboardInterrupt
    return 0


def arguments(argv: list[str]) -> argparse.Namespace:
    """What `argv` says; ends the program where that cannot be played."""
    parser = argparse.ArgumentParser(
        "homing show", description="Let two bots play a duel and watch it as a stream shows it."
    )
    add = parser.add_argument
    add("--pack", required=True, help="name of the pack to play on")
    add("--rounds", type=rounds, default=5, help="of the duel at most (default: 5)")
    add("--seed", type=int, help="same seed, same panoramas (default: any)")
    add("--bundles", nargs=2, default=BUNDLES, metavar="B", help="whose geolocators play")
    add("--delay", type=float, default=0, metavar="S", help="of the stream (default: 0)")
    add("--look", action="store_true", help="show what in the views spoke for the guesses")
    add("--headed", action="store_true", help="show the overlay in a window")
    add("--film", type=_film, metavar="FILE", help="film it: .gif or .webp (default: no window)")
    return parser.parse_args(argv)


def _film(text: str) -> Path:
    if Path(text).suffix not in KINDS:
        raise argparse.ArgumentTypeError(f"expected {' or '.join(KINDS)}, got: {text}")
    return Path(text)


def _home() -> Path:
    return Path(os.environ.get("HOMING_HOME") or ".homing")


@dataclass(frozen=True, slots=True)
class _Stage:
    """A match whose seats are free, and what opens it."""

    server: Server
    match: str
    invite: str = field(repr=False)
    host_token: str = field(repr=False)
    overlay_url: str = field(repr=False)

    @property
    def invitation(self) -> Invitation:
        return Invitation(self.server.url, self.match, self.invite)


async def _stoppable(args: argparse.Namespace, looks: list[Look | None]) -> None:
    """SIGTERM ends a show as Ctrl-C does: servers and browsers are closed."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await _show(args, looks)


async def _show(args: argparse.Namespace, looks: list[Look | None]) -> None:
    home = _home()
    film = args.film or (None if args.headed else home / "runs" / "show.webp")
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        first, *others = args.bundles
        servers = [await enter(served(home, first))]
        stage = await _open(servers[0], args)  # what cannot be opened needs no second one
        servers += [await enter(served(home, bundle)) for bundle in others]
        print(f"overlay: {stage.overlay_url}")
        print(f"director: {servers[0].url}/director/{stage.match}#host={stage.host_token}")
        overlay = await enter(_overlay(stage, headed=args.headed))
        pages = [await enter(opened_page()) for _ in args.bundles]
        camera = Film(overlay, FILM_PX) if film else None
        shooting = asyncio.create_task(camera.shoot()) if camera else None
        seats = [await take_seat(stage.invitation, Path(name).name) for name in args.bundles]
        await asyncio.gather(
            *(_play(stage, *one) for one in zip(servers, pages, seats, looks, strict=True))
        )
        with suppress(PlaywrightTimeout):  # a bot that gave up leaves its rounds to the clock
            await overlay.wait_for_selector("body[data-phase=over]", timeout=END_S * 1000)
        await asyncio.sleep(FINAL_S)
        if shooting:
            shooting.cancel()
            await asyncio.wait([shooting])
    if camera and film:
        print(f"film: {camera.save(film, SPEED)}")


async def _open(server: Server, args: argparse.Namespace) -> _Stage:
    """A duel with a show."""
    wish = {
        "pack": args.pack,
        "seed": args.seed,
        "rules": {"rounds": args.rounds, "time_limit_s": 120},
        "shared": {"mode": "duels_b", "pause_s": 10, "after_first_guess_s": 45, "rated": False},
    }
    async with httpx.AsyncClient(base_url=server.url, timeout=30, trust_env=False) as client:
        opened = await _told(client, "POST", "/api/arena/shared-matches", server.token, wish)
        match, host = opened["match"], opened["host_token"]
        live = f"/api/live/matches/{match}"
        await _told(client, "PUT", f"{live}/director/settings", host, {"delay_s": args.delay})
        overlay = (await _told(client, "POST", f"{live}/overlays", host))["overlay_token"]
    url = f"{server.url}/live/{match}#overlay={overlay}&backdrop=night"
    return _Stage(server, match, opened["invite"], host, url)


async def _told(
    client: httpx.AsyncClient, method: str, path: str, token: str, json: object = None
) -> dict[str, str]:
    """What the server answers.

    Raises:
        ValueError: it refuses.
    """
    headers = {"Authorization": f"Bearer {token}"}
    answer = await client.request(method, path, headers=headers, json=json)
    if answer.is_error:
        raise ValueError(f"{path}: expected to be let in, got: {answer.text[:200]}")
    told: dict[str, str] = answer.json()
    return told


@asynccontextmanager
async def _overlay(stage: _Stage, *, headed: bool) -> AsyncIterator[Page]:
    """The overlay in a browser of its own, as a stream's viewers see it: with its motion."""
    async with opened_page(headed=headed) as page:
        await page.emulate_media(reduced_motion="no-preference")
        await page.goto(stage.overlay_url)
        yield page


async def _play(
    stage: _Stage, server: Server, page: Page, seat: Seat, look: Look | None
) -> MatchEnded:
    """One bot, from its seat to the match's end."""
    async with (
        Client(server.url, server.token) as client,
        Teller(stage.server.url, stage.match, seat.token, look) as tell,
    ):
        await client.connect()
        game = await ArenaGame.join(page, stage.invitation.match_url, seat.token, OTHERS_S)

        def hear(event: Event) -> None:
            tell(event)
            if isinstance(event, RoundFailed):
                print(f"round {event.round}: {event.reason}", file=sys.stderr)

        return await play_match(game, Agent(client, hear), hear)
