"""Units are bought at a plan's price: money is held, goes into escrow, and the right begins, in one outcome."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.plan import METERED_MAX
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.bars import Bar, said
from exchange.market.commands import BID, InstrumentTerms
from exchange.market.credit.drawing import drawn_for
from exchange.market.facts import EntitlementGranted, Reason
from exchange.market.fencing import Answer, Rulesets
from exchange.market.parties import unknown_instrument
from exchange.market.plans.admission import Admission, admission, too_dear, unfunded
from exchange.market.plans.commands import BuyUnits, TopUpTerms
from exchange.market.plans.facts import UnitsBought
from exchange.market.plans.planning import plan_of
from exchange.market.plans.pricing import line_minor, metered, price_in_ticks
from exchange.market.plans.state import Balance, Plan, balance_name
from exchange.market.plans.terms import lasts_until
from exchange.market.seats.counting import seats_left, takes_seats
from exchange.market.state import Instrument, Market
from exchange.market.trades import Bargain, traded

LOTS_MAX = 32
"""Purchases with something left that one buyer may have of one instrument: a record of usage draws on all of them."""
BOUGHT_MAX = 8 * METERED_MAX
"""Calls or bytes that one buyer may ever prepay of one instrument: what it has used in all is a 64-bit integer too."""


def buy_units(market: Market, command: BuyUnits, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse a purchase, or pay it and grant the right."""
    name = command.instrument_id
    instrument = market.instruments.get(name)
    if instrument is None:
        return (unknown_instrument(command, name),)
    plan = plan_of(market, command, name, "once")
    if isinstance(plan, Refused):
        return (plan,)
    balance = market.plans.balances.get(balance_name(name, cause.actor)) or Balance()
    if len(balance.lots) >= LOTS_MAX:
        detail = f"{len(balance.lots)} purchases of it have something left; use some of it up first"
        return (refused(command, Reason.PREPAID_TOO_MANY, cause.actor, detail),)
    left = sum(market.plans.lots[each].left for each in balance.lots)
    found = offer(market, instrument, plan, cause.actor, command, balance, left, cause, rulesets)
    if found.bar is not None:
        return (*found.decided, said(command, found.bar))
    bought = purchase(
        market, instrument, plan, cause.actor, command, found.answer, cause, balance, balance.owed
    )
    return (*found.decided, *bought)


def offer(
    market: Market,
    instrument: Instrument,
    plan: Plan,
    buyer_id: str,
    wanted: BuyUnits | TopUpTerms,
    balance: Balance,
    left: int,
    cause: Cause,
    rulesets: Rulesets,
) -> Admission:
    """Whether a buyer may have these units now, and pays them. Units: `left` before, in calls or bytes."""
    terms = instrument.terms
    wrong = (
        too_few(terms, plan, wanted.units)
        or seats_missing(instrument, plan, wanted.units)
        or _too_much(plan, buyer_id, wanted.units, balance, left)
    )
    if wrong is None:
        amount = line_minor(plan.terms.model, plan.terms.tiers, wanted.units, terms.currency)
        wrong = worthless(terms, amount) or too_dear(
            terms.instrument_id, terms.currency, amount, wanted.amount_max_minor
        )
        wrong = wrong or unfunded(market, buyer_id, terms.currency, amount)
    found = admission(market, instrument, buyer_id, wanted.use, cause, rulesets)
    return found if found.bar is not None or wrong is None else found._replace(bar=wrong)


