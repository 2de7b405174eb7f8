"""Money comes into a purse, from wherever it was: it pays what its owner owes, the rest is cash. No rule is here."""

from typing import TypeAlias

from exchange.market.bills.folding import credit_repaid
from exchange.market.facts import DepositConfirmed
from exchange.market.fx.facts import FxExecuted
from exchange.market.purses import purse_at, solvent
from exchange.market.state import Market
from exchange.market.subscriptions.fold import pay_again
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.market.transfers.facts import TransferArrived

ComesIn: TypeAlias = DepositConfirmed | SubsidyApplied | TransferArrived | FxExecuted


def comes_in(market: Market, fact: ComesIn, currency: str, amount_minor: int, at: int) -> None:
    """Credit a purse with all that came, what the fact says it pays included; bills and subscriptions take note.

    Raises: InvariantBroken if the purse is overdrawn by it.
    """
    who = fact.participant_id
    purse = purse_at(market, who, currency)
    purse.cash += amount_minor - fact.repaid_minor - fact.recovered_minor
    purse.owed -= fact.repaid_minor
    purse.clawback -= fact.recovered_minor
    solvent(purse, fact)
    credit_repaid(market, who, currency, fact.repaid_minor)
    pay_again(market, who, at)
