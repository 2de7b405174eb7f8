"""How many seats of a licence are left, and what an order for more of them is told."""

from typing import Final

from exchange.kernel.bases import Command
from exchange.kernel.plan import Counts
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import InstrumentTerms
from exchange.market.reasons import Reason
from exchange.market.state import Instrument, Market

SEAT: Final = "seat"
"""The unit of an instrument whose lots are seats."""


def by_the_seat(terms: InstrumentTerms) -> bool:
    """Whether each lot takes a seat of the one licence that a seller limits."""
    return terms.unit == SEAT and terms.licence.seats is not None and terms.seller_id is not None


def takes_seats(terms: InstrumentTerms, counts: Counts) -> bool:
    """Whether what a price plan counts takes seats of the licence: seats, and units of what is sold by the seat."""
    return counts == "seats" or (counts == "units" and by_the_seat(terms))


def seats_left(instrument: Instrument) -> int | None:
    """Seats neither taken nor asked for in the book, nor bound by quotes; None where no licence limits them."""
    terms = instrument.terms
    if terms.licence.seats is None:
        return None
    holder = instrument.holders.get(terms.seller_id or "") if terms.unit == SEAT else None
    asked = 0 if holder is None else holder.asked
    return terms.licence.seats - instrument.seats_taken - instrument.lots_quoted - asked


def seats_refusal(instrument: Instrument, command: Command, seats: int, had: int = 0) -> Refused | None:
    """Whether so many seats are left for an order, with the `had` that it asks for already."""
    terms = instrument.terms
    left = seats_left(instrument) if by_the_seat(terms) else None
    if left is None or seats <= left + had:
        return None
    detail = f"{seats} seats; of the licence's {terms.licence.seats} {max(left + had, 0)} are left"
    return refused(command, Reason.SEATS_INSUFFICIENT, terms.instrument_id, detail)


def seats_told(market: Market, terms: InstrumentTerms) -> int | None:
    """The seats in use that the fence is told of, none as it comes on sale; None where nobody counts them."""
    if terms.licence.seats is None:
        return None
    plan = market.plans.plans.get(terms.instrument_id)
    if by_the_seat(terms) or (plan is not None and plan.terms.counts == "seats"):
        instrument = market.instruments.get(terms.instrument_id)
        return 0 if instrument is None else instrument.seats_taken
    return None
