"""A game and a locator without browser, socket or model, and the words they speak."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Sequence
from io import BytesIO

from PIL import Image

from bot.game import GameError, Guess, Match, Round, RoundResult, View
from models.geo import haversine_km, score
from server.protocol import Located, PointWord, Prediction, RankedGeocell, Timings

PLACES = (Guess(48.8584, 2.2945), Guess(-33.8568, 151.2153), Guess(-17.9244, 25.8573))


def jpeg(shade: int = 120) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (32, 32), (shade, shade, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def located(request: str, views: int, of: int, guess: Guess = PLACES[0]) -> Located:
    point = PointWord(lat=guess.lat, lng=guess.lng)
    prediction = Prediction(
        geocells=[
            RankedGeocell(name=f"cell {n}", probability=0.5**n, lat=guess.lat, lng=guess.lng)
            for n in range(1, 6)
        ],
        geocell_guess=point,
        refined_guess=point,
        guess=point,
        reason="retrieval agrees with the geocell",
        radius_50_km=120 / views,
        radius_90_km=900 / views,
        expected_score=4100,
        neighbours=[],
        encoder="tiny@1234",
        bundle="tests",
    )
    timings = Timings(decode_ms=1, embed_ms=10 * views, locate_ms=2)
    return Located(
        id=request, views=views, final=views == of, prediction=prediction, timings=timings
    )


class FakeGame:
    """Plays `PLACES`; fulfils the contract."""

    def __init__(self, headings: Sequence[float] = (0.0, 90.0, 180.0, 270.0)) -> None:
        self.match = Match(site="fake", id="m1", rounds=len(PLACES), url="http://fake.test/m1")
        self.rounds: list[Round] = []
        self.results: list[RoundResult] = []
        self.looks: list[float] = []
        self._headings = tuple(headings)

    @property
    def running(self) -> bool:
        return len(self.rounds) > len(self.results)

    async def next_round(self) -> Round | None:
        if self.running:
            raise GameError(f"fake: expected a guess for round {len(self.rounds)}, got: none")
        if len(self.rounds) == len(PLACES):
            return None
        self.rounds.append(Round(len(self.rounds) + 1, self._headings))
        return self.rounds[-1]

    async def view(self, heading: float, pitch: float = 0.0) -> bytes:  # noqa: ARG002  the contract's
        if not self.running:
            raise GameError("fake: expected a running round, got: none")
        if heading not in self._headings:
            raise GameError(f"fake: expected a heading of {self._headings}, got: {heading}")
        self.looks.append(heading)
        return jpeg(int(heading / 2) + len(self.rounds))

    async def place_guess(self, lat: float, lng: float) -> RoundResult:
        if not self.running:
            raise GameError("fake: expected a running round, got: none")
        truth = PLACES[len(self.rounds) - 1]
        distance_km = float(haversine_km((truth.lat, truth.lng), (lat, lng)))
        result = RoundResult(
            len(self.rounds), Guess(lat, lng), truth, distance_km, score(distance_km)
        )
        self.results.append(result)
        return result

    async def time_left_s(self) -> float | None:
        return self.rounds[-1].time_left_s if self.running else None


class FakeLocator:
    """Says the first of `PLACES`, whatever it is shown."""

    def __init__(self) -> None:
        self.shown: list[View] = []
        self.embeddings: list[Sequence[float]] = []
        self.left_s: float | None = None
        """Of the last request."""

    async def locate_stream(
        self,
        views: AsyncIterable[View],
        of: int,
        hear: Callable[[Located], None],
        left_s: float | None = None,
    ) -> Located:
        self.left_s = left_s
        count = 0
        async for view in views:
            count += 1
            self.shown.append(view)
            hear(located("fake", count, of))
        return located("fake", count, of)

    async def locate_embedding(
        self, embedding: Sequence[float], views: int, left_s: float | None = None
    ) -> Located:
        self.left_s = left_s
        self.embeddings.append(embedding)
        return located("fake", views, views)
