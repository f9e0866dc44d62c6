"""Sessions whose work fails, whose client contradicts itself or asks too much."""

from __future__ import annotations

import pytest

from server.inference.session import MAX_OPEN, RETRY_AFTER_S
from server.protocol import (
    ErrorCode,
)
from tests.server.inference.conversation import (
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

# -- failures of work --------------------------------------------------------------------------


def test_a_broken_view_fails_alone_and_may_be_sent_again():
    session = greeted()
    settle(session, session.receive(view(image=b"1")))
    (broken,) = session.receive(view(image=b"broken"))
    session.receive(view(image=b"3"))
    outputs = session.failed(broken, ErrorCode.IMAGE_BROKEN, "truncated")
    answer = messages(outputs)[0]
    assert (answer.id, answer.view, answer.code) == ("a", 2, ErrorCode.IMAGE_BROKEN)
    assert answer.message == "view 2 of 4: truncated"
    sent, means = settle(session, work(outputs))
    assert [(one.views, one.final) for one in sent] == [(2, False)]
    assert means == [2.0]
    (again,) = session.receive(view(image=b"5"))
    assert again.numbers == (2,)
    settle(session, [again])
    sent, means = settle(session, session.receive(view(image=b"7")))
    assert [(one.views, one.final) for one in sent] == [(4, True)]
    assert means == [4.0]


def test_a_broken_picture_among_all_ends_the_request():
    session = greeted()
    (embed,) = session.receive(views(b"1", b"broken"))
    answer = failure(session.failed(embed, ErrorCode.IMAGE_BOMB, "too good", index=1))
    assert (answer.id, answer.view, answer.code) == ("a", None, ErrorCode.IMAGE_BOMB)
    assert answer.message == "view 2 of 2: too good"
    assert settle(session, session.receive(views(b"1", b"2")))[0][0].final


def test_a_geolocator_that_fails_ends_the_request():
    session = greeted()
    (embed,) = session.receive(view())
    (locate,) = do(session, embed)
    answer = failure(session.failed(locate, ErrorCode.INTERNAL, "the log has the cause"))
    assert (answer.id, answer.view, answer.code) == ("a", None, ErrorCode.INTERNAL)
    assert settle(session, session.receive(view(of=1)))[0][0].final


# -- requests that contradict themselves -------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (view(of=4), view(of=3), ErrorCode.BAD_FRAME),
        (view(of=1), view(of=1), ErrorCode.TOO_MANY_VIEWS),
        (view(), views(b"1"), ErrorCode.BAD_FRAME),
        (view(), embedding(), ErrorCode.BAD_FRAME),
        (views(b"1"), view(of=1), ErrorCode.BAD_FRAME),
        (embedding(), embedding(), ErrorCode.BAD_FRAME),
        (view(), view(heading=1.0).replace("1.0", "360.0"), ErrorCode.BAD_FRAME),
        (view(), view()[:-2], ErrorCode.BAD_FRAME),
    ],
)
def test_a_contradiction_ends_the_request_and_its_late_work_says_nothing(first, second, code):
    session = greeted()
    (late,) = session.receive(first)
    answer = failure(session.receive(second))
    assert (answer.id, answer.view, answer.code) == ("a", None, code)
    (other,) = session.receive(view("a", of=1, image=b"8"))
    assert do(session, late) == []
    assert session.failed(late, ErrorCode.INTERNAL, "late") == []
    sent, means = settle(session, [other])
    assert (sent[0].final, means) == (True, [8.0])


# -- many open requests ------------------------------------------------------------------------


def test_too_many_requests_at_work_are_refused_and_the_others_go_on():
    session = greeted()
    begun = [session.receive(view(f"r{n}", of=1)) for n in range(MAX_OPEN)]
    for frame in (view("new"), views(b"1", id_="new"), embedding("new")):
        answer = failure(session.receive(frame))
        assert (answer.id, answer.code) == ("new", ErrorCode.BUSY)
        assert answer.retry_after_s == RETRY_AFTER_S
    for n, outputs in enumerate(begun):
        sent, _ = settle(session, outputs)
        assert [(one.id, one.final) for one in sent] == [(f"r{n}", True)]
    assert settle(session, session.receive(view("new", of=1)))[0][0].final


def test_the_oldest_request_that_waits_for_views_makes_room():
    session = greeted()
    (busy,) = session.receive(view("busy"))
    for n in range(1, MAX_OPEN):
        settle(session, session.receive(view(f"r{n}")))
    outputs = session.receive(view("new", of=1))
    answer = failure(outputs)
    assert (answer.id, answer.code) == ("r1", ErrorCode.BUSY)
    assert messages(session.receive(view("newer", of=1)))[0].id == "r2"
    assert settle(session, work(outputs))[0][0].id == "new"
    assert settle(session, [busy])[0][0].id == "busy"
