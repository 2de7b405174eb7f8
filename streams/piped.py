"""Facts from a pipe on their way into the views' tables, one partition at a time."""

from typing import NamedTuple

from exchange.kernel.bases import Outcome, Recorded
from exchange.kernel.errors import Misuse
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, PositionMoved, Store, read_position, save
from exchange.views import VIEWS, project_batch
from streams.codec import codec_for
from streams.journal import chained

PIPE_TOPIC = "pipe."
"""What the topic of a position begins with that was reached over a pipe and not in a journal."""
_OUTCOMES_A_SAVE = 500


class Projected(NamedTuple):
    """What a pipe of facts came to: how much was new to the tables, and how much they already held."""

    outcomes: int
    facts: int
    repeated: int


class PipedPartition:
    """One partition's facts on their way from a pipe to the tables."""

    def __init__(self, store: Store, context: str, partition: int) -> None:
        self._store = store
        self._context = context
        self._partition = partition
        self._topic = PIPE_TOPIC + context
        self._encode = codec_for(context).encode_fact
        held = read_position(store, VIEWS_READER, self._topic, partition)
        self._saved = self._held = held or BEGINNING
        self._at: JournalPosition | None = None
        self._outcome: list[Recorded] = []
        self._waiting: list[Outcome] = []
        self._outcomes = self._facts = self._repeated = 0

    def take(self, number: int, recorded: Recorded) -> None:
        """Take the next fact."""
        meta = recorded.meta
        if self._at is None:
            self._at = BEGINNING if meta.seq == 0 else self._held
        due = self._at.seq + len(self._outcome)
        if (meta.seq, meta.index) != (due, len(self._outcome)):
            raise Misuse(
                f"line {number}: fact {meta.seq} ({meta.index} of its outcome) of {self._context}/{self._partition}"
                f" where {due} ({len(self._outcome)}) was due; give every fact once, in order"
            )
        self._outcome.append(recorded)
        if meta.index == meta.last:
            self._whole(number)

    def end(self) -> None:
        """Save what is left. Raises: Misuse if the facts end inside an outcome."""
        self._save()
        if self._outcome:
            raise Misuse(
                f"the facts of {self._context}/{self._partition} end inside an outcome, after fact"
                f" {self._outcome[-1].meta.seq}; all before it are saved"
            )

    def counts(self) -> Projected:
        """What came of it."""
        return Projected(self._outcomes, self._facts, self._repeated)

    def _whole(self, number: int) -> None:
        assert self._at is not None
        outcome, self._outcome = tuple(self._outcome), []
        digest = self._at.digest
        for recorded in outcome:
            digest = chained(digest, self._encode(recorded))
        first, seq = self._at.seq, self._at.seq + len(outcome)
        self._at = JournalPosition(seq, BEGINNING.claim, seq, digest)
        if first >= self._held.seq:
            self._waiting.append(outcome)
            if len(self._waiting) >= _OUTCOMES_A_SAVE:
                self._save()
            return
        self._repeated += len(outcome)
        if seq > self._held.seq or (seq == self._held.seq and digest != self._held.digest):
            raise Misuse(
                f"line {number}: up to fact {seq - 1} of {self._context}/{self._partition} the database holds other"
                " facts than these; name an empty database"
            )

    def _save(self) -> None:
        if not self._waiting or self._at is None:
            return
        waiting, self._waiting = self._waiting, []
        changes = project_batch(VIEWS, self._context, self._partition, waiting)
        try:
            save(self._store, VIEWS_READER, self._topic, self._partition, self._saved, self._at, changes)
        except PositionMoved as error:
            raise Misuse(f"{self._store.where}: another process projects into it ({error})") from error
        self._saved = self._at
        self._outcomes += len(waiting)
        self._facts += sum(map(len, waiting))
