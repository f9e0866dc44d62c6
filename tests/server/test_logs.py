"""The log: a JSON object a line, and nothing of what clients send or know."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from server.logs import JsonLines, note, notes, told, told_answer, write_to_stderr
from server.protocol import ErrorCode, Failure
from tests.bot.doubles import PLACES, located

log = logging.getLogger("server.test")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(["hush-hush"]))
    root = logging.getLogger("server")
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def last(written: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(written.getvalue().splitlines()[-1])
    return line


def test_a_line_says_what_is_known_of_the_request(written: io.StringIO) -> None:
    token = notes.set({"request": "ab12"})
    note(decode_ms=3)
    told(log, "answered", status=200)
    notes.reset(token)
    line = last(written)
    assert {name: line[name] for name in ("event", "level", "from", "request")} == {
        "event": "answered",
        "level": "info",
        "from": "server.test",
        "request": "ab12",
    }
    assert (line["decode_ms"], line["status"]) == (3, 200)
    note(lost="outside of a request")
    told(log, "later")
    assert "request" not in last(written)


def test_one_event_is_one_line(written: io.StringIO) -> None:
    log.warning("two\nlines of %s", "him")
    assert last(written)["event"] == "two\nlines of him"
    assert len(written.getvalue().splitlines()) == 1


def test_of_an_exception_its_kind_and_its_way(written: io.StringIO) -> None:
    def deep() -> None:
        try:
            raise ValueError("lat 48.858370 with token hush-hush")
        except ValueError as error:
            raise RuntimeError(b"\xff\xd8 a picture") from error

    try:
        deep()
    except RuntimeError:
        log.exception("work failed")
    line = last(written)
    assert line["error"] == "RuntimeError from ValueError"
    assert line["trace"][-1].startswith("tests/server/test_logs.py:")
    assert line["trace"][-1].endswith(" deep")
    assert not [word for word in ("48.85", "hush", "picture") if word in written.getvalue()]


def test_of_a_group_its_first(written: io.StringIO) -> None:
    try:
        raise ExceptionGroup("lat 48.858370", [KeyError("lat 48.858370"), OSError()])
    except ExceptionGroup:
        log.exception("work failed")
    assert last(written)["error"] == "ExceptionGroup from KeyError"
    assert "48.85" not in written.getvalue()


def test_secrets_are_struck_out_of_any_line(written: io.StringIO) -> None:
    log.warning("someone wrote %s", "hush-hush")
    assert last(written)["event"] == "someone wrote [secret]"


def test_what_ends_a_request_is_told_without_its_words(written: io.StringIO) -> None:
    interim, final = located("my-id", 1, 4), located("my-id", 4, 4)
    told_answer(interim)
    assert written.getvalue() == ""
    told_answer(final)
    line = last(written)
    assert (line["event"], line["views"], line["embed_ms"]) == ("located", 4, 40)
    failure = Failure(
        id="my-id", view=2, code=ErrorCode.IMAGE_BROKEN, message="expected a JPEG, got: 48.85"
    )
    told_answer(failure)
    line = last(written)
    assert (line["event"], line["code"], line["view"]) == ("failed", "image_broken", 2)
    for word in ("my-id", "48.8", str(PLACES[0].lng), "got"):
        assert word not in written.getvalue()


def test_all_of_a_process_goes_there(capsys: pytest.CaptureFixture[str]) -> None:
    root, hook = logging.getLogger(), threading.excepthook
    handlers, level = root.handlers[:], logging.getLogger("server").level
    try:
        write_to_stderr(["hush-hush"])
        logging.getLogger("else").warning("it is hush-hush")
        thread = threading.Thread(target=next, args=(iter(()),))
        thread.start()
        thread.join()
    finally:
        logging.captureWarnings(capture=False)
        threading.excepthook = hook
        root.handlers[:] = handlers
        logging.getLogger("server").setLevel(level)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["it is [secret]", "a thread ended"]
    assert lines[1]["error"] == "StopIteration"
