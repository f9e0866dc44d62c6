"""Nobody comes to a place again, and a study that packs cannot serve admits nobody."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from models.world.pack import Pack, Panorama
from server.arena.shelf import draw
from server.arena.words import NewMatch, Rules
from server.experiments.drawing import Unplayable, drawn, playable
from server.experiments.events import MatchOver, PracticeOpened
from server.experiments.plan import PanoramaSet, Plan, read_plan
from tests.server.arena.player import Clock
from tests.server.experiments.conftest import opened_room, plan_of
from tests.server.experiments.planted import PACK
from tests.server.experiments.study_room import Room, Somebody


def pack_of(panoramas: int, drives: int = 0) -> Pack:
    """With so many panoramas of the split test; no drives: each is one of its own."""
    of = [f"d{n % drives}" if drives else "" for n in range(panoramas)]
    found = (
        Panorama(f"p{number}", 0, 0, 0, "", "test", "", "", "", sequence=drive)
        for number, drive in enumerate(of)
    )
    return Pack(Path("unread"), "study", "", tuple(found))


def docs_plan() -> Plan:
    docs = Path(__file__).parents[3] / "docs" / "experiments.md"
    return read_plan(docs.read_text().split("```toml\n")[1].split("```")[0])


def ids(plan: Plan, pack: Pack) -> list[list[str]]:
    return [[one.id for one in playable(found)] for found in drawn(plan, lambda _: pack)]


def test_the_plan_of_the_docs_takes_36_panoramas_and_none_twice() -> None:
    """Seven sets of five rounds and a practice round."""
    found = ids(docs_plan(), pack_of(36))
    assert [len(one) for one in found] == [5] * 7 + [1]
    assert {id_ for one in found for id_ in one} == {f"p{n}" for n in range(36)}
    fault = drawn(docs_plan(), lambda _: pack_of(33))[6]
    assert str(fault) == (
        "set 7: split 'test' of pack 'study': expected at least 5 panoramas, one a round, "
        "got: 3, beside 30 that are taken; the study takes 36"
    )
    with pytest.raises(Unplayable):
        playable(fault)


def test_a_set_is_what_its_seed_draws_without_what_is_taken() -> None:
    pack, plan = pack_of(60), docs_plan()
    taken: list[str] = []
    for one, found in zip((*plan.sets, plan.practice), ids(plan, pack), strict=True):
        whole = draw(pack, NewMatch(pack="study", rules=Rules(rounds=50)), one.seed)
        left = [panorama.id for panorama in whole if panorama.id not in taken]
        assert found == left[: len(found)]
        taken += found


def test_no_drive_comes_again_while_there_are_others() -> None:
    drives = Counter(
        panorama.sequence
        for found in drawn(docs_plan(), lambda _: pack_of(200, drives=40))
        for panorama in playable(found)
    )
    assert set(drives.values()) == {1}


def test_packs_that_share_panoramas_share_them_here_too() -> None:
    sets = (PanoramaSet(pack="a", seed=1), PanoramaSet(pack="b", seed=2))
    found = drawn(plan_of(matches=1, sets=sets), lambda _: pack_of(10))
    names = [one.id for each in found for one in playable(each)]
    assert len(set(names)) == len(names) == 7


async def test_whoever_plays_to_the_end_sees_each_place_once(room: Room) -> None:
    people = [await room.person() for _ in range(2)]
    for _ in range(4):
        words = await room.matched(*people)
        await room.play([word["table"] for word in words])
        for person in people:
            await person.me()
            await person.answer(said_bot=True)
    for person in people:
        log = room.studies.load(room.keys.study, person.token.partition(".")[0])
        seen = [one.panorama for e in log if isinstance(e, MatchOver) for one in e.rounds]
        (practice,) = [e.match for e in log if isinstance(e, PracticeOpened)]
        seen += [one.panorama for one in room.matches.load(practice)[0].rounds]  # type: ignore[union-attr]
        assert len(set(seen)) == len(seen) == 13


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pack": "shade"}, "set 3: pack: expected one of ['shades'], got: 'shade'"),
        ({"split": "holdout"}, "set 3: split 'holdout' of pack 'shades': expected at least 3 pan"),
    ],
)
async def test_nobody_is_admitted_where_a_set_cannot_be_played(
    tmp_path: Path, clock: Clock, fields: dict[str, Any], said: str
) -> None:
    sets = [PanoramaSet(pack=PACK, seed=seed) for seed in range(8)]
    sets[2] = sets[2].model_copy(update=fields)
    plan = plan_of(sets=tuple(sets))
    async with opened_room(tmp_path / "packs", f"sqlite:///{tmp_path}/a.sqlite", clock, plan) as r:
        guest = Somebody(r, r.keys.invite)
        answer = await guest.call("POST", "/people", nickname="Ada", consent=True)
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith(said)
        assert (await r.experimenter.call("GET", "/progress")).json()["admitted"] == 0


async def test_a_set_whose_pack_has_gone_keeps_nobody_waiting(
    tiny_pack: Pack, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    sets = (PanoramaSet(pack="tiny", seed=1), PanoramaSet(pack=PACK, seed=1))
    plan, url = plan_of(matches=1, sets=sets), f"sqlite:///{tmp_path}/a.sqlite"
    async with opened_room(tiny_pack.folder.parent, url, clock, plan) as room:
        people = [await room.person() for _ in range(4)]
        shutil.rmtree(tiny_pack.folder)
        await room.matched(*people)
        assert "set 1 is set aside: pack: expected one of ['shades'], got: 'tiny'" in caplog.text
        caplog.clear()
        for _ in range(8):  # one whose opponent could be seated is alone for a minute
            clock.now += 10
            await room.seats()
            phases = {(await person.me())["phase"] for person in people}
        assert (phases, caplog.text) == ({"match"}, "")
