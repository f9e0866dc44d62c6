"""Packs in memory and in shards: the same pictures, each once an epoch, in a known order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.shard import shard
from models.training.sources import Held, Sharded, source_of
from models.world.pack import Pack, load_pack
from models.world.pictures import read_panorama


def test_pictures_in_memory_are_those_of_the_pack(tiny_pack: Pack) -> None:
    source = source_of(tiny_pack, tiny_pack.panoramas)
    assert isinstance(source, Held)
    for row, panorama in enumerate(tiny_pack.panoramas):
        opened = np.asarray(Image.open(tiny_pack.image_path(panorama)))
        assert np.abs(source.picture(row).astype(int) - opened).mean() < 3  # two JPEG decoders


def test_ranks_share_each_batch_of_a_pack_in_memory(tiny_pack: Pack) -> None:
    source = source_of(tiny_pack, tiny_pack.panoramas)
    (whole,) = source.order(np.random.default_rng(1), 1)
    one, other = source.order(np.random.default_rng(1), 2)
    assert sorted(whole) == list(range(6))
    for first in range(0, 6, 2):
        half = first // 2
        assert {one[half], other[half]} == set(whole[first : first + 2])


def test_a_sharded_pack_is_the_pack(tiny_pack: Pack, tmp_path: Path) -> None:
    folder = shard(tiny_pack, tmp_path / "sharded", per_shard=2)
    sharded = load_pack(folder)
    assert {path.name for path in (folder / "shards").iterdir()} == {
        "train-00000.tar",
        "validation-00000.tar",
        "test-00000.tar",
        "test-00001.tar",
    }
    by_id = {panorama.id: panorama for panorama in tiny_pack.panoramas}
    assert {p.id for p in sharded.panoramas} == set(by_id)
    for panorama in sharded.panoramas:
        mine, theirs = read_panorama(sharded, panorama), by_id[panorama.id]
        assert np.array_equal(mine, read_panorama(tiny_pack, theirs))
        assert (panorama.lat, panorama.heading) == (theirs.lat, theirs.heading)


def test_shards_are_written_once_and_a_killed_run_goes_on(tiny_pack: Pack, tmp_path: Path) -> None:
    folder = shard(tiny_pack, tmp_path / "sharded", per_shard=2)
    times = {path: path.stat().st_mtime_ns for path in (folder / "shards").iterdir()}
    (gone, *_) = times
    content = gone.read_bytes()
    gone.unlink()
    (folder / "pack.toml").unlink()
    shard(tiny_pack, folder, per_shard=2)
    assert gone.read_bytes() == content
    assert all(path.stat().st_mtime_ns == at for path, at in times.items() if path != gone)


def test_an_epoch_of_shards_shows_each_once_and_ranks_read_different_shards(
    tiny_pack: Pack, tmp_path: Path
) -> None:
    sharded = load_pack(shard(tiny_pack, tmp_path / "sharded", per_shard=1))
    source = source_of(sharded, sharded.panoramas)
    assert isinstance(source, Sharded)
    ranks = source.order(np.random.default_rng(3), 2)
    assert [len(rows) for rows in ranks] == [3, 3]
    assert sorted(np.concatenate(ranks)) == list(range(6))
    again = source.order(np.random.default_rng(3), 2)
    assert all(np.array_equal(a, b) for a, b in zip(ranks, again, strict=True))
    others = [source.order(np.random.default_rng(seed), 1)[0].tolist() for seed in range(5)]
    assert len({tuple(rows) for rows in others}) > 1
    with pytest.raises(ValueError, match="expected 7 or more shards, got: 6"):
        source.order(np.random.default_rng(3), 7)


def test_what_is_missing_or_broken_is_named(tiny_pack: Pack, tmp_path: Path) -> None:
    broken = tiny_pack.panoramas[2]
    tiny_pack.image_path(broken).write_bytes(b"not a picture")
    with pytest.raises(OSError, match=r"t4hc1v\.jpg: expected a picture"):
        read_panorama(tiny_pack, broken)
    folder = shard(tiny_pack, tmp_path / "sharded", per_shard=2)
    pack = load_pack(folder)
    (folder / "shards" / "train-00000.tar").write_bytes(b"not a tar file")
    with pytest.raises(OSError, match=r"train-00000\.tar: expected a tar file"):
        read_panorama(pack, pack.split("train")[0])


def test_colours_are_red_green_blue(tiny_pack: Pack) -> None:
    first = read_panorama(tiny_pack, tiny_pack.panoramas[0])
    red, green, blue = first[100, 30].astype(int)
    assert red > 150 > green  # the first quarter is #c0392b
    assert red > blue
