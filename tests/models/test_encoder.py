"""The encoder: open_clip towers from a folder or a tag, named by their weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow  # imports torch

TINY = {
    "embed_dim": 12,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8},
    "text_cfg": {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1},
}


def save_tiny_encoder(folder: Path, seed: int = 0, label: str = "tiny") -> Path:
    import torch

    from models.encoder import new_model, save_encoder

    torch.manual_seed(seed)
    return save_encoder(new_model(TINY), TINY, label, folder)


def pictures(n: int = 3) -> list[Image.Image]:
    rng = np.random.default_rng(n)
    return [Image.fromarray(rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)) for _ in range(n)]


def test_saved_and_loaded(tmp_path: Path) -> None:
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    assert (encoder.dim, encoder.image_px) == (12, 32)
    found = encoder.embed(pictures())
    assert found.shape == (3, 12)
    assert found.dtype == np.float32
    again = load_encoder(tmp_path / "e", "cpu")
    assert again.name == encoder.name
    assert np.array_equal(again.embed(pictures()), found)


def test_an_embedding_does_not_depend_on_its_batch_and_is_not_normalised(tmp_path: Path) -> None:
    from models.encoder import BATCH, load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    many = pictures(BATCH + 3)
    together = encoder.embed(many)
    alone = np.concatenate([encoder.embed([picture]) for picture in many])
    assert together == pytest.approx(alone, abs=1e-5)
    assert not np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-2)
    assert encoder.embed([]).shape == (0, 12)


def test_the_name_tells_the_weights_apart(tmp_path: Path) -> None:
    from models.encoder import load_encoder

    one = load_encoder(save_tiny_encoder(tmp_path / "a"), "cpu").name
    same = load_encoder(save_tiny_encoder(tmp_path / "b"), "cpu").name
    other = load_encoder(save_tiny_encoder(tmp_path / "c", seed=1), "cpu").name
    assert one == same != other
    label, _, digest = one.partition("@")
    assert label == "tiny"
    assert len(digest) == 8
    assert set(digest) <= set("0123456789abcdef")


def test_it_is_open_clips_own_preprocessing_and_tower(tmp_path: Path) -> None:
    import open_clip
    import torch

    from models.encoder import load_encoder

    folder = save_tiny_encoder(tmp_path / "e")
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    with torch.inference_mode():
        expected = model.eval().encode_image(torch.stack([preprocess(p) for p in pictures()]))
    # Torch and Pillow bring pictures to size alike, but for a level or two in 256.
    assert load_encoder(folder, "cpu").embed(pictures()) == pytest.approx(
        expected.numpy(), abs=2e-3
    )


@pytest.mark.parametrize("resize_mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_pixels_are_those_of_open_clip(
    tmp_path: Path, resize_mode: str, interpolation: str
) -> None:
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2

    from models.encoder import load_encoder, new_model, save_encoder

    cfg = {"interpolation": interpolation, "resize_mode": resize_mode}
    folder = save_encoder(new_model(TINY), TINY, "tiny", tmp_path / "e", cfg)
    encoder = load_encoder(folder, "cpu")
    preprocess = image_transform_v2(PreprocessCfg(**encoder.model.visual.preprocess_cfg), False)
    grey, wide = pictures()[0].convert("L"), pictures()[1]
    expected = torch.stack([preprocess(picture) for picture in (grey, wide)])
    # Torch and Pillow round differently: two levels in 256, of a deviation of 0.26 or more.
    two_levels = 2 / 255 / 0.26
    assert encoder.pixels([grey, wide]).numpy() == pytest.approx(expected.numpy(), abs=two_levels)
    # Threads may bring pictures to size before: doing it twice changes nothing.
    assert encoder.pixels([encoder.fit(wide)]).equal(encoder.pixels([wide]))


def test_warming_up_keeps_the_embeddings(tmp_path: Path) -> None:
    from models.encoder import load_encoder

    encoder = load_encoder(save_tiny_encoder(tmp_path / "e"), "cpu")
    before = encoder.embed(pictures())
    encoder.warm_up()
    assert np.array_equal(encoder.embed(pictures()), before)


def test_the_mean_of_views_is_plain() -> None:
    from models.encoder import mean_of_views

    views = np.array([[1, 2], [3, 6], [5, 7], [-1, 1]], np.float32)
    assert mean_of_views(views).tolist() == [2, 4]


@pytest.mark.parametrize("spec", ["no-such-folder", "ViT-B-32/no-such-tag", "/openai"])
def test_an_unknown_spec_is_named(spec: str) -> None:
    from models.encoder import EncoderError, load_encoder

    with pytest.raises(EncoderError, match=f"expected a folder, or ARCHITECTURE.*got: {spec}"):
        load_encoder(spec)


def test_weights_out_of_reach_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import open_clip

    from models.encoder import EncoderError, load_encoder

    def offline(*_: object, **__: object) -> None:
        raise RuntimeError("Failed to download weights")

    monkeypatch.setattr(open_clip, "create_model", offline)
    with pytest.raises(EncoderError, match=r"RN50/openai: expected its weights on this machine or"):
        load_encoder("RN50/openai")


def test_broken_weights_are_told(tmp_path: Path) -> None:
    from models.encoder import WEIGHTS_FILE, EncoderError, load_encoder

    folder = save_tiny_encoder(tmp_path / "e")
    (folder / WEIGHTS_FILE).write_bytes(b"not safetensors")
    with pytest.raises(EncoderError, match="expected its weights on this machine"):
        load_encoder(folder)


def test_missing_weights_are_not_made_up(tmp_path: Path) -> None:
    from models.encoder import WEIGHTS_FILE, EncoderError, load_encoder

    folder = save_tiny_encoder(tmp_path / "e")
    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(EncoderError, match="expected its weights on this machine"):
        load_encoder(folder)
