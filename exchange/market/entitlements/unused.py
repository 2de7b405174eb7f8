"""What of an entitlement's term was not used: whole days in Asia/Shanghai that lay in suspensions.

Source: market.md section 2 (a day that has begun is a day used), scenarios SC-14.
"""

from exchange.kernel.money import half_up
from exchange.market.entitlements.state import Running
from exchange.market.plans.state import Lot
from exchange.market.subscriptions.periods import days_from, days_left


def days_of(running: Running) -> int:
    """The days of the whole term, at least one."""
    return max(1, days_from(running.starts_at, running.ends_at))


def unused_days(running: Running, at: int) -> int:
    """The days that were not used until now."""
    if running.suspended_at is None:
        return running.unused_days
    return running.unused_days + days_left(running.suspended_at, min(at, running.ends_at))


def unused_if_ended(running: Running, at: int) -> int:
    """The days that are not used if it ends now, before its term or with it; all at most."""
    ends_from = at if running.suspended_at is None else running.suspended_at
    left = days_left(min(ends_from, running.ends_at), running.ends_at)
    return min(running.unused_days + left, days_of(running))


def price_of(running: Running, days: int) -> int:
    """What so many of its days cost, half up."""
    return half_up(running.amount_minor * days, days_of(running))


def price_of_left(lot: Lot) -> int:
    """What the units cost that are left of those prepaid, half up."""
    return half_up(lot.amount_minor * lot.left, lot.metered)
