"""Decoding, embedding and locating off the event loop."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

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
    tasks = [asyncio.create_task(service.embed([picture()])) for _ in range(6)]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(*tasks)
    assert most == 1


async def test_an_embedding_of_another_length(service):
    with pytest.raises(WorkError) as caught:
        await service.locate(np.zeros(5, dtype=np.float32))
    assert caught.value.code is ErrorCode.WRONG_SHAPE


async def test_a_service_without_an_encoder(geolocator):
    service = LocateService(None, geolocator)
    with pytest.raises(WorkError) as caught:
        await service.embed([b""])
    assert caught.value.code is ErrorCode.NO_ENCODER
    service.close()


def test_encoder_and_geolocator_must_match(encoder, geolocator):
    encoder.name = "another@2"
    with pytest.raises(ValueError, match="expected encoder mean-colour@1, got: another@2"):
        LocateService(encoder, geolocator)
