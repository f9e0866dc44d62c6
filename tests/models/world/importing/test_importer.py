from dataclasses import replace

import pytest

from models.world.importing.importer import Plan, draw_split, import_pack
from models.world.importing.source import Skipped, Source
from models.world.pack import PackError, load_pack

PLAN = Plan("mine", licence="CC0", attribution="me")


@pytest.fixture
def sources(jpeg):
    files = [jpeg(f"{i}.jpg", (i * 40, 90, 90)) for i in range(4)]
    return [
        Source(file.name, "equirect", (file,), lat=40.0 + i, lng=9.0, heading=370.0 + i)
        for i, file in enumerate(files)
    ]


def images(folder):
    return {path.name: path.stat().st_mtime_ns for path in (folder / "images").iterdir()}


def test_a_pack_holds_what_was_found(sources, tmp_path):
    mine = replace(sources[0], licence="BY", attribution="Ada", heading=None, date="2024-01-02")
    found = [mine, Skipped("z.jpg", "no place"), *sources[1:]]
    imported = import_pack(found, tmp_path / "p", PLAN)
    pack = load_pack(tmp_path / "p")
    assert pack.panoramas == imported.panoramas
    assert imported.skipped == (Skipped("z.jpg", "no place"),)
    assert imported.without_heading == ("0.jpg",)
    first, second = pack.panoramas[:2]
    assert (first.licence, first.attribution, first.heading) == ("BY", "Ada", 0)
    assert (second.licence, second.attribution, second.heading) == ("CC0", "me", 11)
    assert (first.lat, first.lng, first.date) == (40, 9, "2024-01-02")
    assert all(pack.image_path(panorama).is_file() for panorama in pack.panoramas)


def test_a_second_run_redoes_only_what_is_broken(sources, tmp_path):
    first = import_pack(sources, tmp_path, PLAN)
    before = images(tmp_path)
    broken = tmp_path / first.panoramas[2].file
    broken.write_bytes(broken.read_bytes()[:-200])
    before[broken.name] = broken.stat().st_mtime_ns
    assert import_pack(sources, tmp_path, PLAN) == first
    after = images(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {broken.name}


def test_what_is_found_no_more_goes(sources, tmp_path):
    import_pack(sources, tmp_path, PLAN)
    import_pack(sources[:1], tmp_path, PLAN)
    assert len(load_pack(tmp_path)) == len(images(tmp_path)) == 1


def test_a_bad_picture_does_not_stop_the_others(sources, tmp_path):
    sources[1].files[0].write_bytes(b"\xff\xd8 nothing")
    twin = replace(sources[0], name="twin.jpg")
    imported = import_pack([*sources, twin], tmp_path / "p", PLAN)
    assert len(imported.panoramas) == 3
    reasons = {skipped.name: skipped.reason for skipped in imported.skipped}
    assert reasons["1.jpg"].startswith("unreadable")
    assert reasons["twin.jpg"] == "the same picture as 0.jpg"


def test_nothing_found_nothing_written(tmp_path):
    assert import_pack([Skipped("a", "b")], tmp_path / "p", PLAN).panoramas == ()
    assert not (tmp_path / "p").exists()


def test_another_pack_is_not_overwritten(sources, tmp_path):
    import_pack(sources, tmp_path, PLAN)
    with pytest.raises(PackError, match="the pack 'yours', got: 'mine'"):
        import_pack(sources, tmp_path, replace(PLAN, name="yours"))
    assert len(load_pack(tmp_path)) == 4


def test_neighbours_and_drives_share_a_split(sources, tmp_path):
    near = [replace(s, lat=48.70001 + i * 1e-5, lng=9.10002) for i, s in enumerate(sources)]
    drive = [replace(s, sequence="drive 7") for s in sources]
    for number, found in enumerate((near, drive)):
        imported = import_pack(found, tmp_path / str(number), replace(PLAN, test_share=0.5))
        assert len({panorama.split for panorama in imported.panoramas}) == 1


def test_splits_come_in_the_share_asked_for():
    drawn = [draw_split(f"place {i}", 0.2) for i in range(2000)]
    assert 330 < drawn.count("test") < 470  # 400 and four standard deviations
    assert {draw_split("a", 0.0), draw_split("b", 0.0)} == {"train"}
    assert {draw_split("a", 1.0, 0.1), draw_split("b", 1.0, 0.1)} == {"test"}


def test_a_validation_part_is_taken_from_the_training_one():
    keys = [f"place {i}" for i in range(2000)]
    plain, drawn = ([draw_split(key, 0.2, share) for key in keys] for share in (0.0, 0.1))
    assert 146 < drawn.count("validation") < 254  # 200 and four standard deviations
    assert [s for s in drawn if s == "test"] == [s for s in plain if s == "test"]


def test_the_originals_stay_where_the_pack_is_made_among_them(sources, tmp_path):
    mine = tmp_path / "images" / "holiday.jpg"
    mine.parent.mkdir()
    mine.write_bytes(sources[0].files[0].read_bytes())
    import_pack([replace(sources[0], files=(mine,))], tmp_path, PLAN)
    assert mine.is_file()
