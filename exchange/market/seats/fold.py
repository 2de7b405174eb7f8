"""How seats are taken and freed. No rule is here."""

from collections.abc import Mapping
from typing import Final

from exchange.kernel.bases import Fact
from exchange.market.agenda import schedule, settle
from exchange.market.facts import EntitlementGranted
from exchange.market.room import Fold
from exchange.market.seats.counting import by_the_seat
from exchange.market.seats.facts import SeatsFreed
from exchange.market.seats.state import Seated
from exchange.market.state import Market

SEATS_END: Final = "seats-end"
"""The right to seats is over; the subject is the entitlement."""


def take_seats(market: Market, fact: EntitlementGranted, at: int) -> None:
    """A right to seats begins, unless a price plan sold it and counts them itself."""
    name = market.purchases[fact.trade_id].instrument_id
    instrument = market.instruments[name]
    if not by_the_seat(instrument.terms) or _planned(market, fact):
        return
    instrument.seats_taken += fact.quantity
    market.seats.taken[fact.entitlement_id] = Seated(fact.trade_id, name, fact.buyer_id, fact.quantity)
    market.seats.of[fact.trade_id] = fact.entitlement_id
    schedule(market.agenda, fact.ends_at, SEATS_END, fact.entitlement_id)


def _planned(market: Market, fact: EntitlementGranted) -> bool:
    """Whether units bought or a subscription's period came with the right."""
    subscriptions = (
        market.subscriptions.open[name] for name in market.subscriptions.of.get(fact.buyer_id, ())
    )
    periods = (each.running for each in subscriptions if each.running is not None)
    return fact.trade_id in market.plans.paid_by or any(each.trade_id == fact.trade_id for each in periods)


def seats_freed(market: Market, fact: SeatsFreed, at: int) -> None:
    market.instruments[fact.instrument_id].seats_taken -= fact.seats
    del market.seats.taken[fact.entitlement_id]
    del market.seats.of[fact.trade_id]
    settle(market.agenda, SEATS_END, fact.entitlement_id)


def seats_refunded(market: Market, trade_id: str, at: int) -> None:
    """Seats whose purchase was refunded are free at once."""
    entitlement_id = market.seats.of.get(trade_id)
    if entitlement_id is not None:
        schedule(market.agenda, at, SEATS_END, entitlement_id)


FOLDS: Mapping[type[Fact], Fold] = {SeatsFreed: seats_freed}
