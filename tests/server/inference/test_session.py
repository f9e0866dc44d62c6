"""The conversation without a socket: frames and results in, messages and work out."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.inference.session import MAX_OPEN, RETRY_AFTER_S, Session
from server.inference.work import EmbedViews, LocateMean, Send
from server.protocol import (
    ErrorCode,
    Failure,
    Hello,
    Located,
    LocateEmbedding,
    LocateView,
    LocateViews,
    PanoramaView,
    Prediction,
    Timings,
    to_binary,
    to_text,
)

GOLDEN = Path(__file__).parents[2] / "protocol"
ENCODER = "world-small@1"
DIM = 4
SERVER = Hello(version=1, software="homing serve", encoder=ENCODER, bundle="world-small")
CLIENT = Hello(version=1, software="test", encoder=None)
PREDICTION = Prediction.model_validate_json(
    json.dumps(json.loads((GOLDEN / "Located" / "final.json").read_text())["prediction"])
)
EMBED = Timings(decode_ms=1, embed_ms=10, locate_ms=0)
LOCATE = Timings(decode_ms=0, embed_ms=0, locate_ms=100)


def fresh(dim=DIM, takes_views=True) -> Session:
    return Session(SERVER, dim, takes_views=takes_views)


def greeted(**options) -> Session:
    session = fresh(**options)
    assert messages(session.receive(to_text(CLIENT))) == [SERVER]
    return session


def messages(outputs):
    return [output.message for output in outputs if isinstance(output, Send)]


def work(outputs):
    return [output for output in outputs if not isinstance(output, Send)]


def view(id_="a", of=4, image=b"1", heading=0.0) -> str:
    return to_text(LocateView(id=id_, of=of, heading=heading, image=image))


def views(*images: bytes, id_="a") -> str:
    each = [PanoramaView(heading=0, image=image) for image in images]
    return to_text(LocateViews(id=id_, views=each))


def embedding(id_="a", values=(1.0, 2.0, 3.0, 4.0), encoder=ENCODER, of=4) -> str:
    message = LocateEmbedding(id=id_, encoder=encoder, views=of, embedding=list(values))
    return to_text(message)


def rows(images) -> np.ndarray:
    """The fake encoder: a picture's bytes are its number, its embedding four times that."""
    return np.asarray([[float(image)] * DIM for image in images], dtype=np.float32)


def do(session, one):
    """The fake shell: does one piece of work at once."""
    if isinstance(one, EmbedViews):
        return session.embedded(one, rows(one.images), EMBED)
    return session.located(one, PREDICTION, LOCATE)


def settle(session, outputs):
    """Does all work there is; the messages, and the means that were located."""
    sent, means, queue = [], [], list(outputs)
    while queue:
        one = queue.pop(0)
        if isinstance(one, Send):
            sent.append(one.message)
            continue
        if isinstance(one, LocateMean):
            means.append(float(one.embedding[0]))
        queue += do(session, one)
    return sent, means


def failure(outputs) -> Failure:
    (message,) = messages(outputs)
    assert isinstance(message, Failure)
    return message


# -- hello -------------------------------------------------------------------------------------


def test_hello_is_answered_and_may_be_said_again():
    session = fresh()
    for _ in range(3):
        assert messages(session.receive(to_text(CLIENT))) == [SERVER]


@pytest.mark.parametrize("frame", [view("a"), views(b"1"), embedding("a")])
def test_anything_before_hello(frame):
    session = fresh()
    answer = failure(session.receive(frame))
    assert (answer.code, answer.id) == (ErrorCode.HELLO_EXPECTED, "a")
    assert messages(session.receive(to_text(CLIENT))) == [SERVER]
    assert work(session.receive(frame))


@pytest.mark.parametrize("more", [{}, {"colour": "blue"}])
def test_hello_of_another_version_even_of_another_shape(more):
    session = fresh()
    hello = {"type": "hello", "version": 2, "software": "new", "encoder": None} | more
    for frame in (json.dumps(hello), msgpack.packb(hello)):
        answer = failure(session.receive(frame))
        assert answer.code is ErrorCode.WRONG_VERSION
        assert "2" in answer.message
        assert failure(session.receive(view())).code is ErrorCode.HELLO_EXPECTED
    assert messages(session.receive(to_text(CLIENT))) == [SERVER]


# -- streamed views ----------------------------------------------------------------------------


def test_each_streamed_view_is_embedded_at_once_and_answered():
    session = greeted()
    for number in (1, 2, 3, 4):
        outputs = session.receive(view(image=str(number).encode()))
        (embed,) = outputs
        assert isinstance(embed, EmbedViews)
        assert (embed.numbers, embed.images) == ((number,), (str(number).encode(),))
        (locate,) = session.embedded(embed, rows(embed.images), EMBED)
        assert isinstance(locate, LocateMean)
        expected = np.arange(1, number + 1).mean()
        assert locate.embedding.dtype == np.float32
        assert locate.embedding == pytest.approx([expected] * DIM)
        (answer,) = messages(session.located(locate, PREDICTION, LOCATE))
        assert isinstance(answer, Located)
        assert (answer.id, answer.views, answer.final) == ("a", number, number == 4)
        assert answer.prediction == PREDICTION
        assert answer.timings == Timings(
            decode_ms=number, embed_ms=10 * number, locate_ms=100 * number
        )


