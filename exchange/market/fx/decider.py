"""Exchanging currencies as a room of the market, which owns the purses."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.coming_in import comes_in
from exchange.market.fencing import Rulesets
from exchange.market.funds import overfull
from exchange.market.fx.commands import COMMANDS, ExchangeMoney
from exchange.market.fx.facts import FACTS, FxExecuted, FxSettled
from exchange.market.purses import free_of, purse_at, solvent, till_at
from exchange.market.reasons import Reason
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.setting_off import set_off
from exchange.market.state import Market, purse_of


def exchange_money(
    market: Market, command: ExchangeMoney, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Exchange it with the bank at once: the customer's side and the bank's, or neither.

    Shape: a refusal names the conversion, so that the settlement can take it back.
    """
    refusal = not_a_policy(command, cause) or _not_there(market, command)
    if refusal is not None:
        return (refusal,)
    owed = set_off(purse_of(market, command.participant_id, command.buy_currency), command.bought_minor)
    executed = FxExecuted(
        conversion_id=command.conversion_id,
        quote_id=command.quote_id,
        participant_id=command.participant_id,
        bank_id=command.bank_id,
        base_currency=command.base_currency,
        sell_currency=command.sell_currency,
        sold_minor=command.sold_minor,
        buy_currency=command.buy_currency,
        bought_minor=command.bought_minor,
        side=command.side,
        rate=command.rate,
        source=command.source,
        expires_at=command.expires_at,
        repaid_minor=owed.repaid_minor,
        recovered_minor=owed.recovered_minor,
    )
    settled = FxSettled(
        conversion_id=command.conversion_id,
        quote_id=command.quote_id,
        bank_id=command.bank_id,
        sell_currency=command.sell_currency,
        sold_minor=command.sold_minor,
        buy_currency=command.buy_currency,
        bought_minor=command.bought_minor,
    )
    return (executed, settled)


def fx_executed(market: Market, fact: FxExecuted, at: int) -> None:
    sold = purse_at(market, fact.participant_id, fact.sell_currency)
    sold.cash -= fact.sold_minor
    solvent(sold, fact)
    comes_in(market, fact, fact.buy_currency, fact.bought_minor, at)


def fx_settled(market: Market, fact: FxSettled, at: int) -> None:
    till_at(market, fact.sell_currency).paid_out += fact.sold_minor
    till_at(market, fact.buy_currency).deposited += fact.bought_minor


def _not_there(market: Market, command: ExchangeMoney) -> Refused | None:
    who, conversion = command.participant_id, command.conversion_id
    if who not in market.participants:
        detail = f"{who} is not known to this market and has no purse here"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, conversion, detail)
    purse = purse_of(market, who, command.sell_currency)
    free = free_of(purse)
    if free < command.sold_minor:
        wanted, has = (format_minor(each, command.sell_currency) for each in (command.sold_minor, free))
        detail = (
            f"{wanted} is wanted of {who}, {has} is free and its own; cancel orders first, or convert less"
        )
        return refused(command, Reason.FUNDS_INSUFFICIENT, conversion, detail)
    full = overfull(market, who, command.buy_currency, command.bought_minor)
    return None if full is None else refused(command, Reason.BALANCE_TOO_LARGE, conversion, full[1])


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={ExchangeMoney: exchange_money},
    folds={FxExecuted: fx_executed, FxSettled: fx_settled},
    due={},
)
