"""From a pack to a bundle, by the command; the published backbone as it is built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.geo import haversine_km
from models.world.pack import Pack
from tests.models.small_models import samples
from tests.models.test_encoder import TINY, save_tiny_encoder

pytestmark = pytest.mark.slow  # imports torch


def tiny_preset(**changes):
    """Two panoramas are a world: each is a cell, and the other one is near."""
    from models.swc.presets import SWC_WORLD

    head = replace(SWC_WORLD.head, epochs=2, batch=2)
    return replace(
        SWC_WORLD,
        swc=replace(SWC_WORLD.swc, max_points=1, min_points=1),
        head=head,
        retrieval=replace(SWC_WORLD.retrieval, head=head, hidden=8, far_km=20_100),
        **changes,
    )


def test_the_way_from_pack_to_bundle(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.bundle import load_bundle
    from models.train import main

    encoder = save_tiny_encoder(tmp_path / "encoder")
    monkeypatch.setattr("models.train.SWC_PRESETS", {"swc-tiny": tiny_preset()})
    asked = ["--preset", "swc-tiny", "--pack", str(tiny_pack.folder), "--encoder", str(encoder)]
    assert main([*asked, "--out", str(tmp_path / "tiny")]) == 0
    bundle = load_bundle(tmp_path / "tiny")
    assert (bundle.name, bundle.kind, bundle.data["pack"]) == ("swc-tiny", "swc", "tiny")
    assert {kind: m["n"] for kind, m in bundle.metrics["test"].items()} == dict.fromkeys(
        ("geocell", "refined", "guess", "retrieval", "cells", "hierarchy", "nearest neighbour"), 3
    )
    assert bundle.load_encoder("cpu").name == bundle.geolocator.encoder
    card = (tmp_path / "tiny" / "README.md").read_text(encoding="utf-8")
    assert "homing train --preset swc-tiny --pack tiny --encoder encoder --out swc-tiny" in card
    assert "| geocells | 2 of a mixture, from S2 cells |" in card
    assert "| test, retrieval | 3 |" in card


def test_more_panoramas_are_added_without_a_rebuild(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.bundle import BundleError, load_bundle, save_bundle
    from models.embed import embed
    from models.encoder import load_encoder
    from models.index import main
    from models.swc.train import make_swc

    encoder = save_tiny_encoder(tmp_path / "encoder")
    samples = embed(tiny_pack, tiny_pack.panoramas, load_encoder(encoder, "cpu"), tmp_path / "s")
    swc, _ = make_swc("tiny", tiny_preset(), samples)
    bundle = save_bundle(tmp_path / "b", swc, encoder_spec=encoder, data={}, metrics={})
    before = (bundle / "background" / "000000" / "vectors.npy").read_bytes()
    asked = ["--pack", str(tiny_pack.folder), "--split", "test", "--into", str(bundle)]
    assert main(asked) == 0
    grown = load_bundle(bundle).geolocator
    assert set(grown.background.panoramas) == {
        panorama.id for split in ("train", "test") for panorama in tiny_pack.split(split)
    }
    assert (bundle / "background" / "000000" / "vectors.npy").read_bytes() == before
    assert main(asked) == 1  # they are there
    (bundle / "background" / "000001" / "vectors.npy").write_bytes(b"broken")
    with pytest.raises(BundleError, match=r"expected background/000001/vectors\.npy with SHA-256"):
        load_bundle(bundle)


def test_a_pack_without_a_split_is_refused(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.swc.train import train_swc
    from models.world.pack import PackError

    half = replace(tiny_pack, panoramas=tiny_pack.split("test"))
    with pytest.raises(PackError, match=r"got none: \['train', 'validation'\]"):
        train_swc("tiny", tiny_preset(), half, tmp_path / "tiny")


def test_a_seed_makes_one_geolocator() -> None:
    from models.swc.train import make_swc

    made = samples()
    held_out = replace(made, splits=tuple("validation" for _ in made.splits))
    both = replace(
        made,
        panoramas=made.panoramas * 2,
        points=np.vstack([made.points, held_out.points]),
        splits=made.splits + held_out.splits,
        embeddings=np.vstack([made.embeddings, made.embeddings]),
    )
    preset = tiny_preset()
    preset = replace(preset, swc=replace(preset.swc, max_points=10, min_points=2))
    preset = replace(preset, head=replace(preset.head, epochs=30, batch=16))
    (one, baselines), (other, _) = (make_swc("one", preset, both) for _ in range(2))
    guesses, again = (
        [prediction.guess for prediction in swc.locate(made.embeddings)] for swc in (one, other)
    )
    assert guesses == again
    assert np.median(haversine_km(guesses, made.points)) < 15
    assert set(baselines) == {"cells", "hierarchy"}


def test_a_new_backbone_is_saved_with_its_weights(tmp_path: Path) -> None:
    from models.encoder import load_encoder
    from models.swc.train import _encoder_spec

    preset = tiny_preset(encoder="", model=TINY, preprocess={"mean": (0.4, 0.5, 0.6)})
    encoder = load_encoder(_encoder_spec("new", preset, tmp_path), "cpu")
    assert encoder.model.visual.preprocess_cfg["mean"] == [0.4, 0.5, 0.6]
    again = load_encoder(_encoder_spec("new", preset, tmp_path), "cpu")
    assert again.name == encoder.name


def test_the_published_backbone_has_1792_numbers_at_300_px() -> None:
    import torch

    from models.swc.presets import SWC_PHOTOS
    from models.training.start import fresh

    config = dict(SWC_PHOTOS.model)
    config["vision_cfg"] = config["vision_cfg"] | {"timm_model_pretrained": False}
    visual = fresh(config, seed=0).model.visual.eval()
    with torch.inference_mode():
        assert visual(torch.zeros(1, 3, 300, 300)).shape == (1, 1792)
    assert (visual.image_size[0], SWC_PHOTOS.retrieval.hidden) == (300, 4096)
