"""What became of running entitlements when the fence was asked again: a line for each turn. Shown by `compliance`."""

from collections.abc import Iterable

from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.store import Change, Insert, Row
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.view import Here

REDECISIONS = table(
    "redecisions",
    "Running entitlements that were suspended, resumed, or ended after that",
    count("partition", key=True),
    count("seq", key=True),
    text("turn", comment="revoked, restored or ended"),
    text("entitlement_id"),
    text("trade_id"),
    text("instrument_id"),
    text("product_id"),
    text("seller_id"),
    text("buyer_id"),
    count("since_at", comment="from when on it counts"),
    text("codes", null=True, comment="JSON array of why it was revoked"),
    text("decision_id", null=True, comment="the fence's new decision; none: a party is suspended"),
    text("rested_on", null=True, comment="the decision that was revoked"),
    text(
        "basis",
        comment="what changed: ruleset, date, participant, ruling, counts, another input; or who ended it",
    ),
    count("unused_days", null=True, comment="whole days of its term in suspensions so far"),
    text("currency", null=True),
    count("refunded_minor", null=True, comment="out of escrow for unused days; of accepted ones see refunds"),
    count("at"),
    indexes=[("entitlement_id",), ("decision_id",), ("trade_id",)],
    clustered=True,
)


def revoked(here: Here, fact: DecisionRevoked) -> Iterable[Change]:
    yield _turn(
        here,
        fact,
        {
            "turn": "revoked",
            "since_at": fact.since,
            "codes": as_json_list(fact.codes),
            "decision_id": None if fact.decision is None else fact.decision.decision_id,
            "rested_on": fact.rested_on or None,
            "basis": fact.basis,
        },
    )


def restored(here: Here, fact: DecisionRestored) -> Iterable[Change]:
    yield _turn(
        here,
        fact,
        {
            "turn": "restored",
            "decision_id": None if fact.decision is None else fact.decision.decision_id,
            "basis": fact.basis,
            "unused_days": fact.unused_days,
        },
    )


def ended(here: Here, fact: EntitlementEnded) -> Iterable[Change]:
    yield _turn(
        here,
        fact,
        {
            "turn": "ended",
            "since_at": fact.ended_at,
            "basis": fact.by,
            "unused_days": fact.unused_days,
            "currency": fact.currency,
            "refunded_minor": fact.refunded_minor,
        },
    )


def _turn(here: Here, fact: DecisionRevoked | DecisionRestored | EntitlementEnded, values: Row) -> Change:
    row: Row = {
        "partition": here.partition,
        "seq": here.seq,
        "entitlement_id": fact.entitlement_id,
        "trade_id": fact.trade_id,
        "instrument_id": fact.instrument_id,
        "product_id": fact.product_id,
        "seller_id": fact.seller_id,
        "buyer_id": fact.buyer_id,
        "since_at": here.at,
        "codes": None,
        "decision_id": None,
        "rested_on": None,
        "unused_days": None,
        "currency": None,
        "refunded_minor": None,
        "at": here.at,
    }
    return Insert(REDECISIONS, {**row, **values})
