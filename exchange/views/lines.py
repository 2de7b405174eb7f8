"""Lines: what each promises, how good it was hour by hour, what was given back for that, and ways round."""

from collections.abc import Iterable

from exchange.kernel.time import HOUR
from exchange.market.lines.facts import FACTS as LINE_FACTS
from exchange.market.lines.facts import (
    LineBreached,
    LineCreditDeferred,
    LineCredited,
    LineCreditLapsed,
    LineMeasured,
    LineRecorded,
    LineRerouted,
    RerouteBarred,
    RerouteEnded,
)
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Merge, Row, Update
from exchange.views.columns import as_json_list, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

LINES = table(
    "lines",
    "Lines, as each market knows them: what they connect and promise",
    count("partition", key=True),
    text("link_id", key=True),
    text("operator_id", comment="who runs it"),
    text("places", comment="JSON array of the two that it connects"),
    text("kind", comment="dedicated or internet"),
    text("state", comment="planned, building, in_service or down"),
    count("capacity_mbps"),
    count("rtt_ms_max", comment="the round trip that no hour may exceed, in milliseconds"),
    count("loss_ppm_max", comment="the loss that no hour may exceed, in packets of a million"),
    text("sold_as", comment="JSON array of the listings that are sold of it, beside what names it itself"),
    count("changed_at"),
)

LINE_HOURS = table(
    "line_hours",
    "How good a line was in each hour that was measured, as last corrected",
    count("partition", key=True),
    text("link_id", key=True),
    count("from_at", key=True),
    count("rtt_ms"),
    count("loss_ppm"),
    count("throughput_mbps"),
    flag("worse", comment="than the line promised then"),
    text("measurement_id"),
    text("by_id", comment="who measured it"),
    text("evidence", comment="the digest of what it was read from"),
    flag("corrected"),
    text("grounds", comment="why it was corrected"),
    count("at"),
)

LINE_CREDITS = table(
    "line_credits",
    "What buyers get back for hours in which a line was worse than promised",
    text("trade_id", key=True),
    count("partition"),
    text("entitlement_id"),
    text("link_id"),
    count("starts_at"),
    count("ends_at"),
    count("hours", comment="that were worse"),
    count("term_hours", comment="of the right's term in all"),
    text("buyer_id"),
    text("seller_id"),
    text("instrument_id", null=True),
    text("currency", null=True),
    count("price_minor", null=True, comment="what was paid and not given back before"),
    count("amount_minor", comment="what was given back"),
    flag("capped", comment="30 % of the price, which is the most"),
    text("state", comment="deferred until the last word on the purchase, credited or lapsed"),
    text("grounds", null=True, comment="why it lapsed"),
    count("at"),
    indexes=[("link_id", "ends_at")],
)

