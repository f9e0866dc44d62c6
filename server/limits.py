"""How often somebody may come: token buckets by address and by token. Pure, and of bounded size."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_KEYS = 4096
"""Callers that are remembered. The one not heard of for longest is forgotten: its bucket is the
fullest."""

IPV6_HOME = 64
"""Bits of an IPv6 address that one caller cannot choose."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many at once, and how many a second after that."""

    burst: int
    per_s: float


REQUESTS = Rate(1000, 200)
"""Of an address, of any kind: all bots and pages of a machine share its one."""
BY_TOKEN = Rate(500, 100)
"""Of one token. A bot that plays makes ten in a round."""
HANDSHAKES = Rate(100, 10)
"""Of an address. All clients come back at once when a server has been started anew."""
FAILURES = Rate(20, 0.5)
"""Wrong tokens from an address. A person mistypes less often; a guesser has a thousand years."""
MATCHES = Rate(100, 2)
"""New ones: each stays on the disk."""


class Buckets:
    """One bucket for each key, full at first."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens, and when there were so many; the key heard of last comes last."""

    def __len__(self) -> int:
        return len(self._left)

    def wait_s(self, key: str) -> float:
        """Seconds until the key may come again; 0: now."""
        return max(0.0, (1 - self._tokens(key)) / self._rate.per_s)

    def take(self, key: str) -> float:
        """Come in, if `wait_s` is 0; return it."""
        tokens, wait_s = self._tokens(key), self.wait_s(key)
        self._left[key] = (tokens if wait_s else tokens - 1, self._clock())
        self._left.move_to_end(key)
        if len(self._left) > MAX_KEYS:
            self._left.popitem(last=False)
        return wait_s

    def _tokens(self, key: str) -> float:
        tokens, at = self._left.get(key, (float(self._rate.burst), self._clock()))
        return min(self._rate.burst, tokens + (self._clock() - at) * self._rate.per_s)


def caller(address: str) -> str:
    """The key of an address: itself, or the whole network that a caller of IPv6 has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, IPV6_HOME), strict=False))
    return str(ip)
