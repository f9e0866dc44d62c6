"""The small tokenizer: any text has tokens, and open_clip finds its end."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow  # imports torch


def test_words_begin_end_and_fill_up() -> None:
    from models.tokens import WordHashes

    first, second = WordHashes(6, 100)(["Looking north.", "looking NORTH in June, not in May"])
    assert first[0] == second[0] == 98
    assert first.tolist()[3:] == [99, 0, 0]
    assert second.tolist()[1:3] == first.tolist()[1:3]  # case and marks say nothing
    assert second[-1] == 99  # what is too long still ends
    assert ((first[1:3] > 0) & (first[1:3] < 98)).all()


def test_the_same_word_has_the_same_token_in_every_process() -> None:
    from zlib import crc32

    from models.tokens import WordHashes

    (tokens,) = WordHashes(3, 4096)(["Zürich"])
    assert tokens[1] == 1 + crc32("zürich".encode()) % 4093


def test_too_small_a_vocabulary_is_refused() -> None:
    from models.tokens import WordHashes

    with pytest.raises(ValueError, match=r"expected 4 or more tokens .*, got: 3, 8"):
        WordHashes(8, 3)
