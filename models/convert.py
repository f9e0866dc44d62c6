"""The step `homing convert`: CLIP weights as Hugging Face keeps them in, an encoder's folder out.

Made for StreetCLIP (`geolocal/StreetCLIP`, CC BY-NC 4.0), which open_clip cannot read; any
`CLIPModel` of any size will do. Nothing is downloaded. Torch.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from models.encoder import new_model, save_encoder

Tensors = Mapping[str, torch.Tensor]

WEIGHTS_FILES = ("model.safetensors", "pytorch_model.bin")

HEADS = {"vision_config": 12, "text_config": 8}
"""Attention heads where config.json is silent: the defaults of transformers' CLIP configs."""

BICUBIC = 3
"""Pillow's number for it, as in preprocessor_config.json."""

_OUTSIDE_BLOCKS = {
    "logit_scale": "logit_scale",
    "text_model.embeddings.token_embedding.weight": "token_embedding.weight",
    "text_model.embeddings.position_embedding.weight": "positional_embedding",
    "text_model.final_layer_norm.weight": "ln_final.weight",
    "text_model.final_layer_norm.bias": "ln_final.bias",
    "vision_model.embeddings.class_embedding": "visual.class_embedding",
    "vision_model.embeddings.patch_embedding.weight": "visual.conv1.weight",
    "vision_model.embeddings.position_embedding.weight": "visual.positional_embedding",
    "vision_model.pre_layrnorm.weight": "visual.ln_pre.weight",  # the typo is theirs
    "vision_model.pre_layrnorm.bias": "visual.ln_pre.bias",
    "vision_model.post_layernorm.weight": "visual.ln_post.weight",
    "vision_model.post_layernorm.bias": "visual.ln_post.bias",
}
_PROJECTIONS = {
    "visual_projection.weight": "visual.proj",
    "text_projection.weight": "text_projection",
}
"""Multiplied from the other side in open_clip: transposed."""
_IN_BLOCKS = {
    "self_attn.out_proj": "attn.out_proj",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}
_TOWERS = {"text_model": "transformer", "vision_model": "visual.transformer"}


class ConvertError(ValueError):
    """A folder is not a `CLIPModel` of Hugging Face's."""


def convert(source: Path, folder: Path) -> Path:
    """Write the model in `source` as an encoder called like `folder`; return `folder`.

    Raises:
        ConvertError: `source` has no config.json or weights, or they are no CLIP's.
        OSError: a file cannot be read or written.
    """
    config = _read_json(source / "config.json")
    tensors = _read_weights(source)
    try:
        model_cfg = open_clip_config(config, tensors)
        model = new_model(model_cfg)
        model.load_state_dict(open_clip_tensors(tensors))
    except (KeyError, RuntimeError, AttributeError, TypeError, ZeroDivisionError) as error:
        raise ConvertError(f"{source}: expected a CLIPModel's weights, got: {error}") from error
    return save_encoder(model, model_cfg, folder.name, folder, _preprocessing(source))


def open_clip_config(config: Mapping[str, Any], tensors: Tensors) -> dict[str, Any]:
    """open_clip's `model_cfg` for a `CLIPModel`: sizes from its tensors, the rest from its config.

    Raises:
        ConvertError: it has an activation that open_clip's towers have not.
    """
    patches = tensors["vision_model.embeddings.patch_embedding.weight"]
    positions = tensors["vision_model.embeddings.position_embedding.weight"]
    vocabulary = tensors["text_model.embeddings.token_embedding.weight"]
    context = tensors["text_model.embeddings.position_embedding.weight"]
    vision, text = config.get("vision_config") or {}, config.get("text_config") or {}
    width, patch_px = int(patches.shape[0]), int(patches.shape[2])
    return {
        "embed_dim": int(tensors["visual_projection.weight"].shape[0]),
        "quick_gelu": _quick_gelu(vision, text),
        "vision_cfg": {
            "image_size": round((len(positions) - 1) ** 0.5) * patch_px,
            "patch_size": patch_px,
            "width": width,
            "head_width": width // vision.get("num_attention_heads", HEADS["vision_config"]),
            "layers": _layers(tensors, "vision_model"),
            "mlp_ratio": _mlp_ratio(tensors, "vision_model"),
        },
        "text_cfg": {
            "context_length": len(context),
            "vocab_size": len(vocabulary),
            "width": int(vocabulary.shape[1]),
            "heads": text.get("num_attention_heads", HEADS["text_config"]),
            "layers": _layers(tensors, "text_model"),
            "mlp_ratio": _mlp_ratio(tensors, "text_model"),
        },
    }


