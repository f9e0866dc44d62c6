"""The conversation without a socket: frames and results in, messages and work out."""

from __future__ import annotations

import json
import random

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.inference.session import MAX_OPEN, Session
from server.inference.work import EmbedViews, LocateMean
from server.protocol import (
    ErrorCode,
    Located,
    LocateView,
    Timings,
    to_text,
)
from tests.server.inference.conversation import (
    CLIENT,
    DIM,
    EMBED,
    LOCATE,
    PREDICTION,
    SERVER,
    do,
    embedding,
    failure,
    fresh,
    greeted,
    messages,
    rows,
    served,
    settle,
    view,
    views,
    work,
)

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


def test_a_request_keeps_the_bundle_that_it_began_with():
    bundles = {"a": served(name="a", encoder="e@1"), "b": served(name="b", encoder="e@2")}
    old = bundles["b"]
    session = Session(bundles)
    hello = messages(session.receive(to_text(CLIENT)))[0]
    assert [(one.name, one.encoder) for one in hello.bundles] == [("a", "e@1"), ("b", "e@2")]

    def said(bundle, id_="r", of=2):
        message = LocateView(id=id_, of=of, heading=0, image=b"1", bundle=bundle)
        return session.receive(to_text(message))

    (first,) = work(said("b"))
    bundles["b"] = served(name="b", encoder="e@3")
    means = [one for one in do(session, first) if isinstance(one, LocateMean)]
    do(session, means[0])
    (second,) = work(said(None))
    assert first.served is means[0].served is second.served is old
    assert work(said("b", "new"))[0].served is bundles["b"]
    assert work(said(None, "other"))[0].served is bundles["a"]
    assert failure(said("c", "none")).code is ErrorCode.UNKNOWN_BUNDLE
    assert failure(said("a", "new")).code is ErrorCode.BAD_FRAME
