"""What a pool's shares cost, what they save, and how a supply that is too small is divided.

Source: market.md section 8.
"""

from collections.abc import Sequence
from datetime import date

from exchange.kernel.money import MICRO, exponent, rounded_up
from exchange.kernel.time import DAY, start_of_day
from exchange.market.commands import InstrumentTerms
from exchange.market.pools.commands import Tier
from exchange.market.pools.state import Share
from exchange.market.term import ZONE

CLAIMED_SAVING_BP = 8_000
"""The saving that pooled lines are advertised with, "up to 80 %"; shown beside what a pool saved."""

_BP = 10_000
_PERCENT = 100


def price_at(tiers: Sequence[Tier], list_price: int, total_mbps: int) -> int:
    """The price that a total has come to; the list price below the first tier. Units: ticks."""
    reached = [tier.price for tier in tiers if tier.from_mbps <= total_mbps]
    return reached[-1] if reached else list_price


def deposit_minor(terms: InstrumentTerms, list_price: int, deposit_pct: int, mbps: int) -> int:
    """The deposit for a share: its part of the list price, rounded up as all reserves are."""
    micros = list_price * terms.tick_micros * mbps * deposit_pct * 10 ** exponent(terms.currency)
    return rounded_up(micros, MICRO * _PERCENT)


def saving_bp(price: int, list_price: int) -> int:
    """1 - price / list price in hundredths of a per cent, never more than it is."""
    return (list_price - price) * _BP // list_price


def days_until(at: int, due_at: int) -> int:
    """Whole days; 0 if it is too late."""
    return max(0, due_at - at) // DAY


def window(delivery_month: str) -> tuple[int, int]:
    """When a calendar month begins and ends."""
    year, month = map(int, delivery_month.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return start_of_day(date(year, month, 1), ZONE), start_of_day(following, ZONE)


def allotted(shares: Sequence[Share], supply_mbps: int) -> list[int]:
    """What each share gets, in the order given, which is that in which they were committed.

    Shape: all of it, or of a supply that is too small its part, cut to whole Mbps; what is left goes to the largest
    remainders one by one, to the earlier share where they are equal.
    """
    total = sum(share.mbps for share in shares)
    if total <= supply_mbps:
        return [share.mbps for share in shares]
    parts = [divmod(share.mbps * supply_mbps, total) for share in shares]
    given = [whole for whole, _ in parts]
    by_remainder = sorted(range(len(shares)), key=lambda place: -parts[place][1])
    for place in by_remainder[: supply_mbps - sum(given)]:
        given[place] += 1
    return given
