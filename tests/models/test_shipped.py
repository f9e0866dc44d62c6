"""The bundle that comes with the program knows the rendered world as it is rendered today."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.slow  # imports torch, renders panoramas
def test_unseen_places_are_guessed_far_better_than_by_a_constant(tmp_path: Path) -> None:
    """The best constant guess has 561 points (measured once); the bundle's page claims far more."""
    from models.bundle import load_bundle
    from models.embed import embed
    from models.evaluation.metrics import evaluate
    from models.render import render_pack
    from models.world.pack import load_pack

    asked = {"count": 24, "split": "test", "width_px": 768, "seed": 20, "processes": 1}
    pack = load_pack(render_pack(tmp_path / "pack", name="unseen", progress=None, **asked))
    bundle = load_bundle("world-small")
    samples = embed(pack, pack.panoramas, bundle.load_encoder("cpu"), tmp_path / "samples")
    found = evaluate(bundle.geolocator, samples)["guess"]
    assert found.mean_score > 2000
    assert found.median_km < 1500


def test_it_is_small_and_its_card_is_its_own() -> None:
    """A card of an earlier training would name another encoder."""
    from models.bundle import load_bundle

    bundle = load_bundle("world-small")
    card = (bundle.folder / "README.md").read_text(encoding="utf-8")
    assert f"| encoder | {bundle.geolocator.encoder}," in card
    assert f"| panoramas | {bundle.data['panoramas']:,} |" in card
    for wanted in ("World figures.", "| test | ", "| holdout | ", *bundle.data["licences"]):
        assert wanted in card
    assert sum(path.stat().st_size for path in bundle.folder.rglob("*")) < 25e6
