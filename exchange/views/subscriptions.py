"""Subscriptions and their periods: what was paid for which days, and why one waits or ended."""

from collections.abc import Iterable

from exchange.market.subscriptions.facts import FACTS as SUBSCRIPTION_FACTS
from exchange.market.subscriptions.facts import (
    PeriodBegun,
    RenewalFailed,
    SubscriptionCancelled,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionSuspended,
)
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

SUBSCRIPTIONS = table(
    "subscriptions",
    "Rights that renew period by period",
    text("subscription_id", key=True),
    count("partition"),
    count("seq"),
    text("plan_id"),
    text("instrument_id"),
    text("seller_id"),
    text("buyer_id"),
    count("units"),
    text("unit"),
    text("period", comment="day, month or year"),
    text("reference", comment="the buyer's own name for it"),
    text("state", comment="active, ending, suspended or ended"),
    count("periods", comment="that were paid for"),
    count("paid_until", null=True),
    text("currency", null=True),
    count("paid_minor", comment="all periods, less what was refunded when it ended"),
    count("attempts", comment="renewals that failed since the last period"),
    count("next_attempt_at", null=True),
    text("reason", null=True, comment="why the last renewal failed"),
    text("detail", null=True),
    text("codes", null=True, comment="JSON array of the fence's codes"),
    text("grounds", null=True, comment="why it ended"),
    count("ends_at", null=True, comment="ends then: with its period, or unless a suspended one renews"),
    count("at"),
    count("changed_at"),
    indexes=[("buyer_id",), ("seller_id",), ("instrument_id",)],
)

SUBSCRIPTION_PERIODS = table(
    "subscription_periods",
    "Periods of subscriptions, as they were paid for",
    text("subscription_id", key=True),
    count("number", key=True),
    count("partition"),
    count("seq"),
    text("trade_id"),
    count("begins_at"),
    count("ends_at"),
    count("days_charged"),
    count("days", comment="of the whole period"),
    text("currency"),
    count("price_minor", comment="of the whole period"),
    count("amount_minor", comment="of the days charged"),
    count("at"),
    indexes=[("trade_id",)],
)


def _started(here: Here, fact: SubscriptionStarted) -> Iterable[Change]:
    yield Insert(
        SUBSCRIPTIONS,
        {
            "subscription_id": fact.subscription_id,
            "partition": here.partition,
            "seq": here.seq,
            "plan_id": fact.plan_id,
            "instrument_id": fact.instrument_id,
            "seller_id": fact.seller_id,
            "buyer_id": fact.buyer_id,
            "units": fact.units,
            "unit": fact.unit,
            "period": fact.period,
            "reference": fact.reference,
            "state": "active",
            "periods": 0,
            "paid_until": None,
            "currency": None,
            "paid_minor": 0,
            "attempts": 0,
            "next_attempt_at": None,
            "reason": None,
            "detail": None,
            "codes": None,
            "grounds": None,
            "ends_at": None,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _begun(here: Here, fact: PeriodBegun) -> Iterable[Change]:
    yield Insert(
        SUBSCRIPTION_PERIODS,
        {
            "subscription_id": fact.subscription_id,
            "number": fact.number,
            "partition": here.partition,
            "seq": here.seq,
            "trade_id": fact.trade_id,
            "begins_at": fact.begins_at,
            "ends_at": fact.ends_at,
            "days_charged": fact.days_charged,
            "days": fact.days,
            "currency": fact.currency,
            "price_minor": fact.price_minor,
            "amount_minor": fact.amount_minor,
            "at": here.at,
        },
    )
    paid: Row = {"state": "active", "paid_until": fact.ends_at, "currency": fact.currency, "attempts": 0}
    waits: Row = {"next_attempt_at": None, "reason": None, "detail": None, "codes": None, "ends_at": None}
    amounts = {"periods": 1, "paid_minor": fact.amount_minor}
    yield _subscription(here, fact.subscription_id, {**paid, **waits}, amounts)


def _failed(here: Here, fact: RenewalFailed) -> Iterable[Change]:
    values: Row = {
        "attempts": fact.attempt,
        "next_attempt_at": fact.next_attempt_at,
        "reason": fact.reason,
        "detail": fact.detail,
        "codes": as_json_list(fact.codes),
    }
    yield _subscription(here, fact.subscription_id, values)


def _suspended(here: Here, fact: SubscriptionSuspended) -> Iterable[Change]:
    yield _subscription(here, fact.subscription_id, {"state": "suspended", "ends_at": fact.ends_at})


def _cancelled(here: Here, fact: SubscriptionCancelled) -> Iterable[Change]:
    yield _subscription(here, fact.subscription_id, {"state": "ending", "ends_at": fact.ends_at})


def _ended(here: Here, fact: SubscriptionEnded) -> Iterable[Change]:
    values: Row = {"state": "ended", "grounds": fact.grounds, "next_attempt_at": None, "ends_at": here.at}
    back = {"paid_minor": -fact.refunded_minor} if fact.refunded_minor else {}
    yield _subscription(here, fact.subscription_id, values, back)


def _subscription(
    here: Here, subscription_id: str, values: Row, amounts: dict[str, int] | None = None
) -> Change:
    key: Row = {"subscription_id": subscription_id}
    return Update(SUBSCRIPTIONS, key, {**values, "changed_at": here.at}, amounts or {})


SUBSCRIPTIONS_VIEW = View(
    name="subscriptions",
    contexts=("market",),
    tables=(SUBSCRIPTIONS, SUBSCRIPTION_PERIODS),
    handlers={
        SubscriptionStarted: _started,
        PeriodBegun: _begun,
        RenewalFailed: _failed,
        SubscriptionSuspended: _suspended,
        SubscriptionCancelled: _cancelled,
        SubscriptionEnded: _ended,
    },
    # Whatever else happens in a market is shown by the other views.
    ignores=COMMON_IGNORED.union(fact for fact in MARKET_FACTS if fact not in SUBSCRIPTION_FACTS),
)
