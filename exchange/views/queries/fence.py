"""What was decided at the fence, whole: one decision with all that belongs to it, or the history in order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Connection, func, or_, select

from exchange.store import Store
from exchange.views.attestations import ATTESTATIONS, DECISION_ATTESTATIONS
from exchange.views.cases import REVIEW_CASE_DECISIONS, REVIEW_CASES
from exchange.views.catalogue import PARTICIPANTS
from exchange.views.compliance import COUNTER_RULINGS, FENCE_DECISIONS
from exchange.views.consignments import ZONE_RULINGS
from exchange.views.destinations import DESTINATIONS
from exchange.views.instruments import INSTRUMENTS
from exchange.views.market_data import TRADES
from exchange.views.queries.query import TIMEOUT_S
from exchange.views.redecisions import REDECISIONS

Row: TypeAlias = dict[str, Any]
_PAGE = 500
_HISTORY_TIMEOUT_S = 3_600
_TURNS_MAX = 100
_UNDONE = "busted"


class Story(NamedTuple):
    """A decision, the counter's rulings that let it pass, and the trades that rest on it.

    Shape: `names` are what the product and the participants are called, as far as the tables know; `case` is that of
    the counter in which the decision is looked at, with the `basis` on which it is; None where nobody was asked;
    `turns` are those of entitlements that were suspended or resumed by it, or that had rested on it; `attested` are
    the attestations that it was made with, and how they stand now.
    """

    decision: Row
    rulings: Sequence[Row]
    trades: Sequence[Row]
    names: Mapping[str, str]
    case: Row | None = None
    turns: Sequence[Row] = ()
    attested: Sequence[Row] = ()


class Ruled(NamedTuple):
    """What the counter let pass, where, for whom and when."""

    codes: frozenset[str]
    product_id: str | None
    instrument_id: str | None
    buyer_id: str | None
    begins: int
    ends: int

    def holds_for(self, decision: Row) -> bool:
        """Whether it is about what was decided there, and held at that moment."""
        named = decision["instrument_id"] == self.instrument_id or decision["product_id"] == self.product_id
        return (
            named
            and self.buyer_id in (None, decision["buyer_id"])
            and self.begins <= decision["at"] < self.ends
        )


def story_of(store: Store, decision_id: str, timeout_s: int = TIMEOUT_S) -> Story | None:
    """Everything about one decision, all of it at one moment; None if the tables have none of that id."""
    store.refuse_missing()
    with store.reading(timeout_s) as connection:
        wanted = FENCE_DECISIONS.c.decision_id == decision_id
        row = connection.execute(select(FENCE_DECISIONS).where(wanted)).mappings().one_or_none()
        if row is None:
            return None
        found = dict(row)
        ids = msgspec.json.decode(found["ruling_ids"] or "[]", type=list[str])
        trades = select(TRADES).where(TRADES.c.decision_id == decision_id)
        ordered = trades.order_by(TRADES.c.at, TRADES.c.partition, TRADES.c.seq)
        return Story(
            found,
            _rulings(connection, ids),
            [dict(row) for row in connection.execute(ordered).mappings()],
            _names(connection, found),
            _case(connection, decision_id),
            _turns(connection, decision_id),
            _attested(connection, decision_id),
        )


class ListingStory(NamedTuple):
    """What the fence says of a listing, what that is called, and its case of the counter, if it was given one."""

    listing: Row
    title: str
    case: Row | None


def listing_of(store: Store, name: str, timeout_s: int = TIMEOUT_S) -> ListingStory | None:
    """What the fence says of a listing, by its id; None if the tables have none of that id."""
    about = or_(DESTINATIONS.c.listing_id == name, DESTINATIONS.c.instrument_id == name)
    with store.reading(timeout_s) as connection:
        row = connection.execute(select(DESTINATIONS).where(about)).mappings().first()
        if row is None:
            return None
        called = select(INSTRUMENTS.c.title).where(INSTRUMENTS.c.instrument_id == row["instrument_id"])
        table = REVIEW_CASES.c
        cases = select(REVIEW_CASES).where(
            table.asked_in == "listing", table.instrument_id == row["instrument_id"]
        )
        last = connection.execute(cases.order_by(table.at.desc(), table.seq.desc())).mappings().first()
        title = connection.execute(called).scalar_one_or_none()
        return ListingStory(dict(row), title or "", None if last is None else dict(last))


def _rulings(connection: Connection, ids: Sequence[str]) -> list[Row]:
    """Those of a market, or of a business zone."""
    found = (
        connection.execute(select(table).where(table.c.ruling_id.in_(ids)).order_by(table.c.at)).mappings()
        for table in (COUNTER_RULINGS, ZONE_RULINGS)
    )
    return [dict(row) for rows in found for row in rows]


def _case(connection: Connection, decision_id: str) -> Row | None:
    about = REVIEW_CASE_DECISIONS.c
    found = (
        select(about.basis, REVIEW_CASES)
        .outerjoin_from(REVIEW_CASE_DECISIONS, REVIEW_CASES, REVIEW_CASES.c.case_id == about.case_id)
        .where(about.decision_id == decision_id)
    )
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else dict(row)


def _turns(connection: Connection, decision_id: str) -> list[Row]:
    concerned = or_(REDECISIONS.c.decision_id == decision_id, REDECISIONS.c.rested_on == decision_id)
    wanted = select(REDECISIONS).where(concerned).order_by(REDECISIONS.c.at, REDECISIONS.c.seq)
    return [dict(row) for row in connection.execute(wanted.limit(_TURNS_MAX)).mappings()]


def _attested(connection: Connection, decision_id: str) -> list[Row]:
    made = DECISION_ATTESTATIONS.c
    named = (made.attestation_id, made.kind, made.by_id, made.issuer, made.evidence_digest)
    found = (
        select(*named, ATTESTATIONS.c.status)
        .outerjoin_from(
            DECISION_ATTESTATIONS, ATTESTATIONS, ATTESTATIONS.c.attestation_id == made.attestation_id
        )
        .where(made.decision_id == decision_id)
        .order_by(made.attestation_id)
    )
    return [dict(row) for row in connection.execute(found).mappings()]


def _names(connection: Connection, decision: Row) -> dict[str, str]:
    called = select(INSTRUMENTS.c.product_id, INSTRUMENTS.c.title)
    titles = called.where(INSTRUMENTS.c.instrument_id == decision["instrument_id"])
    parties = select(PARTICIPANTS.c.participant_id, PARTICIPANTS.c.display_name)
    named = parties.where(PARTICIPANTS.c.participant_id.in_((decision["seller_id"], decision["buyer_id"])))
    return {str(key): str(name) for query in (titles, named) for key, name in connection.execute(query)}


def history(store: Store) -> Iterator[tuple[Row, tuple[Ruled, ...]]]:
    """Every decision in the order in which they were made, with the rulings that held for it then.

    Shape: beside the table's columns a row has `trades`, `currency` and `amount_minor`: what was traded on the
    decision, without what was undone. All of it is as it stood when the reading began.
    """
    store.refuse_missing()
    with store.reading(_HISTORY_TIMEOUT_S) as connection:
        ruled, in_zones = _ruled(connection), _ruled_in_zones(connection)
        options = {"stream_results": True, "yield_per": _PAGE}
        for each in connection.execute(_decisions(), execution_options=options).mappings():
            row = dict(each)
            named = msgspec.json.decode(row["ruling_ids"] or "[]", type=list[str])
            yield (
                row,
                (
                    *(ruling for ruling in ruled if ruling.holds_for(row)),
                    *(in_zones[name] for name in named if name in in_zones),
                ),
            )


def _decisions() -> Any:
    sums = (
        select(
            TRADES.c.decision_id,
            func.count().label("trades"),
            func.min(TRADES.c.currency).label("currency"),
            func.sum(TRADES.c.amount_minor).label("amount_minor"),
        )
        .where(TRADES.c.decision_id.is_not(None), TRADES.c.state != _UNDONE)
        .group_by(TRADES.c.decision_id)
        .subquery("sums")
    )
    return (
        select(
            FENCE_DECISIONS,
            func.coalesce(sums.c.trades, 0).label("trades"),
            sums.c.currency,
            func.coalesce(sums.c.amount_minor, 0).label("amount_minor"),
        )
        .outerjoin(sums, sums.c.decision_id == FENCE_DECISIONS.c.decision_id)
        .order_by(FENCE_DECISIONS.c.at, FENCE_DECISIONS.c.partition, FENCE_DECISIONS.c.seq)
    )


def _ruled_in_zones(connection: Connection) -> dict[str, Ruled]:
    """The rulings for handbooks, by id: a decision about bonded data names those that lifted it."""
    return {
        row["ruling_id"]: Ruled(
            codes=frozenset(msgspec.json.decode(row["codes"], type=list[str])),
            product_id=None,
            instrument_id=None,
            buyer_id=None,
            begins=row["at"],
            ends=row["valid_until_at"],
        )
        for row in connection.execute(select(ZONE_RULINGS)).mappings()
    }


def _ruled(connection: Connection) -> list[Ruled]:
    return [
        Ruled(
            codes=frozenset(msgspec.json.decode(row["codes"], type=list[str])),
            product_id=row["product_id"],
            instrument_id=row["instrument_id"],
            buyer_id=row["buyer_id"],
            begins=row["at"],
            ends=min(row["valid_until_at"], row["ended_at"] or row["valid_until_at"]),
        )
        for row in connection.execute(select(COUNTER_RULINGS)).mappings()
    ]
