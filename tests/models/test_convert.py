"""Hugging Face's CLIP weights in open_clip, against `transformers.CLIPModel` itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports torch

TEXT = {"hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 2} | {
    "num_attention_heads": 2,
    "vocab_size": 64,
    "max_position_embeddings": 9,
    "bos_token_id": 62,
    "eos_token_id": 63,
}
VISION = {"hidden_size": 24, "intermediate_size": 72, "num_hidden_layers": 3} | {
    "num_attention_heads": 3,
    "image_size": 32,
    "patch_size": 8,
}


def their_model(act: str = "quick_gelu", **text: Any) -> Any:
    reason = "transformers is in the development group only; it is the outside truth here"
    transformers = pytest.importorskip("transformers", reason=reason)
    import torch

    torch.manual_seed(5)
    config = transformers.CLIPConfig(
        text_config=TEXT | text | {"hidden_act": act},
        vision_config=VISION | {"hidden_act": act},
        projection_dim=12,
    )
    model = transformers.CLIPModel(config).eval()
    with torch.no_grad():  # biases and norms are born 0 and 1, and would not be missed
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


def embeddings_of(model: Any) -> tuple[np.ndarray, np.ndarray, Any, Any]:
    """Their image and text embeddings of made-up pixels and tokens."""
    import torch

    torch.manual_seed(6)
    pixels = torch.randn(3, 3, 32, 32)
    tokens = torch.randint(1, 60, (4, 9))
    tokens[:, 0] = 62
    tokens[torch.arange(4), torch.tensor([3, 5, 8, 6])] = 63
    with torch.inference_mode():
        images = model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)
        texts = model.text_projection(model.text_model(input_ids=tokens).pooler_output)
    return images.numpy(), texts.numpy(), pixels, tokens


@pytest.mark.parametrize("act", ["quick_gelu", "gelu"])
@pytest.mark.parametrize("pickled", [False, True])
def test_the_same_embeddings_of_pictures_and_texts(tmp_path: Path, act: str, pickled: bool) -> None:
    theirs = their_model(act)
    import torch

    from models.convert import main
    from models.encoder import load_encoder

    theirs.save_pretrained(tmp_path / "hf")
    if pickled:
        (tmp_path / "hf" / "model.safetensors").unlink()
        torch.save(theirs.state_dict(), tmp_path / "hf" / "pytorch_model.bin")
    assert main([str(tmp_path / "hf"), "--out", str(tmp_path / "street")]) == 0
    encoder = load_encoder(tmp_path / "street", "cpu")
    assert (encoder.dim, encoder.image_px) == (12, 32)
    assert encoder.name.startswith("street@")
    images, texts, pixels, tokens = embeddings_of(theirs)
    with torch.inference_mode():
        assert encoder.model.encode_image(pixels).numpy() == pytest.approx(images, abs=1e-4)
        assert encoder.model.encode_text(tokens).numpy() == pytest.approx(texts, abs=1e-4)
    scales = [model.logit_scale.item() for model in (encoder.model, theirs)]
    assert scales[0] == pytest.approx(scales[1])


def test_preprocessing_is_theirs(tmp_path: Path) -> None:
    theirs = their_model()
    from models.convert import convert
    from models.encoder import load_encoder

    theirs.save_pretrained(tmp_path / "hf")
    convert(tmp_path / "hf", tmp_path / "plain")
    about = {"image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.2, 0.1], "resample": 3}
    (tmp_path / "hf" / "preprocessor_config.json").write_text(json.dumps(about))
    convert(tmp_path / "hf", tmp_path / "own")
    plain, own = (load_encoder(tmp_path / n, "cpu").model.visual for n in ("plain", "own"))
    assert plain.preprocess_cfg["mean"] == pytest.approx((0.48145466, 0.4578275, 0.40821073))
    assert own.preprocess_cfg["mean"] == [0.5, 0.4, 0.3]
    assert own.preprocess_cfg["std"] == [0.2, 0.2, 0.1]
    assert own.preprocess_cfg["interpolation"] == "bicubic"


def test_what_is_no_clip_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import torch
    from safetensors.torch import save_file

    from models.convert import main

    asked = [str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(asked) == 1
    assert "config.json: expected a model's JSON" in capsys.readouterr().err
    (tmp_path / "config.json").write_text("{}")
    assert main(asked) == 1
    assert "expected model.safetensors or pytorch_model.bin" in capsys.readouterr().err
    save_file({"something": torch.zeros(1)}, tmp_path / "model.safetensors")
    assert main(asked) == 1
    assert "expected a CLIPModel's weights, got:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_pickle_with_code_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    from models.convert import main

    (tmp_path / "config.json").write_text("{}")
    torch.save({"weights": Path("/")}, tmp_path / "pytorch_model.bin")  # an object, not a tensor
    assert main([str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "expected model.safetensors or pytorch_model.bin" in capsys.readouterr().err
