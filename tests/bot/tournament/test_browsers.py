"""Tournaments in real browsers, and how near the headless views are to theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from bot.game import Guess
from bot.headless import Rounds
from bot.server_process import Server
from bot.tournament.browsers import play_in_browsers
from bot.tournament.headless import play_headless
from bot.tournament.players import Answer, Constant, Player, Scene
from bot.tournament.sittings import Sitting
from bot.wishes import Wish
from models.world.pack import Pack, Panorama, save_pack
from tests.bot.standins.pictures import PICTURES, kept_places
from tests.server.web.conftest import TOKEN
from tests.server.web.conftest import Server as WebServer

pytestmark = pytest.mark.slow

ROUNDS = 2
SEED = 5


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a pack of the rendered world: of pictures that are kept, to draw some takes seconds."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "packs" / "seen"
    copytree(PICTURES, folder / "images")
    panoramas = tuple(
        Panorama(
            id=f"k{number}",
            lat=place.lat,
            lng=place.lng,
            heading=place.centre,
            date="",
            split="test",
            licence="CC0-1.0",
            attribution="The tests",
            file=f"images/{Path(place.picture).name}",
        )
        for number, place in enumerate(kept_places()[:ROUNDS])
    )
    save_pack(Pack(folder, "seen", "Places of the rendered world", panoramas))
    return home


@pytest.fixture(scope="module")
def arena(home: Path) -> Iterator[Server]:
    """Without models."""
    server = WebServer(home)
    server.start()
    yield Server(server.url, TOKEN)
    server.stop()


class Watcher:
    """Keeps what it is shown, and says nothing at the second round."""

    name = spec = "watcher"

    def __init__(self) -> None:
        self.scenes: list[Scene] = []

    async def answers(self, scenes: list[Scene]) -> list[Answer]:
        self.scenes += scenes
        return [
            Answer(None, 1.0, "late") if s.number == 2 else Answer(Guess(10.0, 20.0), 1.0)
            for s in scenes
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(home: Path, arena: Server) -> dict[str, tuple[Watcher, list[Sitting]]]:
    """The same match in browsers and without, each with a watcher of its own."""
    rounds = Rounds(str(home / "packs" / "seen"), None, ROUNDS)
    wish = Wish("seen", rounds=ROUNDS)
    played = {}
    for way in ("browser", "headless"):
        watcher, sittings = Watcher(), list[Sitting]()
        players: list[Player] = [watcher, Constant("north", Guess(60.0, 0.0), "constant:60,0")]
        due = {(player.name, SEED) for player in players}
        if way == "browser":
            await play_in_browsers(arena, wish, players, due, sittings.append, browsers=2)
        else:
            await play_headless(rounds, players, due, sittings.append)
        played[way] = watcher, sorted(sittings, key=lambda sitting: sitting.player)
    return played


Both = dict[str, tuple[Watcher, list[Sitting]]]


def test_the_same_rounds_have_the_same_scores(both: Both) -> None:
    for seen, cut in zip(both["browser"][1], both["headless"][1], strict=True):
        assert (seen.player, seen.seed) == (cut.player, cut.seed)
        for there, here in zip(seen.turns, cut.turns, strict=True):
            assert there.location == here.location
            # The pin is placed by hand: within a few km at the scale of the world.
            assert there.score == pytest.approx(here.score, abs=25)
            assert there.failure == here.failure


def test_a_round_without_a_guess_counts_nothing(both: Both) -> None:
    for _, sittings in both.values():
        watcher = next(sitting for sitting in sittings if sitting.player == "watcher")
        first, second = watcher.turns
        assert first.guess
        assert (second.guess, second.score, second.failure) == (None, 0, "late")


def test_headless_views_are_the_browsers(both: Both) -> None:
    """Within what docs/tournament.md promises, view by view."""
    for seen, cut in zip(both["browser"][0].scenes, both["headless"][0].scenes, strict=True):
        assert (seen.seed, seen.number) == (cut.seed, cut.number)
        for there, here in zip(seen.views(), cut.views(), strict=True):
            assert (there.heading, there.pitch) == (here.heading, here.pitch)
            assert np.abs(grey_levels(there.jpeg) - grey_levels(here.jpeg)).mean() < 3.0


def grey_levels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(jpeg)).convert("RGB"), float)


async def test_a_bundle_sees_the_same(both: Both) -> None:
    """The shipped bundle's embeddings and guesses, of the browser's views and of the headless."""
    from bot.tournament.bundles import load_players

    (player,) = load_players([(None, "world-small")])
    assert re.fullmatch(r"world-small [0-9a-f]{16}", player.spec)  # of its files, as they are
    scenes = both["browser"][0].scenes, both["headless"][0].scenes
    there, here = (player.eye.embed(s) for s in scenes)
    cosines = (there * here).sum(1) / np.linalg.norm(there, axis=1) / np.linalg.norm(here, axis=1)
    assert cosines.min() > 0.99
    for batch in scenes:
        answers = await player.answers(batch)
        assert all(answer.guess and answer.answer_ms > 0 for answer in answers)
