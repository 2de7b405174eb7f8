"""How each fact changes a market. No rule is here; what cannot be true stops the worker."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import msgspec

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import InstrumentId
from exchange.kernel.time import local_date
from exchange.market import facts as happened
from exchange.market.book import enter, leave
from exchange.market.commands import Side, Use
from exchange.market.crossing import leaves_mainland, persons, version_name
from exchange.market.holds import spend
from exchange.market.purses import draw, purse_at, solvent, till_at
from exchange.market.state import (
    AdoptedRuleset,
    Crossed,
    Exported,
    Instrument,
    Market,
    Order,
    Purchase,
    References,
)
from exchange.market.term import ZONE


def participant_recorded(market: Market, fact: happened.ParticipantRecorded, at: int) -> None:
    if market.participants.get(fact.standing.participant_id) is not None:
        _try_again(market, market.crossed, at)
    market.participants[fact.standing.participant_id] = fact.standing


def standing_recorded(market: Market, fact: happened.StandingRecorded, at: int) -> None:
    standing = market.participants[fact.participant_id]
    market.participants[fact.participant_id] = msgspec.structs.replace(standing, active=fact.active)
    if fact.active:
        _try_again(market, market.crossed, at)


def instrument_opened(market: Market, fact: happened.InstrumentOpened, at: int) -> None:
    market.instruments[fact.terms.instrument_id] = Instrument(terms=fact.terms)


def instrument_state_set(market: Market, fact: happened.InstrumentStateSet, at: int) -> None:
    instrument = market.instruments[fact.instrument_id]
    instrument.state = fact.state
    if fact.state == "closing":
        market.closing[fact.instrument_id] = at
        return
    market.closing.pop(fact.instrument_id, None)
    if fact.state == "open" and fact.instrument_id in market.crossed:
        _try_again(market, (fact.instrument_id,), at)
    if fact.state == "closed" and (instrument.bids or instrument.asks):
        raise InvariantBroken(f"instrument {fact.instrument_id} is closed with orders open")


def ruleset_adopted(market: Market, fact: happened.RulesetAdopted, at: int) -> None:
    """Remember it; those that can never decide again are forgotten."""
    adopted = AdoptedRuleset(fact.ruleset_version, fact.ruleset_digest, fact.effective_at)
    market.rulesets.append(adopted)
    in_force = [place for place, each in enumerate(market.rulesets) if each.effective_at <= at]
    if in_force:
        del market.rulesets[: in_force[-1]]
    if fact.effective_at <= at:
        _try_again(market, market.crossed, at)


def deposit_confirmed(market: Market, fact: happened.DepositConfirmed, at: int) -> None:
    purse = purse_at(market, fact.participant_id, fact.currency)
    purse.cash += fact.amount_minor - fact.repaid_minor - fact.recovered_minor
    purse.owed -= fact.repaid_minor
    purse.clawback -= fact.recovered_minor
    solvent(purse, fact)
    till_at(market, fact.currency).deposited += fact.amount_minor
    market.references.setdefault(fact.bank_id, References()).deposits.add(fact.reference)


def payout_executed(market: Market, fact: happened.PayoutExecuted, at: int) -> None:
    purse = purse_at(market, fact.participant_id, fact.currency)
    purse.payable -= fact.amount_minor - fact.commission_minor
    purse.commissions -= fact.commission_minor
    till_at(market, fact.currency).paid_out += fact.amount_minor
    market.references.setdefault(fact.bank_id, References()).payouts.add(fact.reference)
    solvent(purse, fact)


def fence_decided(market: Market, fact: happened.FenceDecided, at: int) -> None:
    market.crossings_decided += 1


def book_swept(market: Market, fact: happened.BookSwept, at: int) -> None:
    crossed = market.crossed.get(fact.instrument_id)
    if crossed is None:
        return
    if fact.next_entered is None:
        market.crossed[fact.instrument_id] = Crossed(tried_at=at)
    else:
        crossed.due_at = at if crossed.due_at is None else crossed.due_at
        crossed.next_entered, crossed.passed = fact.next_entered, fact.passed


def order_accepted(market: Market, fact: happened.OrderAccepted, at: int) -> None:
    instrument = market.instruments[fact.instrument_id]
    order = Order(
        order_id=fact.order_id,
        # The texts that the market has already: a million orders would hold a copy each.
        instrument_id=instrument.terms.instrument_id,
        participant_id=market.participants[fact.participant_id].participant_id,
        side=fact.side,
        price=fact.price,
        quantity_left=fact.quantity,
        lot_reserve_minor=fact.reserved_minor // fact.quantity,
        use=_shared(fact.use),
        entered=market.orders_entered,
    )
    market.orders_entered += 1
    market.orders[order.order_id] = order
    enter(instrument, order)
    _cross(market, instrument, at)
    if fact.side is Side.BID:
        purse = purse_at(market, fact.participant_id, fact.currency)
        draw(purse, fact.drawn_minor)
        purse.cash -= fact.reserved_minor
        purse.reserved += fact.reserved_minor
        solvent(purse, fact)


def order_cancelled(market: Market, fact: happened.OrderCancelled, at: int) -> None:
    order = market.orders[fact.order_id]
    if order.quantity_left != fact.quantity_left:
        raise InvariantBroken(f"{fact!r} but {order.quantity_left} lots are left")
    if order.side is Side.BID:
        _release(market, order, fact.quantity_left, fact.released_minor, fact.currency)
    _fill(market, order, fact.quantity_left, at)


def trade_matched(market: Market, fact: happened.TradeMatched, at: int) -> None:
    """Put the money into escrow and take the lots off the orders.

    Shape: a bid that is no order of a book is a hold of the same name, whose fact said before what the data is for.
    """
    bid = market.orders.get(fact.bid_id)
    if bid is None:
        spend(market, fact.bid_id, fact.amount_minor, fact.released_minor)
    else:
        _release(market, bid, fact.quantity, fact.amount_minor + fact.released_minor, fact.currency)
        purse_at(market, fact.buyer_id, fact.currency).cash -= fact.amount_minor
        if fact.decision is not None:
            export(market, fact, bid.use, at)
        _fill(market, bid, fact.quantity, at)
    if fact.ask_id:
        _fill(market, market.orders[fact.ask_id], fact.quantity, at)
    market.trades_matched += 1
    brokerage = market.fees.brokers.get(fact.seller_id, {}).get(fact.instrument_id)
    market.purchases[fact.trade_id] = Purchase(
        trade_id=fact.trade_id,
        entitlement_id="",
        instrument_id=fact.instrument_id,
        buyer_id=fact.buyer_id,
        seller_id=fact.seller_id,
        currency=fact.currency,
        escrow_minor=fact.amount_minor,
        quantity=fact.quantity,
        broker_id=brokerage.broker_id if brokerage else "",
        commission_bp=brokerage.commission_bp if brokerage else 0,
    )


def entitlement_granted(market: Market, fact: happened.EntitlementGranted, at: int) -> None:
    market.purchases[fact.trade_id].entitlement_id = fact.entitlement_id


@lru_cache(maxsize=4_096)
def _shared(use: Use) -> Use:
    """One object for all orders that say the same of their use; asks all do."""
    return use


def _release(market: Market, bid: Order, quantity: int, amount_minor: int, currency: str) -> None:
    """Give back what `quantity` lots of a bid reserve."""
    if amount_minor != bid.lot_reserve_minor * quantity:
        raise InvariantBroken(
            f"order {bid.order_id} reserves {bid.lot_reserve_minor} a lot, {amount_minor} was released for {quantity}"
        )
    purse = purse_at(market, bid.participant_id, currency)
    purse.reserved -= amount_minor
    purse.cash += amount_minor
    solvent(purse, bid)


def _fill(market: Market, order: Order, quantity: int, at: int) -> None:
    """Take `quantity` lots off an order; with the last of them it leaves the book."""
    order.quantity_left -= quantity
    if order.quantity_left < 0:
        raise InvariantBroken(
            f"order {order.order_id} was filled beyond its quantity by {-order.quantity_left}"
        )
    if not order.quantity_left:
        del market.orders[order.order_id]
        instrument = market.instruments[order.instrument_id]
        leave(instrument, order, market.orders)
        _cross(market, instrument, at)


def _cross(market: Market, instrument: Instrument, at: int) -> None:
    """Keep up with whether bids and asks of a book stand crossed."""
    bids, asks, crossed = instrument.bids, instrument.asks, market.crossed
    if not bids or not asks or bids[-1].price < asks[-1].price:
        if crossed:
            crossed.pop(instrument.terms.instrument_id, None)
    elif instrument.terms.instrument_id not in crossed:
        crossed[instrument.terms.instrument_id] = Crossed(tried_at=at)


def _try_again(market: Market, instrument_ids: Iterable[InstrumentId], at: int) -> None:
    """Who may trade with whom has changed: orders that stand crossed in an open book are tried again."""
    for instrument_id in instrument_ids:
        if market.instruments[instrument_id].state == "open":
            crossed = market.crossed[instrument_id]
            crossed.due_at, crossed.next_entered, crossed.passed = at, 0, 0


def export(market: Market, fact: happened.TradeMatched, use: Use, at: int) -> None:
    """Count the persons whose information a trade takes out of the mainland, once for each product version."""
    terms = market.instruments[fact.instrument_id].terms
    if not terms.traits.contains_pi or not leaves_mainland(terms, market.participants[fact.buyer_id], use):
        return
    year = local_date(at, ZONE).year
    exported = market.exported.get(fact.seller_id)
    if exported is None or exported.year != year:
        exported = market.exported[fact.seller_id] = Exported(year=year)
    domestic, sensitive, foreign = persons(terms)
    exported.versions[version_name(terms)] = (domestic or 0, sensitive or 0, foreign or 0)


EVOLVE: dict[type[Fact], Callable[[Market, Any, int], None]] = {
    happened.ParticipantRecorded: participant_recorded,
    happened.StandingRecorded: standing_recorded,
    happened.InstrumentOpened: instrument_opened,
    happened.InstrumentStateSet: instrument_state_set,
    happened.RulesetAdopted: ruleset_adopted,
    happened.DepositConfirmed: deposit_confirmed,
    happened.PayoutExecuted: payout_executed,
    happened.FenceDecided: fence_decided,
    happened.BookSwept: book_swept,
    happened.OrderAccepted: order_accepted,
    happened.OrderCancelled: order_cancelled,
    happened.TradeMatched: trade_matched,
    happened.EntitlementGranted: entitlement_granted,
}
"""What each fact does; the rooms say it of theirs. A fact of another type is an error, never passed over."""
