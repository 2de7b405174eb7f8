"""Up to where the ledger was found right, so that verifying may go on from there."""

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import Connection

from exchange.lineage import Moment
from exchange.views.ledger.as_of import at_places, partitions, up_to
from exchange.views.ledger.books import Fault
from exchange.views.ledger.closing import journal_heads, totals_digest
from exchange.views.ledger.summary import JournalHead


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """How far each partition was looked at, and what all accounts came to there.

    Shape: `closes` are the digests of each ledger's last close, by its asset.
    """

    verified_at: str
    places: tuple[JournalHead, ...]
    totals: str
    closes: Mapping[str, str]

    @property
    def seqs(self) -> dict[tuple[str, int], int]:
        """The first fact of each partition that was not looked at."""
        return {(head.context, head.partition): head.seq for head in self.places}


def mark_now(connection: Connection, verified_at: str, closes: Mapping[str, str]) -> Mark:
    """What the tables show now."""
    stretches = up_to(connection, Moment())
    return Mark(
        verified_at=verified_at,
        places=journal_heads(connection, stretches),
        totals=totals_digest(connection, stretches),
        closes=closes,
    )


def changed_since(connection: Connection, mark: Mark) -> Iterator[Fault]:
    """What is not as it was when the ledger was found right; within the accounts only all of it tells."""
    reached = {head[:2]: head.next for head in partitions(connection)}
    behind = [place for place, seq in mark.seqs.items() if reached.get(place, 0) < seq]
    for context, partition in behind:
        said = f"the tables do not show all that was looked at on {mark.verified_at}; let them catch up"
        yield Fault(f"{context}/{partition}", said)
    if not behind and totals_digest(connection, at_places(connection, mark.seqs)) != mark.totals:
        said = "its accounts do not come to what they did then; verify all of it, without --new"
        yield Fault(f"the ledger up to {mark.verified_at}", said)
