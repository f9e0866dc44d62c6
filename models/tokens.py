"""Text -> tokens for small text towers. Torch.

CLIP's own table of 49,408 word pieces is larger than the whole image tower of a small model. The
small tokenizer has no table: a word's number is a hash of it, so that any text has numbers and
rare words may share one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from zlib import crc32

import torch
from torch import Tensor

Tokenizer = Callable[[Sequence[str]], Tensor]
"""From `n` texts to `(n, context_length)`."""


class WordHashes:
    """Tokens of words: 0 fills up, the two largest numbers begin and end a text.

    open_clip pools a text where its token is largest, which is the end.
    """

    def __init__(self, context_length: int, vocab_size: int) -> None:
        if vocab_size < 4 or context_length < 3:
            raise ValueError(
                f"expected 4 or more tokens and a context of 3 or more, "
                f"got: {vocab_size}, {context_length}"
            )
        self._length, self.vocab_size = context_length, vocab_size

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """As `Tokenizer`; what is too long is cut off."""
        tokens = torch.zeros(len(texts), self._length, dtype=torch.long)
        for row, text in enumerate(texts):
            words = re.findall(r"\w+", text.casefold())[: self._length - 2]
            numbers = [1 + crc32(word.encode()) % (self.vocab_size - 3) for word in words]
            whole = [self.vocab_size - 2, *numbers, self.vocab_size - 1]
            tokens[row, : len(whole)] = torch.tensor(whole)
        return tokens
