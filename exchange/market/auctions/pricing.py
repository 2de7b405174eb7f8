"""What is paid: a lot's price at a moment, and what a bid has to have at hand."""

from exchange.kernel.time import SECOND
from exchange.market.commands import InstrumentTerms
from exchange.market.money_rules import lot_reserve_minor


def dutch_price(
    start_price: int, floor_price: int, step: int, step_interval_s: int, opened_at: int, at: int
) -> int:
    """A Dutch auction's price at `at`, in ticks: it falls by a step at the end of every interval, down to its floor."""
    steps = (at - opened_at) // (step_interval_s * SECOND)
    return max(floor_price, start_price - steps * step)


def needed_minor(terms: InstrumentTerms, price: int, quantity: int) -> int:
    """What a bid has to have at hand: the price of one lot, rounded up, for each."""
    return lot_reserve_minor(terms, price) * quantity
