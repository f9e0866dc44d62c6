import hashlib
import multiprocessing
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from models.render import main, panorama_id, render_pack
from models.world.pack import PackError, load_pack, save_pack
from models.world.renderer import render
from models.world.sampling import draw_places
from models.world.scene import scene_at
from models.world.style import hashed

ASKED = {"name": "little", "count": 6, "split": None, "width_px": 64, "seed": 5, "processes": 1}


def digests(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return render_pack(tmp_path_factory.mktemp("packs") / "little", **ASKED)


def test_the_pack_is_whole(folder):
    pack = load_pack(folder)
    assert pack.name == "little"
    assert len(pack) == 6
    for panorama in pack.panoramas:
        with Image.open(pack.image_path(panorama)) as picture:
            assert picture.size == (64, 32)
            assert picture.format == "JPEG"
            assert not picture.getexif()
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert 0 <= panorama.heading < 360
        assert panorama.sequence
        assert "GeoNames" in panorama.licence


def test_the_same_arguments_give_the_same_bytes(folder, tmp_path):
    again = render_pack(tmp_path / "again", **ASKED)
    assert digests(again) == digests(folder)


@pytest.mark.slow
def test_a_stopped_run_goes_on_and_ends_in_the_same_bytes(folder, tmp_path):
    half = tmp_path / "half"
    render_pack(half, **{**ASKED, "count": 4})
    images = sorted((half / "images").iterdir())
    images[0].unlink()
    images[1].write_bytes(images[1].read_bytes()[:-40])  # as a copy cut short
    kept = images[2].stat().st_mtime_ns
    seen = []
    render_pack(half, **ASKED, progress=lambda done, count: seen.append((done, count)))
    assert seen == [(3, 6), (4, 6), (5, 6), (6, 6)]
    assert images[2].stat().st_mtime_ns == kept
    assert digests(half) == digests(folder)


def test_ids_say_nothing_of_the_place():
    ids = [panorama_id(5, number, None) for number in range(200)]
    assert len(set(ids)) == 200
    assert ids != sorted(ids)
    assert all(len(i) == 16 for i in ids)
    assert panorama_id(5, 0, None) != panorama_id(6, 0, None)


@pytest.mark.slow
def test_pictures_of_another_split_are_not_taken_for_this_one(folder, tmp_path):
    mixed = tmp_path / "mixed"
    render_pack(mixed, **{**ASKED, "count": 2})
    render_pack(mixed, **{**ASKED, "count": 2, "split": "test"})
    fresh = load_pack(render_pack(tmp_path / "fresh", **{**ASKED, "count": 2, "split": "test"}))
    for panorama in fresh.panoramas:
        found = (mixed / panorama.file).read_bytes()
        assert found == fresh.image_path(panorama).read_bytes()


def test_the_picture_is_that_of_the_spot(folder):
    """The table's heading is the road's, and the picture is drawn at the spot's hour."""
    spot, panorama = draw_places(3, 5)[2], load_pack(folder).panoramas[2]
    assert (panorama.lat, panorama.lng, panorama.heading) == (spot.lat, spot.lng, spot.heading)
    assert (panorama.date, panorama.sequence) == (spot.day.isoformat(), spot.sequence)
    seed = hashed(5, 2) % 2**32
    scene = scene_at(spot.lat, spot.lng, seed, spot.day, heading=spot.heading, hour=spot.hour)
    with Image.open(folder / panorama.file) as picture:
        off = np.asarray(picture).astype(int) - render(scene, 64)
    assert np.abs(off).mean() < 12  # JPEG, of a busy picture


@pytest.mark.slow
def test_without_a_cue_it_is_another_pack(folder, tmp_path):
    pack = load_pack(render_pack(tmp_path / "p", **ASKED, without=frozenset({"sky", "paint"})))
    assert pack.about.endswith("64 px wide, without paint, sky")
    whole = load_pack(folder)
    assert [p.lat for p in pack.panoramas] == [p.lat for p in whole.panoramas]
    assert not {p.id for p in pack.panoramas} & {p.id for p in whole.panoramas}
    assert all(
        pack.image_path(one).read_bytes() != whole.image_path(other).read_bytes()
        for one, other in zip(pack.panoramas, whole.panoramas, strict=True)
    )


def test_an_unknown_split_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"split: expected one of .* got: 'exam'"):
        render_pack(tmp_path / "p", **{**ASKED, "split": "exam"})


