"""Who holds anything made from something: each delivery and sample of it, with its receipt and what was paid."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from exchange.lineage import CUT, Bounds, Moment, moment_of
from exchange.lineage.kinds import HELD
from exchange.lineage.names import FIELD_MARK, consignment_name, output_name, parted, source_name
from exchange.store.schema import TEXT
from exchange.views.bonded_work import EGRESSES, JOB_OUTPUTS
from exchange.views.consignments import BONDED_SOURCES, CONSIGNMENT_LOTS, CONSIGNMENTS, ITEM_MOVES
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.entitlements import ENTITLEMENTS
from exchange.views.evidence import RECEIPTS, RULINGS
from exchange.views.invoices import INVOICES
from exchange.views.market_data import TRADES
from exchange.views.queries.lineage import BREADTH, DEPTH, NAME, edges_of
from exchange.views.queries.lineage_walk import AS_OF, Walk, shown
from exchange.views.queries.query import NamedQuery
from exchange.views.quotes import AWARDS, SAMPLES

_BY_RULING = "rule/exchange"
_EDGE = LINEAGE_EDGES.c


def _impact(name: str, depth: int, breadth: int, until_at: int | None, position: str | None) -> Select[Any]:
    moment = moment_of(until_at, position)
    edges = edges_of(name, "down", moment)
    asked = Walk(name, "down", Bounds(depth, breadth).checked(), moment, edges, papers=False)
    fields = asked.reached()
    cut = asked.cuts(fields).subquery("cuts")
    reached = _things(name, edges, fields) if FIELD_MARK in name else fields
    held = holdings(asked.moment).subquery("held")
    found = select(reached.c.depth, *held.c, literal(0, BigInteger).label("left_out")).select_from(
        held.join(reached, reached.c.name == held.c.holding)
    )
    known = {"holding": cut.c.name, "kind": literal(CUT, TEXT)}
    marked = select(
        cut.c.depth,
        *(known.get(each.name, cast(null(), each.type)).label(each.name) for each in held.c),
        cut.c.left_out,
    )
    answer = union_all(found, marked).subquery("impact")
    return select(answer).order_by(
        *(answer.c[each] for each in ("depth", "holding", "kind", "run", "made_from"))
    )


def _things(name: str, edges: FromClause, fields: Subquery) -> Subquery:
    """What has the fields that were reached, and how many steps away the nearest of them is."""
    first = select(literal(parted(name)[0], TEXT).label("name"), literal(0, BigInteger).label("depth"))
    others = select(edges.c.thing, fields.c.depth).join_from(
        edges, fields, edges.c.downstream == fields.c.name
    )
    every = union_all(first, others).subquery("things")
    nearest = select(every.c.name, func.min(every.c.depth).label("depth")).group_by(every.c.name)
    return nearest.subquery("reached")


def holdings(moment: Moment) -> Select[Any]:
    """Everything that came into a buyer's hands, once each: what a receipt bears out is not shown by its ruling too."""
    return (
        select(
            _EDGE.downstream.label("holding"),
            _EDGE.kind,
            func.coalesce(
                ENTITLEMENTS.c.buyer_id,
                AWARDS.c.buyer_id,
                EGRESSES.c.recipient_id,
                CONSIGNMENTS.c.processor_id,
                BONDED_SOURCES.c.by_id,
            ).label("holder_id"),
            func.coalesce(
                ENTITLEMENTS.c.seller_id,
                AWARDS.c.seller_id,
                EGRESSES.c.processor_id,
                CONSIGNMENTS.c.consignor_id,
            ).label("seller_id"),
            _EDGE.upstream.label("made_from"),
            _EDGE.terms,
            _EVIDENCE.label("evidence"),
            func.coalesce(
                RECEIPTS.c.records,
                RULINGS.c.records,
                JOB_OUTPUTS.c.quantity,
                CONSIGNMENT_LOTS.c.quantity - _gone(),
                _items_moved(),
            ).label("records"),
            func.coalesce(
                RECEIPTS.c.digest,
                RULINGS.c.digest,
                SAMPLES.c.digest,
                JOB_OUTPUTS.c.sha256,
                CONSIGNMENT_LOTS.c.sha256,
                BONDED_SOURCES.c.sha256,
            ).label("digest"),
            TRADES.c.trade_id,
            TRADES.c.currency,
            TRADES.c.amount_minor,
            TRADES.c.refunded_minor,
            TRADES.c.state.label("purchase"),
            INVOICES.c.number.label("invoice"),
            INVOICES.c.credited_minor,
            _EDGE.run,
            _EDGE.at,
        )
        .select_from(
            LINEAGE_EDGES.outerjoin(RECEIPTS, _said_by("delivery", RECEIPTS))
            .outerjoin(RULINGS, _said_by("delivery", RULINGS))
            .outerjoin(SAMPLES, _said_by("market", SAMPLES))
            .outerjoin(ENTITLEMENTS, ENTITLEMENTS.c.entitlement_id == _EDGE.terms)
            .outerjoin(AWARDS, AWARDS.c.award_id == _EDGE.terms)
            .outerjoin(EGRESSES, EGRESSES.c.egress_id == _EDGE.terms)
            .outerjoin(
                JOB_OUTPUTS, JOB_OUTPUTS.c.output_id == func.replace(_EDGE.upstream, output_name(""), "")
            )
            .outerjoin(CONSIGNMENTS.join(CONSIGNMENT_LOTS, _LOT_OF), _CONSIGNED)
            .outerjoin(
                BONDED_SOURCES,
                BONDED_SOURCES.c.source_id == func.replace(_EDGE.downstream, source_name(""), ""),
            )
            .outerjoin(TRADES, TRADES.c.trade_id == func.coalesce(ENTITLEMENTS.c.trade_id, AWARDS.c.trade_id))
            .outerjoin(INVOICES, _OF_THE_SALE)
        )
        .where(_EDGE.kind.in_(HELD), shown(LINEAGE_EDGES, moment))
        .where(~and_(_EDGE.job == _BY_RULING, _received_too(moment)))
        # What waits at the border is in nobody's hands, nor is what was written off.
        .where(func.coalesce(CONSIGNMENTS.c.state, "admitted") == "admitted")
    )


