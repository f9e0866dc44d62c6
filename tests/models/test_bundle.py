"""Bundles: what is saved is what is loaded, and what is broken is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.bundle import SHIPPED, BundleError, bundle_path, load_bundle, save_bundle
from models.geolocator import Geolocator
from models.pigeon import PIGEOTTO, Pigeon
from tests.models.small_models import (
    DIM,
    geoclip,
    land_prior,
    nearest_neighbour,
    pigeon,
    plain_residual,
    swc,
    zero_shot,
)

MAKERS = {
    "pigeon": pigeon,
    "pigeon, with a retrieval module": lambda: pigeon(residual=plain_residual()),
    "nearest_neighbour": nearest_neighbour,
    "land_prior": land_prior,
    "zero_shot": zero_shot,
    "geoclip": geoclip,
    "swc": swc,
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return save(tmp_path / "bundle", pigeon())


def save(folder: Path, geolocator: Geolocator) -> Path:
    return save_bundle(
        folder,
        geolocator,
        encoder_spec="ViT-B-32/openai",
        data={"pack": "made-up"},
        metrics={"test": {"n": 60}},
    )


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


@pytest.mark.parametrize("kind", MAKERS)
def test_saved_and_loaded(kind: str, tmp_path: Path) -> None:
    made = MAKERS[kind]()
    bundle = load_bundle(save(tmp_path / "b", made))
    assert (bundle.name, bundle.kind) == (made.bundle, kind.partition(",")[0])
    assert (bundle.data, bundle.metrics) == ({"pack": "made-up"}, {"test": {"n": 60}})
    assert bundle.encoder_spec == "ViT-B-32/openai"
    queries = np.random.default_rng(0).normal(size=(9, DIM)).astype(np.float32)
    pairs = zip(made.locate(queries), bundle.geolocator.locate(queries), strict=True)
    for expected, found in pairs:
        assert found.guess == expected.guess
        assert found.geocells == expected.geocells
        assert (found.encoder, found.bundle) == (expected.encoder, expected.bundle)


def test_the_table_of_contents_is_json_that_any_program_reads(tmp_path: Path) -> None:
    """RFC 8259 has no Infinity: no limit is null."""

    def refused(word: str) -> None:
        raise AssertionError(word)

    made = pigeon()
    made.config = PIGEOTTO
    text = (save(tmp_path / "b", made) / "bundle.json").read_text("utf-8")
    assert json.loads(text, parse_constant=refused)["config"]["max_refinement_km"] is None
    found = load_bundle(tmp_path / "b").geolocator
    assert isinstance(found, Pigeon)
    assert found.config == PIGEOTTO
    assert len(found.locate(np.ones((2, DIM), np.float32))) == 2


def test_nothing_in_a_bundle_is_pickled(saved: Path) -> None:
    assert {path.suffix for path in saved.rglob("*") if path.is_file()} == {
        ".json",
        ".parquet",
        ".npy",
        ".safetensors",
    }


def test_the_encoders_folder_becomes_part_of_it(tmp_path: Path) -> None:
    encoder = tmp_path / "tower"
    encoder.mkdir()
    (encoder / "open_clip_config.json").write_text("{}")
    folder = save_bundle(
        tmp_path / "moved", pigeon(), encoder_spec=encoder, data={}, metrics={}
    ).rename(tmp_path / "elsewhere")
    assert load_bundle(folder).encoder_spec == str(folder / "encoder")
    (folder / "encoder" / "open_clip_config.json").write_text("{ }")
    with pytest.raises(BundleError, match=r"expected encoder/open_clip_config\.json with SHA-256"):
        load_bundle(folder)


def test_a_second_save_replaces_the_first_whole(tmp_path: Path) -> None:
    save(tmp_path / "b", pigeon())
    save(tmp_path / "b", land_prior())
    assert load_bundle(tmp_path / "b").kind == "land_prior"
    assert not (tmp_path / "b" / "members.npy").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_shipped_bundles_are_found_by_name() -> None:
    assert bundle_path("world-small") == SHIPPED / "world-small"
    with pytest.raises(BundleError, match=r"or one of: .*world-small.*; got: no-such"):
        bundle_path("no-such")


def test_the_shipped_bundle_is_whole_and_small() -> None:
    bundle = load_bundle("world-small")
    assert bundle.kind == "pigeon"
    size = sum(path.stat().st_size for path in bundle.folder.rglob("*") if path.is_file())
    assert size <= 25_000_000


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "bundle.json").write_text("{"), "expected JSON"),
        (lambda f: (f / "bundle.json").write_text("[]"), "expected bundle format 2, got: list"),
        (lambda f: edit(f, format=1), "expected bundle format 2, got: 1; train or make it again"),
        (lambda f: edit(f, kind="oracle"), r"expected a kind of \[.*\], got: oracle"),
        (lambda f: (f / "members.npy").unlink(), r"expected the file members\.npy, got none"),
        (lambda f: (f / "classifier.safetensors").write_bytes(b"x"), "with SHA-256"),
        (lambda f: edit(f, config={}), "expected its parts to fit"),
        (
            lambda f: edit(f, config={"calibration": 1, "rule": "guess"}),
            "expected its parts to fit",
        ),
    ],
)
def test_what_is_broken_is_named(
    saved: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(saved)
    with pytest.raises(BundleError, match=message):
        load_bundle(saved)


def test_a_missing_field_is_named(saved: Path) -> None:
    path = saved / "bundle.json"
    about = json.loads(path.read_text("utf-8"))
    del about["encoder"]
    path.write_text(json.dumps(about), "utf-8")
    with pytest.raises(BundleError, match=r"missing: \['encoder'\]"):
        load_bundle(saved)


def test_a_name_in_the_file_list_cannot_leave_the_bundle(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("x")
    edit(saved, files={"../outside": "0" * 64})
    with pytest.raises(BundleError, match="expected a file inside the bundle"):
        load_bundle(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": ["members.npy"]},
        {"files": {"a\0b": "0" * 64}},
        {"kind": ["pigeon"]},
        {"encoder": "ViT-B-32/openai"},
        {"encoder": {"name": "small@00000000"}},
        {"encoder": {"name": "small@00000000", "spec": 3}},
    ],
)
def test_fields_of_another_type_are_a_bundle_error(saved: Path, changes: dict[str, Any]) -> None:
    edit(saved, **changes)
    with pytest.raises(BundleError):
        load_bundle(saved)


def test_the_encoder_is_no_folder_outside_the_bundle(saved: Path, tmp_path: Path) -> None:
    edit(saved, encoder={"name": pigeon().encoder, "spec": str(tmp_path)})
    with pytest.raises(BundleError, match="expected an encoder inside the bundle"):
        load_bundle(saved)


def test_nothing_but_a_bundle_is_replaced(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    save(papers, pigeon())  # an empty folder may go
    (tmp_path / "theses").mkdir()
    (tmp_path / "theses" / "mine.txt").write_text("years of work")
    with pytest.raises(BundleError, match="theses: expected a bundle, an empty folder or nothing"):
        save(tmp_path / "theses", pigeon())
    assert (tmp_path / "theses" / "mine.txt").read_text() == "years of work"
