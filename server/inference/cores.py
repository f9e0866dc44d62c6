"""Which of the cores the encoder takes, as numpy's and torch's threads are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from threadpoolctl import ThreadpoolController

ALONE = 8
"""Views in a call, up to which nobody else is likely to be waiting: two panoramas."""


class Cores:
    """A client that is alone has them all; where many are, half of them decode for the next call.

    Threads of the encoder's that wait for each other on a core that decodes spin: a tenth of what a
    small encoder's server reckons on two cores.
    """

    def __init__(self, count: int | None = None) -> None:
        """Of so many cores; None: of this machine's."""
        self._half = max(1, (count or os.cpu_count() or 1) // 2)

    @contextmanager
    def taken(self, views: int) -> Iterator[None]:
        """For a call of so many views, in the thread that makes it."""
        if views <= ALONE:
            yield
        else:
            with self._openmp.limit(limits=self._half):
                yield

    @cached_property
    def _openmp(self) -> ThreadpoolController:
        """Made at the first call: by then the encoder's library is there."""
        return ThreadpoolController().select(user_api="openmp")
