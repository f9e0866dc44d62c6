"""`python -m server.live.chat`: lets the viewers of a stream play along with a match.

Secrets come from the environment only: HOMING_TWITCH_TOKEN, HOMING_YOUTUBE_KEY, where the match's
link has no token HOMING_WATCH_TOKEN, and HOMING_HOST_TOKEN for the show.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing

from sqlalchemy.exc import SQLAlchemyError

from server.arena.words import MatchWord
from server.live.chat.follow import NoMatch, Watched, read_link
from server.live.chat.game import ChatGame, ChatRules
from server.live.chat.overlay import Overlay
from server.live.chat.room import ChatRoom
from server.live.chat.runner import RESULTS_S, play_along
from server.live.chat.scoreboard import Scoreboard
from server.live.chat.twitch import TWITCH_URL, TwitchRoom
from server.live.chat.words import ChatSummary
from server.live.chat.youtube import YOUTUBE_URL, YouTubeRoom
from server.logs import write_to_stderr
from server.settings import from_environment

DELAY_S = 2.0
"""Behind the show. Less than the overlay's suspense: nobody can see the truth, then guess."""
SECRETS = ("HOMING_TWITCH_TOKEN", "HOMING_YOUTUBE_KEY", "HOMING_WATCH_TOKEN", "HOMING_HOST_TOKEN")


def main(argv: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Play along until the match is over; 0, or 1 where that cannot be.

    Each round's summary is printed as a line of JSON, after the reveal.
    """
    arguments = _parser().parse_args(argv)
    try:
        watched = read_link(arguments.match_url, environment.get("HOMING_WATCH_TOKEN", ""))
        rooms = _rooms(arguments, environment)
        settings = from_environment(environment)
        settings.home.mkdir(parents=True, exist_ok=True)
        scoreboard = Scoreboard(settings.database_url)
    except (OSError, ValueError, SQLAlchemyError) as error:
        return _fail(str(error))
    secrets = [environment.get(name, "").removeprefix("oauth:") for name in SECRETS]
    write_to_stderr([*secrets, watched.token, *settings.secrets])
    problem = ""
    try:
        host_token = environment.get("HOMING_HOST_TOKEN", "")
        if not asyncio.run(_play(arguments, watched, rooms, scoreboard, host_token)):
            problem = "no chat is left to read"
    except* NoMatch as refused:
        problem = str(refused.exceptions[0])
    finally:
        scoreboard.close()
    return _fail(problem) if problem else 0


async def _play(
    arguments: argparse.Namespace,
    watched: Watched,
    rooms: Sequence[ChatRoom],
    scoreboard: Scoreboard,
    host_token: str,
) -> bool:
    rules = ChatRules(change=not arguments.one_guess, map_url=arguments.map_url)

    def open_game(word: MatchWord) -> ChatGame:
        return ChatGame(word.match, scoreboard, rules, word.diagonal_km)

    delay_s: float = arguments.delay

    async def fixed_s() -> float:
        return delay_s

    async def behind_s() -> float:
        return delay_s + await overlay.behind_s()

    match = watched, rooms, open_game, _print
    if not host_token:
        return await play_along(*match, fixed_s, RESULTS_S)
    async with aclosing(Overlay(watched, host_token)) as overlay:
        return await play_along(*match, behind_s, RESULTS_S, overlay.tell)


def _print(summary: ChatSummary) -> None:
    print(summary.model_dump_json(), flush=True)


def _rooms(arguments: argparse.Namespace, environment: Mapping[str, str]) -> list[ChatRoom]:
    """Raises ValueError: none, or one without its key."""
    rooms: list[ChatRoom] = []
    if arguments.twitch:
        token = environment.get("HOMING_TWITCH_TOKEN", "")
        account = arguments.twitch_account
        rooms.append(TwitchRoom(arguments.twitch, token, account, arguments.twitch_url))
    if arguments.youtube:
        key = environment.get("HOMING_YOUTUBE_KEY", "")
        if not key:
            raise ValueError("HOMING_YOUTUBE_KEY: expected an API key for --youtube, got none")
        rooms.append(YouTubeRoom(arguments.youtube, key, arguments.youtube_url))
    if not rooms:
        raise ValueError("expected --twitch CHANNEL or --youtube CHAT_ID, got neither")
    return rooms


def _fail(message: str) -> int:
    print(f"chat: {message}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m server.live.chat", description="Let the viewers of a stream guess along."
    )
    parser.add_argument(
        "--match-url",
        required=True,
        help="http://host:port/play/MATCH#seat=TOKEN, the link for watchers",
    )
    parser.add_argument("--twitch", metavar="CHANNEL", help="read its chat; see docs/chat.md")
    parser.add_argument(
        "--twitch-account", default="", help="whose HOMING_TWITCH_TOKEN is; default: CHANNEL"
    )
    parser.add_argument("--youtube", metavar="CHAT_ID", help="read this live chat")
    parser.add_argument(
        "--delay",
        type=float,
        default=DELAY_S,
        help="seconds by which the chat runs behind the match, with HOMING_HOST_TOKEN: behind the "
        "show; default: %(default)s",
    )
    parser.add_argument(
        "--one-guess", action="store_true", help="the first guess counts; default: the last"
    )
    parser.add_argument("--map-url", default="", help="what !map answers; default: nothing")
    # Where a stand-in listens; the tests' own.
    parser.add_argument("--twitch-url", default=TWITCH_URL, help=argparse.SUPPRESS)
    parser.add_argument("--youtube-url", default=YOUTUBE_URL, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
