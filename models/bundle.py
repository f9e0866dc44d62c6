"""A bundle: a geolocator on disk.

    bundle.json       format, name, kind, encoder, config, data, metrics, hash of each file
    encoder/          the encoder's folder, unless the encoder is one that open_clip fetches
    ...               the geolocator's own files, by its kind (`models.bundle_kinds`)
    README.md         the model card, where one was written (`models.card`)

Nothing in it is pickled.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from models.artefact import digest_of, hashes_below, written
from models.bundle_kinds import KINDS, About, write_parts
from models.geolocator import Geolocator

if TYPE_CHECKING:
    from models.encoder import Encoder

FORMAT = 2
"""2: "no limit" is null. In format 1 it was Infinity, which is no JSON."""

SHIPPED = Path(__file__).parent / "bundles"
"""Where the bundles lie that come with the program."""


class BundleError(ValueError):
    """A bundle on disk is not what a bundle should be."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A geolocator with what is known of it."""

    name: str
    kind: str
    folder: Path
    geolocator: Geolocator
    encoder_spec: str
    """What `models.encoder.load_encoder` makes its encoder from."""
    data: About
    """What it was trained on or indexed from."""
    metrics: About
    """What was measured when it was made."""

    def load_encoder(self, device: str = "auto") -> Encoder:
        """Make the bundle's encoder: imports torch.

        Raises:
            EncoderError: see `models.encoder.load_encoder`.
            BundleError: it is not the encoder that the geolocator understands.
        """
        from models.encoder import load_encoder  # noqa: PLC0415  torch costs seconds

        encoder = load_encoder(self.encoder_spec, device)
        if encoder.name != self.geolocator.encoder:
            raise BundleError(
                f"bundle {self.name}: expected encoder {self.geolocator.encoder}, "
                f"got: {encoder.name}"
            )
        return encoder


def bundle_path(name_or_path: str | Path) -> Path:
    """The folder of a bundle: a path, or the name of one that is shipped.

    Raises:
        BundleError: there is neither.
    """
    for folder in (Path(name_or_path), SHIPPED / name_or_path):
        if (folder / "bundle.json").is_file():
            return folder
    shipped = ", ".join(sorted(path.parent.name for path in SHIPPED.glob("*/bundle.json")))
    raise BundleError(
        f"bundle: expected a folder with bundle.json or one of: {shipped}; got: {name_or_path}"
    )


def save_bundle(
    folder: Path, geolocator: Geolocator, *, encoder_spec: str | Path, data: About, metrics: About
) -> Path:
    """Write a bundle, replacing the one at `folder` if there is one; return the folder.

    An `encoder_spec` that is a folder is copied into the bundle.

    Raises:
        BundleError: something other than a bundle or an empty folder is at `folder`.
    """
    _refuse_other_things(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        new.mkdir()
        kind, config = write_parts(geolocator, new)
        spec = str(encoder_spec)
        if Path(encoder_spec).is_dir():
            shutil.copytree(encoder_spec, new / "encoder")
            spec = "encoder"
        about = {
            "format": FORMAT,
            "name": geolocator.bundle,
            "kind": kind,
            "encoder": {"name": geolocator.encoder, "spec": spec},
            "config": config,
            "data": dict(data),
            "metrics": dict(metrics),
            "files": hashes_below(new),
        }
        _write_about(about, new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    return folder


def add_files(folder: Path, added: Path) -> None:
    """Take the files of a folder that was added inside a bundle into its `bundle.json`."""
    about, inside = read_about(folder), added.relative_to(folder).as_posix()
    about["files"] |= {f"{inside}/{name}": digest for name, digest in hashes_below(added).items()}
    _write_about(about, folder)


def _write_about(about: About, folder: Path) -> None:
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    with written(folder / "bundle.json") as path:
        path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)  # safetensors makes private files


def _refuse_other_things(folder: Path) -> None:
    """What is replaced is deleted: it must be a bundle."""
    free = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not free and not (folder / "bundle.json").is_file():
        raise BundleError(f"{folder}: expected a bundle, an empty folder or nothing to replace")


def load_bundle(name_or_path: str | Path) -> Bundle:
    """Read a bundle, without its encoder.

    Raises:
        BundleError: there is none, its format or kind is unknown, or a file is missing or changed.
    """
    folder = bundle_path(name_or_path)
    about = read_about(folder)
    try:
        _verify_files(folder, about["files"])
        geolocator = KINDS[about["kind"]](folder, about)
        spec = _encoder_spec(folder, about["encoder"]["spec"])
    except BundleError:
        raise
    except (*_BROKEN, SafetensorError) as error:
        raise BundleError(f"bundle {folder}: expected its parts to fit, got: {error}") from error
    return Bundle(
        name=about["name"],
        kind=about["kind"],
        folder=folder,
        geolocator=geolocator,
        encoder_spec=spec,
        data=about["data"],
        metrics=about["metrics"],
    )


_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, MemoryError)
"""What a file raises that is not what it says it is."""


def _encoder_spec(folder: Path, spec: str) -> str:
    """The bundle's own encoder, or one that open_clip fetches: never another folder's."""
    if spec == "encoder":
        return str(folder / "encoder")
    if Path(spec).is_dir():
        raise BundleError(f"bundle {folder}: expected an encoder inside the bundle, got: {spec}")
    return spec


def read_about(folder: Path) -> dict[str, Any]:
    """What `bundle.json` says, without reading the other files.

    Raises:
        BundleError: its format or kind is unknown, or a field is missing.
    """
    path = folder / "bundle.json"
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path}: expected JSON, got: {error}") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        found = about.get("format") if isinstance(about, dict) else type(about).__name__
        raise BundleError(
            f"{path}: expected bundle format {FORMAT}, got: {found}; train or make it again"
        )
    wanted = {"name", "kind", "encoder", "config", "data", "metrics", "files"}
    if missing := sorted(wanted - about.keys()):
        raise BundleError(f"{path}: expected the fields {sorted(wanted)}, missing: {missing}")
    if about["kind"] not in list(KINDS):
        raise BundleError(f"{path}: expected a kind of {sorted(KINDS)}, got: {about['kind']}")
    return about


DATA = frozenset({".json", ".md", ".model", ".npy", ".parquet", ".safetensors", ".txt"})
"""Kinds of files that a bundle may hold; what could be a pickle is none of them."""


def _verify_files(folder: Path, expected: Mapping[str, str]) -> None:
    """Every file is one that `bundle.json` names, inside, unchanged, and of a kind without code."""
    for name, digest in expected.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BundleError(f"bundle {folder}: expected a file inside the bundle, got: {name}")
        if not path.is_file():
            raise BundleError(f"bundle {folder}: expected the file {name}, got none")
        if path.suffix not in DATA:
            raise BundleError(f"bundle {folder}: expected files of {sorted(DATA)}, got: {name}")
        found = digest_of(path)
        if found != digest:
            raise BundleError(
                f"bundle {folder}: expected {name} with SHA-256 {digest[:12]}, got: {found[:12]}"
            )
    named = {(folder / name).resolve() for name in expected}
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if inside.as_posix() in {"bundle.json", "README.md"}:
            continue
        if path.is_symlink() or not (path.is_dir() or path.resolve() in named):
            raise BundleError(f"bundle {folder}: expected no file but those named, got: {inside}")
