"""Keeping the garbage collector from holding the loop."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 50_000
_folding: list[tuple[int, int, int]] = []
"""The thresholds to go back to, once for each fold that is under way."""


def set_aside() -> None:
    """Take everything that lives now out of the collector's sight, once what is dead has been collected.

    A worker's state after taking over is large and stays; a full collection walks all of it and holds the
    loop for about 0.1 s for every 400,000 objects. Set aside, it costs nothing, and is still freed when let go.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """While the block runs, look for cycles only after 50,000 new objects: a fold makes many, and no cycle."""
    usual = _folding[0] if _folding else gc.get_threshold()
    _folding.append(usual)
    gc.set_threshold(_SELDOM, *usual[1:])
    try:
        yield
    finally:
        _folding.pop()
        if not _folding:
            gc.set_threshold(*usual)
