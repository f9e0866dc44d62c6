"""Images -> embeddings, with open_clip: any of its architectures, or a folder of weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from safetensors.torch import save_file
from torchvision.transforms import Resize
from torchvision.transforms.v2.functional import resize

from models.precision import Encode, dtypes_for, fast_tower, trial_pictures
from models.tokens import HASHED, WordHashes

CONFIG_FILE = "open_clip_config.json"
WEIGHTS_FILE = "open_clip_model.safetensors"

BILINEAR: Mapping[str, Any] = {"interpolation": "bilinear"}
"""How pictures are brought to size for the encoders that Homing trains."""

BATCH = 32
"""Images, or texts, embedded at once."""


class EncoderError(ValueError):
    """An encoder could not be made from its spec."""


class Encoder:
    """An open_clip image tower that is ready to embed."""

    def __init__(self, model: Any, label: str, device: str | torch.device = "cpu") -> None:  # noqa: ANN401  open_clip is untyped
        self.model = model.eval().to(device)
        """The open_clip model with both towers, for what an embedding alone cannot tell."""
        self.device = torch.device(device)
        """Where it embeds."""
        config = PreprocessCfg(**model.visual.preprocess_cfg)
        # The last two steps make a tensor and normalise it, which is cheaper for all at once.
        *to_size, _, _ = image_transform_v2(config, is_train=False).transforms
        self._to_size = to_size
        self._levels = torch.tensor([config.mean, config.std], device=self.device) * 255
        self.name = f"{label}@{weights_digest(model.visual)[:8]}"
        """Label and hash of the weights: embeddings of encoders with equal names are comparable."""
        self.image_px = image_px(model.visual)
        """Side of the square that images are brought to."""
        trials = self.pixels(trial_pictures(self.image_px))
        self._tower = fast_tower(self.model, trials, dtypes_for(self.device))
        self.dim: int = self.embed([Image.new("RGB", (self.image_px, self.image_px))]).shape[1]
        """Numbers in an embedding."""

    @property
    def dtype(self) -> torch.dtype:
        """What embeddings are computed in: see `models.precision`."""
        return self._tower.dtype

    def embed(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """Embeddings `(n, dim)` of images of any size, not normalised."""
        if not images:
            return np.zeros((0, self.dim), dtype=np.float32)
        found = self._embed(images, self._tower.encode)
        if np.isfinite(found).all():
            return found
        # A picture whose features overflow half precision.
        return self._embed(images, self.model.encode_image)

    def fit(self, image: Image.Image) -> Image.Image:
        """The RGB square of `image_px` that the tower looks at; that of a square is the square.

        `embed` does it to each picture itself, one after the other; threads can do it before.
        """
        fitted = image if image.mode == "RGB" else image.convert("RGB")
        for step in self._to_size:
            fitted = _resized(fitted, step) if isinstance(step, Resize) else step(fitted)
        return fitted

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        """What the image tower takes, `(n, 3, image_px, image_px)`, on the encoder's device."""
        squares = np.stack([np.asarray(self.fit(image)) for image in images])
        levels = torch.from_numpy(squares).to(self.device)
        # A row of pixels at once: processors are slow at rows of three numbers.
        mean, deviation = self._levels.repeat(1, levels.shape[2])
        rows = levels.flatten(2).float().sub_(mean).div_(deviation)
        return rows.reshape(levels.shape).permute(0, 3, 1, 2)

    def warm_up(self) -> None:
        """Embed black pictures, in numbers as a server does: the first calls are slow."""
        black = Image.new("RGB", (self.image_px, self.image_px))
        for count in (1, 4, BATCH):
            self.embed([black] * count)

    def _embed(self, images: Sequence[Image.Image], encode: Encode) -> NDArray[np.float32]:
        with torch.inference_mode():
            # An accelerator works on one batch while the next is prepared: it is waited for once.
            found = [
                encode(self.pixels(images[first : first + BATCH]))
                for first in range(0, len(images), BATCH)
            ]
            result: NDArray[np.float32] = torch.cat(found).float().cpu().numpy()
        return result


class TextTower:
    """The other half of an open_clip model: texts -> embeddings that images' compare with."""

    def __init__(self, encoder: Encoder, spec: str | Path) -> None:
        """Of an encoder that was loaded from `spec`.

        Raises:
            EncoderError: its tokenizer cannot be had, or has words that the tower has not.
        """
        self._model = encoder.model
        self._tokenizer = load_tokenizer(spec)
        known = getattr(self._model, "vocab_size", None)
        if known is not None and known < getattr(self._tokenizer, "vocab_size", 0):
            raise EncoderError(
                f"encoder {encoder.name}: expected a text tower that knows its tokenizer's "
                f"{self._tokenizer.vocab_size} tokens, got one of {known}"
            )
        self.logit_scale = float(self._model.logit_scale.detach().exp())
        """What cosines are multiplied by before the softmax."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embeddings `(n, dim)` of texts, not normalised; `n` at least 1."""
        device = self._model.logit_scale.device
        parts = []
        for first in range(0, len(texts), BATCH):
            tokens = self._tokenizer(list(texts[first : first + BATCH]))
            with torch.inference_mode():
                parts.append(self._model.encode_text(tokens.to(device)).float().cpu().numpy())
        return np.concatenate(parts)


