"""Decoding, embedding and locating off the event loop."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from server.inference.cache import EmbeddingCache
from server.inference.meter import Unmetered
from server.inference.served import Served
from server.inference.service import LocateService
from server.inference.work import WorkError
from server.protocol import ErrorCode


async def test_embeddings_and_prediction_are_those_of_the_models(service, picture):
    embeddings, timings = await service.embed([picture((255, 0, 0)), picture((0, 51, 0))])
    assert embeddings == pytest.approx(np.array([[1, 0, 0], [0, 0.2, 0]]))
    assert timings.decode_ms > 0
    assert timings.locate_ms == 0
    prediction, timings = await service.locate(embeddings.mean(axis=0))
    assert prediction.guess.lat == pytest.approx(45)
    assert prediction.guess.lng == pytest.approx(18)
    assert (prediction.encoder, prediction.bundle) == ("mean-colour@1", "colours")
    assert (timings.decode_ms, timings.embed_ms) == (0, 0)


async def test_embedding_calls_do_not_overlap_and_the_loop_stays_free(service, encoder, picture):
    inside, most = 0, 0
    embed, release = encoder.embed, threading.Event()

    def counted(images):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        assert release.wait(30)
        inside -= 1
        return embed(images)

    encoder.embed = counted
    tasks = [asyncio.create_task(service.embed([picture((n, 0, 0))])) for n in range(6)]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(*tasks)
    assert most == 1


async def test_a_batch_spans_owners_and_goes_back_to_each(service, encoder, picture):
    embed, started, release = encoder.embed, threading.Event(), threading.Event()

    def held(images):
        started.set()
        assert release.wait(30)
        return embed(images)

    encoder.embed = held
    first = asyncio.create_task(service.embed([picture((0, 0, 0))], "first"))
    assert await asyncio.to_thread(started.wait, 30)
    reds = [0, 51, 102, 153, 204]
    others = [
        asyncio.create_task(service.embed([picture((red, 0, 255)), picture((red, 0, 0))], red))
        for red in reds
    ]
    # Pictures are looked at in turn: when so many have been, all others wait for the models.
    for _ in range(10):
        with pytest.raises(WorkError):
            await service.embed(4 * [b"no picture"], "last")
    release.set()
    await first
    for red, task in zip(reds, others, strict=True):
        rows, _ = await task
        assert rows == pytest.approx(np.array([[red / 255, 0, 1], [red / 255, 0, 0]]))
    assert encoder.batches == [1, 10]


async def test_a_view_seen_before_is_neither_decoded_nor_embedded(service, encoder, picture):
    red, blue = picture((255, 0, 0)), picture((0, 0, 255))
    once, _ = await service.embed([red])
    again, timings = await service.embed([red, blue, red])
    assert again.tolist() == [[1, 0, 0], [0, 0, 1], [1, 0, 0]]
    assert once.tolist() == again[:1].tolist()
    assert encoder.batches == [1, 1]
    more, timings = await service.embed([red, blue])
    assert more.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert timings.embed_ms == 0
    assert encoder.batches == [1, 1]


def test_the_cache_keeps_what_was_asked_for_last():
    cache = EmbeddingCache(2)
    rows = np.eye(3, dtype=np.float32)
    cache.put(b"a", rows[0])
    cache.put(b"b", rows[1])
    rows[0] = 9
    assert cache.get(b"a").tolist() == [1, 0, 0], "a copy"
    cache.put(b"c", rows[2])
    assert cache.get(b"b") is None
    assert cache.get(b"a") is not None
    assert cache.get(b"c").tolist() == [0, 0, 1]


async def test_of_several_bad_views_the_first_is_named(service, picture):
    with pytest.raises(WorkError) as caught:
        await service.embed([picture(), b"no picture", picture((0, 9, 0)), picture()[:50]])
    assert (caught.value.code, caught.value.index) == (ErrorCode.IMAGE_BROKEN, 1)


async def test_an_embedding_of_another_length_fails_alone(geolocator):
    locate, started, release = geolocator.locate, threading.Event(), threading.Event()

    def held(rows):
        started.set()
        assert release.wait(30)
        return locate(rows)

    geolocator.locate = held
    service = LocateService([Served(None, geolocator)])
    row = np.array([1, 0, 0], dtype=np.float32)
    first = asyncio.create_task(service.locate(row))
    assert await asyncio.to_thread(started.wait, 30)
    both = [asyncio.create_task(service.locate(one)) for one in (row, np.zeros(5, np.float32))]
    await asyncio.sleep(0)
    release.set()
    assert (await first)[0].guess.lat == pytest.approx(90)
    assert (await both[0])[0].guess.lat == pytest.approx(90)
    with pytest.raises(WorkError) as caught:
        await both[1]
    assert caught.value.code is ErrorCode.WRONG_SHAPE
    service.close()


async def test_its_meter_hears_each_stage(encoder, geolocator, picture):
    class Listing(Unmetered):
        def __init__(self):
            self.stages, self.batches = [], []

        def took(self, stage, seconds):
            assert seconds >= 0
            self.stages.append(stage)

        def batched(self, views):
            self.batches.append(views)

    meter = Listing()
    service = LocateService([Served(encoder, geolocator)], meter=meter)
    rows, _ = await service.embed([picture(), picture((1, 2, 3))])
    await service.locate(rows[0])
    assert meter.stages == ["decode", "queue", "encode", "queue", "locate"]
    assert meter.batches == [2]
    service.close()


async def test_an_embedding_of_another_length(service):
    with pytest.raises(WorkError) as caught:
        await service.locate(np.zeros(5, dtype=np.float32))
    assert caught.value.code is ErrorCode.WRONG_SHAPE


async def test_a_service_without_an_encoder(geolocator):
    service = LocateService([Served(None, geolocator)])
    with pytest.raises(WorkError) as caught:
        await service.embed([b""])
    assert caught.value.code is ErrorCode.NO_ENCODER
    service.close()


def test_encoder_and_geolocator_must_match(encoder, geolocator):
    encoder.name = "another@2"
    with pytest.raises(ValueError, match="expected encoder mean-colour@1, got: another@2"):
        Served(encoder, geolocator)
