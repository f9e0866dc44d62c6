"""What strangers' frames and uploads may fill of the memory, all connections together. Pure."""

from __future__ import annotations

MOST_BYTES = 256 * 2**20
"""Ten of the largest frames, or two thousand panoramas of four views."""


class Budget:
    """Bytes that came and are not done with."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0

    def share(self) -> Share:
        """A new connection's part."""
        return Share(self)

    @property
    def spent(self) -> bool:
        """There is more than there should be."""
        return self.held_bytes > self.most_bytes


class Share:
    """What one connection holds of a budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.held_bytes = 0

    @property
    def spent(self) -> bool:
        """All connections together hold more than they should."""
        return self._budget.spent

    def hold(self, n_bytes: int) -> None:
        """From now on it holds so many, instead of what it held."""
        self._budget.held_bytes += n_bytes - self.held_bytes
        self.held_bytes = n_bytes

    def has_room(self, more_bytes: int) -> bool:
        """Whether it may hold so many more; who is alone may, whatever they are."""
        held = self._budget.held_bytes
        return held == 0 or held + more_bytes <= self._budget.most_bytes
