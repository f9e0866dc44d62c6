"""A server for `server.bench` to ask: ours, ours without batches, or the reference way.

`python -m server.bench_server WAY` prints its port and serves until it is told to stop.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import sys
from io import BytesIO

import numpy as np
from fastapi import FastAPI
from PIL import Image
from pydantic import BaseModel

from models.geolocator import Geolocator
from server import sockets
from server.bench_bare import LARGE, SMALL, load
from server.gate import Gate
from server.inference.endpoint import locate_router
from server.inference.limits import Limits
from server.inference.served import ImageEncoder, Served, settle
from server.inference.service import LocateService
from server.protocol import Prediction

TOKEN = "bench"  # noqa: S105  of a server that nobody else knows
LIMITS = {
    "batched": Limits(),
    "unbatched": Limits(batch_views=1, batch_panoramas=1),
    "large": Limits(waiting_s=3600),
}
"""Without batches each request is a call of its own, as in a server that has but a lock. On few
cores the large encoder would refuse some of many clients by `busy`."""


class FourPictures(BaseModel):
    """What the reference is sent: all views of a panorama, in base64."""

    pictures: list[str]


def main(argv: list[str]) -> int:
    """Serve until told to stop."""
    encoder, geolocator = load(LARGE if argv[0] == "large" else SMALL)
    encoder.warm_up()
    settle()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = _app(argv[0], encoder, geolocator)
        print(listener.getsockname()[1], flush=True)
        sockets.Server(sockets.server_config(app)).run(sockets=[listener])
    return 0


def _app(way: str, encoder: ImageEncoder, geolocator: Geolocator) -> FastAPI:
    app = FastAPI()
    if way == "reference":
        _install_reference(app, encoder, geolocator)
    else:
        service = LocateService([Served(encoder, geolocator)], LIMITS[way])
        app.include_router(locate_router(service, Gate(TOKEN, frozenset())))
    return app


def _install_reference(app: FastAPI, encoder: ImageEncoder, geolocator: Geolocator) -> None:
    """How PIGEON's bot has its pictures located: four at once by POST, one request at a time."""
    one_at_a_time = asyncio.Lock()

    def located(wish: FourPictures) -> Prediction:
        files = [BytesIO(base64.b64decode(picture)) for picture in wish.pictures]
        pictures = [Image.open(file).convert("RGB") for file in files]
        embedding = encoder.embed(pictures).mean(axis=0)
        return Prediction.model_validate(geolocator.locate(np.asarray([embedding]))[0])

    @app.post("/")
    async def locate(wish: FourPictures) -> Prediction:
        async with one_at_a_time:
            return await asyncio.to_thread(located, wish)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
