"""Where a fact stands, as runs are named after it."""

from typing import NamedTuple


class Place(NamedTuple):
    """A fact's place in its journal, when it was decided, and who asked for it."""

    context: str
    partition: int
    seq: int
    at: int
    actor: str

    @property
    def key(self) -> str:
        """The fact, as lineage edges name their runs."""
        return f"{self.context}/{self.partition}/{self.seq}"
