"""What in a picture spoke for a guess: heat maps of one view. Torch.

The question put to the encoder is a direction in embedding space, so that any geolocator can ask
it (`towards`): how does the embedding's product with it change?
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from models.baselines import NearestNeighbour
from models.encoder import Encoder
from models.geoclip.geolocator import GeoClip
from models.geolocator import Geolocator
from models.pigeon import Pigeon
from models.samples import unit
from models.swc.geolocator import Swc
from models.zero_shot import ZeroShot

Heat = NDArray[np.float32]
Recorder = AbstractContextManager[list[Tensor]]

STEM = 2
"""Pixels per feature up to which timm's towers have seen nothing yet but edges."""


class AttributionError(ValueError):
    """Nothing can be said of where a guess came from."""


def towards(geolocator: Geolocator, embedding: NDArray[np.float32]) -> NDArray[np.float64]:
    """The direction `(d,)` in which a panorama's embedding `(d,)` grows surer of its best geocell.

    A linear classifier's logits may all be moved alike without a change to what it says; only
    the lead of one over the mean of all is meaningful, so that is what is asked for. Of
    geolocators that compare cosines, the part along the embedding itself is taken away: with it
    the direction is the gradient of the cosine.

    Raises:
        AttributionError: the geolocator does not look.
    """
    query = np.asarray(embedding, dtype=np.float32)[None]
    match geolocator:
        case Pigeon():
            layer = geolocator.classifier
            best = int(layer.log_probabilities(query)[0].argmax())
            return _lead(layer.weight, best)
        case Swc():
            layer = geolocator.mixture.classifier
            return _lead(layer.weight, int(layer.log_probabilities(query)[0].argmax()))
        case NearestNeighbour():
            known = unit(np.asarray(geolocator.samples.embeddings))
            return _across(_lead(known, int((known @ unit(query)[0]).argmax())), query[0])
        case ZeroShot():
            words = geolocator.words
            best = int(words.log_probabilities(query)[0].argmax())
            country = int(words.country_of[best])
            inside = np.flatnonzero(words.country_of == country)
            rivals = words.geocells[inside]
            lead = _lead(words.countries, country) + _lead(rivals, int((inside == best).argmax()))
            return _across(lead, query[0])
        case GeoClip():
            known, seen = geolocator.gallery.directions, geolocator.head(query)[0]
            lead = _across(_lead(known, int((known @ seen).argmax())), seen)
            return geolocator.head.pulled_back(query[0], lead)
        case _:
            raise AttributionError(f"{geolocator.bundle}: expected a geolocator that looks")


def _lead(rows: NDArray[np.float32], of: int) -> NDArray[np.float64]:
    return np.asarray(rows[of] - rows.mean(axis=0, dtype=np.float64), dtype=np.float64)


def _across(direction: NDArray[np.float64], query: NDArray[np.float32]) -> NDArray[np.float64]:
    along = unit(query[None])[0].astype(np.float64)
    return np.asarray(direction - (direction @ along) * along)


def attribution(encoder: Encoder, direction: NDArray[np.float64], image: Image.Image) -> Heat:
    """How much each pixel of a view `(h, w)` moves its embedding in a direction `(d,)`.

    From 0, the least in this picture, to 1, the most; 0 everywhere if all are alike, and outside
    of what the encoder sees. Vision transformers: gradient-weighted attention rollout (Chefer, Gur
    and Wolf, ICCV 2021, section 3.1). Convolutional towers: LayerCAM (Jiang et al. 2021) of all
    stages.

    Raises:
        AttributionError: the tower is neither.
    """
    visual = encoder.model.visual
    pixels = encoder.pixels([image])
    goal = torch.as_tensor(direction, dtype=pixels.dtype, device=pixels.device)
    if hasattr(visual, "transformer"):
        relevance = _rollout(visual, _recorded(visual.transformer.resblocks), pixels, goal)
        grid = _patches(relevance, 1, visual.pool_type == "tok")
    elif hasattr(visual, "trunk"):
        grid = _of_timm(visual, pixels, goal)
    else:
        raise AttributionError(f"{encoder.name}: expected a vision transformer or a timm tower")
    return _onto(image, _spread(grid), visual.preprocess_cfg["resize_mode"])


def _rollout(visual: Any, recorder: Recorder, pixels: Tensor, goal: Tensor) -> Tensor:  # noqa: ANN401
    """How relevant each token is to each `(tokens, tokens)`, through all blocks of attention."""
    with torch.enable_grad(), recorder as attentions:
        gradients = torch.autograd.grad((visual(pixels)[0] * goal).sum(), attentions)
    relevance = torch.eye(attentions[0].shape[-1], device=pixels.device)
    for attention, gradient in zip(attentions, gradients, strict=True):
        step = (attention * gradient)[0].clamp(min=0).mean(dim=0)
        relevance = relevance + step.detach().float() @ relevance
    return relevance


def _patches(relevance: Tensor, own_tokens: int, by_class_token: bool) -> Heat:
    """Relevance of the patches `(rows, columns)` to the token, or tokens, the tower pools.

    Towers that pool otherwise than by the class token are taken to weigh all tokens alike.
    """
    pooled = relevance[0] if by_class_token else relevance.mean(dim=0)
    patches = np.asarray(pooled[own_tokens:].cpu().numpy(), dtype=np.float32)
    return patches.reshape(math.isqrt(len(patches)), -1)


