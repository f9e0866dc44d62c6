"""The words on the wire: golden messages in both forms, what is refused, and PROTOCOL.md."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import get_args

import msgpack
import pytest
from pydantic import ValidationError

from models import geolocator
from server import protocol
from server.inference.endpoint import SOCKET_MAX_BYTES
from server.inference.pictures import HARMLESS_PIXELS, MAX_PIXELS, MAX_PIXELS_PER_BYTE
from server.inference.session import MAX_OPEN
from server.protocol import (
    ErrorCode,
    Hello,
    PointWord,
    Prediction,
    ProtocolError,
    read_client,
    read_server,
    to_binary,
    to_text,
)

GOLDEN = Path(__file__).parents[1] / "protocol"
PATHS = sorted(GOLDEN.glob("*/*.json"))
DOCUMENT = (Path(protocol.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
CLIENT = {one.__name__ for one in get_args(get_args(protocol.ClientMessage)[0])}
SERVER = {one.__name__ for one in get_args(get_args(protocol.ServerMessage)[0])}


def readers(name: str):
    return [read for read, names in ((read_client, CLIENT), (read_server, SERVER)) if name in names]


def packed(fields: dict) -> bytes:
    """As a client with MessagePack sends it: pictures as raw bytes."""

    def raw(value, key=""):
        if isinstance(value, dict):
            return {key: raw(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [raw(one) for one in value]
        return base64.b64decode(value) if key == "image" else value

    return msgpack.packb(raw(fields))


def test_every_message_has_golden_ones():
    assert {path.parent.name for path in PATHS} == CLIENT | SERVER


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_messages_mean_the_same_in_both_forms(path):
    text = path.read_text(encoding="utf-8")
    fields = json.loads(text)
    for read in readers(path.parent.name):
        message = read(text)
        assert type(message).__name__ == path.parent.name
        assert read(packed(fields)) == message
        assert json.loads(to_text(message)) == fields
        assert to_binary(message) == packed(fields)
        assert read(to_text(message)) == read(to_binary(message)) == message


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_both_alphabets_of_base64_are_read(encode):
    image = bytes(range(240, 256))
    fields = {"type": "locate_view", "id": "a", "of": 1, "heading": 0, "pitch": 0}
    assert read_client(json.dumps(fields | {"image": encode(image).decode()})).image == image


VIEW = json.loads((GOLDEN / "LocateView" / "first_of_four.json").read_text())


@pytest.mark.parametrize(
    "change",
    [
        {"of": "4"},
        {"of": 0},
        {"of": 9},
        {"of": 4.5},
        {"heading": 360.0},
        {"heading": True},
        {"pitch": 90.5},
        {"image": None},
        {"image": "***"},
        {"id": ""},
        {"id": "a" * 65},
        {"surplus": 1},
    ],
    ids=str,
)
def test_fields_that_do_not_fit(change):
    with pytest.raises(ProtocolError) as caught:
        read_client(json.dumps(VIEW | change))
    assert caught.value.code is ErrorCode.BAD_FRAME
    assert next(iter(change)) in caught.value.message


def test_strings_are_no_pictures_and_bytes_are_no_strings_in_messagepack():
    for change in ({"image": "text"}, {"image": b"x", "id": b"a"}):
        with pytest.raises(ProtocolError):
            read_client(msgpack.packb(VIEW | change))


def test_a_client_knows_only_the_codes_of_its_version():
    failure = {"type": "failure", "id": None, "code": "moon_phase", "message": ""}
    with pytest.raises(ProtocolError):
        read_server(json.dumps(failure))
    assert read_server(msgpack.packb(failure | {"code": "busy"})).code is ErrorCode.BUSY


def test_words_cannot_change_and_have_no_nan():
    point = PointWord(lat=1, lng=2)
    with pytest.raises(ValidationError):
        point.lat = 3
    with pytest.raises(ValidationError):
        PointWord(lat=float("nan"), lng=2)


def test_the_wire_has_the_geolocators_prediction_field_by_field():
    point = geolocator.Point(1.5, -2.5)
    prediction = geolocator.Prediction(
        geocells=(geolocator.RankedGeocell("a", 0.5, 1.0, 2.0),),
        geocell_guess=point,
        refined_guess=point,
        guess=point,
        reason="why",
        radius_50_km=1.0,
        radius_90_km=2.0,
        expected_score=3.0,
        neighbours=(geolocator.Neighbour("p", 1.0, 2.0, -1.0),),
        encoder="e",
        bundle="b",
    )
    word = Prediction.model_validate(prediction)
    assert word.guess == PointWord(lat=1.5, lng=-2.5)
    assert word.geocells[0].model_dump() == {
        "name": "a",
        "probability": 0.5,
        "lat": 1.0,
        "lng": 2.0,
    }
    # The belief is for who shows a map of it: too much to be sent after each view.
    assert set(Prediction.model_fields) | {"belief"} == set(
        geolocator.Prediction.__dataclass_fields__
    )


# -- PROTOCOL.md -------------------------------------------------------------------------------


def sections() -> dict[str, str]:
    """The document's parts that describe a word, by the word."""
    parts = re.split(r"^#+ .*$", DOCUMENT, flags=re.MULTILINE)
    found = {}
    for part in parts:
        if named := re.search(r"^`(\w+)`:", part, flags=re.MULTILINE):
            found[named[1]] = part.partition("```")[0]
    return found


def test_every_example_is_a_golden_message():
    golden = [json.loads(path.read_text()) for path in PATHS]
    examples = re.findall(r"```json\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    assert examples
    for example in examples:
        assert json.loads(example) in golden
    shown = {json.loads(example)["type"] for example in examples}
    assert shown == {one["type"] for one in golden}


@pytest.mark.parametrize("word", [*sorted(CLIENT | SERVER), "Prediction", "Timings"])
def test_every_table_has_the_words_fields(word):
    rows = re.findall(r"^\| `(\w+)` \|", sections()[word], flags=re.MULTILINE)
    assert rows == list(getattr(protocol, word).model_fields)


def test_every_code_says_what_the_client_must_do():
    table = DOCUMENT[DOCUMENT.index("| code |") :]
    assert re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE) == [*ErrorCode]


def test_the_limits_are_the_real_ones():
    for number in (
        f"{protocol.MAX_FRAME_BYTES / 2**20:g} MiB",
        f"{protocol.MAX_IMAGE_BYTES / 2**20:g} MiB",
        f"{protocol.MAX_VIEWS} views",
        f"up to {SOCKET_MAX_BYTES / 2**20:g} MiB",
        f"at most {MAX_OPEN} requests",
        f"{MAX_PIXELS // 10**6} million pixels",
        f"{MAX_PIXELS_PER_BYTE} pixels a byte and over {HARMLESS_PIXELS // 10**6} million",
        f'"{protocol.SUBPROTOCOL}"',
    ):
        assert number in DOCUMENT
    assert Hello.model_fields["version"].annotation.__args__ == (protocol.VERSION,)
