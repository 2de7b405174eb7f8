"""Posting templates of cash between markets. Source: settlement.md section 2."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.transfers.facts import TransferArrived, TransferReturned, TransferSent
from exchange.views.accounts import cash, clawback, credit, in_transit
from exchange.views.entry import Entry, Posting


def _sent(fact: TransferSent) -> Entry:
    move = Posting(cash(fact.participant_id), in_transit(fact.transfer_id), fact.currency, fact.amount_minor)
    return Entry(fact.transfer_id, (move,))


def _arrived(fact: TransferArrived) -> Entry:
    owner, free = fact.participant_id, fact.amount_minor - fact.repaid_minor - fact.recovered_minor
    if free < 0:
        raise InvariantBroken(f"the entry of TransferArrived {fact.transfer_id} does not balance: {fact}")
    parts = ((cash(owner), free), (credit(owner), fact.repaid_minor), (clawback(owner), fact.recovered_minor))
    came = in_transit(fact.transfer_id)
    return Entry(
        fact.transfer_id, (Posting(came, account, fact.currency, amount) for account, amount in parts)
    )


def _returned(fact: TransferReturned) -> Entry:
    move = Posting(in_transit(fact.transfer_id), cash(fact.participant_id), fact.currency, fact.amount_minor)
    return Entry(fact.transfer_id, (move,))


TRANSFER_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    TransferSent: _sent,
    TransferArrived: _arrived,
    TransferReturned: _returned,
}
