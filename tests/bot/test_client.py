"""The client against a real WebSocket server on loopback, whose part is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.asyncio.server import Request, Response, ServerConnection, serve
from websockets.typing import Subprotocol

from bot.client import Client
from bot.conversation import LocateFailed, LocateTimedOut, Mismatch, Unreachable
from bot.game import GameError, View
from server.protocol import (
    SUBPROTOCOL,
    ErrorCode,
    Failure,
    Hello,
    Located,
    LocateEmbedding,
    LocateView,
    LocateViews,
    read_client,
    to_binary,
    to_text,
)
from tests.bot.doubles import jpeg, located

HELLO = Hello(version=1, software="scripted", encoder="tiny@1234", bundle="tests")
HEADINGS = (0.0, 90.0, 180.0, 270.0)

Act = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def scripted(*acts: Act) -> AsyncIterator[str]:
    """A server that plays one act a connection, the last one for all further ones."""
    left = list(acts)

    async def handle(socket: ServerConnection) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(socket)

    def check(socket: ServerConnection, request: Request) -> Response | None:
        known = request.headers.get("Authorization") == "Bearer secret"
        return None if known else socket.respond(HTTPStatus.UNAUTHORIZED, "expected the token")

    async with serve(
        handle,
        "127.0.0.1",
        0,
        process_request=check,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        close_timeout=0.1,
    ) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def heard(socket: ServerConnection) -> object:
    return read_client(await socket.recv())


async def greet(socket: ServerConnection) -> None:
    assert isinstance(await heard(socket), Hello)
    await socket.send(to_binary(HELLO))


async def answer_streams(socket: ServerConnection) -> None:
    """A good server: an answer after each view."""
    await greet(socket)
    count = 0
    async for frame in socket:
        message = read_client(frame)
        assert isinstance(message, LocateView)
        count += 1
        await socket.send(to_binary(located(message.id, count, message.of)))
        count %= message.of


async def views(n: int = 4) -> AsyncIterator[View]:
    for heading in HEADINGS[:n]:
        yield View(heading, 0.0, jpeg())
        await asyncio.sleep(0)


def client(url: str, encoder: str | None = None, patience_s: float = 20) -> Client:
    return Client(url, "secret", encoder, patience_s)


async def test_streams_and_hears_interim_answers() -> None:
    answers: list[Located] = []
    async with scripted(answer_streams) as url, client(url) as bot:
        final = await bot.locate_stream(views(), 4, answers.append)
        again = await bot.locate_stream(views(), 4, lambda _: None)
    assert [a.views for a in answers] == [1, 2, 3, 4]
    assert final.final
    assert final == answers[-1]
    assert again.id != final.id


async def test_each_view_is_sent_while_the_next_is_captured() -> None:
    """The second view comes only after the first has been answered: no deadlock, so it was sent."""
    first_answered = asyncio.Event()

    async def slow_views() -> AsyncIterator[View]:
        yield View(0.0, 0.0, jpeg())
        await first_answered.wait()
        yield View(90.0, 0.0, jpeg())

    async with scripted(answer_streams) as url, client(url) as bot:
        final = await bot.locate_stream(slow_views(), 2, lambda _: first_answered.set())
    assert final.views == 2


async def test_a_lost_connection_is_opened_again_and_the_views_sent_again() -> None:
    seen: list[list[float]] = []

    async def abort_after_two(socket: ServerConnection) -> None:
        await greet(socket)
        seen.append([(await heard(socket)).heading for _ in range(2)])  # type: ignore[attr-defined]
        socket.transport.abort()

    async def all_again(socket: ServerConnection) -> None:
        await greet(socket)
        messages = [await heard(socket) for _ in range(4)]
        seen.append([m.heading for m in messages])  # type: ignore[attr-defined]
        await socket.send(to_binary(located(messages[0].id, 4, 4)))  # type: ignore[attr-defined]
        await socket.wait_closed()

    async with scripted(abort_after_two, all_again) as url, client(url) as bot:
        final = await bot.locate_stream(views(), 4, lambda _: None)
    assert final.views == 4
    assert seen == [[0.0, 90.0], list(HEADINGS)]


async def test_connection_lost_between_two_requests() -> None:
    async def answer_once(socket: ServerConnection) -> None:
        await greet(socket)
        message = await heard(socket)
        assert isinstance(message, LocateViews)
        await socket.send(to_text(located(message.id, 1, 1)))

    async with scripted(answer_once) as url, client(url) as bot:
        for _ in range(3):
            assert (await bot.locate_views([View(0, 0, jpeg())])).final


async def test_a_server_that_loads_its_models_is_waited_for() -> None:
    """503 at first, as /ws/locate answers while the models load."""
    refusals = [HTTPStatus.SERVICE_UNAVAILABLE] * 2

    def check(socket: ServerConnection, _: Request) -> Response | None:
        return socket.respond(refusals.pop(), "loading") if refusals else None

    async with serve(answer_streams, "127.0.0.1", 0, process_request=check) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with client(url) as bot:
            assert (await bot.locate_stream(views(), 4, lambda _: None)).final
    assert refusals == []


async def test_answers_to_others_are_passed_over() -> None:
    async def babble(socket: ServerConnection) -> None:
        await greet(socket)
        message = await heard(socket)
        assert isinstance(message, LocateViews)
        await socket.send(to_binary(located("another", 1, 1)))
        await socket.send(to_binary(_failure(ErrorCode.INTERNAL, "another")))
        await socket.send(to_binary(located(message.id, 1, 1)))
        await socket.wait_closed()

    async with scripted(babble) as url, client(url) as bot:
        assert (await bot.locate_views([View(0, 0, jpeg())])).id != "another"


def _failure(code: ErrorCode, request: str | None, view: int | None = None) -> Failure:
    retry_after_s = 0.01 if code is ErrorCode.BUSY else None
    return Failure(id=request, view=view, code=code, message="because", retry_after_s=retry_after_s)


@pytest.mark.parametrize("named", [True, False])
async def test_a_failure_is_raised_by_its_code(named: bool) -> None:
    async def fail(socket: ServerConnection) -> None:
        await greet(socket)
        request = (await heard(socket)).id if named else None  # type: ignore[attr-defined]
        await socket.send(
            to_binary(_failure(ErrorCode.IMAGE_BROKEN, request, 1 if named else None))
        )
        await socket.wait_closed()

    async with scripted(fail) as url, client(url) as bot:
        with pytest.raises(LocateFailed, match="image_broken: because") as caught:
            await bot.locate_stream(views(1), 1, lambda _: None)
    assert caught.value.code is ErrorCode.IMAGE_BROKEN


async def test_busy_is_asked_again() -> None:
    async def busy_once(socket: ServerConnection) -> None:
        await greet(socket)
        request = (await heard(socket)).id  # type: ignore[attr-defined]
        await socket.send(to_binary(_failure(ErrorCode.BUSY, request)))
        again = await heard(socket)
        assert isinstance(again, LocateViews)
        await socket.send(to_binary(located(again.id, 1, 1)))
        await socket.wait_closed()

    async with scripted(busy_once) as url, client(url) as bot:
        assert (await bot.locate_views([View(0, 0, jpeg())])).final


async def test_a_busy_server_is_not_asked_again_before_it_wishes() -> None:
    asked_s: list[float] = []

    async def busy_once(socket: ServerConnection) -> None:
        await greet(socket)
        for answer in ("busy", "located"):
            message = await heard(socket)
            assert isinstance(message, LocateViews)
            asked_s.append(asyncio.get_running_loop().time())
            if answer == "busy":
                refusal = _failure(ErrorCode.BUSY, message.id)
                await socket.send(to_binary(refusal.model_copy(update={"retry_after_s": 0.2})))
            else:
                await socket.send(to_binary(located(message.id, 1, 1)))
        await socket.wait_closed()

    async with scripted(busy_once) as url, client(url) as bot:
        await bot.locate_views([View(0, 0, jpeg())])
    assert asked_s[1] - asked_s[0] >= 0.2


async def test_a_stopping_server_is_left_for_the_next_one() -> None:
    async def stopping(socket: ServerConnection) -> None:
        await greet(socket)
        message = await heard(socket)
        assert isinstance(message, LocateView)
        await socket.send(to_binary(_failure(ErrorCode.CLOSING, message.id)))
        await socket.wait_closed()

    async with scripted(stopping, answer_streams) as url, client(url) as bot:
        assert (await bot.locate_stream(views(), 4, lambda _: None)).views == 4


async def test_the_time_that_is_left_travels_with_each_view() -> None:
    deadlines: list[float | None] = []

    async def note(socket: ServerConnection) -> None:
        await greet(socket)
        for count in (1, 2):
            message = await heard(socket)
            assert isinstance(message, LocateView)
            deadlines.append(message.deadline_ms)
            await socket.send(to_binary(located(message.id, count, 2)))
        await socket.wait_closed()

    first_answered = asyncio.Event()

    async def slow_views() -> AsyncIterator[View]:
        yield View(0.0, 0.0, jpeg())
        await first_answered.wait()
        await asyncio.sleep(0.05)
        yield View(90.0, 0.0, jpeg())

    async with scripted(note) as url, client(url) as bot:
        await bot.locate_stream(slow_views(), 2, lambda _: first_answered.set(), left_s=900)
    first, second = deadlines
    assert first is not None
    assert second is not None
    assert 0 < second <= first - 50 < 900_000


async def test_views_on_their_way_while_the_server_is_busy_are_not_taken_for_new_ones() -> None:
    """PROTOCOL.md: after a failure go on with a fresh id."""

    async def busy_for_two(socket: ServerConnection) -> None:
        await greet(socket)
        refused = {(await heard(socket)).id for _ in range(2)}  # type: ignore[attr-defined]
        for _ in range(2):
            await socket.send(to_binary(_failure(ErrorCode.BUSY, *refused)))
        taken: dict[str, list[float]] = {}
        async for frame in socket:
            view = read_client(frame)
            assert isinstance(view, LocateView)
            if view.id in refused:
                continue
            headings = taken.setdefault(view.id, [])
            headings.append(view.heading)
            await socket.send(to_binary(located(view.id, len(headings), view.of)))
            assert headings == list(HEADINGS[: len(headings)])

    async with scripted(busy_for_two) as url, client(url) as bot:
        assert (await bot.locate_stream(views(), 4, lambda _: None)).views == 4


async def test_embedding_carries_the_encoder() -> None:
    async def take(socket: ServerConnection) -> None:
        await greet(socket)
        message = await heard(socket)
        assert isinstance(message, LocateEmbedding)
        assert (message.encoder, message.views, message.embedding) == ("tiny@1234", 4, [0.5, -1.0])
        await socket.send(to_binary(located(message.id, 4, 4)))
        await socket.wait_closed()

    async with scripted(take) as url, client(url, "tiny@1234") as bot:
        assert (await bot.locate_embedding([0.5, -1.0], 4)).final


async def test_another_encoder_is_named() -> None:
    async with scripted(greet) as url, client(url, "huge@9999") as bot:
        with pytest.raises(Mismatch, match=r"expected encoder huge@9999, got: tiny@1234"):
            await bot.connect()


@pytest.mark.parametrize(
    "said",
    [
        to_text(HELLO).replace('"version":1', '"version":2'),
        to_text(_failure(ErrorCode.WRONG_VERSION, None)),
    ],
)
async def test_another_version_is_named(said: str) -> None:
    async def newer(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(said)
        await socket.wait_closed()

    async with scripted(newer) as url, client(url) as bot:
        with pytest.raises(Mismatch, match="version 1, got: "):
            await bot.connect()


async def test_a_wrong_token_is_not_tried_twice() -> None:
    async with scripted(greet) as url, Client(url, "guessed", patience_s=20) as bot:
        with pytest.raises(Mismatch, match="401 expected the token"):
            await bot.connect()


async def test_silence_and_absence_are_told_apart() -> None:
    async def mute(socket: ServerConnection) -> None:
        await greet(socket)
        await socket.wait_closed()

    async with scripted(mute) as url, client(url, patience_s=0.3) as bot:
        with pytest.raises(LocateTimedOut, match="silence"):
            await bot.locate_views([View(0, 0, jpeg())])
    async with client(url, patience_s=0.3) as bot:
        with pytest.raises(Unreachable, match="no connection"):
            await bot.connect()


async def test_a_capture_that_fails_is_raised_and_the_client_lives_on() -> None:
    async def broken() -> AsyncIterator[View]:
        yield View(0.0, 0.0, jpeg())
        raise GameError("site: expected a panorama, got: none")

    async with scripted(answer_streams) as url, client(url) as bot:
        with pytest.raises(GameError, match="expected a panorama"):
            await bot.locate_stream(broken(), 4, lambda _: None)
    async with scripted(answer_streams) as url, client(url) as bot:
        assert (await bot.locate_stream(views(), 4, lambda _: None)).final


@pytest.mark.parametrize("url", ["127.0.0.1:8321", "ws://127.0.0.1:1", "http://"])
def test_a_url_without_scheme_or_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected a URL like http://127\.0\.0\.1:8321"):
        Client(url, "secret")
