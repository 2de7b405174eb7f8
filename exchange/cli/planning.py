"""What a price plan is made of: the same options wherever a plan is set."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.kernel.plan import PlanTerms, PriceTier

F = TypeVar("F", bound=Callable[..., Any])

_COUNTS = ("units", "seats", "calls", "bytes")
_MICRO_DECIMALS = 6
_OPTIONS = (
    click.option(
        "--tier",
        "tiers",
        multiple=True,
        metavar="FROM=PRICE",
        help="A plan's unit price, up to six decimals, from so many units on; the first from 0. May be repeated.",
    ),
    click.option(
        "--model",
        type=click.Choice(["volume", "graduated"]),
        default="volume",
        show_default=True,
        help="Whether all units have the price of the tier they reach, or each that of its slice.",
    ),
    click.option("--counts", type=click.Choice(_COUNTS), help="What the plan counts; calls and bytes are prepaid."),
    click.option("--period", type=click.Choice(["day", "month", "year"]), help="How long what is bought lasts."),
    click.option("--subscription", is_flag=True, help="The plan's units renew at the end of each period."),
    click.option("--refund-unused", is_flag=True, help="What is left of prepaid units is paid back at the end."),
    click.option("--units-min", type=click.IntRange(1), default=1, metavar="N", help="The least to buy at a time."),
    click.option("--grace-days", type=click.IntRange(0, 90), default=7, metavar="N", help="How long renewal waits."),
)  # fmt: skip


def of_plan(command: F) -> F:
    """The options of a price plan."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def plan_of(
    unit: str,
    tiers: tuple[str, ...],
    model: Any,
    counts: Any,
    period: Any,
    subscription: bool,
    refund_unused: bool,
    units_min: int,
    grace_days: int,
) -> "PlanTerms | None":
    """The plan that was typed; None without a tier. Raises: Misuse if a tier is none, or more is said without one."""
    if not tiers:
        if counts or period or subscription or refund_unused:
            raise Misuse("a price plan needs its prices; add --tier 0=PRICE")
        return None
    from exchange.kernel.plan import PlanTerms

    return PlanTerms(
        sale="subscription" if subscription else "once",
        counts=counts or "units",
        unit=unit,
        model=model if len(tiers) > 1 else "flat",
        tiers=tuple(_tier(each) for each in tiers),
        period=period,
        unused="refunded" if refund_unused else "expires",
        units_min=units_min,
        grace_days=grace_days,
    )


def _tier(text: str) -> "PriceTier":
    from exchange.kernel.plan import PriceTier
    from exchange.kernel.price import ticks_of

    start, told, price = text.partition("=")
    if not told or not start.isdecimal():
        raise Misuse(f"{text!r} is no tier; write one like 0=18.00, or 100000=0.028")
    return PriceTier(from_units=int(start), unit_micros=ticks_of(price, 1, _MICRO_DECIMALS))
