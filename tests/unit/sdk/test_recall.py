"""What the doors look up is read once, then from where that reading ended."""

from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from exchange.kernel.bases import Fact, FactMeta, Recorded
from exchange.kernel.errors import Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.market.facts import PurchaseAccepted
from exchange.sdk.recall import Opened, Recall
from streams.client import Client
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition
from streams.deadline import Deadline
from streams.tail import Followed
from tests.unit.sdk.test_evidence import opened, published


class Journal:
    """A delivery journal of one partition; `reads` says from which offset each reading began."""

    def __init__(self, *facts: Fact) -> None:
        self.partitions = {"registry": 1, "market": 1, "delivery": 1}
        self.facts = list(facts)
        self.reads: list[int] = []
        self.stands_still_at: int | None = None

    def partition(self, context: str, key: str) -> int:
        return 0

    async def history(
        self, context: str, partition: int, start: JournalPosition
    ) -> AsyncGenerator[Followed, None]:
        self.reads.append(start.offset)
        for seq in range(start.seq, len(self.facts)):
            if seq == self.stands_still_at:
                raise TimeoutError
            meta = FactMeta(seq=seq, claim=0, cause=seq, index=0, last=0, command_id="c", actor="SE", at=1)
            yield Followed(
                (Recorded(meta, self.facts[seq]),), JournalPosition(seq + 1, 0, seq + 1, bytes(32))
            )

    follow = history


def recall_of(journal: Journal) -> Recall:
    return Recall(cast(Client, journal))


async def looked_up(recall: Recall, entitlement_id: str) -> Opened | None:
    return await recall.entitlement(entitlement_id, "P", Deadline(10))


async def test_what_was_found_once_is_not_read_again_and_what_is_new_is_read_from_there() -> None:
    journal = Journal(published(0, 9, "Q"), opened(entitlement_id="E-1"))
    recall = recall_of(journal)
    assert await looked_up(recall, "E-1") is not None
    assert await looked_up(recall, "E-1") is not None
    assert journal.reads == [0]
    journal.facts.append(opened(entitlement_id="E-2"))
    assert await looked_up(recall, "E-2") is not None
    assert await looked_up(recall, "E-3") is None
    assert journal.reads == [0, 2, 3]


async def test_evidence_begins_where_an_entitlement_was_opened_unless_it_reaches_back() -> None:
    recall = recall_of(
        Journal(
            published(0, 9),
            opened(entitlement_id="E-now", from_seq=10),
            opened(entitlement_id="E-back", from_seq=0),
        )
    )
    now, back = await looked_up(recall, "E-now"), await looked_up(recall, "E-back")
    assert now is not None
    assert (now.start.seq, now.end) == (1, StreamPosition(11, 0, 10))
    assert back is not None
    assert (back.start, back.end) == (BEGINNING, STREAM_BEGINNING)


async def test_a_publication_ends_with_its_last_reported_range() -> None:
    journal = Journal(published(0, 9))
    recall = recall_of(journal)
    assert (await recall.publication("P", Deadline(10))).end == StreamPosition(11, 0, 10)
    journal.facts.append(published(10, 19))
    assert (await recall.publication("P", Deadline(10))).end == StreamPosition(21, 0, 20)
    assert await recall.publication("Q", Deadline(10)) == (None, STREAM_BEGINNING)


async def test_a_look_up_whose_deadline_passes_goes_on_from_there() -> None:
    journal = Journal(published(0, 9), published(10, 19), opened())
    journal.stands_still_at = 1
    recall = recall_of(journal)
    with pytest.raises(
        Unavailable, match=r"1 facts of the journal of delivery/0 were read within 10 s; .* ask again"
    ):
        await looked_up(recall, "E-1")
    journal.stands_still_at = None
    assert await looked_up(recall, "E-1") is not None
    assert journal.reads == [0, 1]


async def test_a_conclusion_is_looked_for_from_where_the_last_look_ended() -> None:
    def accepted(trade_id: str) -> Any:
        names = PurchaseAccepted.__struct_fields__
        values: dict[str, Any] = dict.fromkeys(names, 0) | {"trade_id": trade_id}
        return PurchaseAccepted(**values)

    journal = Journal(accepted("T-1"), accepted("T-2"))
    recall = recall_of(journal)
    assert (await recall.conclusion("M", "T-2")).trade_id == "T-2"
    assert (await recall.conclusion("M", "T-2")).trade_id == "T-2"
    assert journal.reads == [0, 1]
