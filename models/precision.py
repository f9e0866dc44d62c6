"""The image tower made fast: layers folded, and half precision where an accelerator has it. Torch.

A faster tower is taken only when it says what the exact one says. So nobody has to know which
encoders bear half precision, and an encoder that does not stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeGuard

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from timm.layers.conv_bn_act import ConvNormAct
from timm.layers.norm_act import BatchNormAct2d
from torch import Tensor
from torch.nn.functional import cosine_similarity
from torch.nn.utils.fusion import fuse_conv_bn_eval

Encode = Callable[[Tensor], Tensor]
"""Pixels `(n, 3, px, px)` as the exact tower takes them, to embeddings `(n, d)`."""

CLOSE = 0.99999
"""Cosine with the exact embedding that a faster tower must exceed on every trial picture.

What is wanted is 0.999 on all pictures. Some are much worse than most: bf16 `world-small` has a
median of 0.99995 and a least of 0.998 on 800 views of the rendered world.
"""

TRIALS = 4
"""Pictures that a faster tower is tried with."""


class Tower(NamedTuple):
    """What turns pixels into embeddings."""

    encode: Encode
    dtype: torch.dtype


def fast_tower(model: Any, pixels: Tensor, dtypes: Sequence[torch.dtype]) -> Tower:  # noqa: ANN401  open_clip is untyped
    """The first of `dtypes` in which the image tower of an open_clip model stays itself.

    Args:
        model: in eval mode, in fp32; it is left as it is.
        pixels: trial pictures, `(n, 3, px, px)`, where the model is.
        dtypes: the best first, see `dtypes_for`. Where none will do, the answer is the model's
            own `encode_image`.
    """
    exact = Tower(model.encode_image, torch.float32)
    foldable = any(_foldable(module) for module in model.visual.modules())
    faster = [dtype for dtype in dtypes if foldable or dtype is not torch.float32]
    if not faster:
        return exact  # without a trial or a second set of weights
    with torch.inference_mode():
        expected = exact.encode(pixels)
        towers = (_in(model.visual, dtype) for dtype in faster)
        return next((tower for tower in towers if _says(tower.encode, pixels, expected)), exact)


def dtypes_for(device: torch.device) -> tuple[torch.dtype, ...]:
    """What to try on a device, the best first.

    fp16, which rounds eight times finer than bf16 and is as fast on an accelerator.
    """
    return (torch.float32,) if device.type == "cpu" else (torch.float16, torch.float32)


def trial_pictures(size_px: int) -> list[Image.Image]:
    """Made-up square pictures with large shapes, edges and grain; always the same."""
    rng = np.random.default_rng(6)
    return [_trial_picture(rng, size_px, grain) for grain in np.linspace(0, 40, TRIALS)]


def folded(visual: torch.nn.Module) -> torch.nn.Module:
    """A copy without the batch norms that follow a convolution in timm's towers: same function.

    A batch norm at rest is a factor and an offset for each channel, which the convolution can do.
    """
    visual = copy.deepcopy(visual)
    for module in visual.modules():
        if _foldable(module):
            module.conv = fuse_conv_bn_eval(module.conv, module.bn)
            module.bn = torch.nn.Sequential(module.bn.drop, module.bn.act)
    return visual


def _foldable(module: torch.nn.Module) -> TypeGuard[ConvNormAct]:
    # Not a convolution of mixed sizes, nor a norm of groups.
    return (
        isinstance(module, ConvNormAct)
        and isinstance(module.conv, torch.nn.Conv2d)
        and isinstance(module.bn, BatchNormAct2d)
    )


def _in(visual: torch.nn.Module, dtype: torch.dtype) -> Tower:
    # Channels last is how pixels lie in a picture, and what fast convolutions want.
    tower = folded(visual).to(dtype=dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encode(pixels: Tensor) -> Tensor:
        found: Tensor = tower(pixels.to(dtype))
        return found

    return Tower(encode, dtype)


def _says(encode: Encode, pixels: Tensor, expected: Tensor) -> bool:
    found = encode(pixels)
    # Some of open_clip's towers, CoCa's, give more than the embedding.
    if not isinstance(found, Tensor) or found.shape != expected.shape:
        return False
    # What is not finite exceeds nothing.
    return bool((cosine_similarity(found.float(), expected) > CLOSE).all())


def _trial_picture(rng: np.random.Generator, size_px: int, grain: float) -> Image.Image:
    few: NDArray[np.uint8] = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    # The one without grain has no edges either.
    how = Image.Resampling.NEAREST if grain else Image.Resampling.BICUBIC
    shapes = np.asarray(Image.fromarray(few).resize((size_px, size_px), how), np.float64)
    levels = shapes + rng.normal(0, grain, shapes.shape) if grain else shapes
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
