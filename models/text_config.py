"""What encoders' text towers are made with: open_clip's `text_cfg`, as data."""

from __future__ import annotations

SMALLEST_TEXT = {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 1, "layers": 1}
"""The smallest text tower that open_clip builds: it completes the format of an image tower."""

HASHED = {"words": "hashed"}
"""`tokenizer_kwargs` of a tower that reads through `models.tokens.WordHashes`."""
