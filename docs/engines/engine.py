"""An engine for `homing tournament`. Needs the package `websockets`."""

import base64
import json
import os

from websockets.sync.server import serve

HELLO = {"type": "hello", "version": 1, "software": "mine", "encoder": None, "bundle": None}
NO_MORE = {"geocells": [], "neighbours": [], "reason": "", "encoder": "", "bundle": "mine"}
SURE = {"radius_50_km": 5000, "radius_90_km": 15000, "expected_score": 0}


def locate(jpegs):
    """Where these views, to the north, east, south and west, were taken: your idea goes here."""
    return {"lat": len(jpegs[0]) % 60, "lng": len(jpegs[-1]) % 180}


def converse(socket):
    for message in map(json.loads, socket):
        answer = HELLO
        if message["type"] == "locate_views":
            at = locate([base64.b64decode(view["image"]) for view in message["views"]])
            points = {"geocell_guess": at, "refined_guess": at, "guess": at}
            answer = {"type": "located", "id": message["id"], "views": 4, "final": True}
            answer["prediction"] = points | NO_MORE | SURE
            answer["timings"] = {"decode_ms": 0, "embed_ms": 0, "locate_ms": 0}
        socket.send(json.dumps(answer))


serve(converse, "127.0.0.1", int(os.environ["PORT"]), max_size=2**25).serve_forever()
