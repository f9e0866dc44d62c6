"""The tests' own game keeps the law that they test others by."""

from __future__ import annotations

import pytest

from tests.bot.doubles import FakeGame
from tests.bot.game_contract import GameContract


class TestFakeGame(GameContract):
    @pytest.fixture
    def game(self) -> FakeGame:
        return FakeGame()
