"""Token buckets, by a clock of the test's own."""

from __future__ import annotations

import pytest

from server.limits import MAX_KEYS, Buckets, Rate, caller


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_a_steady_rate():
    clock = Clock()
    buckets = Buckets(Rate(burst=3, per_s=0.5), clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    clock.now += 1
    assert buckets.take("a") == 1
    clock.now += 1
    assert [buckets.take("a"), buckets.take("a")] == [0, 2]
    assert buckets.take("b") == 0, "others have buckets of their own"


def test_an_idle_bucket_is_full_and_no_more():
    clock = Clock()
    buckets = Buckets(Rate(2, 1), clock)
    buckets.take("a")
    clock.now += 1000
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1]


def test_looking_takes_nothing():
    buckets = Buckets(Rate(1, 1), Clock())
    assert [buckets.wait_s("a") for _ in range(3)] == [0, 0, 0]
    assert len(buckets) == 0


def test_a_million_callers_are_not_remembered():
    buckets = Buckets(Rate(1, 1), Clock())
    for number in range(3 * MAX_KEYS):
        buckets.take(str(number))
        buckets.take("one who goes on")
    assert len(buckets) == MAX_KEYS
    assert buckets.take("one who goes on") > 0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a socket's path", "a socket's path"),
    ],
)
def test_one_caller_has_one_name(address, key):
    assert caller(address) == key
