"""One side of a conversation for the tests of sessions: frames to send, work done by hand."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from server.inference.served import Served
from server.inference.session import Session
from server.inference.work import EmbedViews, LocateMean, Send
from server.protocol import (
    BundleOffer,
    Failure,
    Hello,
    LocateEmbedding,
    LocateView,
    LocateViews,
    PanoramaView,
    Prediction,
    Timings,
    to_text,
)

GOLDEN = Path(__file__).parents[2] / "protocol"
ENCODER = "world-small@1"
DIM = 4
SERVER = Hello(
    version=1,
    software="homing serve",
    encoder=ENCODER,
    bundle="world-small",
    bundles=[BundleOffer(name="world-small", encoder=ENCODER)],
)
CLIENT = Hello(version=1, software="test", encoder=None)
PREDICTION = Prediction.model_validate_json(
    json.dumps(json.loads((GOLDEN / "Located" / "final.json").read_text())["prediction"])
)
EMBED = Timings(decode_ms=1, embed_ms=10, locate_ms=0)
LOCATE = Timings(decode_ms=0, embed_ms=0, locate_ms=100)


def served(dim=DIM, takes_views=True, name="world-small", encoder=ENCODER) -> Served:
    """Models that are known by name alone: the tests do their work."""
    geolocator = SimpleNamespace(encoder=encoder, bundle=name)
    return Served(SimpleNamespace(name=encoder, dim=dim) if takes_views else None, geolocator)


def fresh(**options) -> Session:
    return Session({"world-small": served(**options)})


def greeted(**options) -> Session:
    session = fresh(**options)
    assert messages(session.receive(to_text(CLIENT))) == [SERVER]
    return session


def messages(outputs):
    return [output.message for output in outputs if isinstance(output, Send)]


def work(outputs):
    return [output for output in outputs if not isinstance(output, Send)]


def view(id_="a", of=4, image=b"1", heading=0.0) -> str:
    return to_text(LocateView(id=id_, of=of, heading=heading, image=image))


def views(*images: bytes, id_="a") -> str:
    each = [PanoramaView(heading=0, image=image) for image in images]
    return to_text(LocateViews(id=id_, views=each))


def embedding(id_="a", values=(1.0, 2.0, 3.0, 4.0), encoder=ENCODER, of=4) -> str:
    message = LocateEmbedding(id=id_, encoder=encoder, views=of, embedding=list(values))
    return to_text(message)


def rows(images) -> np.ndarray:
    """The fake encoder: a picture's bytes are its number, its embedding four times that."""
    return np.asarray([[float(image)] * DIM for image in images], dtype=np.float32)


def do(session, one):
    """The fake shell: does one piece of work at once."""
    if isinstance(one, EmbedViews):
        return session.embedded(one, rows(one.images), EMBED)
    return session.located(one, PREDICTION, LOCATE)


def settle(session, outputs):
    """Does all work there is; the messages, and the means that were located."""
    sent, means, queue = [], [], list(outputs)
    while queue:
        one = queue.pop(0)
        if isinstance(one, Send):
            sent.append(one.message)
            continue
        if isinstance(one, LocateMean):
            means.append(float(one.embedding[0]))
        queue += do(session, one)
    return sent, means


def failure(outputs) -> Failure:
    (message,) = messages(outputs)
    assert isinstance(message, Failure)
    return message
