"""Every word on the wire, versioned: the one source of the protocol.

`PROTOCOL.md` tells the conversation as a story; `python -m server.typescript` writes
`protocol.ts`. A message is one frame: JSON text, or the same schema as MessagePack in a binary
frame, where pictures need no base64.
"""

from __future__ import annotations

import reprlib
from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar

import msgpack
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from server.frames import check_text, unpacked

VERSION: Final = 1
"""Raised when a message changes its meaning; both sides must say the same one."""
SUBPROTOCOL = "homing.v1"
"""Of the WebSocket, for pages: they cannot set headers, so the token travels beside it."""
MAX_FRAME_BYTES = 24 * 2**20  # larger ones are refused before they are parsed
MAX_IMAGE_BYTES = 8 * 2**20
MAX_VIEWS = 8  # of one panorama
MAX_ID = 64  # characters

Lat = Annotated[float, Field(ge=-90, le=90, description="Latitude, degrees")]
Lng = Annotated[float, Field(ge=-180, le=180, description="Longitude, degrees")]
Heading = Annotated[float, Field(ge=0, lt=360, description="Degrees clockwise from north")]
Pitch = Annotated[float, Field(ge=-90, le=90, description="Degrees above the horizon")]
Km = Annotated[float, Field(ge=0, description="Kilometres")]
RequestId = Annotated[
    str,
    Field(min_length=1, max_length=MAX_ID, description="Chosen by the client; answers repeat it"),
]
EncoderName = Annotated[str, Field(min_length=1, max_length=256)]
Image = Annotated[
    bytes,
    Field(description="JPEG, PNG or WebP; HEIC where the server can; base64 in JSON frames"),
]
BundleName = Annotated[
    str | None,
    Field(max_length=256, description="One of the server's `Hello.bundles`; null: its first"),
]
DeadlineMs = Annotated[
    float | None,
    Field(
        ge=0,
        description="Time left for the answer, milliseconds from the frame's receipt; null: any",
    ),
]