def load_tokenizer(spec: str | Path) -> Any:  # noqa: ANN401  open_clip is untyped
    """The tokenizer of an encoder's text tower, from texts `n` to tokens `(n, t)`.

    Raises:
        EncoderError: it cannot be had.
    """
    if Path(spec).is_dir():
        text = _config(Path(spec))["model_cfg"]["text_cfg"]
        if text.get("tokenizer_kwargs") == HASHED:
            return WordHashes(text["context_length"], text["vocab_size"])
    name = f"local-dir:{spec}" if Path(spec).is_dir() else str(spec).rpartition("/")[0]
    try:
        return open_clip.get_tokenizer(name)
    except Exception as error:  # open_clip and the hub raise many kinds
        raise EncoderError(f"encoder {spec}: expected its tokenizer, got: {error}") from error


def image_px(visual: Any) -> int:  # noqa: ANN401  open_clip is untyped
    """Side of the square pictures that an open_clip image tower takes."""
    size = visual.image_size
    return int(size if isinstance(size, int) else size[0])


def mean_of_views(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """A panorama's embedding `(d,)`: the plain mean of its views' `(v, d)`, as in PIGEON."""
    return np.asarray(embeddings.mean(axis=0), dtype=np.float32)


def load_encoder(spec: str | Path, device: str = "auto") -> Encoder:
    """Make an encoder.

    Args:
        spec: a folder (`open_clip_config.json` and weights, as in a bundle's `encoder/`), or
            `ARCHITECTURE/PRETRAINED` of open_clip, e.g. `ViT-L-14-336-quickgelu/openai`, whose
            weights open_clip fetches once and keeps in its cache.
        device: of torch, e.g. `cpu`, `cuda`; `auto` takes an accelerator where there is one.

    Raises:
        EncoderError: there is no such folder or pair, or its weights are broken or out of reach.
    """
    folder = Path(spec)
    model, _ = load_model(spec)
    label = _label(folder) if folder.is_dir() else str(spec)
    return Encoder(model, label, pick_device(device))


def load_model(spec: str | Path) -> tuple[Any, dict[str, Any]]:
    """The open_clip model of a spec as in `load_encoder`, with its `model_cfg`.

    Raises:
        EncoderError: as `load_encoder`.
    """
    folder = Path(spec)
    if folder.is_dir():
        return _create(f"local-dir:{folder}", None), _config(folder)["model_cfg"]
    architecture, _, pretrained = str(spec).rpartition("/")
    if (architecture, pretrained) not in open_clip.list_pretrained():
        raise EncoderError(
            f"encoder: expected a folder, or ARCHITECTURE/PRETRAINED as in "
            f"open_clip.list_pretrained(), got: {spec}"
        )
    return _create(architecture, pretrained), open_clip.get_model_config(architecture)


def new_model(config: dict[str, Any]) -> Any:  # noqa: ANN401  open_clip is untyped
    """An untrained open_clip model from its `model_cfg`."""
    return open_clip.model.CLIP(**config)


def save_encoder(
    model: Any,  # noqa: ANN401  open_clip is untyped
    config: dict[str, Any],
    label: str,
    folder: Path,
    preprocess: Mapping[str, Any] = BILINEAR,
) -> Path:
    """Write an open_clip model as a folder that `load_encoder` reads; return the folder.

    `preprocess` is open_clip's `preprocess_cfg`; what it does not name is open_clip's default.
    """
    folder.mkdir(parents=True, exist_ok=True)
    about = {"name": label, "model_cfg": config, "preprocess_cfg": dict(preprocess)}
    (folder / CONFIG_FILE).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, folder / WEIGHTS_FILE)
    return folder


def weights_digest(module: torch.nn.Module) -> str:
    """SHA-256 of a module's tensors, in the order of their names, whatever file held them."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _resized(image: Image.Image, step: Resize) -> Image.Image:
    """What torchvision's step makes of an RGB picture: by torch, three times as fast as by Pillow.

    Both reckon alike; of noise a level in 256 may differ by two.
    """
    levels = torch.from_numpy(np.array(image)).permute(2, 0, 1)
    sides = [step.size] if isinstance(step.size, int) else list(step.size)
    fitted = resize(levels, sides, interpolation=step.interpolation, antialias=True)
    return Image.fromarray(fitted.permute(1, 2, 0).numpy())


def _create(model_name: str, pretrained: str | None) -> Any:  # noqa: ANN401  open_clip is untyped
    try:
        # Without weights open_clip would warn and go on with random ones.
        return open_clip.create_model(model_name, pretrained=pretrained, require_pretrained=True)
    except Exception as error:  # open_clip and the hub raise many kinds
        what = f"{model_name}/{pretrained}" if pretrained else model_name
        raise EncoderError(
            f"encoder {what}: expected its weights on this machine or a network to fetch them, "
            f"got: {error}"
        ) from error


def _label(folder: Path) -> str:
    return str(_config(folder).get("name", folder.name))


def _config(folder: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    return about


def pick_device(name: str = "auto") -> str:
    """A torch device by name; `auto` is the accelerator of this machine, else the CPU."""
    if name != "auto":
        return name
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    return accelerator.type if accelerator else "cpu"
