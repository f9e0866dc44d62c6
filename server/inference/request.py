"""A panorama being located: its views, its embeddings, and what is to be done next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.inference.served import Served
from server.inference.work import EmbedViews, LocateMean
from server.protocol import Timings

NO_TIME = Timings(decode_ms=0, embed_ms=0, locate_ms=0)


@dataclass(slots=True, eq=False)
class Request:
    """One open request. Its work is done one step at a time, so answers keep order."""

    id: str
    ticket: int
    served: Served
    of: int
    streamed: bool
    binary: bool
    until_s: float | None = None
    """When its answer is of no use any more, by the shell's clock."""
    waiting: deque[EmbedViews] = field(default_factory=deque)
    taken: set[int] = field(default_factory=set)
    """Numbers of the views that have come and did not fail."""
    embeddings: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    working: bool = False
    at_work_bytes: int = 0
    """Of the pictures that are being embedded."""
    timings: Timings = NO_TIME

    @property
    def idle(self) -> bool:
        """Nothing to do before the client sends more views."""
        return not self.working and not self.waiting

    @property
    def held_bytes(self) -> int:
        """Of pictures that are not embedded yet."""
        return self.at_work_bytes + sum(work.n_bytes for work in self.waiting)

    @property
    def lacks_views(self) -> bool:
        """It cannot be answered without more from the client."""
        return self.streamed and len(self.taken) < self.of

    def take(self, images: tuple[bytes, ...], since_s: float) -> None:
        """Queue views under the lowest free numbers; the caller has made sure there are some."""
        free = [number for number in range(1, self.of + 1) if number not in self.taken]
        numbers = tuple(free[: len(images)])
        self.taken.update(numbers)
        self.waiting.append(EmbedViews(self.ticket, self.served, numbers, images, since_s))

    def next_step(self) -> list[EmbedViews]:
        """The next views to embed, unless there is work already."""
        if self.working or not self.waiting:
            return []
        self.working = True
        work = self.waiting.popleft()
        self.at_work_bytes = work.n_bytes
        return [work]

    def mean(self, since_s: float) -> LocateMean:
        """The plain mean of the views so far, in the order of their numbers."""
        rows = [self.embeddings[number] for number in sorted(self.embeddings)]
        embedding: NDArray[np.float32] = np.stack(rows).mean(axis=0, dtype=np.float32)
        return LocateMean(self.ticket, self.served, embedding, len(rows), since_s)

    def spend(self, timings: Timings) -> None:
        """Add to the time it has taken."""
        self.timings = Timings(
            decode_ms=self.timings.decode_ms + timings.decode_ms,
            embed_ms=self.timings.embed_ms + timings.embed_ms,
            locate_ms=self.timings.locate_ms + timings.locate_ms,
        )
