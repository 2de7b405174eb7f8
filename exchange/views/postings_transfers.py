"""Posting templates of cash between markets. Source: settlement.md section 2."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.market.transfers.facts import TransferArrived, TransferReturned, TransferSent
from exchange.views.accounts import cash, in_transit
from exchange.views.entry import Entry, Posting
from exchange.views.postings_coming_in import coming_in


def _sent(fact: TransferSent) -> Entry:
    move = Posting(cash(fact.participant_id), in_transit(fact.transfer_id), fact.currency, fact.amount_minor)
    return Entry(fact.transfer_id, (move,))


def _arrived(fact: TransferArrived) -> Entry:
    came = in_transit(fact.transfer_id)
    return Entry(fact.transfer_id, coming_in(fact, came, fact.currency, fact.amount_minor))


def _returned(fact: TransferReturned) -> Entry:
    move = Posting(in_transit(fact.transfer_id), cash(fact.participant_id), fact.currency, fact.amount_minor)
    return Entry(fact.transfer_id, (move,))


TRANSFER_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    TransferSent: _sent,
    TransferArrived: _arrived,
    TransferReturned: _returned,
}
