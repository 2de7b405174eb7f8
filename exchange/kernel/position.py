"""A known place in a journal partition, from which reading may start."""

from typing import NamedTuple

NO_DIGEST = bytes(32)


class JournalPosition(NamedTuple):
    """Everything before `offset` is accounted for.

    Shape: `offset` is the next record to read, `claim` the offset of the last `Claimed` record before
    it (-1: none), `seq` that of the next fact, `digest` the BLAKE2b-256 chain over every value accepted so far.
    """

    offset: int
    claim: int
    seq: int
    digest: bytes


BEGINNING = JournalPosition(0, -1, 0, NO_DIGEST)