def _gone() -> ColumnElement[int]:
    """How many items of a consignment's lot are on hand no more."""
    moves = ITEM_MOVES.c
    same = and_(
        moves.consignment_id == CONSIGNMENT_LOTS.c.consignment_id, moves.lot == CONSIGNMENT_LOTS.c.lot
    )
    counted = cast(func.coalesce(func.sum(moves.last - moves.first + 1), 0), BigInteger)
    return select(counted).where(same).correlate(CONSIGNMENT_LOTS).scalar_subquery()


def _items_moved() -> ScalarSelect[Any]:
    """How many items of a lot a fact moved."""
    moves = ITEM_MOVES.c
    lot = literal(consignment_name(""), TEXT).concat(moves.consignment_id).concat("/").concat(moves.lot)
    counted = cast(func.sum(moves.last - moves.first + 1), BigInteger)
    same_fact = and_(moves.partition == _EDGE.partition, moves.seq == _EDGE.seq)
    # What another zone took in leaves the first one's books by a fact of that zone.
    handed_over = and_(_EDGE.kind == "transferred", moves.by == _EDGE.terms)
    return (
        select(counted)
        .where(_EDGE.context == "bonded", or_(same_fact, handed_over), lot == _EDGE.upstream)
        .correlate(LINEAGE_EDGES)
        .scalar_subquery()
    )


_LOT_OF = CONSIGNMENT_LOTS.c.consignment_id == CONSIGNMENTS.c.consignment_id
_CONSIGNED = and_(
    _EDGE.kind == "consigned",
    # An index knows the handbook; business zones may have handbooks of one number.
    CONSIGNMENTS.c.handbook_no == _EDGE.terms,
    _EDGE.downstream
    == literal(consignment_name(""), TEXT)
    .concat(CONSIGNMENT_LOTS.c.consignment_id)
    .concat("/")
    .concat(CONSIGNMENT_LOTS.c.lot),
)
_EVIDENCE = case(
    (RECEIPTS.c.seq.is_not(None), "receipt"),
    (RULINGS.c.seq.is_not(None), "ruling"),
    (EGRESSES.c.signature.is_not(None), "receipt"),
    (_EDGE.kind == "metered", "reading"),
    (CONSIGNMENTS.c.consignment_id.is_not(None), "handbook"),
    (BONDED_SOURCES.c.source_id.is_not(None), "registration"),
    else_="sample",
)
"""What bears a holding out: its receiver's receipt, the exchange's ruling, a meter's reading, its handbook, the
registration of a source, or the sample as it was submitted."""


_OF_THE_SALE = and_(
    INVOICES.c.trade_id == TRADES.c.trade_id, INVOICES.c.kind == "invoice", INVOICES.c.matter == "purchase"
)
"""A sale is invoiced once; its fee and what went back of it are documents of their own."""


def _said_by(context: str, table: Any) -> ColumnElement[bool]:
    """Whether a row of `table` comes from the very fact that an edge comes from."""
    return and_(_EDGE.context == context, _EDGE.partition == table.c.partition, _EDGE.seq == table.c.seq)


def _received_too(moment: Moment) -> ColumnElement[bool]:
    other = LINEAGE_EDGES.alias("received")
    same = and_(other.c.downstream == _EDGE.downstream, other.c.job != _BY_RULING)
    return select(other.c.seq).where(same, shown(other, moment)).exists()


QUERIES = (
    NamedQuery(
        "impact",
        "Who holds anything made from something: each delivery, sample, reading, consignment, export, return and"
        " transfer of it, its receipt, and what was paid and invoiced for the whole purchase. Where more would"
        " follow, a row of kind cut says how many things are left out.",
        _impact,
        (NAME, DEPTH, BREADTH, *AS_OF),
    ),
)
