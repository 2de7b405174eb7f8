"""What is before the counter, what its panels ruled, and who sits in the management body."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact
from exchange.market.rulings.facts import CaseConcluded
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.registry.body.facts import MemberSeated
from exchange.registry.cases.facts import (
    CaseAnswered,
    CaseAppealed,
    CaseClosed,
    CaseJoined,
    CaseNotOpened,
    CaseOpened,
    CaseOverdue,
    CaseQueued,
    CaseRuled,
    CaseRulingWithdrawn,
)
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.store import Change, Insert, Merge, Row, Update
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

REVIEW_CASES = table(
    "review_cases",
    "What the fence left to people, and what became of it before the counter",
    text("case_id", key=True),
    count("partition"),
    count("seq"),
    text("asked_in", comment="market, bonded or listing: where the fence was asked"),
    text("decision_id", comment="the decision that opened it"),
    text("subject", comment="the product, or what is to move in bond"),
    text("instrument_id", comment="empty in bond"),
    text("handbooks", comment="JSON array of zone/handbook, in bond"),
    text("seller_id"),
    text("buyer_id"),
    text("codes", comment="JSON array of the reason codes that people have to look at"),
    text("asked_by", comment="whose command the fence was asked for"),
    text("missing", default="[]", comment="JSON array of facts to supply before a panel may rule"),
    text("demanded", default="[]", comment="JSON array of codes: what is to be filed or assessed before"),
    text(
        "state",
        comment="open, lifted, against, appealed, withdrawn, closed, answered otherwise, or lapsed: no facts came",
    ),
    flag("overdue", comment="the counter has not ruled in time"),
    count("asked_again", comment="how often the fence left the same to people meanwhile"),
    count("due_at", comment="until when the counter has"),
    text(
        "counted_in",
        default="days",
        comment="how: days, working_days, or weekdays where working days are not published",
    ),
    count("valid_until_at", null=True, comment="until when what was lifted passes"),
    text("appealed_by", null=True),
    text("appeal_grounds", null=True),
    text("end_grounds", null=True, comment="why what was lifted was taken back"),
    count("at"),
    count("changed_at"),
    indexes=[("state",), ("buyer_id",), ("seller_id",)],
)

REVIEW_CASE_DECISIONS = table(
    "review_case_decisions",
    "In which case each decision that was left to people is looked at",
    text("decision_id", key=True),
    count("partition"),
    count("seq"),
    text("case_id", null=True, comment="none: as many cases are open as may be"),
    text(
        "basis",
        comment="opened, joined, ruled, waits for room; or too_many, too_many_of_buyer, too_many_of_seller",
    ),
    count("at"),
    indexes=[("case_id",)],
)

REVIEW_CASE_RULINGS = table(
    "review_case_rulings",
    "What panels of the counter ruled on cases, first and on appeal",
    count("partition", key=True),
    count("seq", key=True),
    text("case_id"),
    text("verdict", comment="lifted or against"),
    text("codes", comment="JSON array of the reason codes it is about"),
    flag("whole_product", comment="of all instruments of the product"),
    flag("any_buyer", comment="for whoever buys"),
    text("panel", comment="JSON array of the three who ruled, with their constituencies"),
    text("grounds"),
    text("reference"),
    text("by_id", comment="who gave the panel's ruling"),
    flag("on_appeal"),
    count("valid_until_at", null=True),
    count("at"),
    indexes=[("case_id",)],
)

REVIEW_CASE_EFFECTS = table(
    "review_case_effects",
    "What the end of a ruling, or a ruling against, ended in each market partition",
    count("partition", key=True),
    count("seq", key=True),
    text("case_id"),
    text("verdict", comment="withdrawn, replaced or against"),
    count("rulings", comment="that ended"),
    count("purchases", comment="that were to end"),
    count("at"),
    indexes=[("case_id",)],
    clustered=True,
)

REVIEW_CASE_ANSWERS = table(
    "review_case_answers",
    "Decisions before the counter that the fence answered otherwise, by which decision",
    count("partition", key=True),
    count("seq", key=True),
    text("case_id", comment="empty: in no case that counts"),
    text("decision_id", comment="what was before the counter"),
    text("answered_by", comment="the decision that took its place"),
    text("outcome", comment="that decision's"),
    count("at"),
    indexes=[("case_id",)],
)

BODY_SEATS = table(
    "body_seats",
    "Who was given a seat of the management body; the last of a constituency holds it until its term is over",
    count("partition", key=True),
    count("seq", key=True),
    text("constituency", comment="government, institution or industry"),
    text("name"),
    text("public_key", comment="Ed25519, in hexadecimal"),
    count("valid_until_at"),
    text("by_id"),
    text("site", comment="what tells this exchange from others in all that is signed"),
    text("approved_by", comment="JSON array of the members who signed"),
    count("at"),
)


def _opened(here: Here, fact: CaseOpened) -> Iterable[Change]:
    yield Insert(
        REVIEW_CASES,
        {
            "case_id": fact.case_id,
            "partition": here.partition,
            "seq": here.seq,
            "asked_in": fact.asked_in,
            "decision_id": fact.decision_id,
            "subject": fact.subject,
            "instrument_id": fact.instrument_id,
            "handbooks": as_json([f"{each.zone_id}/{each.handbook_no}" for each in fact.handbooks]),
            "seller_id": fact.seller_id,
            "buyer_id": fact.buyer_id,
            "codes": as_json_list(fact.codes),
            "asked_by": fact.asked_by,
            "missing": as_json_list(fact.missing),
            "demanded": as_json_list(fact.demanded),
            "state": "open",
            "overdue": False,
            "asked_again": 0,
            "due_at": fact.due_at,
            "counted_in": fact.counted_in,
            "valid_until_at": None,
            "appealed_by": None,
            "appeal_grounds": None,
            "end_grounds": None,
            "at": here.at,
            "changed_at": here.at,
        },
    )
    yield _looked_at(here, fact.decision_id, fact.case_id, "opened")


def _joined(here: Here, fact: CaseJoined) -> Iterable[Change]:
    lacking = ((), ()) if fact.for_people else (fact.missing, fact.demanded)
    clock = {} if fact.due_at is None else {"due_at": fact.due_at, "counted_in": fact.counted_in}
    missing, demanded = map(as_json_list, lacking)
    values: Row = {"missing": missing, "demanded": demanded, **clock, "changed_at": here.at}
    yield Update(REVIEW_CASES, {"case_id": fact.case_id}, values, {"asked_again": 1})
    yield _looked_at(here, fact.decision_id, fact.case_id, "joined")


def _answered(here: Here, fact: CaseAnswered) -> Iterable[Change]:
    yield Insert(
        REVIEW_CASE_ANSWERS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "case_id": fact.case_id,
            "decision_id": fact.decision_id,
            "answered_by": fact.answered_by,
            "outcome": fact.outcome,
            "at": here.at,
        },
    )


def _not_opened(here: Here, fact: CaseNotOpened) -> Iterable[Change]:
    yield _looked_at(here, fact.decision_id, fact.case_id or None, fact.basis)


def _queued(here: Here, fact: CaseQueued) -> Iterable[Change]:
    yield _looked_at(here, fact.decision_id, None, "waits")


def _looked_at(here: Here, decision_id: str, case_id: str | None, basis: str) -> Change:
    """Where a decision is looked at. Shape: one that waited for room keeps its place."""
    return Merge(
        REVIEW_CASE_DECISIONS,
        {"decision_id": decision_id},
        first={"partition": here.partition, "seq": here.seq, "at": here.at},
        last={"case_id": case_id, "basis": basis},
    )


def _overdue(here: Here, fact: CaseOverdue) -> Iterable[Change]:
    yield _changed(here, fact.case_id, {"overdue": True})


def _ruled(here: Here, fact: CaseRuled) -> Iterable[Change]:
    yield Insert(
        REVIEW_CASE_RULINGS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "case_id": fact.case_id,
            "verdict": fact.verdict,
            "codes": as_json_list(fact.codes),
            "whole_product": fact.whole_product,
            "any_buyer": fact.any_buyer,
            "panel": as_json(list(fact.panel)),
            "grounds": fact.grounds,
            "reference": fact.reference,
            "by_id": fact.by_id,
            "on_appeal": fact.on_appeal,
            "valid_until_at": fact.valid_until,
            "at": here.at,
        },
    )
    values: Row = {"state": fact.verdict, "overdue": False, "valid_until_at": fact.valid_until}
    yield _changed(here, fact.case_id, values)


def _withdrawn(here: Here, fact: CaseRulingWithdrawn) -> Iterable[Change]:
    yield _changed(here, fact.case_id, {"state": "withdrawn", "end_grounds": fact.grounds})


def _appealed(here: Here, fact: CaseAppealed) -> Iterable[Change]:
    appeal: Row = {"appealed_by": fact.by_id, "appeal_grounds": fact.grounds}
    clock: Row = {"due_at": fact.due_at, "counted_in": fact.counted_in}
    yield _changed(here, fact.case_id, {"state": "appealed", **appeal, **clock})


def _closed(here: Here, fact: CaseClosed) -> Iterable[Change]:
    state = "closed" if fact.basis == "time" else fact.basis
    yield _changed(here, fact.case_id, {"state": state, "overdue": False})


def _changed(here: Here, case_id: str, values: Row) -> Change:
    return Update(REVIEW_CASES, {"case_id": case_id}, {**values, "changed_at": here.at})


def _concluded(here: Here, fact: CaseConcluded) -> Iterable[Change]:
    yield Insert(
        REVIEW_CASE_EFFECTS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "case_id": fact.case_id,
            "verdict": fact.verdict,
            "rulings": fact.rulings,
            "purchases": fact.purchases,
            "at": here.at,
        },
    )


def _seated(here: Here, fact: MemberSeated) -> Iterable[Change]:
    yield Insert(
        BODY_SEATS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "constituency": fact.constituency,
            "name": fact.name,
            "public_key": fact.public_key.hex(),
            "valid_until_at": fact.valid_until,
            "by_id": fact.by_id,
            "site": fact.site,
            "approved_by": as_json([each.member for each in fact.approvals]),
            "at": here.at,
        },
    )


_HANDLERS: dict[type[Fact], Handler] = {
    CaseOpened: _opened,
    CaseJoined: _joined,
    CaseAnswered: _answered,
    CaseNotOpened: _not_opened,
    CaseQueued: _queued,
    CaseOverdue: _overdue,
    CaseRuled: _ruled,
    CaseRulingWithdrawn: _withdrawn,
    CaseAppealed: _appealed,
    CaseClosed: _closed,
    CaseConcluded: _concluded,
    MemberSeated: _seated,
}

CASES_VIEW = View(
    name="cases",
    contexts=("registry", "market"),
    tables=(
        REVIEW_CASES,
        REVIEW_CASE_DECISIONS,
        REVIEW_CASE_RULINGS,
        REVIEW_CASE_EFFECTS,
        REVIEW_CASE_ANSWERS,
        BODY_SEATS,
    ),
    handlers=_HANDLERS,
    # Rulings as each market holds them are the compliance view's; everything else is of others.
    ignores=COMMON_IGNORED.union(REGISTRY_FACTS, MARKET_FACTS) - _HANDLERS.keys(),
)
