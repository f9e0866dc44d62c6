"""Whatever a dataclass holds as a table of numbers, for oracles that read instead of look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass

import numpy as np
from numpy.typing import NDArray

Trait = float | str | None
Traits = dict[str, Trait]
"""By path, as `season.snow` or `soil.colour.0`."""


def traits_of(thing: object, name: str, hidden: Iterable[str] = ()) -> Traits:
    """All numbers, flags and words inside a thing, but for fields named in `hidden`.

    Dataclasses and tuples are walked into; what is of another kind tells nothing here.
    """
    return dict(_walk(thing, name, frozenset(hidden)))


def _walk(thing: object, path: str, hidden: frozenset[str]) -> Iterator[tuple[str, Trait]]:
    match thing:
        case None | str():
            yield path, thing
        case bool() | int() | float() | np.number():
            yield path, float(thing)
        case tuple() | list() | np.ndarray():
            for index, part in enumerate(thing):
                yield from _walk(part, f"{path}.{index}", hidden)
        case _ if is_dataclass(thing):
            for field in fields(thing):
                if field.name not in hidden:
                    yield from _walk(getattr(thing, field.name), f"{path}.{field.name}", hidden)
        case _:
            return


def feature_table(rows: Sequence[Traits]) -> NDArray[np.float64]:
    """Traits of n things as numbers `(n, d)`: a column for each number and for each word there is.

    A number that a thing lacks is NaN, which scikit-learn's trees send to one side of a cut.
    """
    names = sorted({name for row in rows for name in row})
    columns = [column for name in names for column in _columns([row.get(name) for row in rows])]
    return np.array(columns, dtype=np.float64).reshape(-1, len(rows)).T


def _columns(values: Sequence[Trait]) -> Iterator[list[float]]:
    for word in sorted({value for value in values if isinstance(value, str)}):
        yield [float(value == word) for value in values]
    if any(isinstance(value, float) for value in values):
        yield [value if isinstance(value, float) else np.nan for value in values]
