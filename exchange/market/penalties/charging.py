"""Rules: what a penalty comes to, out of which pockets it is paid, and how it is taken back.

Source: market.md section 2 (`default_penalty_pct`), settlement.md section 1, account 4030.
"""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import format_minor, half_up, in_turn
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.fencing import Rulesets
from exchange.market.penalties.commands import ChargePenalty, WithdrawPenalty
from exchange.market.penalties.facts import PenaltyCharged, PenaltyWithdrawn
from exchange.market.purchases.parties import open_sale, operates
from exchange.market.purses import free_of
from exchange.market.reasons import Reason
from exchange.market.state import Market, purse_of

_BP = 10_000


def fall_due(market: Market, trade_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Charge what a purchase says itself. Raises: InvariantBroken if it says nothing."""
    missing = market.penalties.due.get(trade_id)
    if missing is None:
        raise InvariantBroken(f"a penalty for {trade_id} falls due, but nothing is missing of it")
    found = (missing.instrument_id, missing.seller_id, missing.currency)
    return (_charged(market, trade_id, *found, missing.cause, missing.of_minor, missing.grounds),)


def charge(market: Market, command: ChargePenalty, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Charge what came late of an accepted sale."""
    if (refusal := _not_its_word(market, command, command.trade_id, command.grounds, cause)) is not None:
        return (refusal,)
    if command.trade_id in market.penalties.charged:
        detail = "a penalty was charged for it before, and is charged once"
        return (refused(command, Reason.PENALTY_CHARGED, command.trade_id, detail),)
    sale = open_sale(market, command, command.trade_id)
    if isinstance(sale, Refused):
        return (sale,)
    if not market.instruments[sale.instrument_id].terms.rules.penalty_bp:
        detail = f"{sale.instrument_id} names no penalty, so none was agreed on"
        return (refused(command, Reason.PENALTY_NOT_AGREED, command.trade_id, detail),)
    if command.late_minor > sale.left_minor:
        late, left = (format_minor(each, sale.currency) for each in (command.late_minor, sale.left_minor))
        detail = f"{late} is said to have come late, {left} of it is sold; name at most that"
        return (refused(command, Reason.PENALTY_TOO_LARGE, command.trade_id, detail),)
    whose = (sale.instrument_id, sale.seller_id, sale.currency)
    return (_charged(market, command.trade_id, *whose, "late", command.late_minor, command.grounds),)


def withdraw(market: Market, command: WithdrawPenalty, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Give it back: cash as cash, the rest as owed to the seller, less what that owes."""
    if (refusal := _not_its_word(market, command, command.trade_id, command.grounds, cause)) is not None:
        return (refusal,)
    charged = market.penalties.charged.get(command.trade_id)
    if charged is None or command.trade_id in market.penalties.withdrawn:
        detail = "no penalty stands for this trade; `exchange query penalties` shows those there were"
        return (refused(command, Reason.PENALTY_UNKNOWN, command.trade_id, detail),)
    rest = charged.amount_minor - charged.cash_minor
    recovered = min(purse_of(market, charged.seller_id, charged.currency).clawback, rest)
    return (
        PenaltyWithdrawn(
            trade_id=charged.trade_id,
            instrument_id=charged.instrument_id,
            seller_id=charged.seller_id,
            currency=charged.currency,
            amount_minor=charged.amount_minor,
            cash_minor=charged.cash_minor,
            payable_minor=rest - recovered,
            recovered_minor=recovered,
            grounds=command.grounds,
        ),
    )


def _charged(
    market: Market,
    trade_id: str,
    instrument_id: str,
    seller_id: str,
    currency: str,
    cause: Literal["default", "short", "late"],
    of_minor: int,
    grounds: str,
) -> PenaltyCharged:
    penalty_bp = market.instruments[instrument_id].terms.rules.penalty_bp
    amount = half_up(of_minor * penalty_bp, _BP)
    purse = purse_of(market, seller_id, currency)
    payable, cash = in_turn(amount, purse.payable, free_of(purse))
    return PenaltyCharged(
        trade_id=trade_id,
        instrument_id=instrument_id,
        seller_id=seller_id,
        cause=cause,
        currency=currency,
        of_minor=of_minor,
        penalty_bp=penalty_bp,
        amount_minor=amount,
        payable_minor=payable,
        cash_minor=cash,
        clawback_minor=amount - payable - cash,
        grounds=grounds,
    )


def _not_its_word(
    market: Market, command: Command, trade_id: str, grounds: str, cause: Cause
) -> Refused | None:
    if not operates(market, cause, "governance"):
        detail = f"an operator or the governance has a say in penalties, {cause.actor} is neither"
        return refused(command, ProtocolReason.NOT_PERMITTED, trade_id, detail)
    if not grounds.strip():
        detail = "say on what grounds: its seller will ask"
        return refused(command, Reason.GROUNDS_MISSING, trade_id, detail)
    return None
