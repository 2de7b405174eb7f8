"""What is sold by price plans: the plans, units and balances, subscriptions and their periods."""

from typing import Any

from sqlalchemy import Select, Table, select, true

from exchange.views.plans import PREPAID_BALANCES, PRICE_PLANS, TOP_UPS, UNITS_BOUGHT, USAGE
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.subscriptions import SUBSCRIPTION_PERIODS, SUBSCRIPTIONS

_HIDDEN = ("partition", "seq")
_OF_ONE = (
    Parameter("instrument", "only of this instrument", required=False),
    Parameter("buyer", "only this buyer's", required=False),
)


def _shown(of: Table) -> list[Any]:
    return [column for column in of.columns if column.name not in _HIDDEN]


def _only(of: Table, instrument: str | None, buyer: str | None) -> list[Any]:
    wanted = [] if instrument is None else [of.c.instrument_id == instrument]
    return wanted + ([] if buyer is None else [of.c.buyer_id == buyer])


def _price_plans(instrument: str | None) -> Select[Any]:
    order = (PRICE_PLANS.c.instrument_id, PRICE_PLANS.c.at, PRICE_PLANS.c.seq)
    wanted = _only(PRICE_PLANS, instrument, None)
    return select(*_shown(PRICE_PLANS)).where(true(), *wanted).order_by(*order)


def _of(of: Table) -> Any:
    """What such a table says of one instrument, of one buyer, or of all, in the order in which it happened."""

    def built(instrument: str | None, buyer: str | None) -> Select[Any]:
        wanted = _only(of, instrument, buyer)
        return select(*_shown(of)).where(true(), *wanted).order_by(of.c.at, of.c.partition, of.c.seq)

    return built


def _prepaid_balances(instrument: str | None, buyer: str | None) -> Select[Any]:
    has, wanted = PREPAID_BALANCES.c, _only(PREPAID_BALANCES, instrument, buyer)
    left = has.bought - has.covered - (has.used - has.uncovered) - has.unused
    return (
        select(
            has.instrument_id,
            has.buyer_id,
            has.bought,
            has.used,
            has.unused,
            left.label("left_now"),
            (has.uncovered - has.covered).label("owed"),
        )
        .where(true(), *wanted)
        .order_by(has.instrument_id, has.buyer_id, has.partition)
    )


def _subscriptions(instrument: str | None, buyer: str | None, subscription: str | None) -> Select[Any]:
    of = SUBSCRIPTIONS
    wanted = _only(of, instrument, buyer)
    wanted += [] if subscription is None else [of.c.subscription_id == subscription]
    return select(*_shown(of)).where(true(), *wanted).order_by(of.c.at, of.c.partition, of.c.seq)


def _periods(subscription: str | None) -> Select[Any]:
    of = SUBSCRIPTION_PERIODS
    wanted = [] if subscription is None else [of.c.subscription_id == subscription]
    return select(*_shown(of)).where(true(), *wanted).order_by(of.c.at, of.c.partition, of.c.seq)


QUERIES = (
    NamedQuery(
        "price_plans",
        "How units are priced and sold: tiers, periods, prices announced, and plans that were replaced.",
        _price_plans,
        (Parameter("instrument", "only of this instrument", required=False),),
    ),
    NamedQuery(
        "units_bought",
        "Purchases of seats and of prepaid units: what each cost, how much of it is used, and until when it lasts.",
        _of(UNITS_BOUGHT),
        _OF_ONE,
    ),
    NamedQuery(
        "prepaid_balances",
        "What buyers have prepaid, in calls or bytes: bought, used, left, and used before it was bought.",
        _prepaid_balances,
        _OF_ONE,
    ),
    NamedQuery("usage", "The meter's readings, and what was left after each.", _of(USAGE), _OF_ONE),
    NamedQuery("top_ups", "Which balances fill up by themselves, and which cannot.", _of(TOP_UPS), _OF_ONE),
    NamedQuery(
        "subscriptions",
        "Subscriptions: until when each is paid, why one waits and when it is tried again, and how it ended.",
        _subscriptions,
        (*_OF_ONE, Parameter("subscription", "only this one", required=False)),
    ),
    NamedQuery(
        "subscription_periods",
        "The periods of subscriptions: the days charged, the price of the whole period, and the trade.",
        _periods,
        (Parameter("subscription", "only of this subscription", required=False),),
    ),
)
