"""Place names, by a stand-in that answers as Nominatim documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.game import Guess
from bot.place_names import nameless, online_names


class StandIn(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        lat, lng = float(asked["lat"]), float(asked["lon"])
        status, answer = 200, {"lat": lat, "lon": lng, "display_name": "Gironde, France"}
        if (lat, lng) == (0.0, 0.0):
            answer = {"error": "Unable to geocode"}
        if url.path != "/reverse" or asked["zoom"] != "8" or lat == 90.0:
            status, answer = 500, {}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def domain() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("point", "name"),
    [
        (Guess(44.7, -1.1), "Gironde, France"),
        (Guess(0.0, 0.0), ""),  # the middle of the sea
        (Guess(90.0, 0.0), ""),  # the server fails
    ],
)
def test_names(domain: str, point: Guess, name: str) -> None:
    assert online_names(domain, "http", min_delay_s=0)(point) == name


def test_nobody_answers() -> None:
    assert online_names("127.0.0.1:9", "http", min_delay_s=0)(Guess(1.0, 2.0)) == ""


def test_nobody_is_asked() -> None:
    assert nameless(Guess(44.7, -1.1)) == ""
