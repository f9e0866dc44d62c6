"""`make bench`, encoder: ours beside open_clip's own way, one fp32 picture after the other.

On a machine with a GPU also a large encoder with random weights, which takes as long as a trained
one, and the share of the card's measured matrix rate that it reaches.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from rich.console import Console
from rich.table import Table

from models.bundle import SHIPPED
from models.encoder import Encoder, load_encoder, pick_device

LARGE = "ViT-L-14-336-quickgelu"
VIEW_PX, VIEWS = 512, 4
COUNTS = (1, 4, 32, 128)
TIMES = 5
MATRIX = 8192
"""Side of the matrices whose product is the card's rate."""

Call = Callable[[], object]


def main() -> int:
    """Measure and print; 0 whatever the numbers are: they are for people to judge."""
    small = load_encoder(SHIPPED / "world-small" / "encoder")
    Console().print(race_table(small))
    Console().print(stage_table(small))
    if small.device.type != "cpu":
        large = Encoder(open_clip.create_model(LARGE, pretrained=None), LARGE, pick_device())
        Console().print(race_table(large))
        Console().print(rate_table(large))
    return 0


def race_table(encoder: Encoder, counts: Sequence[int] = COUNTS, times: int = TIMES) -> Table:
    """Medians for different numbers of views, the two ways by turns."""
    title = f"{encoder.name}, {encoder.device.type}, {encoder.dtype}, views of {VIEW_PX} px"
    table = Table("views", "homing", "reference", "times faster", "least cosine", title=title)
    for count in counts:
        table.add_row(f"{count}", *_race(encoder, made_up_views(count), times))
    return table


def stage_table(encoder: Encoder, counts: Sequence[int] = COUNTS, times: int = TIMES) -> Table:
    """Where the time of one call goes."""
    table = Table("views", "to size", "to pixels", "all", title="Stages of a call, ms")
    for count in counts:
        took_s = raced_s(_stages(encoder, made_up_views(count)), times)
        table.add_row(f"{count}", *(f"{stage_s * 1e3:.2f}" for stage_s in took_s.values()))
    return table


def _race(encoder: Encoder, views: Sequence[Image.Image], times: int) -> list[str]:
    ways: dict[str, Callable[[], NDArray[np.float32]]] = {
        "ours": lambda: encoder.embed(views),
        "theirs": lambda: reference(encoder, views),
    }
    cosine = least_cosine(ways["ours"](), ways["theirs"]())
    took_s = raced_s(ways, times)
    said = [f"{took_s[way] * 1e3:.1f} ms" for way in ways]
    return [*said, f"{took_s['theirs'] / took_s['ours']:.1f}", f"{cosine:.6f}"]


def _stages(encoder: Encoder, views: Sequence[Image.Image]) -> dict[str, Call]:
    fitted = [encoder.fit(view) for view in views]
    return {
        "to size": lambda: [encoder.fit(view) for view in views],
        "to pixels": lambda: encoder.pixels(fitted),
        "all": lambda: encoder.embed(views),
    }


def rate_table(
    encoder: Encoder, count: int = 128, times: int = TIMES, matrix: int = MATRIX
) -> Table:
    """Panoramas per second of an open_clip vision transformer, and its share of the device."""
    views = [encoder.fit(view) for view in made_up_views(count)]
    ways: dict[str, Call] = {"embed": lambda: encoder.embed(views)}
    views_per_s = count / raced_s(ways, times)["embed"]
    peak = matrix_rate(encoder.device, torch.bfloat16, matrix, times)
    share = views_per_s * picture_flop(encoder.model.visual) / peak
    table = Table("panoramas per second", "matrix rate", "share", title=encoder.name)
    table.add_row(f"{views_per_s / VIEWS:.1f}", f"{peak / 1e12:.1f} TFLOP/s", f"{share:.0%}")
    return table


def reference(encoder: Encoder, views: Sequence[Image.Image]) -> NDArray[np.float32]:
    """One picture after the other through open_clip's own preprocessing and fp32 tower."""
    model = encoder.model
    preprocess = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    with torch.no_grad():
        found = [
            model.encode_image(preprocess(view).unsqueeze(0).to(encoder.device)).cpu()
            for view in views
        ]
    result: NDArray[np.float32] = torch.cat(found).numpy()
    return result


def picture_flop(visual: Any) -> float:  # noqa: ANN401  open_clip is untyped
    """Multiplications and additions that an open_clip vision transformer needs for a picture.

    Of each block: queries, keys, values and their output (4 w² for each of t tokens), a hidden
    layer four times as wide (8 w²), and two products of tokens with tokens (2 t w).
    """
    kernel = visual.conv1.weight
    width, patch = int(kernel.shape[0]), int(kernel[0].numel())
    tokens, blocks = len(visual.positional_embedding), len(visual.transformer.resblocks)
    in_blocks = blocks * tokens * (12 * width**2 + 2 * tokens * width)
    products: int = in_blocks + (tokens - 1) * width * patch
    return 2.0 * products


def matrix_rate(device: torch.device, dtype: torch.dtype, side: int, times: int = TIMES) -> float:
    """Multiplications and additions per second in a product of two square matrices."""
    left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))

    def product() -> float:
        return float((left @ right)[0, 0])  # reading a number back waits for the device

    return 2.0 * side**3 / raced_s({"product": product}, times)["product"]


def raced_s(ways: Mapping[str, Call], times: int) -> dict[str, float]:
    """Median seconds of each way, by turns, after a turn that is not counted."""
    took_s: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            took_s[name].append(time.perf_counter() - started)
    return {name: statistics.median(took[1:]) for name, took in took_s.items()}


def least_cosine(some: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """Of the rows `(n, d)` of both, taken in pairs."""
    products = (some * others).sum(axis=1)
    return float((products / np.linalg.norm(some, axis=1) / np.linalg.norm(others, axis=1)).min())


def made_up_views(count: int) -> list[Image.Image]:
    """Soft pictures of `VIEW_PX`, always the same."""
    rng = np.random.default_rng(1)
    few = rng.integers(0, 256, (count, 16, 16, 3), dtype=np.uint8)
    return [Image.fromarray(one).resize((VIEW_PX, VIEW_PX)) for one in few]


if __name__ == "__main__":
    sys.exit(main())