def purchase(
    market: Market,
    instrument: Instrument,
    plan: Plan,
    buyer_id: str,
    wanted: BuyUnits | TopUpTerms,
    answer: Answer,
    cause: Cause,
    balance: Balance,
    owed: int,
) -> tuple[Fact, ...]:
    """The facts of a purchase at the plan's price. Units: `owed` was used before, in calls or bytes."""
    terms, number = instrument.terms, market.trades_matched
    assert terms.seller_id is not None
    amount = line_minor(plan.terms.model, plan.terms.tiers, wanted.units, terms.currency)
    counted = metered(plan.terms.counts, wanted.units)
    bought = UnitsBought(
        hold_id=derived_id("H", cause.partition, cause.offset, number),
        entitlement_id=derived_id("E", cause.partition, cause.offset, number),
        trade_id=derived_id("T", cause.partition, cause.offset, number),
        plan_id=plan.plan_id,
        instrument_id=terms.instrument_id,
        seller_id=terms.seller_id,
        buyer_id=buyer_id,
        units=wanted.units,
        unit=plan.terms.unit,
        metered=counted,
        covered=min(owed, counted),
        refundable=plan.terms.unused == "refunded",
        currency=terms.currency,
        amount_minor=amount,
        ends_at=lasts_until(terms, plan.terms.period, cause.at),
        top_up=isinstance(wanted, TopUpTerms),
        resumes=balance.top_up_id if balance.paused else "",
        use=wanted.use,
        drawn_minor=drawn_for(market, buyer_id, terms.currency, amount),
        product_id=terms.product_id,
        counts=plan.terms.counts,
    )
    return (bought, *sold(market, terms, plan, bought, answer, cause))


def sold(
    market: Market, terms: InstrumentTerms, plan: Plan, bought: UnitsBought, answer: Answer, cause: Cause
) -> tuple[Fact, ...]:
    """The trade of units and the right it confers."""
    bargain = bargain_of(terms, bought.hold_id, bought.buyer_id, bought.units, bought.amount_minor)
    trade, right = traded(market, terms, bargain, answer, cause)
    return trade, lasting(right, plan.terms.unit, cause.at, bought.ends_at)


def bargain_of(terms: InstrumentTerms, hold_id: str, buyer_id: str, units: int, amount_minor: int) -> Bargain:
    """What a buyer and the one seller have agreed on. Shape: its price is that of one unit on average."""
    assert terms.seller_id is not None
    return Bargain(
        bid_id=hold_id,
        ask_id="",
        buyer_id=buyer_id,
        seller_id=terms.seller_id,
        taker=BID,
        price=price_in_ticks(terms, amount_minor, units),
        quantity=units,
        amount_minor=amount_minor,
        released_minor=0,
    )


def lasting(right: EntitlementGranted, unit: str, starts_at: int, ends_at: int) -> EntitlementGranted:
    """A right to units of a plan, for their own time."""
    return msgspec.structs.replace(right, unit=unit, starts_at=starts_at, ends_at=ends_at)


def seats_missing(instrument: Instrument, plan: Plan, units: int) -> Bar | None:
    """That the licence does not have so many seats left, where it limits them."""
    left, terms = seats_left(instrument), instrument.terms
    if left is None or units <= left or not takes_seats(terms, plan.terms.counts):
        return None
    detail = f"{units} seats; of the licence's {terms.licence.seats}, {max(left, 0)} are left"
    return Bar(Reason.SEATS_INSUFFICIENT, terms.instrument_id, detail)


def too_few(terms: InstrumentTerms, plan: Plan, units: int) -> Bar | None:
    if units >= plan.terms.units_min:
        return None
    detail = f"{units} of its unit, {plan.terms.unit}; at least {plan.terms.units_min} are sold at a time"
    return Bar(Reason.QUANTITY_TOO_SMALL, terms.instrument_id, detail)


def _too_much(plan: Plan, buyer_id: str, units: int, balance: Balance, left: int) -> Bar | None:
    """That more would be prepaid than can be counted."""
    counted = metered(plan.terms.counts, units)
    if left + counted > METERED_MAX:
        detail = f"{left} are left and {counted} would be bought; {METERED_MAX} may be left"
        return Bar(Reason.PREPAID_TOO_LARGE, buyer_id, detail)
    if balance.bought + counted > BOUGHT_MAX:
        detail = f"{balance.bought} were bought and {counted} would be; {BOUGHT_MAX} may be bought in all"
        return Bar(Reason.PREPAID_TOO_LARGE, buyer_id, detail)
    return None


def worthless(terms: InstrumentTerms, amount_minor: int) -> Bar | None:
    """That so few units cost nothing."""
    if amount_minor:
        return None
    detail = f"its price rounds to nothing in {terms.currency}; buy more at a time"
    return Bar(Reason.AMOUNT_TOO_SMALL, terms.instrument_id, detail)