def test_a_single_view_has_only_a_final_answer():
    session = greeted()
    (answer,), _ = settle(session, session.receive(view(of=1)))
    assert (answer.views, answer.final) == (1, True)


def test_a_burst_is_worked_on_one_by_one():
    session = greeted()
    outputs = [one for n in (1, 2, 3, 4) for one in session.receive(view(image=str(n).encode()))]
    assert len(outputs) == 1
    sent, means = settle(session, outputs)
    assert [(one.views, one.final) for one in sent] == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
    ]
    assert means == [1.0, 1.5, 2.0, 2.5]


def test_an_id_may_be_used_again_after_its_end():
    session = greeted()
    for _ in range(3):
        sent, _ = settle(session, session.receive(view(of=1)))
        assert sent[0].final


@given(st.integers(0, 2**32), st.lists(st.integers(1, 8), min_size=1, max_size=MAX_OPEN))
@settings(max_examples=60, deadline=None)
def test_interleaved_requests_keep_their_own_order(seed, lengths):
    chance = random.Random(seed)
    session = greeted()
    ofs = {f"r{n}": of for n, of in enumerate(lengths)}
    frames = {
        id_: [str(chance.randint(1, 9)).encode() for _ in range(of)] for id_, of in ofs.items()
    }
    to_send = {id_: list(images) for id_, images in frames.items()}
    pending, answers, means = [], {id_: [] for id_ in ofs}, {id_: [] for id_ in ofs}
    ticket_of = {}
    while to_send or pending:
        if to_send and (not pending or chance.random() < 0.5):
            id_ = chance.choice(sorted(to_send))
            outputs = session.receive(view(id_, ofs[id_], to_send[id_].pop(0)))
            to_send = {id_: images for id_, images in to_send.items() if images}
            for one in work(outputs):
                ticket_of.setdefault(one.ticket, id_)
        else:
            one = pending.pop(chance.randrange(len(pending)))
            if isinstance(one, LocateMean):
                means[ticket_of[one.ticket]].append(one.embedding[0])
            outputs = do(session, one)
        for message in messages(outputs):
            answers[message.id].append((message.views, message.final))
        pending += work(outputs)
    for id_, of in ofs.items():
        assert answers[id_] == [(n, n == of) for n in range(1, of + 1)]
        numbers = [float(image) for image in frames[id_]]
        expected = [np.mean(numbers[:n]) for n in range(1, of + 1)]
        assert means[id_] == pytest.approx(expected)


# -- whole requests ----------------------------------------------------------------------------


def test_all_views_at_once_are_one_batch_and_one_answer():
    session = greeted()
    outputs = session.receive(views(b"1", b"2", b"6"))
    assert [one.images for one in work(outputs)] == [(b"1", b"2", b"6")]
    sent, means = settle(session, outputs)
    assert [(one.views, one.final) for one in sent] == [(3, True)]
    assert means == [3.0]


def test_an_embedding_is_located_as_it_is():
    session = greeted()
    outputs = session.receive(embedding(of=3))
    (locate,) = work(outputs)
    assert locate.embedding.tolist() == [1, 2, 3, 4]
    sent, _ = settle(session, outputs)
    assert [(one.id, one.views, one.final) for one in sent] == [("a", 3, True)]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (embedding(encoder="ViT-B-32@laion2b"), ErrorCode.WRONG_ENCODER),
        (embedding(values=(1, 2, 3)), ErrorCode.WRONG_SHAPE),
        (embedding(values=(1, 2, 3, 4, 5)), ErrorCode.WRONG_SHAPE),
        (embedding(values=(1, 2, 3, 1e39)), ErrorCode.BAD_FRAME),
        (embedding(values=(1, 2, 3, 1e30)), ErrorCode.BAD_FRAME),  # its square is infinite
        (embedding().replace("4.0", "NaN"), ErrorCode.BAD_FRAME),
        (embedding().replace("4.0", "null"), ErrorCode.BAD_FRAME),
    ],
)
def test_embeddings_that_do_not_fit(frame, code):
    session = greeted()
    answer = failure(session.receive(frame))
    assert (answer.code, answer.id) == (code, "a")
    assert settle(session, session.receive(embedding()))[0][0].final


def test_without_an_encoder_only_embeddings_are_taken():
    session = greeted(dim=None, takes_views=False)
    for frame in (view(), views(b"1")):
        answer = failure(session.receive(frame))
        assert (answer.code, answer.id) == (ErrorCode.NO_ENCODER, "a")
    assert settle(session, session.receive(embedding(values=(1, 2))))[0][0].final


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