@contextmanager
def _recorded(blocks: Any) -> Iterator[list[Tensor]]:  # noqa: ANN401  open_clip is untyped
    """The attention weights `(1, heads, tokens, tokens)` of each block that is run meanwhile.

    torch's own attention does not let gradients into its weights, so it is written out here.
    """
    weights: list[Tensor] = []

    def attend(layer: torch.nn.MultiheadAttention, x: Tensor) -> Tensor:
        projected = functional.linear(x, layer.in_proj_weight, layer.in_proj_bias)
        q, k, v = (
            part.reshape(*x.shape[:2], layer.num_heads, -1).transpose(1, 2)
            for part in projected.chunk(3, dim=-1)
        )
        found = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(dim=-1)
        weights.append(found)
        mixed: Tensor = layer.out_proj((found @ v).transpose(1, 2).reshape(x.shape))
        return mixed

    for block in blocks:
        if not isinstance(block.attn, torch.nn.MultiheadAttention):
            raise AttributionError(f"expected torch's attention, got: {type(block.attn).__name__}")
        block.attention = lambda q_x, layer=block.attn, **_: attend(layer, q_x)
    try:
        yield weights
    finally:
        for block in blocks:
            del block.attention


@contextmanager
def _recorded_by_timm(blocks: Any) -> Iterator[list[Tensor]]:  # noqa: ANN401  timm is untyped
    """As `_recorded`: timm's attention, unless fused, hands its weights to a dropout layer."""
    weights: list[Tensor] = []
    fused = [block.attn.fused_attn for block in blocks]
    hooks = [
        block.attn.attn_drop.register_forward_hook(lambda _m, _i, out: weights.append(out))
        for block in blocks
    ]
    try:
        for block in blocks:
            block.attn.fused_attn = False
        yield weights
    finally:
        for block, hook, was in zip(blocks, hooks, fused, strict=True):
            block.attn.fused_attn = was
            hook.remove()


def _of_timm(visual: Any, pixels: Tensor, goal: Tensor) -> Heat:  # noqa: ANN401
    trunk = visual.trunk
    blocks = list(getattr(trunk, "blocks", []))
    if not blocks or not all(hasattr(getattr(b, "attn", None), "attn_drop") for b in blocks):
        return _layer_cams(visual, pixels, goal)
    relevance = _rollout(visual, _recorded_by_timm(blocks), pixels, goal)
    return _patches(relevance, trunk.num_prefix_tokens, trunk.global_pool == "token")


def _layer_cams(visual: Any, pixels: Tensor, goal: Tensor) -> Heat:  # noqa: ANN401
    """The mean LayerCAM `(rows, columns)` of a timm tower's stages, each scaled to [0, 1].

    The last stage knows best what matters and the first ones where it is. On 24 views of
    world 1, `world-small`'s maps correlated with occlusion by 0.61 (last stage alone), 0.50
    (first alone) and 0.65 (mean).
    """
    stages = [info for info in visual.trunk.feature_info if info["reduction"] > STEM]
    with torch.enable_grad(), _outputs(visual.trunk, stages) as features:
        embedding = visual(pixels)[0]
        gradients = torch.autograd.grad((embedding * goal).sum(), features)
    maps = [
        _layer_cam(feature[0], gradient[0], stage["num_chs"])
        for feature, gradient, stage in zip(features, gradients, stages, strict=True)
    ]
    side = max(max(found.shape) for found in maps)
    resized = np.stack([_resized(_spread(found), side, side) for found in maps])
    return np.asarray(resized.mean(axis=0), dtype=np.float32)


def _layer_cam(feature: Tensor, gradient: Tensor, channels: int) -> Heat:
    """Features by their positive gradients, summed over the channels, first or last axis."""
    axis = 0 if len(feature) == channels else -1
    found = (feature * gradient.clamp(min=0)).sum(dim=axis).clamp(min=0)
    return np.asarray(found.detach().float().cpu().numpy(), dtype=np.float32)


@contextmanager
def _outputs(trunk: Any, stages: list[Any]) -> Iterator[list[Tensor]]:  # noqa: ANN401
    """What each stage puts out when the trunk is run meanwhile."""
    found: list[Tensor] = []
    hooks = [
        trunk.get_submodule(stage["module"]).register_forward_hook(
            lambda _module, _inputs, output: found.append(output)
        )
        for stage in stages
    ]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _spread(grid: Heat) -> Heat:
    """Scaled to [0, 1]."""
    lowest, highest = grid.min(), grid.max()
    return (grid - lowest) / (highest - lowest) if highest > lowest else np.zeros_like(grid)


def _onto(image: Image.Image, heat: Heat, resize_mode: str) -> Heat:
    """A square heat map brought to where the encoder's square lies in the picture."""
    width, height = image.size
    if resize_mode == "squash":
        return _resized(heat, width, height)
    side = min(width, height) if resize_mode == "shortest" else max(width, height)
    square = _resized(heat, side, side)
    canvas = np.zeros((max(side, height), max(side, width)), np.float32)
    _middle(canvas, side, side)[:] = square
    return _middle(canvas, width, height)


def _middle(canvas: Heat, width: int, height: int) -> Heat:
    top, left = (canvas.shape[0] - height) // 2, (canvas.shape[1] - width) // 2
    return canvas[top : top + height, left : left + width]


def _resized(heat: Heat, width: int, height: int) -> Heat:
    found = cv2.resize(heat, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(found, dtype=np.float32), 0, 1)


def overlay(image: Image.Image, heat: Heat) -> Image.Image:
    """The picture, grey where heat `(h, w)` is 0, in the colours of fire where it is near 1."""
    picture = np.asarray(image.convert("RGB"), dtype=np.float32)
    grey = np.asarray(image.convert("L").convert("RGB"), dtype=np.float32)
    colours = cv2.applyColorMap(np.rint(heat * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)
    share = heat[..., None]
    lit = (1 - share) * (0.6 * grey) + share * (0.5 * picture + 0.5 * colours[..., ::-1])
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
