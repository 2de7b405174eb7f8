"""What a leader decided, counted once a batch."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from prometheus_client import Counter as CountedUp

from exchange.delivery.facts import RangePublished
from exchange.kernel.bases import Fact, Outcome
from exchange.kernel.protocol import InputUnreadable, Passed, Refused, Repeated
from exchange.market.transfers.facts import TransferDelayed
from exchange.settlement.statements.facts import SuspenseOverdue
from streams.metrics import instruments
from streams.vocabulary import reasons

_KINDS: dict[type[Fact], str] = {
    Refused: "refused",
    Repeated: "repeated",
    InputUnreadable: "unreadable",
    Passed: "passed",
}
_ALARMING: dict[str, tuple[type[Fact], ...]] = {
    "market": (TransferDelayed,),
    "settlement": (SuspenseOverdue,),
}
"""Facts whose rise is an alert."""
OTHER = "other"
"""The label of a reason that no context of this version has: labels stay bounded whatever a journal says."""


class Tally:
    """Counts for one led partition. Shape: `batch` takes all outcomes of one batch of commands."""

    def __init__(self, context: str, partition: int) -> None:
        self._context = context
        self._reasons = reasons(context)
        self._commands = instruments.COMMANDS.labels(context, partition)
        self._seals = instruments.SEALS.labels(context, partition)
        self._place = (context, partition)
        self._sealed = 0
        # Found once: finding a child by its labels takes four times as long as counting it up. A rise is only seen
        # from a zero that was there, so all kinds are there from the beginning.
        self._decided = instruments.OUTCOMES.labels(context, "decided")
        self._kinds = {kind: instruments.OUTCOMES.labels(context, name) for kind, name in _KINDS.items()}
        self._facts: dict[type[Fact], CountedUp] = {
            kind: instruments.FACTS.labels(context, kind.__name__) for kind in _ALARMING.get(context, ())
        }

    def led(self, seconds: float, facts: int) -> None:
        """The lead was taken, and sealed."""
        instruments.CLAIMS.labels(*self._place).inc()
        instruments.RECOVERY.labels(*self._place).set(seconds)
        instruments.RECOVERED.labels(*self._place).set(facts)
        self._seals.inc()

    def batch(self, commands: int, outcomes: Sequence[Outcome], seals: int) -> None:
        """Units: `seals` are those written since the lead was taken."""
        self._commands.inc(commands)
        # One pass over classes, counted in C; the few kinds that say more are looked at again.
        found = Counter([recorded[1].__class__ for outcome in outcomes for recorded in outcome])
        for kind, count in found.items():
            if (counter := self._facts.get(kind)) is None:
                counter = self._facts[kind] = instruments.FACTS.labels(self._context, kind.__name__)
            counter.inc(count)
        if found.keys().isdisjoint(_KINDS):
            self._decided.inc(len(outcomes))
        else:
            self._by_kind(outcomes)
        if not found.keys().isdisjoint(_LOOKED_AT):
            self._look(outcomes)
        if seals != self._sealed:
            self._seals.inc(seals - self._sealed)
            self._sealed = seals

    def _by_kind(self, outcomes: Sequence[Outcome]) -> None:
        """Each outcome once, by the fact that says what became of its command, however many such facts it has."""
        for outcome in outcomes:
            kinds = (self._kinds.get(fact.__class__) for _, fact in outcome)
            next((kind for kind in kinds if kind is not None), self._decided).inc()

    def _look(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            for _, fact in outcome:
                look = _LOOKED_AT.get(type(fact))
                if look is not None:
                    look(self, fact)

    def _refused(self, fact: Refused) -> None:
        reason = fact.reason if fact.reason in self._reasons else OTHER
        instruments.REFUSALS.labels(self._context, reason).inc()

    def _passed(self, fact: Passed) -> None:
        for run in fact.runs:
            reason = run.reason if run.reason in self._reasons else OTHER
            instruments.PASSED.labels(self._context, reason).inc(run.count)

    def _published(self, fact: RangePublished) -> None:
        instruments.RANGES.inc()
        instruments.PUBLISHED_RECORDS.inc(fact.count)
        instruments.PUBLISHED_BYTES.inc(fact.size_bytes)


_LOOKED_AT: dict[type[Fact], Any] = {
    Refused: Tally._refused,
    Passed: Tally._passed,
    RangePublished: Tally._published,
}
