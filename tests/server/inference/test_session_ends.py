"""Sessions with deadlines, sessions of a server that stops, work that nobody waits for."""

from __future__ import annotations

import json

import pytest

from server.inference.work import EmbedViews
from server.protocol import ErrorCode
from tests.server.inference.conversation import (
    LOCATE,
    PREDICTION,
    do,
    embedding,
    failure,
    greeted,
    messages,
    settle,
    view,
    views,
    work,
)


def with_deadline(frame: str, deadline_ms: float | None) -> str:
    return json.dumps(json.loads(frame) | {"deadline_ms": deadline_ms})


@pytest.mark.parametrize("frame", [view("a"), views(b"1", b"2"), embedding("a")])
def test_a_deadline_counts_from_the_frames_receipt(frame):
    session = greeted()
    (free,) = work(session.receive(frame, 100.0))
    assert session.until_s(free) is None
    (hurried,) = work(session.receive(with_deadline(frame.replace('"a"', '"b"'), 1500), 100.0))
    assert session.until_s(hurried) == 101.5
    assert hurried.since_s == 100.0


def test_the_newest_deadline_counts_and_none_changes_nothing():
    session = greeted()
    settle(session, session.receive(with_deadline(view(), 9000), 0.0))
    (second,) = work(session.receive(view(), 1.0))
    assert session.until_s(second) == 9.0
    settle(session, [second])
    (third,) = work(session.receive(with_deadline(view(), 0), 2.0))
    assert session.until_s(third) == 2.0


@pytest.mark.parametrize("deadline_ms", [-1, "5", True])
def test_deadlines_that_are_none(deadline_ms):
    answer = failure(greeted().receive(with_deadline(view(), deadline_ms)))
    assert (answer.id, answer.code) == ("a", ErrorCode.BAD_FRAME)


@pytest.mark.parametrize("code", [ErrorCode.TOO_LATE, ErrorCode.BUSY, ErrorCode.CLOSING])
def test_what_is_no_fault_of_the_view_ends_a_streamed_request(code):
    session = greeted()
    (embed,) = session.receive(view())
    answer = failure(session.failed(embed, code, "because", retry_after_s=2.5))
    assert (answer.id, answer.view, answer.code, answer.message) == ("a", None, code, "because")
    assert answer.retry_after_s == 2.5
    assert not session.wants(embed)


def test_the_hint_of_a_full_connection_is_the_shells():
    session = greeted()
    for number in range(4):
        session.receive(view(f"r{number}", of=1))
    assert failure(session.receive(view("new"), 0.0, 7.5)).retry_after_s == 7.5


def test_work_is_wanted_as_long_as_its_request_is_open():
    session = greeted()
    (embed,) = session.receive(view(of=1))
    assert session.wants(embed)
    (locate,) = do(session, embed)
    assert session.wants(locate)
    session.located(locate, PREDICTION, LOCATE)
    assert not session.wants(locate)


def test_a_stopping_server_answers_what_it_can_and_refuses_the_rest():
    session = greeted()
    (whole,) = session.receive(views(b"1", b"2", id_="whole"))
    settle(session, session.receive(view("waits")))
    (half,) = session.receive(view("half"))
    closed = {one.id: one.code for one in messages(session.close())}
    assert closed == {"waits": ErrorCode.CLOSING, "half": ErrorCode.CLOSING}
    assert session.wants(whole)
    assert not session.wants(half)
    for frame in (view("new"), views(b"1", id_="new"), embedding("new")):
        answer = failure(session.receive(frame))
        assert (answer.id, answer.code) == ("new", ErrorCode.CLOSING)
    sent, _ = settle(session, [whole])
    assert [(one.id, one.final) for one in sent] == [("whole", True)]
    assert session.close(now=True) == []


def test_a_streamed_request_whose_views_have_all_come_is_answered_by_a_stopping_server():
    session = greeted()
    begun = [one for image in (b"1", b"2") for one in session.receive(view(of=2, image=image))]
    assert session.close() == []
    sent, _ = settle(session, begun)
    assert [one.views for one in sent] == [1, 2]


def test_what_is_not_done_in_time_is_refused_by_name():
    session = greeted()
    (whole,) = session.receive(views(b"1"))
    assert isinstance(whole, EmbedViews)
    assert session.close() == []
    answer = failure(session.close(now=True))
    assert (answer.id, answer.code) == ("a", ErrorCode.CLOSING)
    assert do(session, whole) == []
