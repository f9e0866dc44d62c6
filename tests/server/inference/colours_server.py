"""`homing serve` with the models of colours, for tests that kill it: no torch, quick to start.

`python -m tests.server.inference.colours_server PORT ENCODE_S [BUNDLE ...]`, or with `--port PORT`
alone, as `bot.server_process` asks.

What a bundle is, its file in Homing's home says: its encoder's name, or "broken".
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace

from server import serve
from server.app import create_app
from server.settings import from_environment
from tests.server.inference.conftest import ENCODER, MeanColour, RedIsNorth


class Slow(MeanColour):
    """Takes as long for a batch as for one picture, as accelerators do."""

    def __init__(self, encode_s, name):
        super().__init__(name)
        self.encode_s = encode_s

    def embed(self, images):
        time.sleep(self.encode_s)
        return super().embed(images)


def main(port, encode_s="0", *bundles):
    if port == "--port":
        port, encode_s = encode_s, "0"
    bundles = bundles or ("colours",)
    settings = replace(from_environment(os.environ), port=int(port), bundles=bundles)

    def load(bundle):
        file = settings.home / bundle
        encoder = file.read_text() if file.exists() else ENCODER
        if encoder == "broken":
            raise ValueError("its files do not fit")
        return Slow(float(encode_s), encoder), RedIsNorth(encoder, bundle)

    app = create_app(settings, load)
    with serve._listen(settings.host, settings.port) as listener:
        serve._run(app, listener)


if __name__ == "__main__":
    main(*sys.argv[1:])
