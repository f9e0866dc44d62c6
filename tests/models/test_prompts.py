"""Names of geocells, their prompts, and the command that makes a bundle of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PIL import Image

from models.geo import haversine_km
from models.geocells import Geocells, save_geocells
from models.prompts import TEMPLATES, class_embeddings, countries, from_file, main, make_words

READING = {
    "embed_dim": 12,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8},
    "text_cfg": {"context_length": 32, "width": 8, "heads": 1, "layers": 1},
}
"""A tower that knows all words of CLIP's tokenizer."""


def letters(texts: Sequence[str]) -> NDArray[np.float32]:
    """A text's embedding is how often it has a to z."""
    return np.array([[t.lower().count(chr(97 + c)) for c in range(26)] for t in texts], np.float32)


def geocells_file(path: Path) -> Path:
    centroids = np.array([[45.76, 4.84], [48.86, 2.35], [35.68, 139.69]])
    squares = [shapely.box(lng - 1, lat - 1, lng + 1, lat + 1) for lat, lng in centroids]
    spread = np.full(3, 20.0)
    cells = Geocells(("x", "y", "z"), centroids, spread, np.array(squares, dtype=object))
    return save_geocells(cells, path)


def test_prompts_are_averaged_as_unit_vectors() -> None:
    found = class_embeddings(["Chad"], letters)[0]
    total = np.zeros(26)
    for template in TEMPLATES:
        counts = letters([template.format("Chad")])[0]
        total += counts / np.linalg.norm(counts)
    assert found == pytest.approx(total / np.linalg.norm(total), abs=1e-6)
    assert all(template.count("{}") == 1 for template in TEMPLATES)


def test_geocells_of_a_file_are_called_by_their_towns(tmp_path: Path) -> None:
    named = from_file(geocells_file(tmp_path / "g.parquet"))
    assert named.countries == ("France", "France", "Japan")
    lyon, paris, tokyo = named.places
    assert lyon.startswith("Lyon, ")
    assert paris.startswith("Paris, ")
    assert lyon.endswith(", France")
    assert tokyo.startswith("Tokyo, ")


def test_words_are_as_long_as_the_scale_and_know_their_country(tmp_path: Path) -> None:
    named = from_file(geocells_file(tmp_path / "g.parquet"))
    words = make_words(named, letters, 100.0)
    assert words.country_of.tolist() == [0, 0, 1]
    assert np.linalg.norm(words.countries, axis=1) == pytest.approx(100, rel=1e-5)
    assert np.linalg.norm(words.geocells, axis=1) == pytest.approx(100, rel=1e-5)
    japan = class_embeddings(["Japan"], letters)[0] * 100
    assert words.countries[1] == pytest.approx(japan, rel=1e-5)


@pytest.mark.slow  # the map of the world
def test_countries_are_where_they_are() -> None:
    named = countries()
    assert len(named.geocells) > 230
    assert len(set(named.countries)) == len(named.geocells)
    france = named.places.index("France")
    assert haversine_km(named.geocells.centroids[france], (46.6, 2.4)) < 150
    assert 200 < named.geocells.spreads_km[france] < 500
    at = named.geocells.locate([(45.76, 4.84), (-25.0, 135.0), (-17.8, 177.9)])
    assert [named.places[cell] for cell in at] == ["France", "Australia", "Fiji"]


@pytest.mark.slow  # imports torch
def test_the_command_makes_a_bundle_that_says_what_clip_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import open_clip
    import torch

    from models.bundle import load_bundle
    from models.encoder import new_model, save_encoder

    torch.manual_seed(3)
    folder = save_encoder(new_model(READING), READING, "reading", tmp_path / "e")
    cells = str(geocells_file(tmp_path / "g.parquet"))
    out = tmp_path / "b"
    assert main(["--encoder", str(folder), "--cells", cells, "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    bundle = load_bundle(out)
    assert (bundle.kind, bundle.name) == ("zero_shot", "b")

    noise = np.random.default_rng(2).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    embedding = bundle.load_encoder("cpu").embed([picture])
    found = bundle.geolocator.locate(embedding)[0]

    # CLIP's own recipe, by open_clip's own functions.
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    with torch.inference_mode():
        image = model.eval().encode_image(preprocess(picture)[None], normalize=True)
        logits = []
        for name in ("France", "Japan"):
            tokens = tokenizer([template.format(name) for template in TEMPLATES])
            mean = model.encode_text(tokens, normalize=True).mean(dim=0)
            logits.append(model.logit_scale.exp() * image[0] @ (mean / mean.norm()))
        japan = torch.stack(logits).softmax(dim=0)[1]
    at_z = next(cell for cell in found.geocells if cell.name == "z")
    assert at_z.probability == pytest.approx(float(japan), rel=1e-3)  # Japan's only geocell


@pytest.mark.slow  # imports torch
def test_a_text_tower_that_cannot_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = str(geocells_file(tmp_path / "g.parquet"))
    asked = ["--encoder", "world-small", "--cells", cells, "--out", str(tmp_path / "b")]
    assert main(asked) == 1
    error = capsys.readouterr().err
    assert "expected a text tower that knows its tokenizer's 49408 tokens, got one of 64" in error


@pytest.mark.slow  # imports torch
def test_what_is_missing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "g.parquet").write_text(json.dumps("no"))
    for cells in ("nowhere.parquet", str(tmp_path / "g.parquet")):
        assert main(["--encoder", "x/y", "--cells", cells, "--out", str(tmp_path / "b")]) == 1
        assert "expected geocells as GeoParquet" in capsys.readouterr().err