class Word(BaseModel):
    """Base of all words: nothing extra, nothing mutable, no NaN."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        from_attributes=True,
        allow_inf_nan=False,
        ser_json_bytes="base64",
        val_json_bytes="base64",
        json_schema_serialization_defaults_required=True,
    )


class ErrorCode(StrEnum):
    """Why a request failed. Closed and append-only; each says what the client must do."""

    BAD_FRAME = "bad_frame"
    """Not JSON, not MessagePack, or fields that do not fit: mend the client."""
    FRAME_TOO_LARGE = "frame_too_large"
    """Send smaller pictures."""
    UNKNOWN_TYPE = "unknown_type"
    """The server does not know this message: compare versions."""
    WRONG_VERSION = "wrong_version"
    """Update whichever side is older."""
    HELLO_EXPECTED = "hello_expected"
    """Say Hello first."""
    WRONG_ENCODER = "wrong_encoder"
    """The embedding is of another encoder: use the one the server names, or send views."""
    WRONG_SHAPE = "wrong_shape"
    """The embedding's length is not the encoder's."""
    IMAGE_TOO_LARGE = "image_too_large"
    """More bytes or pixels than the server takes: send a smaller picture."""
    IMAGE_BROKEN = "image_broken"
    """Truncated, or of no kind that the server takes: capture again."""
    IMAGE_BOMB = "image_bomb"
    """Far more pixels than its bytes suggest: refused unread."""
    TOO_MANY_VIEWS = "too_many_views"
    """More views than `of` promised, or than the server takes."""
    BUSY = "busy"
    """Too much is being worked on: wait `retry_after_s`, then send again."""
    INTERNAL = "internal"
    """A fault of the server, which its log explains: send again or give up."""
    NO_ENCODER = "no_encoder"
    """The server takes no views: embed them yourself with the encoder it names."""
    TOO_LATE = "too_late"
    """`deadline_ms` passed before there was an answer: play what you have, or allow more time."""
    CLOSING = "closing"
    """The server is stopping: connect anew, then send again with a fresh id."""
    UNKNOWN_BUNDLE = "unknown_bundle"
    """The server has no bundle of this name: choose one of those that its Hello lists."""


class BundleOffer(Word):
    """A bundle that may be asked."""

    name: str
    encoder: EncoderName = Field(description="Of the embeddings it takes")


class Hello(Word):
    """The first message of either side. Said again, it is answered again: the keep-alive."""

    type: Literal["hello"] = "hello"
    version: Literal[1] = Field(description="Protocol version, must be equal on both sides")
    software: str = Field(max_length=128, description="Who speaks, for logs")
    encoder: EncoderName | None = Field(
        description="Encoder of the embeddings this side sends or takes; null: sends views only"
    )
    bundle: str | None = Field(default=None, description="The server's geolocator; null: a client")
    bundles: list[BundleOffer] = Field(
        default=[], description="What may be chosen by request, `bundle` first; a client: empty"
    )


class LocateView(Word):
    """One view of a panorama, sent the moment it is captured; each has its answer."""

    type: Literal["locate_view"] = "locate_view"
    id: RequestId
    of: int = Field(ge=1, le=MAX_VIEWS, description="How many views this panorama will have")
    heading: Heading
    pitch: Pitch = 0.0
    image: Image
    deadline_ms: DeadlineMs = None
    bundle: BundleName = None


class PanoramaView(Word):
    """One view inside `LocateViews`."""

    heading: Heading
    pitch: Pitch = 0.0
    image: Image


class LocateViews(Word):
    """All views of a panorama at once."""

    type: Literal["locate_views"] = "locate_views"
    id: RequestId
    views: list[PanoramaView] = Field(min_length=1, max_length=MAX_VIEWS)
    deadline_ms: DeadlineMs = None
    bundle: BundleName = None


class LocateEmbedding(Word):
    """A panorama the client has embedded and averaged itself."""

    type: Literal["locate_embedding"] = "locate_embedding"
    id: RequestId
    encoder: EncoderName = Field(description="Encoder that made it; must be the chosen bundle's")
    views: int = Field(ge=1, le=MAX_VIEWS, description="How many views were averaged")
    embedding: list[float] = Field(
        min_length=1, max_length=8192, description="Plain mean of the views' embeddings"
    )
    deadline_ms: DeadlineMs = None
    bundle: BundleName = None


class PointWord(Word):
    """A place on Earth."""

    lat: Lat
    lng: Lng


class RankedGeocell(Word):
    """A geocell with the probability that the panorama lies in it."""

    name: str
    probability: float = Field(ge=0, le=1)
    lat: Lat
    lng: Lng


class Neighbour(Word):
    """A panorama of the index that looks alike."""

    panorama: str = Field(description="Id in the pack it was indexed from")
    lat: Lat
    lng: Lng
    similarity: float = Field(description="Cosine, -1 to 1")


class FarPlace(Word):
    """One of the places, far from each other, between which the geolocator wavers."""

    lat: Lat
    lng: Lng
    probability: float = Field(ge=0, le=1)


class Prediction(Word):
    """What the geolocator says of one panorama; the fields of `models.geolocator.Prediction`."""

    geocells: list[RankedGeocell] = Field(description="Most probable first")
    geocell_guess: PointWord = Field(description="Centroid of the best geocell")
    refined_guess: PointWord = Field(description="After retrieval inside the top geocells")
    guess: PointWord = Field(description="The decided guess: the one to play")
    reason: str = Field(description="Why this guess, for people")
    radius_50_km: Km = Field(description="Half of the true places lie within this of `guess`")
    radius_90_km: Km = Field(description="Nine tenths of them do")
    expected_score: float = Field(
        ge=0, le=5000, description="Points on the map that the bundle was made for"
    )
    neighbours: list[Neighbour] = Field(description="Most similar first")
    encoder: str
    bundle: str
    places: list[FarPlace] = Field(
        default_factory=list,
        description="`guess`, then its rivals far away; they sum to 1. Empty: not known",
    )


class Timings(Word):
    """Where the server's time went, milliseconds, summed over this request so far.

    Of calls that served several requests at once, their whole length.
    """

    decode_ms: float = Field(ge=0)
    embed_ms: float = Field(ge=0)
    locate_ms: float = Field(ge=0)


class Located(Word):
    """The answer: an interim one after each streamed view but the last, then the final one."""

    type: Literal["located"] = "located"
    id: RequestId
    views: int = Field(ge=1, description="How many views it rests on")
    final: bool = Field(description="False: more views are awaited, and a better answer")
    prediction: Prediction
    timings: Timings


class Failure(Word):
    """A view, a request, or a frame that is neither, failed. The connection goes on."""

    type: Literal["failure"] = "failure"
    id: RequestId | None = Field(description="The request; null where the frame named none")
    view: int | None = Field(
        default=None, ge=1, description="Send only this one again; null: the request is over"
    )
    code: Annotated[ErrorCode, BeforeValidator(ErrorCode)]
    message: str = Field(description="The thing, the expectation and the value, for people")
    retry_after_s: float | None = Field(default=None, description="With `busy`: when to come back")


ClientMessage = Annotated[
    Hello | LocateView | LocateViews | LocateEmbedding, Field(discriminator="type")
]
ServerMessage = Annotated[Hello | Located | Failure, Field(discriminator="type")]

Message = TypeVar("Message")

_CLIENT: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
_SERVER: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)


class ProtocolError(Exception):
    """A frame that cannot be taken, with the code to answer it by."""

    def __init__(self, code: ErrorCode, message: str, request_id: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.request_id = request_id


def to_text(message: Word) -> str:
    """A message as a JSON text frame."""
    return message.model_dump_json()


def to_binary(message: Word) -> bytes:
    """A message as a MessagePack binary frame."""
    return bytes(msgpack.packb(message.model_dump()))


def read_client(frame: str | bytes) -> ClientMessage:
    """What a client sent.

    Raises:
        ProtocolError: with the code and, where the frame named it, the request to answer.
    """
    return _read(_CLIENT, frame)


def read_server(frame: str | bytes) -> ServerMessage:
    """What a server sent; raises likewise."""
    return _read(_SERVER, frame)


def _read(adapter: TypeAdapter[Message], frame: str | bytes) -> Message:
    if len(frame) > MAX_FRAME_BYTES:
        text = f"frame: expected at most {MAX_FRAME_BYTES} bytes, got: {len(frame)}"
        raise ProtocolError(ErrorCode.FRAME_TOO_LARGE, text)
    try:
        # Strict, so that both forms take the same: in neither is "1" a number.
        if isinstance(frame, str):
            check_text(frame)
            return adapter.validate_json(frame, strict=True)
        return adapter.validate_python(unpacked(frame), strict=True)
    except ValidationError as error:
        raise _explained(error, _fields(frame)) from error
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        text = f"frame: expected JSON text or MessagePack, got: {str(error) or repr(error)}"[:300]
        raise ProtocolError(ErrorCode.BAD_FRAME, text) from error


def _fields(frame: str | bytes) -> dict[Any, Any]:
    """What can be read of a frame that is no message, so that the answer can name its id."""
    with suppress(ValueError):
        is_json = isinstance(frame, str)
        fields = from_json(frame, allow_partial=True) if is_json else unpacked(frame)
        return fields if isinstance(fields, dict) else {}
    return {}


_CODES = {
    "union_tag_invalid": ErrorCode.UNKNOWN_TYPE,
    "union_tag_not_found": ErrorCode.UNKNOWN_TYPE,
    "literal_error": ErrorCode.WRONG_VERSION,  # the only literal but `type`, which is a tag
}


def _explained(error: ValidationError, fields: dict[Any, Any]) -> ProtocolError:
    """The weightiest fault, or else the first, without repeating a huge input."""
    faults = error.errors(include_context=False, include_url=False)
    fault = next((fault for fault in faults if fault["type"] in _CODES), faults[0])
    where = ".".join(str(part) for part in fault["loc"]) or "frame"
    text, value = f"{where}: {fault['msg']}", fault["input"]
    if isinstance(value, int | float | str):
        text += f", got: {reprlib.repr(value)}"
    code = _CODES.get(fault["type"], ErrorCode.BAD_FRAME)
    request_id = fields.get("id")
    named = isinstance(request_id, str) and 0 < len(request_id) <= MAX_ID
    return ProtocolError(code, text[:300], request_id if named else None)
