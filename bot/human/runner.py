"""Plays all the bot's seats of a study: `python -m bot.human.runner STUDY`.

Its token is the file that `homing experiment open` wrote, HOME/experiments/STUDY/runner.token; the
server's, to locate panoramas, is HOMING_TOKEN. It plays over HTTP without a browser: nobody but the
server sees its traffic. It ends by Ctrl-C, and takes its matches up again when it is started anew.

No match begins before it has asked for seats, and it asks for none before it has located something:
who sits before a bot that never guesses knows it.

CannotPlay    the server will not locate for it
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import httpx
from PIL import Image

from bot.human.fit import load_pace
from bot.human.pace import SHIPPED, Pace
from bot.human.seat import Arena, Locate, Player
from server.protocol import Prediction

EVERY_S = 1.5
"""Between two questions for seats: as people's pages ask for their match."""
PATIENCE_S = 30.0

COME_AGAIN = {429, 503}
"""HTTP status of a server that is busy, or loads its models."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class CannotPlay(Exception):  # noqa: N818  what is the matter
    """The server will not locate for the bot; the message says why."""


@dataclass(slots=True)
class Runner:
    """A study's bot."""

    client: httpx.AsyncClient
    study: str
    token: str = field(repr=False)
    locator: Callable[[str], Locate]
    """For a bundle."""
    pace: Pace = field(default_factory=lambda: SHIPPED)
    playing: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """By match."""
    proven: bool = False
    """It has located something since a match went wrong."""

    async def run(self) -> None:
        """Until it is cancelled, or the study is unknown to the server.

        Raises, in a group:
            CannotPlay: the server does not know the token or will not locate.
            httpx.HTTPStatusError: the token is not the study's runner's any more.
        """
        async with asyncio.TaskGroup() as group:
            while True:
                if not self.proven:
                    await self.prove()
                for seat in await self.seats():
                    known = self.playing.get(seat["match"])
                    if known is None or known.done():
                        self.playing[seat["match"]] = group.create_task(self._play(seat))
                await asyncio.sleep(EVERY_S)

    async def prove(self) -> None:
        """Locate a plain picture with the study's bundle; wait while the server cannot yet.

        Raises:
            CannotPlay: it never will.
        """
        bundle = await self._insist(self._bundle)
        await self._insist(lambda: self.locator(bundle)(_plain(), True))
        self.proven = True

    async def _bundle(self) -> str:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.client.get(f"/api/experiments/{self.study}/bot", headers=headers)
        return str(answer.raise_for_status().json()["bundle"])

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await ask()
            except httpx.TransportError as error:
                said = f"no answer: {error}"
            except httpx.HTTPStatusError as error:
                said = _why(error.response)
                if error.response.status_code not in COME_AGAIN:
                    raise CannotPlay(f"study {self.study}: the bot cannot play: {said}") from error
            log.warning("study %s: the bot is not there yet: %s", self.study, said)
            await asyncio.sleep(EVERY_S)

    async def seats(self) -> list[dict[str, Any]]:
        """What is to be played now; none while the server is away."""
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = await self.client.get(f"/api/experiments/{self.study}/seats", headers=headers)
        except httpx.TransportError as error:
            log.warning("study %s: no answer: %s", self.study, error)
            return []
        if answer.status_code in {401, 403, 404}:
            answer.raise_for_status()
        return list(answer.json()) if answer.status_code == 200 else []

    async def _play(self, seat: dict[str, Any]) -> None:
        """One match; what goes wrong there does not stop the others."""
        arena = Arena(self.client, seat["match"], seat["seat_token"])
        # The token is secret, so nobody can draw the same times and know the bot by them.
        rng = Random(f"{self.token}/{seat['match']}")  # noqa: S311  no secret is made of it
        try:
            # This question has made the match; a page comes upon it at its next one.
            await asyncio.sleep(rng.uniform(0, EVERY_S))
            await Player(arena, self.locator(seat["bundle"]), rng, self.pace).play_match()
        except (httpx.HTTPError, ValueError, KeyError) as error:
            log.warning("match %s: %s", seat["match"], error)
            self.proven = False


def _why(answer: httpx.Response) -> str:
    """In the server's words, if they are its own."""
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return str(answer.json().get("detail")) if is_json else f"HTTP status {answer.status_code}"


def _plain() -> bytes:
    """A JPEG that goes all round."""
    file = BytesIO()
    Image.new("RGB", (256, 128), "grey").save(file, "JPEG")
    return file.getvalue()


def server_locator(client: httpx.AsyncClient, token: str) -> Callable[[str], Locate]:
    """Asks the server's `/api/locate`."""

    def of_bundle(bundle: str) -> Locate:
        async def locate(picture: bytes, all_round: bool) -> Prediction:
            wish = {
                "photos": [base64.b64encode(picture).decode()],
                "panorama": all_round,
                "bundle": bundle,
                "look": False,
            }
            headers = {"Authorization": f"Bearer {token}"}
            answer = await client.post("/api/locate", json=wish, headers=headers)
            return Prediction.model_validate(answer.raise_for_status().json()["prediction"])

        return locate

    return of_bundle


def main(argv: list[str]) -> int:
    """Play until stopped; 0 then, 1 when it cannot."""
    parser = argparse.ArgumentParser("python -m bot.human.runner", description="Play for the bot.")
    parser.add_argument("study", help="as `homing experiment open` printed it")
    parser.add_argument("--server", default="http://127.0.0.1:8321", help="default: %(default)s")
    parser.add_argument("--pace", type=Path, help="as bot.human.fit wrote it; default: shipped")
    arguments = parser.parse_args(argv)
    home = Path(os.environ.get("HOMING_HOME") or ".homing")
    try:
        token = (home / "experiments" / arguments.study / "runner.token").read_text().strip()
        pace = load_pace(arguments.pace) if arguments.pace else SHIPPED
        asyncio.run(_run(arguments.server, arguments.study, token, pace))
    except (OSError, ValueError) as error:
        print(f"bot.human.runner: {error}", file=sys.stderr)
        return 1
    except ExceptionGroup as group:
        print(f"bot.human.runner: {group.exceptions[0]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def _run(server: str, study: str, token: str, pace: Pace) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE_S, trust_env=False) as client:
        locator = server_locator(client, os.environ.get("HOMING_TOKEN", ""))
        await Runner(client, study, token, locator, pace).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
