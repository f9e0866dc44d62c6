"""An encoder and a geolocator so simple that their answers can be computed by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from models.geolocator import Neighbour, Point, Prediction, RankedGeocell
from server.gate import Gate
from server.inference.served import Served
from server.inference.service import LocateService

ENCODER = "mean-colour@1"


@dataclass
class MeanColour:
    """Embeds a picture as its mean red, green and blue in [0, 1]."""

    name: str = ENCODER
    dim: int = 3
    image_px: int = 32
    batches: list[int] = field(default_factory=list)

    def fit(self, image):
        return image

    def warm_up(self):
        self.batches.clear()

    def embed(self, images):
        self.batches.append(len(images))
        means = [np.asarray(image, dtype=np.float64).mean(axis=(0, 1)) / 255 for image in images]
        return np.asarray(means, dtype=np.float32)


@dataclass
class RedIsNorth:
    """Red 0 to 1 is latitude 0 to 90, green 0 to 1 is longitude 0 to 180."""

    encoder: str = ENCODER
    bundle: str = "colours"

    def locate(self, embeddings):
        if embeddings.ndim != 2 or embeddings.shape[1] != 3:
            raise ValueError(f"embeddings: expected (n, 3), got: {embeddings.shape}")
        return [self._prediction(row) for row in embeddings.astype(float)]

    def _prediction(self, row):
        point = Point(90 * row[0], 180 * row[1])
        return Prediction(
            geocells=(RankedGeocell("all", 1.0, point.lat, point.lng),),
            geocell_guess=point,
            refined_guess=point,
            guess=point,
            reason="its colour",
            radius_50_km=1.0,
            radius_90_km=2.0,
            expected_score=4999.0,
            neighbours=(Neighbour("b1", point.lat, point.lng, 1.0),),
            encoder=self.encoder,
            bundle=self.bundle,
        )


@pytest.fixture
def encoder():
    return MeanColour()


@pytest.fixture
def geolocator():
    return RedIsNorth()


@pytest.fixture
def picture():
    """Encoded pictures of one colour: `picture((255, 0, 0), "PNG", (64, 48))`."""

    def encoded(colour=(255, 0, 0), kind="PNG", size=(64, 48), **options) -> bytes:
        file = BytesIO()
        Image.new("RGB", size, colour).save(file, kind, **options)
        return file.getvalue()

    return encoded


TOKEN = "the-token"
ORIGIN = "http://127.0.0.1:8321"


@pytest.fixture
def gate():
    return Gate(TOKEN, frozenset({ORIGIN}))


@pytest.fixture
def service(encoder, geolocator):
    service = LocateService([Served(encoder, geolocator)])
    yield service
    service.close()
