"""Stand-ins, shared by the tests of all sites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.standins.server import StandIns, serving


@pytest.fixture(scope="session")
def stand_ins() -> Iterator[StandIns]:
    with serving() as served:
        yield served
