"""Opening a pool."""

from collections.abc import Sequence
from itertools import pairwise

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.commands import InstrumentTerms
from exchange.market.conditions import off_tick
from exchange.market.entry import capacity_refusal
from exchange.market.fencing import Rulesets
from exchange.market.parties import unknown_instrument
from exchange.market.pools.commands import OpenPool
from exchange.market.pools.facts import PoolOpened
from exchange.market.pools.parties import may_not_open, not_open
from exchange.market.pools.pricing import window
from exchange.market.pools.state import month_name
from exchange.market.reasons import Reason
from exchange.market.state import Market
from exchange.market.timetable import last_trade

UNIT = "Mbps-month"


def open_pool(market: Market, command: OpenPool, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse a pool, or let shares of it be committed to."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    terms = instrument.terms
    refusal = (
        _not_for_pools(terms, command)
        or may_not_open(market, terms, command, cause)
        or not_open(instrument, command)
        or off_tick(terms, command, command.list_price, *(tier.price for tier in command.tiers))
        or _not_tiers(command)
        or _not_in_time(terms, command, cause)
        or _there_already(market, command)
        or capacity_refusal(
            instrument, command, terms.seller_id or "", command.list_price, command.supply_mbps
        )
    )
    return (refusal or _opened(terms, command, cause),)


def _not_for_pools(terms: InstrumentTerms, command: OpenPool) -> Refused | None:
    """One seller, no data that moves, and a lot is one Mbps of this link for this month."""
    rules = terms.rules
    wrong = {
        "it has no single seller": terms.seller_id is None,
        f"its form is {rules.form}": rules.form != "pool",
        "it moves data": terms.moves_data,
        f"its unit is {terms.unit}": terms.unit != UNIT,
        f"it is delivered at {rules.delivery_place}": rules.delivery_place not in ("", command.link_id),
        f"it is not delivered in {command.delivery_month}": (rules.window_from, rules.window_until)
        not in ((None, None), window(command.delivery_month)),
    }
    if not any(wrong.values()):
        return None
    detail = f"{', '.join(said for said, is_so in wrong.items() if is_so)}; a pool sells lines by {UNIT}"
    return refused(command, Reason.POOL_INSTRUMENT, command.instrument_id, detail)


def _not_tiers(command: OpenPool) -> Refused | None:
    """More is never dearer, nothing is dearer than the list price, and the threshold has a tier that can be served."""
    tiers, instrument_id = command.tiers, command.instrument_id
    if any(two.from_mbps <= one.from_mbps or two.price > one.price for one, two in pairwise(tiers)):
        detail = "from_mbps has to rise from tier to tier, and the price may not"
    elif tiers[0].price > command.list_price:
        detail = (
            f"the first tier's price is {tiers[0].price}, above the list price of {command.list_price} ticks"
        )
    elif tiers[0].from_mbps > command.threshold_mbps:
        detail = f"the first tier begins at {tiers[0].from_mbps} Mbps, above the threshold of {command.threshold_mbps}"
    elif command.supply_mbps < command.threshold_mbps:
        detail = f"{command.supply_mbps} Mbps are supplied, below the threshold of {command.threshold_mbps}"
    else:
        return None
    return refused(command, Reason.POOL_TIERS, instrument_id, detail)


def _not_in_time(terms: InstrumentTerms, command: OpenPool, cause: Cause) -> Refused | None:
    """It closes after it opens, in the future, and can be approved before its month begins and trading ends."""
    gate = last_trade(terms.rules)
    due_at, (begins_at, _) = (
        command.closes_at + command.approval_days_pooled * DAY,
        window(command.delivery_month),
    )
    if command.closes_at <= max(command.opens_at, cause.at):
        opens = iso(max(command.opens_at, cause.at))
        detail = f"it closes at {iso(command.closes_at)} and could open at {opens} at the earliest"
    elif command.approval_days_pooled > command.approval_days_individual:
        detail = (
            f"approval takes {command.approval_days_pooled} days for a pool,"
            f" {command.approval_days_individual} for one buyer; a pool may not take longer"
        )
    elif due_at > begins_at:
        detail = (
            f"it closes at {iso(command.closes_at)}, {command.approval_days_pooled} days of approval follow, and"
            f" {command.delivery_month} begins at {iso(begins_at)}; close earlier, or take a later month"
        )
    elif gate is not None and due_at >= gate:
        detail = f"approval is due at {iso(due_at)}, the instrument trades last at {iso(gate)}; close earlier"
    else:
        return None
    return refused(command, Reason.POOL_TIMES, command.instrument_id, detail)


def _there_already(market: Market, command: OpenPool) -> Refused | None:
    pool_id = market.pools.months.get(month_name(command.instrument_id, command.delivery_month))
    if pool_id is None:
        return None
    detail = f"{pool_id} is for {command.delivery_month} already; commit to a share of it"
    return refused(command, Reason.POOL_EXISTS, command.instrument_id, detail)


def _opened(terms: InstrumentTerms, command: OpenPool, cause: Cause) -> PoolOpened:
    starts_at, ends_at = window(command.delivery_month)
    return PoolOpened(
        pool_id=derived_id("PL", cause.partition, cause.offset, 0),
        instrument_id=command.instrument_id,
        seller_id=terms.seller_id or "",
        link_id=command.link_id,
        delivery_month=command.delivery_month,
        currency=terms.currency,
        list_price=command.list_price,
        tiers=command.tiers,
        threshold_mbps=command.threshold_mbps,
        supply_mbps=command.supply_mbps,
        deposit_pct=command.deposit_pct,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        approval_due_at=command.closes_at + command.approval_days_pooled * DAY,
        individual_due_at=command.closes_at + command.approval_days_individual * DAY,
        starts_at=starts_at,
        ends_at=ends_at,
    )
