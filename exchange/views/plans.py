"""Price plans, the units bought by them, and what was prepaid, used up and is to fill up by itself."""

from collections.abc import Iterable

from exchange.market.plans.facts import FACTS as PLAN_FACTS
from exchange.market.plans.facts import (
    PriceAnnounced,
    PricePlanSet,
    TopUpPaused,
    TopUpSet,
    UnitsBought,
    UnitsEnded,
    UsageRecorded,
)
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Add, Change, Insert, Row, Update
from exchange.views.columns import as_json, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

PRICE_PLANS = table(
    "price_plans",
    "How units of instruments are priced and sold",
    text("plan_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("seller_id"),
    text("sale", comment="once or subscription"),
    text("counts", comment="units, seats, calls or bytes (10^9 of them are one unit)"),
    text("unit"),
    text("model", comment="flat, volume or graduated"),
    text(
        "tiers",
        comment="JSON array of unit prices in millionths of the major unit, and from how many units on",
    ),
    text("currency"),
    text("period", null=True, comment="day, month or year; null is as long as the licence"),
    text("unused", comment="what becomes of prepaid units that are left: expires or refunded"),
    count("units_min"),
    count("grace_days"),
    text("announced_tiers", null=True, comment="the prices announced last, as in tiers"),
    count("effective_at", null=True, comment="from the first renewal at or after then on"),
    text("state", comment="in_force or replaced"),
    count("at"),
    count("changed_at"),
    indexes=[("instrument_id",)],
)

UNITS_BOUGHT = table(
    "units_bought",
    "Purchases of units by a plan",
    text("entitlement_id", key=True),
    count("partition"),
    count("seq"),
    text("trade_id"),
    text("plan_id"),
    text("instrument_id"),
    text("seller_id"),
    text("buyer_id"),
    count("units"),
    text("unit"),
    count("metered", comment="calls or bytes; 0 where nothing is used up"),
    count("used", comment="calls or bytes"),
    text("currency"),
    count("amount_minor"),
    flag("refundable"),
    flag("top_up", comment="bought by itself"),
    count("ends_at"),
    text("state", comment="open or ended"),
    count("refunded_minor", comment="for what was left at the end"),
    count("at"),
    count("changed_at"),
    indexes=[("buyer_id",), ("instrument_id",), ("trade_id",)],
)

PREPAID_BALANCES = table(
    "prepaid_balances",
    "What buyers have prepaid of instruments: calls or bytes",
    count("partition", key=True),
    text("instrument_id", key=True),
    text("buyer_id", key=True),
    count("bought", default=0),
    count("used", default=0),
    count("unused", default=0, comment="was left when its time was over, or its purchase refunded"),
    count("uncovered", default=0, comment="of what was used, used before it was bought"),
    count("covered", default=0, comment="of that, bought afterwards"),
    clustered=True,
)

USAGE = table(
    "usage_records",
    "What was used of prepaid units, by the meter's readings",
    count("partition", key=True),
    count("seq", key=True),
    text("instrument_id"),
    text("seller_id"),
    text("buyer_id"),
    count("metered", comment="calls or bytes, as in those that follow"),
    count("uncovered"),
    count("left_after"),
    count("owed_after"),
    text("draws", comment="JSON array of how much of which entitlement"),
    text("reference", comment="the meter's own name for it"),
    count("at"),
    indexes=[("instrument_id", "buyer_id")],
    clustered=True,
)

TOP_UPS = table(
    "top_ups",
    "How balances fill up by themselves",
    text("top_up_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("buyer_id"),
    count("threshold", null=True, comment="calls or bytes"),
    count("units", null=True),
    text("currency"),
    count("amount_max_minor", null=True),
    text("state", comment="set, paused, replaced or ended"),
    text("reason", null=True, comment="why it is paused"),
    text("detail", null=True),
    count("at"),
    count("changed_at"),
    indexes=[("instrument_id", "buyer_id")],
)


def _plan_set(here: Here, fact: PricePlanSet) -> Iterable[Change]:
    plan = fact.plan
    if fact.replaces:
        yield Update(PRICE_PLANS, {"plan_id": fact.replaces}, {"state": "replaced", "changed_at": here.at})
    yield Insert(
        PRICE_PLANS,
        {
            "plan_id": fact.plan_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "seller_id": fact.seller_id,
            "sale": plan.sale,
            "counts": plan.counts,
            "unit": plan.unit,
            "model": plan.model,
            "tiers": as_json(plan.tiers),
            "currency": fact.currency,
            "period": plan.period,
            "unused": plan.unused,
            "units_min": plan.units_min,
            "grace_days": plan.grace_days,
            "announced_tiers": None,
            "effective_at": None,
            "state": "in_force",
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _announced(here: Here, fact: PriceAnnounced) -> Iterable[Change]:
    values: Row = {"announced_tiers": as_json(fact.tiers), "effective_at": fact.effective_at}
    yield Update(PRICE_PLANS, {"plan_id": fact.plan_id}, {**values, "changed_at": here.at})


def _bought(here: Here, fact: UnitsBought) -> Iterable[Change]:
    yield Insert(
        UNITS_BOUGHT,
        {
            "entitlement_id": fact.entitlement_id,
            "partition": here.partition,
            "seq": here.seq,
            "trade_id": fact.trade_id,
            "plan_id": fact.plan_id,
            "instrument_id": fact.instrument_id,
            "seller_id": fact.seller_id,
            "buyer_id": fact.buyer_id,
            "units": fact.units,
            "unit": fact.unit,
            "metered": fact.metered,
            "used": fact.covered,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "refundable": fact.refundable,
            "top_up": fact.top_up,
            "ends_at": fact.ends_at,
            "state": "open",
            "refunded_minor": 0,
            "at": here.at,
            "changed_at": here.at,
        },
    )
    if fact.resumes:
        resumed: Row = {"state": "set", "reason": None, "detail": None, "changed_at": here.at}
        yield Update(TOP_UPS, {"top_up_id": fact.resumes}, resumed)
    if fact.metered:
        yield _balance(here, fact, bought=fact.metered, covered=fact.covered)


def _used(here: Here, fact: UsageRecorded) -> Iterable[Change]:
    yield Insert(
        USAGE,
        {
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "seller_id": fact.seller_id,
            "buyer_id": fact.buyer_id,
            "metered": fact.metered,
            "uncovered": fact.uncovered,
            "left_after": fact.left,
            "owed_after": fact.owed,
            "draws": as_json(fact.draws),
            "reference": fact.reference,
            "at": here.at,
        },
    )
    for draw in fact.draws:
        key: Row = {"entitlement_id": draw.entitlement_id}
        yield Update(UNITS_BOUGHT, key, {"changed_at": here.at}, {"used": draw.metered})
    yield _balance(here, fact, used=fact.metered, uncovered=fact.uncovered)


def _ended(here: Here, fact: UnitsEnded) -> Iterable[Change]:
    ended: Row = {"state": "ended", "refunded_minor": fact.refunded_minor, "changed_at": here.at}
    yield Update(UNITS_BOUGHT, {"entitlement_id": fact.entitlement_id}, ended)
    if fact.unused:
        yield _balance(here, fact, unused=fact.unused)


def _top_up_set(here: Here, fact: TopUpSet) -> Iterable[Change]:
    if fact.replaces:
        yield Update(TOP_UPS, {"top_up_id": fact.replaces}, {"state": "replaced", "changed_at": here.at})
    wanted = fact.top_up
    yield Insert(
        TOP_UPS,
        {
            "top_up_id": fact.top_up_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "buyer_id": fact.buyer_id,
            "threshold": None if wanted is None else wanted.threshold,
            "units": None if wanted is None else wanted.units,
            "currency": fact.currency,
            "amount_max_minor": None if wanted is None else wanted.amount_max_minor,
            "state": "ended" if wanted is None else "set",
            "reason": None,
            "detail": None,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _top_up_paused(here: Here, fact: TopUpPaused) -> Iterable[Change]:
    paused: Row = {"state": "paused", "reason": fact.reason, "detail": fact.detail, "changed_at": here.at}
    yield Update(TOP_UPS, {"top_up_id": fact.top_up_id}, paused)


def _balance(here: Here, fact: UnitsBought | UsageRecorded | UnitsEnded, **amounts: int) -> Change:
    key: Row = {
        "partition": here.partition,
        "instrument_id": fact.instrument_id,
        "buyer_id": fact.buyer_id,
    }
    return Add(PREPAID_BALANCES, key, amounts)


PLANS_VIEW = View(
    name="plans",
    contexts=("market",),
    tables=(PRICE_PLANS, UNITS_BOUGHT, PREPAID_BALANCES, USAGE, TOP_UPS),
    handlers={
        PricePlanSet: _plan_set,
        PriceAnnounced: _announced,
        UnitsBought: _bought,
        UsageRecorded: _used,
        UnitsEnded: _ended,
        TopUpSet: _top_up_set,
        TopUpPaused: _top_up_paused,
    },
    # Whatever else happens in a market is shown by the other views.
    ignores=COMMON_IGNORED.union(fact for fact in MARKET_FACTS if fact not in PLAN_FACTS),
)
