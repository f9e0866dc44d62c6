"""Every word on the wire, versioned: the one source of the protocol.

`PROTOCOL.md` tells the conversation as a story; `protocol.ts` is generated from here
(`make protocol`). A message is one frame: JSON text, or the same schema as MessagePack in a
binary frame, where pictures need no base64.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgpack
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

VERSION = 1
"""Raised when a message changes its meaning; both sides must say the same one."""

MAX_FRAME_BYTES = 24 * 2**20
"""Larger frames are refused before they are parsed."""
MAX_IMAGE_BYTES = 8 * 2**20
MAX_VIEWS = 8
"""Views of one panorama."""

Lat = Annotated[float, Field(ge=-90, le=90, description="Latitude, degrees")]
Lng = Annotated[float, Field(ge=-180, le=180, description="Longitude, degrees")]
Heading = Annotated[float, Field(ge=0, lt=360, description="Degrees clockwise from north")]
Pitch = Annotated[float, Field(ge=-90, le=90, description="Degrees above the horizon")]
Km = Annotated[float, Field(ge=0, description="Kilometres")]
RequestId = Annotated[
    str, Field(min_length=1, max_length=64, description="Chosen by the client; answers repeat it")
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
    """Truncated, or no picture at all: capture again."""
    IMAGE_BOMB = "image_bomb"
    """Far more pixels than its bytes suggest: refused unread."""
    TOO_MANY_VIEWS = "too_many_views"
    """More views than `of` promised, or than the server takes."""
    BUSY = "busy"
    """Wait `retry_after_s`, then send again."""
    INTERNAL = "internal"
    """A fault of the server, which its log explains: send again or give up."""


# -- both ways ---------------------------------------------------------------------------------


class Hello(Word):
    """The first message of either side."""

    type: Literal["hello"] = "hello"
    version: int = Field(description="Protocol version, must be equal on both sides")
    software: str = Field(max_length=128, description="Who speaks, for logs")
    encoder: str | None = Field(
        description="Encoder of the embeddings this side sends or takes; null: sends views only"
    )
    bundle: str | None = Field(default=None, description="The server's geolocator; null: a client")


# -- client to server --------------------------------------------------------------------------


class LocateView(Word):
    """One view of a panorama, sent the moment it is captured. The last of `of` is answered."""

    type: Literal["locate_view"] = "locate_view"
    id: RequestId
    of: int = Field(ge=1, le=MAX_VIEWS, description="How many views this panorama will have")
    heading: Heading
    pitch: Pitch = 0.0
    image: bytes = Field(description="JPEG or PNG; base64 in JSON frames")


class PanoramaView(Word):
    """One view inside `LocateViews`."""

    heading: Heading
    pitch: Pitch = 0.0
    image: bytes = Field(description="JPEG or PNG; base64 in JSON frames")


class LocateViews(Word):
    """All views of a panorama at once."""

    type: Literal["locate_views"] = "locate_views"
    id: RequestId
    views: list[PanoramaView] = Field(min_length=1, max_length=MAX_VIEWS)


class LocateEmbedding(Word):
    """A panorama the client has embedded and averaged itself."""

    type: Literal["locate_embedding"] = "locate_embedding"
    id: RequestId
    encoder: str = Field(description="Encoder that made it; must be the server's")
    views: int = Field(ge=1, le=MAX_VIEWS, description="How many views were averaged")
    embedding: list[float] = Field(min_length=1, max_length=8192)


# -- server to client --------------------------------------------------------------------------


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


class Prediction(Word):
    """What the geolocator says of one panorama; the fields of `models.geolocator.Prediction`."""

    geocells: list[RankedGeocell] = Field(description="Most probable first")
    geocell_guess: PointWord = Field(description="Centroid of the best geocell")
    refined_guess: PointWord = Field(description="After retrieval inside the top geocells")
    guess: PointWord = Field(description="The decided guess: the one to play")
    reason: str = Field(description="Why this guess, for people")
    radius_50_km: Km
    radius_90_km: Km
    expected_score: float = Field(ge=0, le=5000, description="Points on the world map")
    neighbours: list[Neighbour] = Field(description="Most similar first")
    encoder: str
    bundle: str


class Timings(Word):
    """Where the server's time went, milliseconds, summed over this request so far."""

    decode_ms: float = Field(ge=0)
    embed_ms: float = Field(ge=0)
    locate_ms: float = Field(ge=0)


class Located(Word):
    """The answer: an interim one after each streamed view but the last, then the final one."""

    type: Literal["located"] = "located"
    id: RequestId
    views: int = Field(ge=1, description="How many views it rests on")
    final: bool
    prediction: Prediction
    timings: Timings


class Failure(Word):
    """A request, or a frame that could not be read as one, failed. The connection goes on."""

    type: Literal["failure"] = "failure"
    id: str | None = Field(description="The request; null where the frame named none")
    code: ErrorCode
    message: str = Field(description="The thing, the expectation and the value, for people")
    retry_after_s: float | None = Field(default=None, description="With `busy`: when to come back")


ClientMessage = Annotated[
    Hello | LocateView | LocateViews | LocateEmbedding, Field(discriminator="type")
]
ServerMessage = Annotated[Hello | Located | Failure, Field(discriminator="type")]

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
    packed: bytes = msgpack.packb(message.model_dump(mode="python"), default=str)
    return packed


def read_client(frame: str | bytes) -> ClientMessage:
    """What a client sent.

    Raises:
        ProtocolError: with the code and request id to answer.
    """
    return _read(_CLIENT, frame)


def read_server(frame: str | bytes) -> ServerMessage:
    """What a server sent.

    Raises:
        ProtocolError: the frame is none of the server's messages.
    """
    return _read(_SERVER, frame)


def _read(adapter: TypeAdapter[Any], frame: str | bytes) -> Any:  # noqa: ANN401  a union
    if len(frame) > MAX_FRAME_BYTES:
        text = f"frame: expected at most {MAX_FRAME_BYTES} bytes, got: {len(frame)}"
        raise ProtocolError(ErrorCode.FRAME_TOO_LARGE, text)
    try:
        if isinstance(frame, str):
            return adapter.validate_json(frame)
        return adapter.validate_python(msgpack.unpackb(frame))
    except ValidationError as error:
        raise _explained(error) from error
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        text = f"frame: expected JSON text or MessagePack, got: {error}"
        raise ProtocolError(ErrorCode.BAD_FRAME, text) from error


def _explained(error: ValidationError) -> ProtocolError:
    """The first fault, without repeating the (possibly huge) input."""
    first = error.errors(include_input=True, include_url=False)[0]
    frame = first["input"] if not first["loc"] else None
    unknown = first["type"] in {"union_tag_invalid", "union_tag_not_found"}
    code = ErrorCode.UNKNOWN_TYPE if unknown else ErrorCode.BAD_FRAME
    where = ".".join(str(part) for part in first["loc"]) or "frame"
    request_id = frame.get("id") if isinstance(frame, dict) else None
    return ProtocolError(
        code,
        f"{where}: {first['msg']}"[:300],
        request_id if isinstance(request_id, str) else None,
    )
