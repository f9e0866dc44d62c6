"""What every online provider has to fulfil, on a stand-in that speaks its protocol."""

from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from models.world.importing import importer
from models.world.importing.area import Area
from models.world.importing.importer import Plan, import_pack
from models.world.importing.source import Skipped, Source, StoppedError
from models.world.pack import load_pack
from tests.models.world.importing.online import Answer
from tests.models.world.importing.providers import Mapillary, Panoramax, Shot, shots

AREA = Area(2.0, 48.0, 2.09, 48.09)
PLAN = Plan("streets", count=6)


@pytest.fixture(params=[Panoramax, Mapillary], ids=lambda provider: provider.__name__)
def provider(request, stand_in):
    return request.param(stand_in, shots(40))


@pytest.fixture
def run(provider, web, tmp_path):
    def run(plan=PLAN):
        found = provider.find(web, AREA, plan.count or 10)
        return import_pack(found, tmp_path / "pack", plan)

    return run


def test_pictures_come_with_all_that_is_known(provider, web):
    provider.shots = [Shot("1001", 48.01, 2.02, heading=350.5, drive="d7")]
    (found,) = provider.find(web, AREA, 5)
    assert isinstance(found, Source)
    assert (found.lat, found.lng, found.heading) == (48.01, 2.02, 350.5)
    assert (found.kind, found.hfov_deg, found.sequence) == ("equirect", 360, "d7")
    assert (found.date, found.licence) == ("2024-08-09", "CC-BY-SA-4.0")
    assert found.attribution.startswith("Ada L., ")
    assert found.remote.fetch()[:2] == b"\xff\xd8"


def test_only_panoramas_unless_photos_are_wanted(provider, web):
    flat = replace(provider.shots[0], hfov_deg=70.0)
    provider.shots = [flat, *provider.shots[1:3]]
    assert Counter(found.kind for found in provider.find(web, AREA, 5)) == {"equirect": 2}
    found = list(provider.find(web, AREA, 5, photos=True))
    assert Counter(item.kind for item in found) == {"equirect": 2, "photo": 1}
    (photo,) = [item for item in found if item.kind == "photo"]
    assert photo.hfov_deg == pytest.approx(70, abs=0.01)


def test_as_many_as_wanted_and_spread(provider, run):
    imported = run()
    assert len(imported.panoramas) == 6
    assert len(provider.fetched()) == 6
    lats = sorted(row.lat for row in imported.panoramas)
    assert lats[-1] - lats[0] > 0.04  # half of the box


def test_fewer_than_wanted_is_no_failure(provider, run):
    imported = run(replace(PLAN, count=100))
    assert len(imported.panoramas) == 40
    assert imported.stopped == ""


def test_a_second_run_fetches_nothing_again(provider, run):
    first = run()
    provider.stand_in.asked.clear()
    assert run() == first
    assert provider.fetched() == []


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_killed_import_goes_on(provider, run, web, tmp_path):
    def killed_after(found, count):
        yield from islice(found, count)
        raise KeyboardInterrupt

    found = killed_after(provider.find(web, AREA, PLAN.count), 4)
    with pytest.raises(KeyboardInterrupt):
        import_pack(found, tmp_path / "pack", PLAN)
    assert len(provider.fetched()) == 4
    assert not (tmp_path / "pack" / "pack.toml").exists()
    run()
    assert len(provider.fetched()) == PLAN.count  # none of the four again
    import_pack(provider.find(web, AREA, PLAN.count), tmp_path / "whole", PLAN)
    assert contents(tmp_path / "pack") == contents(tmp_path / "whole")


def test_a_broken_picture_in_the_pack_is_fetched_again(provider, run, tmp_path):
    whole = run()
    lost = sorted((tmp_path / "pack" / "images").iterdir())[:2]
    lost[0].unlink()
    lost[1].write_bytes(lost[1].read_bytes()[:-40])
    provider.stand_in.asked.clear()
    assert run() == whole
    assert len(provider.fetched()) == 2


def test_trouble_passes(provider, run):
    provider.stand_in.faults += [
        Answer(500),
        Answer(429, headers={"Retry-After": "3"}),
        Answer(body=b"{", cut=True),
    ]
    assert len(run().panoramas) == 6


def test_bad_pictures_are_made_up_for(provider, run, web):
    order = [found.name.split()[-1] for found in provider.find(web, AREA, PLAN.count)]
    provider.broken.add(order[0])
    provider.gone.add(order[1])
    imported = run()
    assert len(imported.panoramas) == 6
    reasons = {skipped.name.split()[-1]: skipped.reason for skipped in imported.skipped}
    assert reasons.keys() == {order[0], order[1]}
    assert "unreadable: " in reasons[order[0]]
    assert "status 404" in reasons[order[1]]


def test_a_search_that_fails_keeps_what_is_there(provider, run, tmp_path):
    first = run()
    provider.stand_in.faults.append(Answer(400))
    stopped = run()
    assert "the search failed" in stopped.stopped
    assert "status 400" in stopped.stopped
    assert load_pack(tmp_path / "pack").panoramas == first.panoramas


def test_a_provider_without_pictures_is_left_alone(provider, run, monkeypatch, tmp_path):
    monkeypatch.setattr(importer, "MAX_FAILED_IN_A_ROW", 3)
    provider.gone = {shot.id for shot in provider.shots}
    imported = run()
    assert imported.stopped.startswith("3 pictures in a row failed, the last: ")
    assert not (tmp_path / "pack").exists()


def test_places_off_the_globe_are_skipped(provider, web):
    provider.shots = [Shot("1001", 48.01, 2.02)]
    provider.stand_in.faults.append(provider.search_answer([Shot("1002", 0.0, 0.0)]))
    first = next(iter(provider.find(web, AREA, 1)))
    assert isinstance(first, Skipped)
    assert "no GPS fix" in first.reason


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"features": 3, "data": 3}', b"<html>"])
def test_another_language_is_named(provider, web, body):
    provider.stand_in.faults.append(Answer(body=body))
    with pytest.raises(StoppedError, match=r"the search failed: .*expected"):
        list(provider.find(web, AREA, 5))
