"""The embedding step: the mean of four views to the compass, resumable, as a command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.samples import load_samples
from models.world.pack import Pack
from models.world.views import perspective_views
from tests.models.test_encoder import save_tiny_encoder

pytestmark = pytest.mark.slow  # imports torch


def test_views_look_to_the_compass_whatever_the_centre(tiny_pack: Pack) -> None:
    from models.embed import panorama_views

    second = tiny_pack.panoramas[1]  # its centre column looks east
    picture = np.asarray(Image.open(tiny_pack.image_path(second)))
    north = perspective_views(picture, [-90], size_px=64)[0]  # left of the centre
    found = np.asarray(panorama_views(tiny_pack, second, 64)[0])
    assert np.abs(found.astype(int) - north).mean() < 3  # two JPEG decoders


def test_of_a_photo_the_only_view_is_its_own(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.embed import embed, panorama_views
    from models.encoder import load_encoder

    whole, photo = tiny_pack.panoramas[0], replace(tiny_pack.panoramas[1], hfov_deg=65)
    (view,) = panorama_views(tiny_pack, photo, 64)
    picture = np.asarray(Image.open(tiny_pack.image_path(photo)))
    centre = perspective_views(picture, [0], size_px=64)[0]
    assert np.abs(np.asarray(view).astype(int) - centre).mean() < 3
    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    made = embed(tiny_pack, [whole, photo], encoder, tmp_path / "s")
    alone = encoder.embed(panorama_views(tiny_pack, photo, encoder.image_px))[0]
    assert made.embeddings[1] == pytest.approx(alone, abs=1e-5)


def test_the_plain_mean_of_the_views(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.embed import embed, panorama_views
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    made = embed(tiny_pack, tiny_pack.panoramas, encoder, tmp_path / "s")
    for panorama, found in zip(tiny_pack.panoramas, made.embeddings, strict=True):
        four = encoder.embed(panorama_views(tiny_pack, panorama, encoder.image_px))
        assert found == pytest.approx(sum(four) / 4, abs=1e-5)
    assert made.encoder == encoder.name
    assert np.array_equal(load_samples(tmp_path / "s").embeddings, made.embeddings)
    assert {path.name for path in (tmp_path / "s").iterdir()} == {
        "samples.parquet",
        "embeddings.npy",
    }


def test_a_killed_run_goes_on_where_it_stopped(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import models.embed
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    monkeypatch.setattr(models.embed, "CHUNK", 2)
    embedded: list[int] = []
    whole = encoder.embed

    def counting(images: list[Image.Image]) -> np.ndarray:
        if len(embedded) == 2:
            embedded.append(0)
            raise KeyboardInterrupt
        embedded.append(len(images))
        return whole(images)

    monkeypatch.setattr(encoder, "embed", counting)
    with pytest.raises(KeyboardInterrupt):
        models.embed.embed(tiny_pack, tiny_pack.panoramas, encoder, tmp_path / "s")
    resumed = models.embed.embed(tiny_pack, tiny_pack.panoramas, encoder, tmp_path / "s")
    assert embedded == [8, 8, 0, 8]  # two chunks, the kill, the one that was left
    fresh = models.embed.embed(tiny_pack, tiny_pack.panoramas, encoder, tmp_path / "f")
    assert np.array_equal(resumed.embeddings, fresh.embeddings)
    before = len(embedded)
    models.embed.embed(tiny_pack, tiny_pack.panoramas, encoder, tmp_path / "f")
    assert len(embedded) == before  # all was there
    assert len(models.embed.embed(tiny_pack, tiny_pack.split("test"), encoder, tmp_path / "f")) == 3


def test_a_changed_pack_is_not_mistaken_for_the_one_before(tiny_pack: Pack, tmp_path: Path) -> None:
    from models.embed import embed
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    embed(tiny_pack, tiny_pack.panoramas, encoder, tmp_path / "s")
    moved = [replace(p, lat=1.0, split="train") for p in tiny_pack.panoramas]
    again = embed(tiny_pack, moved, encoder, tmp_path / "s")
    assert set(again.splits) == {"train"}
    assert set(again.points[:, 0]) == {1.0}


def test_what_a_killed_run_left_is_not_taken_for_other_panoramas(
    tiny_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import models.embed
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    first, second = tiny_pack.panoramas[:3], tiny_pack.panoramas[3:]
    with monkeypatch.context() as patch:
        patch.setattr(models.embed, "save_samples", _killed)
        with pytest.raises(KeyboardInterrupt):
            models.embed.embed(tiny_pack, first, encoder, tmp_path / "s")
    found = models.embed.embed(tiny_pack, second, encoder, tmp_path / "s")
    fresh = models.embed.embed(tiny_pack, second, encoder, tmp_path / "f")
    assert np.array_equal(found.embeddings, fresh.embeddings)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_bundle_is_measured_with_its_own_encoder_only(
    tiny_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from models import index
    from models.bundle import add_files
    from models.evaluation import command

    encoder, pack = str(save_tiny_encoder(tmp_path / "e")), str(tiny_pack.folder)
    made = ["--pack", pack, "--split", "test", "--encoder", encoder]
    assert index.main([*made, "--out", str(tmp_path / "b")]) == 0
    save_tiny_encoder(tmp_path / "b" / "encoder", seed=7)
    add_files(tmp_path / "b", tmp_path / "b" / "encoder")
    assert command.main(["--bundle", str(tmp_path / "b"), "--pack", pack]) == 1
    assert "expected encoder tiny@" in capsys.readouterr().err


def test_embed_index_evaluate_as_commands(
    tiny_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from models import embed, index
    from models.bundle import load_bundle
    from models.evaluation import command

    encoder, pack = str(save_tiny_encoder(tmp_path / "e")), str(tiny_pack.folder)
    samples = tmp_path / "samples"
    made = ["--pack", pack, "--encoder", encoder]
    assert embed.main([*made, "--split", "test", "--out", str(samples)]) == 0
    assert len(load_samples(samples)) == 3
    assert index.main([*made, "--split", "test", "--out", str(tmp_path / "index")]) == 0
    bundle = load_bundle(tmp_path / "index")
    assert (bundle.name, bundle.kind, bundle.data["panoramas"]) == ("index", "nearest_neighbour", 3)
    figures = tmp_path / "figures.json"
    asked = ["--bundle", str(bundle.folder), "--pack", pack, "--json", str(figures)]
    # The index holds the very panoramas that are asked for: each would be found where it is.
    assert command.main(asked) == 1
    assert "--leak-km 0 lets all pass" in capsys.readouterr().err
    assert command.main([*asked, "--leak-km", "0"]) == 0
    assert '"mean_score": 5000.0' in figures.read_text("utf-8")
    again = ["--pack", pack, "--split", "test", "--encoder", str(bundle.folder)]
    assert index.main([*again, "--out", str(tmp_path / "second")]) == 0
    assert load_bundle(tmp_path / "second").geolocator.encoder == bundle.geolocator.encoder
    capsys.readouterr()
    assert embed.main(["--pack", pack, "--encoder", "x/y", "--out", str(samples)]) == 1
    assert "got: x/y" in capsys.readouterr().err
