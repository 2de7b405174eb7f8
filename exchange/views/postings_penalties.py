"""Posting templates of penalties, and of those taken back. Source: settlement.md section 1, account 4030."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.penalties.facts import PenaltyCharged, PenaltyWithdrawn
from exchange.views.accounts import Account, cash, clawback, payable, penalties
from exchange.views.entry import Entry, Posting


def _charged(fact: PenaltyCharged) -> Entry:
    parts = _parts(fact, fact.clawback_minor)
    return Entry(
        fact.trade_id, (Posting(account, penalties(), fact.currency, part) for account, part in parts)
    )


def _withdrawn(fact: PenaltyWithdrawn) -> Entry:
    parts = _parts(fact, fact.recovered_minor)
    return Entry(
        fact.trade_id, (Posting(penalties(), account, fact.currency, part) for account, part in parts)
    )


def _parts(fact: PenaltyCharged | PenaltyWithdrawn, owed_minor: int) -> tuple[tuple[Account, int], ...]:
    if fact.payable_minor + fact.cash_minor + owed_minor != fact.amount_minor:
        raise InvariantBroken(f"the entry of the penalty for {fact.trade_id} does not balance: {fact}")
    owner = fact.seller_id
    return (
        (payable(owner), fact.payable_minor),
        (cash(owner), fact.cash_minor),
        (clawback(owner), owed_minor),
    )


PENALTY_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    PenaltyCharged: _charged,
    PenaltyWithdrawn: _withdrawn,
}
