"""The local server of the stand-ins' pages, on a port of its own."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from server import sockets
from tests.bot.standins.duel import Duel
from tests.bot.standins.match import DRILLS, StandInMatch
from tests.bot.standins.pictures import PICTURES, kept_places

ROOT = Path(__file__).parents[3]
ALL = "all"
PAGES = Path(__file__).with_name("pages")


class StandIns:
    """All matches that are being played, and the traps that have been sprung."""

    def __init__(self) -> None:
        self.places = kept_places()
        self.matches: dict[str, StandInMatch] = {}
        self.duels: dict[str, Duel] = {}
        self.sprung: list[str] = []
        self.url = ""
        self._random = random.Random(7)

    def begin(self, rounds: int = 3, *drills: str, **more: Any) -> StandInMatch:
        """A match with some drills (`ALL`: all of them); its token is in it."""
        on = DRILLS if drills == (ALL,) else drills
        places = tuple(self.places[n % len(self.places)] for n in range(rounds))
        match = StandInMatch(places, dict.fromkeys(on, True), token=f"m{len(self.matches)}", **more)
        self.matches[match.token] = match
        return match

    def begin_duel(self, rounds: int, *drills: str, **more: Any) -> tuple[str, Duel]:
        """A party's token and the duel that its host will start."""
        match = self.begin(rounds, *drills)
        duel = Duel(match.places, **more)
        self.duels[match.token] = duel
        return match.token, duel

    def app(self) -> Starlette:
        page = self._page
        return Starlette(
            routes=[
                Route("/game/{token}", page("geoguessr.html")),
                Route("/challenge/{token}", page("geoguessr.html")),
                Route("/play/{token}", page("openguessr.html")),
                Route("/wg/{token}", page("worldguessr.html")),
                Route("/party/{token}", page("geoguessr.html")),
                Route("/live-challenge/{token}", page("geoguessr.html")),
                WebSocketRoute("/node/{token}/ws", self._duel_socket),
                Route("/node/{token}/{what}", self._duel_word, methods=["POST"]),
                Route("/setup/{token}", self._setup),
                Route("/api/v3/games/{token}", self._game, methods=["GET"]),
                Route("/api/v3/games/{token}", self._guess, methods=["POST"]),
                Route("/sprung", self._sprung, methods=["POST"]),
                Route("/maps/vt", self._tile),
                Route("/vt/{rest:path}", self._tile),
                Mount("/pages", StaticFiles(directory=PAGES)),
                Mount("/leaflet", StaticFiles(directory=ROOT / "node_modules/leaflet/dist")),
                Mount("/atlas", StaticFiles(directory=ROOT / "node_modules/world-atlas")),
                Mount("/pictures", StaticFiles(directory=PICTURES)),
            ]
        )

    def _page(self, name: str):
        async def answer(_: Request) -> FileResponse:
            return FileResponse(PAGES / name)

        return answer

    def _match(self, request: Request) -> StandInMatch:
        return self.matches[request.path_params["token"]]

    async def _setup(self, request: Request) -> JSONResponse:
        match = self._match(request)
        return JSONResponse({"drills": match.drills, "seed": match.seed, "hfov": match.hfov})

    async def _game(self, request: Request) -> JSONResponse:
        match = self._match(request)
        match.advance()
        return JSONResponse(match.state())

    async def _guess(self, request: Request) -> JSONResponse:
        match, body = self._match(request), await request.json()
        if not match.guess(body["round"], body["lat"], body["lng"]):
            return JSONResponse({"message": "Bad request"}, status_code=400)
        if match.drills.get("slow"):
            await asyncio.sleep(1.5)
        return JSONResponse(match.state())

    async def _duel_socket(self, socket: WebSocket) -> None:
        """Snapshots when something is new; with `gaps` some are left out and the line breaks."""
        duel = self.duels[socket.path_params["token"]]
        drills = self.matches[socket.path_params["token"]].drills
        await socket.accept()
        await socket.receive_text()
        if duel.status == "Created":
            duel.start(time.monotonic())
        sent, until_s = -1, time.monotonic() + (9 + 6 * self._random.random())
        try:
            while True:
                now_s = time.monotonic()
                duel.tick(now_s)
                if drills.get("gaps") and now_s > until_s:
                    await socket.close(1011)  # seen as a break; the page comes back
                    return
                skips = (
                    drills.get("gaps") and duel.version == sent + 1 and self._random.random() < 0.3
                )
                if duel.version != sent and not skips:
                    state = duel.state(now_s)
                    await socket.send_json({"code": "DuelStarted", "duel": {"state": state}})
                    sent = duel.version
                elif skips:
                    sent = -2 - duel.version  # sent with the next look
                await asyncio.sleep(0.1)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _duel_word(self, request: Request) -> JSONResponse:
        duel, body = self.duels[request.path_params["token"]], await request.json()
        number, lat, lng = body["roundNumber"], body["lat"], body["lng"]
        if request.path_params["what"] == "pin":
            duel.put_pin(number, lat, lng)
        elif not duel.guess(number, lat, lng, time.monotonic()):
            return JSONResponse({"message": "Bad request"}, status_code=400)
        return JSONResponse({})

    async def _sprung(self, request: Request) -> Response:
        self.sprung.append(request.query_params["trap"])
        return Response(status_code=204)

    async def _tile(self, _: Request) -> Response:
        if any(match.drills.get("late") for match in self.matches.values()):
            await asyncio.sleep(0.6 * self._random.random())
        return Response(TILE, media_type="image/png", headers={"Cache-Control": "max-age=600"})


def _tile_png() -> bytes:
    picture = np.full((256, 256, 3), 225, np.uint8)
    cv2.rectangle(picture, (0, 0), (255, 255), (200, 190, 180), 1)
    return cv2.imencode(".png", picture)[1].tobytes()


TILE = _tile_png()


@contextmanager
def serving() -> Iterator[StandIns]:
    """The stand-ins' server, on loopback, in a thread."""
    stand_ins = StandIns()
    listener = socket.create_server(("127.0.0.1", 0))
    stand_ins.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(stand_ins.app(), log_level="warning", ws="websockets-sansio")
    server = sockets.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield stand_ins
    finally:
        server.should_exit = True
        thread.join(timeout=10)
