"""Postings of money that comes into a purse: it pays what its owner owes, and the rest is cash."""

from typing import TypeAlias

from exchange.kernel.bases import type_name
from exchange.kernel.errors import InvariantBroken
from exchange.market.ecny.facts import EcnyConverted
from exchange.market.facts import DepositConfirmed
from exchange.market.fx.facts import FxExecuted
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.market.transfers.facts import TransferArrived
from exchange.views.accounts import Account, cash, clawback, credit
from exchange.views.entry import Posting

ComesIn: TypeAlias = DepositConfirmed | SubsidyApplied | TransferArrived | FxExecuted | EcnyConverted


def coming_in(fact: ComesIn, debit: Account, currency: str, amount_minor: int) -> tuple[Posting, ...]:
    """The postings of an amount that an account gives.

    Raises: InvariantBroken if it pays more than has come.
    """
    owner, free = fact.participant_id, amount_minor - fact.repaid_minor - fact.recovered_minor
    if free < 0:
        raise InvariantBroken(f"the entry of {type_name(fact)} does not balance: {fact}")
    parts = ((cash(owner), free), (credit(owner), fact.repaid_minor), (clawback(owner), fact.recovered_minor))
    return tuple(Posting(debit, account, currency, part) for account, part in parts)
