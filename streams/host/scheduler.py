"""Which of the fetched records Faust hands on together, and in what order."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP


class BatchScheduler(DefaultSchedulingStrategy):
    """Hands on what was fetched of a batch topic's partition as one list; all else record by record, as Faust does."""

    def __init__(self, batch_topics: Collection[str]) -> None:
        self._batch_topics = batch_topics

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        """Yield batches first: they are one step each, and what comes one by one may be long."""
        singly: dict[TP, list[Any]] = {}
        for tp, fetched in records.items():
            if tp.topic not in self._batch_topics:
                singly[tp] = fetched
            elif fetched:
                yield tp, fetched
        yield from super().iterate(singly)
