"""HTTP as a guest: slowly, patiently, and with an end."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from models.world.importing.source import BadPictureError, StoppedError

USER_AGENT = "Homing/0.1 (street imagery into packs; one request at a time)"
TRIES = 5
"""Of one address, the first included."""
MAX_BACK_OFF_S = 60.0
MAX_WAIT_S = 300.0
"""A server that asks for a longer pause is left alone."""
MAX_BYTES = 64 * 2**20
MAX_ANSWER_S = 300.0
"""For one answer, however steadily it trickles."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that another try may cure."""

NOTHING: Mapping[str, str] = {}


class WebError(BadPictureError):
    """An address could not be had. `status` is the last answer's, None where none came."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int | None
    body: bytes
    retry_after: str = ""
    fault: str = ""
    """What broke, where there is no status."""


class Web:
    """GETs one address at a time, at most `per_second` a second from each host.

    Passing failures (429, 5xx, cut connections) are tried again with exponential back-off and full
    jitter; `Retry-After` is honoured. Errors and logs name host and path only: queries may hold
    keys. `clock`, `now`, `sleep` and `draw` are there for tests.
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        for name in ("httpx", "httpcore"):  # they log whole addresses, and with them keys
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = httpx.Client(
            headers={"User-Agent": USER_AGENT}, timeout=30.0, follow_redirects=True
        )
        self._gap_s = 1 / per_second
        self._next_s: dict[str, float] = {}
        self._clock, self._now, self._sleep, self._draw = clock, now, sleep, draw

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get_json(
        self, url: str, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING
    ) -> object:
        """The answer, parsed.

        Raises:
            WebError: there is no such answer, or it is not JSON.
            StoppedError: the server wants no more requests for now.
        """
        body = self.get(url, query, headers)
        try:
            return json.loads(body)
        except ValueError as error:
            raise WebError(f"{_plain(url)}: expected JSON, got: {len(body)} other bytes") from error

    def get(
        self, url: str, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING
    ) -> bytes:
        """The answer's body, up to `MAX_BYTES`; raises as `get_json`."""
        answer = _Answer(None, b"")
        for attempt in range(TRIES):
            if attempt:
                self._wait(url, answer, attempt)
            answer = self._once(url, query, headers)
            if answer.status == httpx.codes.OK:
                return answer.body
            if answer.status is not None and answer.status not in PASSING:
                break
        raise self._failed(url, answer)

    def _once(self, url: str, query: Mapping[str, str], headers: Mapping[str, str]) -> _Answer:
        try:
            address = httpx.URL(url).copy_merge_params(dict(query))
            if address.scheme not in {"http", "https"} or not address.host:
                raise WebError(f"expected a web address, got: {address.scheme or 'none'}")
            self._keep_pace(address.host)
            with self._client.stream("GET", address, headers=dict(headers)) as response:
                body = self._read(response)
        except httpx.InvalidURL as error:
            raise WebError(f"expected a web address: {error}") from error
        except httpx.RequestError as error:
            return _Answer(None, b"", fault=type(error).__name__)
        return _Answer(response.status_code, body, response.headers.get("Retry-After", ""))

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        end_s = self._clock() + MAX_ANSWER_S
        for part in response.iter_bytes():
            body += part
            if len(body) > MAX_BYTES:
                raise WebError(f"{_plain(str(response.url))}: expected up to {MAX_BYTES} bytes")
            if self._clock() > end_s:
                raise httpx.ReadTimeout("too slow")
        return bytes(body)

    def _keep_pace(self, host: str) -> None:
        now_s = self._clock()
        start_s = max(now_s, self._next_s.get(host, now_s))
        if start_s > now_s:
            self._sleep(start_s - now_s)
        self._next_s[host] = start_s + self._gap_s

    def _wait(self, url: str, answer: _Answer, attempt: int) -> None:
        asked_s = self._asked_s(answer.retry_after)
        if asked_s > MAX_WAIT_S:
            raise StoppedError(f"{_plain(url)}: asks for a pause of {asked_s:.0f} s")
        self._sleep(asked_s + self._draw() * min(MAX_BACK_OFF_S, 2.0**attempt))

    def _asked_s(self, retry_after: str) -> float:
        """Seconds or an HTTP date (RFC 9110, 10.2.3); anything else counts as absent."""
        if retry_after.isdecimal():
            return float(retry_after)
        try:
            return max(0.0, parsedate_to_datetime(retry_after).timestamp() - self._now())
        except ValueError:
            return 0.0

    def _failed(self, url: str, answer: _Answer) -> Exception:
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            return StoppedError(f"{_plain(url)}: too many requests, even after {TRIES} tries")
        what = answer.fault if answer.status is None else f"status {answer.status}"
        return WebError(f"{_plain(url)}: {what}", answer.status)


def _plain(url: str) -> str:
    """Host and path: what may be shown."""
    address = httpx.URL(url)
    return f"{address.host}{address.path}"
