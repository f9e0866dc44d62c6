"""Tables of what countries do, written the short way round: a habit, and all who have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Habit = TypeVar("Habit")


def by_country(habits: Mapping[Habit, str]) -> dict[str, Habit]:
    """Country codes to habits, from habits to country codes parted by blanks."""
    return {code: habit for habit, codes in habits.items() for code in codes.split()}