LINE_ROUTES = table(
    "line_routes",
    "Ways round for what was sold of a line, and what the fence said of them",
    text("route_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("link_id"),
    text("via", comment="JSON array of the lines"),
    text("places", comment="JSON array of the places that it leads through"),
    count("until_at", null=True, comment="when it ends by itself"),
    text("by_id"),
    text("grounds"),
    text("outcome", comment="the fence's"),
    text("codes", comment="JSON array"),
    text("ruleset_version"),
    text("inputs_digest"),
    text("state", comment="taken, ended or barred"),
    text("ended_by", null=True, comment="time, operator or another way"),
    count("at"),
    count("ended_at", null=True),
    indexes=[("link_id",)],
)


def _recorded(here: Here, fact: LineRecorded) -> Iterable[Change]:
    last: Row = {
        "operator_id": fact.operator_id,
        "places": as_json_list(fact.places),
        "kind": fact.kind,
        "state": fact.state,
        "capacity_mbps": fact.capacity_mbps,
        "rtt_ms_max": fact.rtt_ms_max,
        "loss_ppm_max": fact.loss_ppm_max,
        "sold_as": as_json_list(fact.sold_as),
        "changed_at": here.at,
    }
    yield Merge(LINES, {"partition": here.partition, "link_id": fact.link_id}, last=last)


def _measured(here: Here, fact: LineMeasured) -> Iterable[Change]:
    last: Row = {
        "rtt_ms": fact.rtt_ms,
        "loss_ppm": fact.loss_ppm,
        "throughput_mbps": fact.throughput_mbps,
        "worse": bool(fact.broken),
        "measurement_id": fact.measurement_id,
        "by_id": fact.by_id,
        "evidence": fact.evidence.hex(),
        "corrected": fact.corrects,
        "grounds": fact.grounds,
        "at": here.at,
    }
    for hour in range(fact.hours):
        key: Row = {
            "partition": here.partition,
            "link_id": fact.link_id,
            "from_at": fact.from_at + hour * HOUR,
        }
        yield Merge(LINE_HOURS, key, last=last)


def _credited(here: Here, fact: LineCredited) -> Iterable[Change]:
    more: Row = {
        "instrument_id": fact.instrument_id,
        "currency": fact.currency,
        "price_minor": fact.price_minor,
    }
    yield _credit(here, fact, "credited", fact.hours, fact.term_hours, fact.amount_minor, fact.capped, more)


def _deferred(here: Here, fact: LineCreditDeferred) -> Iterable[Change]:
    yield _credit(here, fact, "deferred", fact.hours, fact.term_hours)


def _lapsed(here: Here, fact: LineCreditLapsed) -> Iterable[Change]:
    yield _credit(here, fact, "lapsed", fact.hours, fact.term_hours, more={"grounds": fact.grounds})


def _credit(
    here: Here,
    fact: LineCredited | LineCreditDeferred | LineCreditLapsed,
    state: str,
    hours: int,
    term_hours: int,
    amount_minor: int = 0,
    capped: bool = False,
    more: Row | None = None,
) -> Change:
    unknown = ("instrument_id", "currency", "price_minor", "grounds")
    last: Row = {
        "partition": here.partition,
        "entitlement_id": fact.entitlement_id,
        "link_id": fact.link_id,
        "starts_at": fact.starts_at,
        "ends_at": fact.ends_at,
        "buyer_id": fact.buyer_id,
        "seller_id": fact.seller_id,
        "hours": hours,
        "term_hours": term_hours,
        "amount_minor": amount_minor,
        "capped": capped,
        "state": state,
        "at": here.at,
        **dict.fromkeys(unknown),
        **(more or {}),
    }
    return Merge(LINE_CREDITS, {"trade_id": fact.trade_id}, last=last)


def _rerouted(here: Here, fact: LineRerouted) -> Iterable[Change]:
    if fact.replaces:
        yield _over(here, fact.replaces, "another way")
    yield _route(here, fact, "taken", fact.until, fact.grounds)


def _barred(here: Here, fact: RerouteBarred) -> Iterable[Change]:
    yield _route(here, fact, "barred", None, "")


def _ended(here: Here, fact: RerouteEnded) -> Iterable[Change]:
    yield _over(here, fact.route_id, fact.by)


def _over(here: Here, route_id: str, by: str) -> Change:
    return Update(
        LINE_ROUTES, {"route_id": route_id}, {"state": "ended", "ended_by": by, "ended_at": here.at}
    )


def _route(
    here: Here, fact: LineRerouted | RerouteBarred, state: str, until: int | None, grounds: str
) -> Change:
    decision = fact.decision
    return Insert(
        LINE_ROUTES,
        {
            "route_id": fact.route_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "link_id": fact.link_id,
            "via": as_json_list(fact.via),
            "places": as_json_list(fact.places),
            "until_at": until,
            "by_id": fact.by_id,
            "grounds": grounds,
            "outcome": decision.outcome,
            "codes": as_json_list(decision.codes),
            "ruleset_version": decision.ruleset_version,
            "inputs_digest": decision.inputs_digest,
            "state": state,
            "ended_by": None,
            "at": here.at,
            "ended_at": None,
        },
    )


LINES_VIEW = View(
    name="lines",
    contexts=("market",),
    tables=(LINES, LINE_HOURS, LINE_CREDITS, LINE_ROUTES),
    handlers={
        LineRecorded: _recorded,
        LineMeasured: _measured,
        LineCredited: _credited,
        LineCreditDeferred: _deferred,
        LineCreditLapsed: _lapsed,
        LineRerouted: _rerouted,
        RerouteBarred: _barred,
        RerouteEnded: _ended,
    },
    # A breach says of hours what their measurement does; whatever else happens in a market other views show.
    ignores=COMMON_IGNORED.union(fact for fact in MARKET_FACTS if fact not in LINE_FACTS) | {LineBreached},
)