def test_the_command(tmp_path, capsys):
    out = tmp_path / "world"
    asked = ["--count", "2", "--width", "64", "--split", "test", "--seed", "3", "--processes", "1"]
    assert main(["--out", str(out), *asked]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip() == str(out)
    assert "2/2" in printed.err
    assert {p.split for p in load_pack(out).panoramas} == {"test"}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--count", "0"], "expected 1 or more"),
        (["--width", "7"], "expected a multiple of 4"),
        (["--without", "smell"], "got: ['smell']"),
        (["--seed", "-1"], "expected 0 or more, got: -1"),
        (["--processes", "0"], "expected 1 or more, got: 0"),
    ],
)
def test_what_cannot_be_rendered_is_told_and_nothing_is_written(tmp_path, capsys, asked, message):
    common = ["--count", "1", "--processes", "1", "--out", str(tmp_path / "p")]
    assert main([*common, *asked]) == 1
    assert f"homing world render: {asked[0][2:]}" in (told := capsys.readouterr().err)
    assert message in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "..", "../../elsewhere", "a/b"])
def test_a_name_that_is_no_folder_of_its_own_is_refused(tmp_path, monkeypatch, capsys, name):
    monkeypatch.setenv("HOMING_HOME", str(tmp_path / "home"))
    assert main(["--count", "1", "--width", "64", "--name", name]) == 1
    assert f"name: expected one that a folder can have, or --out, got: {name!r}" in (
        capsys.readouterr().err
    )
    assert not list(tmp_path.iterdir())


def test_a_pack_that_is_not_rendered_keeps_its_table_and_its_files(folder, tmp_path):
    theirs = tmp_path / "theirs"
    shutil.copytree(folder, theirs)
    save_pack(replace(load_pack(theirs), about="Imported from somewhere"))
    (theirs / "images" / ".note").write_text("of theirs")
    before = digests(theirs)
    with pytest.raises(PackError, match=r"theirs: expected no pack or a rendered one, got: 'Impor"):
        render_pack(theirs, **ASKED)
    assert digests(theirs) == before


def test_only_half_written_pictures_are_cleared_away(tmp_path):
    images = tmp_path / "p" / "images"
    images.mkdir(parents=True)
    (images / ".gitignore").write_text("*")
    (images / ".0123456789abcdef.jpg.x1y2").write_bytes(b"cut short")
    render_pack(tmp_path / "p", **{**ASKED, "count": 1})
    assert [path.name for path in images.glob(".*")] == [".gitignore"]


COUNT = 40
"""Enough that a run is killed before its end."""


def command(out, count):
    asked = f"--count {count} --width 64 --seed 5 --processes 2 --name little --out"
    return [sys.executable, "-m", "homing", "world", "render", *asked.split(), str(out)]


def started_and_seen(out, count, pictures):
    """A run of the command that has written so many pictures."""
    run = subprocess.Popen(command(out, count), stderr=subprocess.PIPE, text=True)
    while run.poll() is None and len(list((out / "images").glob("*.jpg"))) < pictures:
        time.sleep(0.01)
    return run


def children_of(pid):
    """Ids of the processes that this one started, by the system's own list."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, check=True, text=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_alive(pid):
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False, text=True
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


@pytest.mark.slow
def test_a_run_killed_in_the_middle_goes_on_and_ends_in_the_same_bytes(tmp_path):
    """Pictures of several processes, then of this one, are those of this one alone."""
    killed = tmp_path / "killed"
    run = started_and_seen(killed, COUNT, 6)
    renderers = children_of(run.pid)
    run.kill()
    run.communicate()
    assert len(renderers) > 1
    while any(map(is_alive, renderers)):  # they end by themselves
        time.sleep(0.05)
    assert 6 <= len(list((killed / "images").glob("*.jpg"))) < COUNT
    assert not (killed / "pack.toml").exists()
    (killed / "images" / ".0123456789abcdef.jpg.x1y2").write_bytes(b"cut short")
    render_pack(killed, **{**ASKED, "count": COUNT})
    whole = render_pack(tmp_path / "whole", **{**ASKED, "count": COUNT})
    assert len(digests(whole)) == COUNT + 2
    assert digests(killed) == digests(whole)


@pytest.mark.slow
def test_a_killed_rendering_process_ends_the_run_and_is_told(tmp_path, capsys):
    def kill_one():
        while not list((tmp_path / "p" / "images").glob("*.jpg")):
            time.sleep(0.01)
        multiprocessing.active_children()[-1].kill()

    killer = threading.Thread(target=kill_one)
    killer.start()
    asked = "--count 600 --width 64 --seed 5 --processes 2 --name little --out"
    assert main([*asked.split(), str(tmp_path / "p")]) == 1
    killer.join()
    assert "expected rendering processes to live, got: one ended early" in capsys.readouterr().err
