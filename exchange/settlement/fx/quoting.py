"""Rules: which quotes there may be, and how one ends."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.settlement.fx.commands import QuoteFx, WithdrawFxQuote
from exchange.settlement.fx.facts import FxDealClosed, FxQuoted, FxQuoteEnded
from exchange.settlement.fx.rates import exchanged, fraction, ratio
from exchange.settlement.fx.state import Deal
from exchange.settlement.parties import BANKS, lacking, no_such_currency, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement

DEALS_MAX = 1_000
"""What one bank may have on offer, or not closed yet."""
QUOTE_DAYS_MAX = 7
"""How long a quote may stand."""


def quote(settlement: Settlement, command: QuoteFx, cause: Cause) -> Sequence[Fact]:
    """Put a bank's rate on offer."""
    refusal = (
        lacking(settlement, command, cause, *BANKS)
        or no_such_currency(command, command.base_currency, command.quote_currency)
        or _unfit(settlement, command, cause)
    )
    if refusal is not None:
        return (refusal,)
    base, other = command.base_currency, command.quote_currency
    return (
        FxQuoted(
            quote_id=derived_id("FX", cause.partition, cause.offset, 0),
            bank_id=cause.actor,
            base_currency=base,
            quote_currency=other,
            sell_currency=command.sell_currency,
            buy_currency=other if command.sell_currency == base else base,
            side=command.side,
            rate=command.rate,
            source=command.source,
            expires_at=command.expires_at,
            max_minor=command.max_minor,
            participant_id=command.participant_id,
        ),
    )


def withdraw(settlement: Settlement, command: WithdrawFxQuote, cause: Cause) -> Sequence[Fact]:
    """Take a quote off offer."""
    if (refusal := lacking(settlement, command, cause, *BANKS)) is not None:
        return (refusal,)
    deal = settlement.fx.deals.get(command.quote_id)
    if deal is None or deal.quoted.bank_id != cause.actor or deal.ended:
        detail = f"{cause.actor} has no such quote on offer; use the quote_id of its FxQuoted"
        return (refused(command, Reason.QUOTE_UNKNOWN, command.quote_id, detail),)
    ended = FxQuoteEnded(quote_id=command.quote_id, by="bank")
    return (
        (ended,) if deal.under_way else (ended, closed(deal, deal.sold_minor, deal.bought_minor, deal.done))
    )


def run_out(settlement: Settlement, quote_id: str, cause: Cause) -> Sequence[Fact]:
    """A quote's time is over. Raises: InvariantBroken if it was over before."""
    deal = settlement.fx.deals.get(quote_id)
    if deal is None or deal.ended:
        raise InvariantBroken(f"quote {quote_id} runs out, but is not on offer")
    ended = FxQuoteEnded(quote_id=quote_id, by="time")
    return (
        (ended,) if deal.under_way else (ended, closed(deal, deal.sold_minor, deal.bought_minor, deal.done))
    )


def closed(deal: Deal, sold_minor: int, bought_minor: int, conversions: int) -> FxDealClosed:
    """What the bank's side of a deal comes to: the sum exchanged at once, by the side that is fixed.

    Shape: the residual is at least 0 and less than one minor unit of the other currency for each conversion.
    """
    quoted = deal.quoted
    at = ratio(quoted.rate, quoted.base_currency, quoted.sell_currency, quoted.buy_currency)
    fixed_sell = quoted.side == "fixed_sell"
    whole = exchanged(quoted.side, sold_minor if fixed_sell else bought_minor, at)
    return FxDealClosed(
        quote_id=quoted.quote_id,
        bank_id=quoted.bank_id,
        conversions=conversions,
        sell_currency=quoted.sell_currency,
        sold_minor=whole.sold_minor,
        buy_currency=quoted.buy_currency,
        bought_minor=whole.bought_minor,
        currency=quoted.buy_currency if fixed_sell else quoted.sell_currency,
        residual_minor=whole.bought_minor - bought_minor if fixed_sell else sold_minor - whole.sold_minor,
    )


def _unfit(settlement: Settlement, command: QuoteFx, cause: Cause) -> Refused | None:
    pair = (command.base_currency, command.quote_currency)
    if pair[0] == pair[1] or command.sell_currency not in pair:
        detail = f"{pair[0]} and {pair[1]}, of which customers sell {command.sell_currency}: name two, and one of them"
        return refused(command, Reason.QUOTE_CONFLICT, command.sell_currency, detail)
    if not fraction(command.rate)[0]:
        detail = f"a rate of {command.rate} gives everything for nothing; name one above 0"
        return refused(command, Reason.QUOTE_CONFLICT, command.rate, detail)
    if not cause.at < command.expires_at <= cause.at + QUOTE_DAYS_MAX * DAY:
        detail = (
            f"it would stand until {iso(command.expires_at)}, now is {iso(cause.at)};"
            f" let it end later than now and within {QUOTE_DAYS_MAX} days"
        )
        return refused(command, Reason.QUOTE_EXPIRY, iso(command.expires_at), detail)
    if command.participant_id is not None and command.participant_id not in settlement.parties:
        return unknown(command, command.participant_id)
    if settlement.fx.of_bank.get(cause.actor, 0) >= DEALS_MAX:
        detail = f"{cause.actor} has {DEALS_MAX} quotes; withdraw some, or let some run out"
        return refused(command, Reason.QUOTES_TOO_MANY, cause.actor, detail)
    return None
