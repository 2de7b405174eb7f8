"""How facts of price plans change a market. No rule is here."""

from collections.abc import Mapping
from typing import Final

from exchange.kernel.bases import Fact
from exchange.market.agenda import schedule, settle
from exchange.market.holds import hold, meant_for
from exchange.market.order_fold import export
from exchange.market.plans import facts as happened
from exchange.market.plans.escrow import give_back
from exchange.market.plans.state import Announced, Balance, Lot, Plan, balance_name, tiers_at
from exchange.market.room import Fold
from exchange.market.seats.counting import takes_seats
from exchange.market.state import Market

UNITS_END: Final = "units-end"
"""The time of units bought is over; the subject is the entitlement."""


def plan_set(market: Market, fact: happened.PricePlanSet, at: int) -> None:
    plans = market.plans.plans
    before = plans.get(fact.instrument_id)
    plans[fact.instrument_id] = Plan(
        fact.plan_id,
        fact.plan,
        fact.plan.tiers,
        lots=before.lots if before else 0,
        balances=before.balances if before else 0,
    )


def price_announced(market: Market, fact: happened.PriceAnnounced, at: int) -> None:
    """What was announced before and is in effect becomes the plan's; what is not is replaced."""
    plan = market.plans.plans[fact.instrument_id]
    plan.tiers = tiers_at(plan, at)
    plan.announced = Announced(fact.tiers, fact.effective_at)


def units_bought(market: Market, fact: happened.UnitsBought, at: int) -> None:
    """Hold the money; count what is sold where it ends or is used up."""
    hold(market, fact.hold_id, fact.buyer_id, fact.currency, fact.amount_minor, "reserved", fact.drawn_minor)
    meant_for(market, fact.hold_id, fact.use)
    if market.instruments[fact.instrument_id].terms.moves_data:
        export(market, fact.instrument_id, fact.seller_id, fact.buyer_id, fact.use, at)
    plan = market.plans.plans[fact.instrument_id]
    terms = market.instruments[fact.instrument_id].terms
    seats = fact.units if takes_seats(terms, plan.terms.counts) else 0
    if not seats and not fact.metered:
        return
    lot = Lot(
        entitlement_id=fact.entitlement_id,
        trade_id=fact.trade_id,
        instrument_id=fact.instrument_id,
        buyer_id=fact.buyer_id,
        units=fact.units,
        metered=fact.metered,
        left=fact.metered - fact.covered,
        refundable=fact.refundable,
        amount_minor=fact.amount_minor,
        ends_at=fact.ends_at,
        seats=seats,
    )
    market.plans.lots[lot.entitlement_id] = lot
    market.plans.paid_by[lot.trade_id] = lot.entitlement_id
    plan.lots += 1
    market.instruments[fact.instrument_id].seats_taken += seats
    if fact.metered:
        _fill(market, lot, fact.covered)
    schedule(market.agenda, fact.ends_at, UNITS_END, lot.entitlement_id)


def _fill(market: Market, lot: Lot, covered: int) -> None:
    """What is bought is in the balance, by when it ends."""
    balance = _balance(market, lot.instrument_id, lot.buyer_id)
    balance.owed -= covered
    balance.bought += lot.metered
    balance.paused = False
    if lot.left:
        balance.lots.append(lot.entitlement_id)
        balance.lots.sort(key=lambda name: market.plans.lots[name].ends_at)


def _balance(market: Market, instrument_id: str, buyer_id: str) -> Balance:
    name = balance_name(instrument_id, buyer_id)
    balance = market.plans.balances.get(name)
    if balance is None:
        balance = market.plans.balances[name] = Balance()
        market.plans.plans[instrument_id].balances += 1
    return balance


def usage_recorded(market: Market, fact: happened.UsageRecorded, at: int) -> None:
    balance = market.plans.balances[balance_name(fact.instrument_id, fact.buyer_id)]
    for draw in fact.draws:
        lot = market.plans.lots[draw.entitlement_id]
        lot.left -= draw.metered
        if not lot.left:
            balance.lots.remove(lot.entitlement_id)
    balance.owed += fact.uncovered


def top_up_set(market: Market, fact: happened.TopUpSet, at: int) -> None:
    balance = _balance(market, fact.instrument_id, fact.buyer_id)
    balance.top_up_id = fact.top_up_id if fact.top_up is not None else ""
    balance.top_up = fact.top_up
    balance.paused = False


def top_up_paused(market: Market, fact: happened.TopUpPaused, at: int) -> None:
    market.plans.balances[balance_name(fact.instrument_id, fact.buyer_id)].paused = True


def units_ended(market: Market, fact: happened.UnitsEnded, at: int) -> None:
    give_back(market, fact.trade_id, fact.refunded_minor)
    lot = market.plans.lots.pop(fact.entitlement_id)
    del market.plans.paid_by[lot.trade_id]
    settle(market.agenda, UNITS_END, lot.entitlement_id)
    plan = market.plans.plans[lot.instrument_id]
    plan.lots -= 1
    market.instruments[lot.instrument_id].seats_taken -= lot.seats
    balance = market.plans.balances.get(balance_name(lot.instrument_id, lot.buyer_id))
    if balance is not None and lot.entitlement_id in balance.lots:
        balance.lots.remove(lot.entitlement_id)


def trade_refunded(market: Market, trade_id: str, at: int) -> None:
    """The time of units whose purchase was refunded is over at once."""
    entitlement_id = market.plans.paid_by.get(trade_id)
    if entitlement_id is not None:
        schedule(market.agenda, at, UNITS_END, entitlement_id)


FOLDS: Mapping[type[Fact], Fold] = {
    happened.PricePlanSet: plan_set,
    happened.PriceAnnounced: price_announced,
    happened.UnitsBought: units_bought,
    happened.UsageRecorded: usage_recorded,
    happened.TopUpSet: top_up_set,
    happened.TopUpPaused: top_up_paused,
    happened.UnitsEnded: units_ended,
}
