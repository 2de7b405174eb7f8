"""Rules: who may take a quote, for how much, and what becomes of it when the market has answered."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import AMOUNT_MAX, format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.settlement.fx.commands import CompleteFx, ConvertFx, ReturnFx
from exchange.settlement.fx.facts import FxAsked, FxCompleted, FxReturned
from exchange.settlement.fx.quoting import closed
from exchange.settlement.fx.rates import Amounts, exchanged, ratio
from exchange.settlement.fx.state import Deal
from exchange.settlement.parties import lacking, not_a_policy
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement


def convert(settlement: Settlement, command: ConvertFx, cause: Cause) -> Sequence[Fact]:
    """Take a part of a quote, and say what the market is to exchange."""
    if (refusal := lacking(settlement, command, cause)) is not None:
        return (refusal,)
    deal = settlement.fx.deals.get(command.quote_id)
    if deal is None:
        detail = "no such quote is on offer; use the quote_id of a FxQuoted that has not run out"
        return (refused(command, Reason.QUOTE_UNKNOWN, command.quote_id, detail),)
    amounts = _amounts(deal, command.amount_minor)
    refusal = _not_to_be_had(deal, command, cause) or _unfit(deal, command, amounts)
    return (refusal,) if refusal is not None else (_asked(deal, command, amounts, cause),)


def complete(settlement: Settlement, command: CompleteFx, cause: Cause) -> Sequence[Fact]:
    """The money has moved; the last one under way closes a deal that has ended."""
    asked = _under_way(settlement, command, command.conversion_id, cause)
    if isinstance(asked, Refused):
        return (asked,)
    deal = settlement.fx.deals[asked.quote_id]
    done = FxCompleted(conversion_id=asked.conversion_id, quote_id=asked.quote_id)
    if not deal.ended or deal.under_way > 1:
        return (done,)
    sold, bought = deal.sold_minor + asked.sold_minor, deal.bought_minor + asked.bought_minor
    return (done, closed(deal, sold, bought, deal.done + 1))


def give_back(settlement: Settlement, command: ReturnFx, cause: Cause) -> Sequence[Fact]:
    """The money has not moved; the quote has its amount again."""
    asked = _under_way(settlement, command, command.conversion_id, cause)
    if isinstance(asked, Refused):
        return (asked,)
    deal = settlement.fx.deals[asked.quote_id]
    returned = FxReturned(
        conversion_id=asked.conversion_id,
        quote_id=asked.quote_id,
        reason=command.reason,
        detail=command.detail,
    )
    if not deal.ended or deal.under_way > 1:
        return (returned,)
    return (returned, closed(deal, deal.sold_minor, deal.bought_minor, deal.done))


def _asked(deal: Deal, command: ConvertFx, amounts: Amounts, cause: Cause) -> FxAsked:
    quoted = deal.quoted
    return FxAsked(
        conversion_id=derived_id("FC", cause.partition, cause.offset, 0),
        quote_id=quoted.quote_id,
        market_id=command.market_id,
        participant_id=cause.actor,
        bank_id=quoted.bank_id,
        base_currency=quoted.base_currency,
        sell_currency=quoted.sell_currency,
        sold_minor=amounts.sold_minor,
        buy_currency=quoted.buy_currency,
        bought_minor=amounts.bought_minor,
        side=quoted.side,
        rate=quoted.rate,
        source=quoted.source,
        expires_at=quoted.expires_at,
    )


def _amounts(deal: Deal, amount_minor: int) -> Amounts:
    quoted = deal.quoted
    at = ratio(quoted.rate, quoted.base_currency, quoted.sell_currency, quoted.buy_currency)
    return exchanged(quoted.side, amount_minor, at)


def _not_to_be_had(deal: Deal, command: ConvertFx, cause: Cause) -> Refused | None:
    quoted = deal.quoted
    if quoted.participant_id not in (None, cause.actor):
        detail = f"it was quoted to {quoted.participant_id}, not to {cause.actor}; ask the bank for one of your own"
        return refused(command, Reason.QUOTE_FOREIGN, quoted.quote_id, detail)
    if deal.ended or quoted.expires_at <= cause.at:
        detail = f"it stood until {iso(quoted.expires_at)} or was withdrawn, now is {iso(cause.at)}; take a new one"
        return refused(command, Reason.QUOTE_EXPIRED, quoted.quote_id, detail)
    return None


def _unfit(deal: Deal, command: ConvertFx, amounts: Amounts) -> Refused | None:
    quoted = deal.quoted
    if (command.sell_currency, command.buy_currency) != (quoted.sell_currency, quoted.buy_currency):
        detail = (
            f"it sells {quoted.sell_currency} for {quoted.buy_currency}, asked is"
            f" {command.sell_currency} for {command.buy_currency}; take a quote of that pair"
        )
        return refused(command, Reason.CURRENCY_DIFFERS, quoted.quote_id, detail)
    fixed = quoted.sell_currency if quoted.side == "fixed_sell" else quoted.buy_currency
    if command.amount_minor > deal.left_minor:
        wanted, left = (format_minor(each, fixed) for each in (command.amount_minor, deal.left_minor))
        detail = f"{wanted} is wanted, {left} of it is left; convert less, or take another quote"
        return refused(command, Reason.QUOTE_USED_UP, quoted.quote_id, detail)
    if not 1 <= min(amounts) <= max(amounts) <= AMOUNT_MAX:
        sold = format_minor(amounts.sold_minor, quoted.sell_currency)
        bought = format_minor(amounts.bought_minor, quoted.buy_currency)
        detail = f"{sold} would be sold for {bought}; each has to be at least 1 and at most {AMOUNT_MAX} minor units"
        return refused(command, Reason.AMOUNT_UNFIT, quoted.quote_id, detail)
    return None


def _under_way(
    settlement: Settlement, command: Command, conversion_id: str, cause: Cause
) -> FxAsked | Refused:
    if (refusal := not_a_policy(command, cause)) is not None:
        return refusal
    asked = settlement.fx.conversions.get(conversion_id)
    if asked is None:
        detail = "no such conversion is under way; it was answered before"
        return refused(command, Reason.CONVERSION_NOT_OPEN, conversion_id, detail)
    return asked
