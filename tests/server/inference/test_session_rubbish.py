"""Sessions answer in the form they are spoken to, and rubbish by named failures."""

from __future__ import annotations

import json

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.inference.work import Send
from server.protocol import (
    ErrorCode,
    Failure,
    Hello,
    LocateView,
    to_binary,
)
from tests.server.inference.conversation import (
    GOLDEN,
    LOCATE,
    PREDICTION,
    do,
    failure,
    greeted,
    messages,
    settle,
    view,
    work,
)

# -- form and rubbish --------------------------------------------------------------------------


def test_answers_come_in_the_form_of_their_request():
    session = greeted()
    text = session.receive(view("t", of=1))
    packed = session.receive(to_binary(LocateView(id="b", of=1, heading=0, image=b"1")))
    for outputs, kind in ((packed, bytes), (text, str)):
        (locate,) = do(session, work(outputs)[0])
        (answer,) = session.located(locate, PREDICTION, LOCATE)
        assert isinstance(answer.frame(), kind)
    assert isinstance(session.receive(b"\xc1")[0].frame(), bytes)
    assert isinstance(session.receive("{")[0].frame(), str)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
REQUESTS = [json.loads(path.read_text()) for path in sorted(GOLDEN.glob("Locate[VE]*/*.json"))]


@st.composite
def mutated(draw):
    """A golden request with one field changed, lost or added; its id may be hit as well."""
    fields = dict(draw(st.sampled_from(REQUESTS)))
    field = draw(st.sampled_from([*fields, "surplus"]))
    if draw(st.booleans()):
        fields.pop(field, None)
    else:
        fields[field] = draw(JSON_VALUES)
    if draw(st.booleans()):
        return json.dumps(fields)
    return msgpack.packb(fields)


@st.composite
def cut(draw):
    """A golden request cut short or with one byte changed."""
    fields = draw(st.sampled_from(REQUESTS))
    frame = bytearray(draw(st.sampled_from([json.dumps(fields).encode(), msgpack.packb(fields)])))
    at = draw(st.integers(0, len(frame) - 1))
    if draw(st.booleans()):
        return bytes(frame[:at])
    frame[at] = draw(st.integers(0, 255))
    return bytes(frame)


FRAMES = st.binary(max_size=200) | st.text(max_size=200) | mutated() | cut()


@pytest.mark.slow
@given(st.lists(FRAMES, min_size=1, max_size=5))
@settings(max_examples=300, deadline=None)
def test_rubbish_is_answered_by_named_failures_and_nothing_is_raised(frames):
    session = greeted()
    for frame in frames:
        outputs = session.receive(frame)
        assert outputs or "of" in str(frame), "only a further view may have no answer at once"
        for output in outputs:
            if isinstance(output, Send):
                assert isinstance(output.frame(), type(frame))
        assert all(isinstance(one, Failure | Hello) for one in messages(outputs))
        assert len(messages(outputs)) <= 1
    assert settle(session, session.receive(view("after all", of=1)))[0][-1].final


@given(mutated())
@settings(max_examples=200, deadline=None)
def test_a_failure_repeats_the_id_that_its_frame_named(frame):
    fields = json.loads(frame) if isinstance(frame, str) else msgpack.unpackb(frame)
    named = fields.get("id")
    if not isinstance(named, str) or not 0 < len(named) <= 64:
        named = None
    for message in messages(greeted().receive(frame)):
        assert isinstance(message, Hello) or message.id == named


def test_a_fault_without_words_is_named():
    assert failure(greeted().receive(b"\xc1")).message.endswith("got: FormatError()")


def test_huge_and_deep_frames():
    session = greeted()
    assert failure(session.receive("[" * 100_000)).code is ErrorCode.BAD_FRAME
    assert failure(session.receive(b"\x91" * 100_000)).code is ErrorCode.BAD_FRAME
    assert failure(session.receive(b"\0" * (24 * 2**20 + 1))).code is ErrorCode.FRAME_TOO_LARGE
    assert failure(session.receive('{"type":"dance","id":"a"}')).code is ErrorCode.UNKNOWN_TYPE
    assert (
        len(failure(session.receive(view("a" * 64).replace("a" * 64, "a" * 10**6))).message) < 600
    )
