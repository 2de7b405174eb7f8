"""Arrays of numbers of names or of edges."""

from array import array
from collections.abc import Collection
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.signedinteger[Any]]
"""Numbers of names, or of edges."""
Mask: TypeAlias = NDArray[np.bool_]


def numbers_of(given: Collection[int]) -> Numbers:
    """The same numbers as an array."""
    return np.fromiter(given, np.intc, len(given))


def seen_as_numbers(column: "array[int]") -> Numbers:
    """A column without a copy. Shape: a column cannot grow while it is seen so: let go of it at once."""
    return np.frombuffer(column, dtype=column.typecode)