def open_clip_tensors(tensors: Tensors) -> dict[str, torch.Tensor]:
    """The state dict of `open_clip.model.CLIP` from that of a `CLIPModel`, in float32."""
    found = {ours: tensors[theirs] for theirs, ours in _OUTSIDE_BLOCKS.items()}
    found |= {ours: tensors[theirs].T for theirs, ours in _PROJECTIONS.items()}
    for tower, ours in _TOWERS.items():
        for layer in range(_layers(tensors, tower)):
            block = _block(tensors, f"{tower}.encoder.layers.{layer}")
            found |= {f"{ours}.resblocks.{layer}.{name}": tensor for name, tensor in block.items()}
    return {name: tensor.float().contiguous() for name, tensor in found.items()}


def _block(tensors: Tensors, prefix: str) -> dict[str, torch.Tensor]:
    """One transformer block; query, key and value are one matrix in open_clip."""
    block = {}
    for part in ("weight", "bias"):
        thirds = [tensors[f"{prefix}.self_attn.{name}_proj.{part}"] for name in "qkv"]
        block[f"attn.in_proj_{part}"] = torch.cat(thirds)
        for theirs, ours in _IN_BLOCKS.items():
            block[f"{ours}.{part}"] = tensors[f"{prefix}.{theirs}.{part}"]
    return block


def _layers(tensors: Tensors, tower: str) -> int:
    prefix = f"{tower}.encoder.layers."
    numbers = {name.removeprefix(prefix).split(".")[0] for name in tensors if prefix in name}
    return len(numbers)


def _mlp_ratio(tensors: Tensors, tower: str) -> float:
    inner, width = tensors[f"{tower}.encoder.layers.0.mlp.fc1.weight"].shape
    return float(inner / width)


def _quick_gelu(*towers: Mapping[str, Any]) -> bool:
    """Whether both towers have OpenAI's approximation of GELU, which is transformers' default."""
    names = {tower.get("hidden_act", "quick_gelu") for tower in towers}
    if names not in ({"quick_gelu"}, {"gelu"}):
        raise ConvertError(f"config.json: expected hidden_act quick_gelu or gelu, got: {names}")
    return names == {"quick_gelu"}


def _preprocessing(source: Path) -> dict[str, Any]:
    """open_clip's `preprocess_cfg`; what it does not name is as OpenAI's CLIP has it."""
    path = source / "preprocessor_config.json"
    theirs = _read_json(path) if path.is_file() else {}
    known = {"mean": theirs.get("image_mean"), "std": theirs.get("image_std")}
    bicubic = theirs.get("resample", BICUBIC) == BICUBIC
    ours = {"interpolation": "bicubic" if bicubic else "bilinear", "resize_mode": "shortest"}
    return ours | {name: value for name, value in known.items() if value}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConvertError(f"{path}: expected a model's JSON, got: {error}") from error
    if not isinstance(found, dict):
        raise ConvertError(f"{path}: expected an object, got: {type(found).__name__}")
    return found


def _read_weights(source: Path) -> Tensors:
    safe, pickled = (source / name for name in WEIGHTS_FILES)
    try:
        if safe.is_file():
            return dict(load_file(safe))
        # weights_only: a pickle may hold code, this reads tensors and refuses the rest.
        return dict(torch.load(pickled, map_location="cpu", weights_only=True))
    except (OSError, SafetensorError, pickle.UnpicklingError, RuntimeError, ValueError) as error:
        raise ConvertError(
            f"{source}: expected {' or '.join(WEIGHTS_FILES)}, got: {error}"
        ) from error


def main(argv: list[str]) -> int:
    """Run `homing convert`; 0 when done, 1 when it could not be done."""
    if argv[:1] == ["geoclip"]:
        from models.geoclip.convert import main as geoclip  # noqa: PLC0415  what else is no GeoCLIP

        return geoclip(argv[1:])
    parser = argparse.ArgumentParser(
        prog="homing convert",
        description="Make an encoder of a CLIP model as Hugging Face keeps it, e.g. StreetCLIP.",
        epilog="`homing convert geoclip --help`: a bundle of GeoCLIP's files.",
    )
    parser.add_argument("source", type=Path, help="folder with config.json and weights")
    parser.add_argument("--out", type=Path, required=True, help="folder of the encoder")
    arguments = parser.parse_args(argv)
    try:
        print(convert(arguments.source, arguments.out))
    except (ConvertError, OSError) as error:
        print(f"homing convert: {error}", file=sys.stderr)
        return 1
    return 0
