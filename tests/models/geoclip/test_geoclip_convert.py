"""`homing convert geoclip`, from files of the published shapes to predictions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.models.geoclip.published import PLACES, write

pytestmark = pytest.mark.slow  # imports torch

TOWER = {
    "embed_dim": 768,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 4, "vocab_size": 8, "width": 64, "heads": 1, "layers": 1},
}
"""Stands in for CLIP ViT-L/14."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "model")


@pytest.fixture
def tower(tmp_path: Path) -> str:
    import torch

    from models.encoder import new_model, save_encoder

    torch.manual_seed(4)
    return str(save_encoder(new_model(TOWER), TOWER, "tower", tmp_path / "tower"))


def run(source: Path, tower: str, out: Path) -> int:
    from models.convert import main

    return main(["geoclip", str(source), "--encoder", tower, "--out", str(out)])


def test_from_their_files_to_a_prediction(
    source: Path, tower: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    from models.bundle import load_bundle
    from models.geoclip.location_encoder import embed_places

    out = tmp_path / "geo"
    assert run(source, tower, out) == 0
    assert capsys.readouterr().out.strip() == str(out)
    bundle = load_bundle(out)
    assert (bundle.name, bundle.kind, bundle.data["places"]) == ("geo", "geoclip", 4)
    noise = np.random.default_rng(2).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    embedding = bundle.load_encoder("cpu").embed([Image.fromarray(noise)])
    found = bundle.geolocator.locate(embedding)[0]

    # The paper's recipe, by torch's own functions, from the files themselves.
    weights = source / "weights"
    read = {path.stem: torch.load(path, weights_only=True) for path in weights.iterdir()}
    mlp = torch.nn.Sequential(torch.nn.Linear(768, 768), torch.nn.ReLU(), torch.nn.Linear(768, 512))
    mlp.load_state_dict(read["image_encoder_mlp_weights"])
    points = np.array(sorted(set(PLACES)))
    places = torch.from_numpy(embed_places(read["location_encoder_weights"], points))
    with torch.inference_mode():
        picture = torch.nn.functional.normalize(mlp(torch.from_numpy(embedding)), dim=1)
        logits = read["logit_scale_weights"].exp() * picture @ places.T
    shares = logits.softmax(dim=1)[0]
    order = shares.argsort(descending=True)
    assert [[cell.lat, cell.lng] for cell in found.geocells] == points[order].tolist()
    got = [cell.probability for cell in found.geocells]
    assert got == pytest.approx(shares[order].tolist(), rel=1e-4)


def test_the_gallery_is_embedded_once(
    source: Path, tower: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import models.geoclip.convert as step

    asked: list[int] = []
    embed = step.embed_places
    monkeypatch.setattr(
        step, "embed_places", lambda t, points: asked.append(len(points)) or embed(t, points)
    )
    out = tmp_path / "geo"
    assert (run(source, tower, out), run(source, tower, out), asked) == (0, 0, [4])
    places = source / "gps_gallery" / "coordinates_100K.csv"
    places.write_text(places.read_text() + "1.5,2.5\n")
    assert (run(source, tower, out), asked) == (0, [4, 5])


LOCATION = "weights/location_encoder_weights.pth"
HEAD = "weights/image_encoder_mlp_weights.pth"
SCALE = "weights/logit_scale_weights.pth"
PLACES_FILE = "gps_gallery/coordinates_100K.csv"


def change(path: Path, name: str, *shape: int) -> None:
    """Put zeros of this shape into a state dict."""
    import torch

    torch.save(torch.load(path, weights_only=True) | {name: torch.zeros(shape)}, path)


def save(thing: object, path: Path) -> None:
    import torch

    torch.save(torch.tensor(thing) if isinstance(thing, list) else thing, path)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing file": (
        lambda s: (s / LOCATION).unlink(),
        f"{LOCATION}: expected weights, got:",
    ),
    "files exchanged": (
        lambda s: (s / HEAD).write_bytes((s / LOCATION).read_bytes()),
        f"{HEAD}: 0.weight: expected shape (768, 768), got: none",
    ),
    "wrong shape": (
        lambda s: change(s / LOCATION, "LocEnc1.capsule.3.weight", 1024, 512),
        f"{LOCATION}: LocEnc1.capsule.3.weight: expected shape (1024, 1024), got: (1024, 512)",
    ),
    "a fourth branch": (
        lambda s: change(s / LOCATION, "LocEnc3.head.0.bias", 512),
        f"{LOCATION}: expected 27 tensors, got also: ['LocEnc3.head.0.bias']",
    ),
    "a pickle with code": (
        lambda s: save({"LocEnc0.capsule.0.b": Path("/")}, s / LOCATION),
        f"{LOCATION}: expected weights, got:",
    ),
    "no state dict": (
        lambda s: save("weights", s / LOCATION),
        f"{LOCATION}: expected a state dict, got: str",
    ),
    "a scale of two": (
        lambda s: save([0, 0], s / SCALE),
        f"{SCALE}: expected one finite number, got: (2,)",
    ),
    "other columns": (
        lambda s: (s / PLACES_FILE).write_text("lat,lng\n1,2\n"),
        f"{PLACES_FILE}: expected columns LAT and LON, got:",
    ),
    "no longitude": (
        lambda s: (s / PLACES_FILE).write_text("LAT,LON\n1,2\n3,\n"),
        f"{PLACES_FILE}: expected degrees, got: [3.0, nan]",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_file_is_told(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    spoil, message = BROKEN[name]
    spoil(source)
    assert run(source, "no-tower", tmp_path / "geo") == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "geo").exists()


def test_a_tower_of_another_size_is_told(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(source, "world-small", tmp_path / "geo") == 1
    assert "expected embeddings of 768 numbers, got: " in capsys.readouterr().err
