"""How what happens to running entitlements changes a market. No rule is here."""

from collections.abc import Mapping

from exchange.kernel.bases import Fact
from exchange.market.agenda import schedule, settle
from exchange.market.entitlements import facts as happened
from exchange.market.entitlements.following import (
    ALL,
    ENTITLEMENT_END,
    REDECIDE,
    answers_over,
    decided_again,
    stop_following,
)
from exchange.market.plans.escrow import give_back
from exchange.market.plans.fold import trade_refunded
from exchange.market.room import Fold
from exchange.market.seats.fold import seats_refunded
from exchange.market.state import Market

_STEP_US = 1_000
"""Between two steps others may ask: nothing that they are told would be another answer once all is decided."""


def redeciding_begun(market: Market, fact: happened.RedecidingBegun, at: int) -> None:
    answers_over(market, fact.instrument_id, fact.basis, fact.ended_at)


def redeciding_advanced(market: Market, fact: happened.RedecidingAdvanced, at: int) -> None:
    known = market.entitlements
    for key in known.todo[known.place : known.place + fact.pairs]:
        decided_again(market, key, at)
    known.place, known.member = known.place + fact.pairs, fact.member
    if known.place < len(known.todo):
        schedule(market.agenda, at + _STEP_US, REDECIDE, ALL)
        return
    known.todo, known.place, known.member = [], 0, 0
    settle(market.agenda, REDECIDE, ALL)


def decision_revoked(market: Market, fact: happened.DecisionRevoked, at: int) -> None:
    running = market.entitlements.running[fact.entitlement_id]
    running.suspended_at = fact.since
    schedule(market.agenda, running.ends_at, ENTITLEMENT_END, fact.entitlement_id)


def decision_restored(market: Market, fact: happened.DecisionRestored, at: int) -> None:
    running = market.entitlements.running[fact.entitlement_id]
    running.suspended_at, running.unused_days, running.noted = None, fact.unused_days, ""
    if not running.unused_days:
        settle(market.agenda, ENTITLEMENT_END, fact.entitlement_id)


def entitlement_ended(market: Market, fact: happened.EntitlementEnded, at: int) -> None:
    give_back(market, fact.trade_id, fact.refunded_minor)
    stop_following(market, fact.entitlement_id, at)
    trade_refunded(market, fact.trade_id, at)
    seats_refunded(market, fact.trade_id, at)


FOLDS: Mapping[type[Fact], Fold] = {
    happened.RedecidingBegun: redeciding_begun,
    happened.RedecidingAdvanced: redeciding_advanced,
    happened.DecisionRevoked: decision_revoked,
    happened.DecisionRestored: decision_restored,
    happened.EntitlementEnded: entitlement_ended,
}
