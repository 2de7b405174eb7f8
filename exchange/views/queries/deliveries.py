"""What is owed, and what arrived."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    Table,
    case,
    cast,
    func,
    select,
    true,
)

from exchange.views.deliveries import DELIVERIES
from exchange.views.entitlements import ENTITLEMENTS
from exchange.views.evidence import GAPS, RECEIPTS, RULINGS
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.redecisions import REDECISIONS


def _of(table: Table, entitlement: str | None) -> ColumnElement[bool]:
    return true() if entitlement is None else table.c.entitlement_id == entitlement


def _deliveries(entitlement: str | None) -> Select[Any]:
    open_gaps = (
        select(func.count())
        .select_from(GAPS)
        .where(GAPS.c.entitlement_id == ENTITLEMENTS.c.entitlement_id, GAPS.c.state == "open")
        .scalar_subquery()
    )
    ranges, records = _ruled(func.count()), _ruled(func.coalesce(func.sum(RULINGS.c.records), 0))
    return (
        select(
            ENTITLEMENTS.c.entitlement_id,
            ENTITLEMENTS.c.trade_id,
            ENTITLEMENTS.c.product_id,
            ENTITLEMENTS.c.version,
            ENTITLEMENTS.c.buyer_id,
            ENTITLEMENTS.c.seller_id,
            ENTITLEMENTS.c.state.label("purchase"),
            DELIVERIES.c.state.label("delivery"),
            DELIVERIES.c.from_seq,
            DELIVERIES.c.through,
            DELIVERIES.c.ranges_received,
            DELIVERIES.c.records_received,
            (DELIVERIES.c.ranges_received + ranges).label("ranges_delivered"),
            cast(DELIVERIES.c.records_received + records, BigInteger).label("records_delivered"),
            open_gaps.label("open_gaps"),
            DELIVERIES.c.proposal,
            DELIVERIES.c.basis,
            ENTITLEMENTS.c.ends_at,
            ENTITLEMENTS.c.at,
        )
        .select_from(ENTITLEMENTS.outerjoin(DELIVERIES, _same_entitlement()))
        .where(_of(ENTITLEMENTS, entitlement))
        .order_by(ENTITLEMENTS.c.at, ENTITLEMENTS.c.partition, ENTITLEMENTS.c.seq)
    )


def _ruled(counted: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Of what was ruled delivered, what no receipt of the buyer agrees to besides: either counts once."""
    agreed = (
        select(RECEIPTS.c.seq)
        .where(
            RECEIPTS.c.entitlement_id == RULINGS.c.entitlement_id,
            RECEIPTS.c.first_seq == RULINGS.c.first_seq,
            RECEIPTS.c.state == "agreed",
        )
        .exists()
    )
    mine = RULINGS.c.entitlement_id == ENTITLEMENTS.c.entitlement_id
    return (
        select(counted)
        .select_from(RULINGS)
        .where(mine, RULINGS.c.right_side == "seller", ~agreed)
        .scalar_subquery()
    )


def _same_entitlement() -> ColumnElement[bool]:
    return DELIVERIES.c.entitlement_id == ENTITLEMENTS.c.entitlement_id


def _receipts(entitlement: str | None) -> Select[Any]:
    ruling = (
        select(RULINGS.c.right_side)
        .where(
            RULINGS.c.entitlement_id == RECEIPTS.c.entitlement_id,
            RULINGS.c.first_seq == RECEIPTS.c.first_seq,
            RULINGS.c.seq > RECEIPTS.c.seq,
        )
        .order_by(RULINGS.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    shown = (
        "entitlement_id",
        "product_id",
        "buyer_id",
        "first_seq",
        "last_seq",
        "records",
        "digest",
        "state",
    )
    return (
        select(
            *(RECEIPTS.c[name] for name in shown),
            case((RECEIPTS.c.state == "differed", ruling)).label("ruled_for"),
            RECEIPTS.c.at,
        )
        .where(_of(RECEIPTS, entitlement))
        .order_by(RECEIPTS.c.at, RECEIPTS.c.partition, RECEIPTS.c.seq)
    )


def _gaps(entitlement: str | None) -> Select[Any]:
    shown = ("entitlement_id", "product_id", "first_seq", "last_seq", "state", "at", "closed_at")
    ordered = (GAPS.c.at, GAPS.c.entitlement_id, GAPS.c.first_seq, GAPS.c.last_seq)
    return select(*(GAPS.c[name] for name in shown)).where(_of(GAPS, entitlement)).order_by(*ordered)


def _entitlements(trade: str | None, state: str | None) -> Select[Any]:
    shown = [column for column in ENTITLEMENTS.c if column.name not in ("partition", "seq", "licence_digest")]
    suspended = ENTITLEMENTS.c.suspended_since_at.is_not(None)
    wanted = true() if trade is None else ENTITLEMENTS.c.trade_id == trade
    those = {None: true(), "suspended": suspended, "ended": ENTITLEMENTS.c.ended_at.is_not(None)}[state]
    ordered = (ENTITLEMENTS.c.at, ENTITLEMENTS.c.partition, ENTITLEMENTS.c.seq)
    return select(*shown).where(wanted, those).order_by(*ordered)


def _redecisions(trade: str | None) -> Select[Any]:
    shown = [column for column in REDECISIONS.c if column.name not in ("partition", "seq")]
    wanted = true() if trade is None else REDECISIONS.c.trade_id == trade
    ordered = (REDECISIONS.c.at, REDECISIONS.c.partition, REDECISIONS.c.seq)
    return select(*shown).where(wanted).order_by(*ordered)


_TRADE = Parameter("trade", "only of this trade", required=False)
_ENTITLEMENT = Parameter("entitlement", "only under this entitlement", required=False)

QUERIES = (
    NamedQuery(
        "deliveries",
        "What each entitlement is owed, what of it its buyer confirmed (received), what was delivered (that, and what"
        " the exchange's own hash bore out), and what became of the purchase.",
        _deliveries,
        (_ENTITLEMENT,),
    ),
    NamedQuery(
        "receipts",
        "What buyers said of the ranges they read, and whom a ruling bore out.",
        _receipts,
        (_ENTITLEMENT,),
    ),
    NamedQuery(
        "entitlements",
        "The rights that trades confer: whether they are suspended, since when and why, and how they ended.",
        _entitlements,
        (_TRADE, Parameter("state", "only these", required=False, choices=("suspended", "ended"))),
    ),
    NamedQuery(
        "redecisions",
        "When running entitlements were suspended, resumed and ended, and what had changed.",
        _redecisions,
        (_TRADE,),
    ),
    NamedQuery("gaps", "Records that buyers missed, and whether they arrived since.", _gaps, (_ENTITLEMENT,)),
)
