"""Requests for quotation: what was asked for, what was quoted, awarded and sampled. The board is a query over them."""

from collections.abc import Iterable

from sqlalchemy import Column, Computed

from exchange.kernel.bases import Fact
from exchange.market.quotes.facts import (
    AwardEnded,
    AwardTraded,
    QuoteAwarded,
    QuoteExpired,
    QuoteGiven,
    QuotesClosed,
    QuotesRequested,
    QuoteWithdrawn,
    RequestEnded,
    SampleAccepted,
    SampleRejected,
    SampleSubmitted,
)
from exchange.market.vocabulary import FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.store.schema import TEXT
from exchange.views.columns import as_json, as_json_list, count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

REQUESTS = table(
    "requests",
    "What buyers ask quotes for",
    text("request_id", key=True),
    count("partition"),
    count("seq"),
    text("buyer_id"),
    text("title"),
    text("description"),
    text("unit", comment="one lot is one unit"),
    count("quantity", comment="in lots"),
    count("quantity_awarded", comment="in lots, those traded included"),
    count("quantity_traded", comment="in lots"),
    text("currency"),
    text("languages", comment="JSON array"),
    text("measure", null=True, comment="the measure of quality"),
    count("threshold_bp", null=True, comment="what it has to reach, in basis points"),
    count("samples_max", null=True, comment="how many samples of an award are looked at; none are asked for"),
    text("use_of_data", comment="what the buyer means to do, as JSON"),
    text("invited", comment="JSON array; empty: open to all sellers"),
    text("state", comment="open, closed (no further quotes) or ended"),
    text("basis", null=True, comment="why it ended: withdrawn, traded or no_quotes"),
    count("closes_at", comment="the deadline for quotes"),
    count("at"),
    count("changed_at"),
    indexes=[("buyer_id",), ("state",)],
)

QUOTES = table(
    "quotes",
    "What sellers offer on a request",
    text("quote_id", key=True),
    count("partition"),
    count("seq"),
    text("request_id"),
    text("seller_id"),
    text("instrument_id", comment="whose terms a trade gets"),
    count("price", comment="in ticks"),
    count("quantity", comment="in lots, at most"),
    count("quantity_left", comment="in lots not awarded"),
    text("currency"),
    count("amount_minor", comment="what all of it comes to"),
    count("lot_minor", comment="what one lot comes to, rounded up"),
    text("ended", null=True, comment="withdrawn, replaced, expired, or with its request"),
    count("valid_until_at"),
    count("at"),
    count("changed_at"),
    Column(
        "state",
        TEXT,
        Computed(
            "CASE WHEN quantity_left = 0 THEN 'awarded' WHEN ended IS NULL THEN 'standing' ELSE ended END",
            persisted=True,
        ),
        comment="standing, awarded (all of it), or how it ended",
    ),
    indexes=[("request_id",), ("seller_id",)],
)

AWARDS = table(
    "awards",
    "Quotes that buyers took, and what became of them",
    text("award_id", key=True),
    count("partition"),
    count("seq"),
    text("request_id"),
    text("quote_id"),
    text("instrument_id"),
    text("buyer_id"),
    text("seller_id"),
    count("price", comment="in ticks"),
    count("quantity", comment="in lots"),
    text("currency"),
    count("held_minor", comment="what was held for it, and goes into escrow or back"),
    count("samples", comment="how many were submitted"),
    text("state", comment="awarded, sample_due, sample_waiting, traded or ended"),
    text("trade_id", null=True),
    text("basis", null=True, comment="why it ended: buyer, seller, time, rejected or barred"),
    text("grounds", null=True),
    count("due_at", null=True, comment="until when a sample, or its answer, is due"),
    count("at"),
    count("changed_at"),
    indexes=[("request_id",), ("buyer_id",), ("seller_id",)],
)

SAMPLES = table(
    "samples",
    "What sellers showed before the main delivery",
    text("award_id", key=True),
    count("number", key=True, comment="the award's samples, from 1"),
    count("partition"),
    count("seq"),
    text("request_id"),
    text("buyer_id"),
    text("seller_id"),
    text("digest", comment="of its content, in hex"),
    text("measured", comment="every measure with its value, as JSON"),
    count("value_bp", comment="what the requested measure came to, in basis points"),
    count(
        "answer_bp", null=True, comment="what it came to by the answer: measured by the buyer, or as above"
    ),
    count("threshold_bp", null=True, comment="what it was to reach"),
    text("state", comment="waiting, accepted, rejected, or dropped with its award"),
    text("basis", null=True, comment="who answered: the buyer or the measure"),
    text("grounds", null=True),
    count("at"),
    count("answered_at", null=True),
)


def _requested(here: Here, fact: QuotesRequested) -> Iterable[Change]:
    wanted = fact.wanted
    yield Insert(
        REQUESTS,
        {
            "request_id": fact.request_id,
            "partition": here.partition,
            "seq": here.seq,
            "buyer_id": fact.buyer_id,
            "title": wanted.title,
            "description": wanted.description,
            "unit": wanted.unit,
            "quantity": wanted.quantity,
            "quantity_awarded": 0,
            "quantity_traded": 0,
            "currency": wanted.currency,
            "languages": as_json_list(wanted.languages),
            "measure": None if wanted.quality is None else wanted.quality.measure,
            "threshold_bp": None if wanted.quality is None else wanted.quality.threshold_bp,
            "samples_max": None if wanted.sampling is None else wanted.sampling.samples_max,
            "use_of_data": as_json(wanted.use),
            "invited": as_json_list(wanted.invited),
            "state": "open",
            "basis": None,
            "closes_at": wanted.closes_at,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _closed(here: Here, fact: QuotesClosed) -> Iterable[Change]:
    yield _request(here, fact.request_id, {"state": "closed"})


def _request_ended(here: Here, fact: RequestEnded) -> Iterable[Change]:
    yield _request(here, fact.request_id, {"state": "ended", "basis": fact.basis})
    for quote_id in fact.quote_ids:
        yield _quote(here, quote_id, {"ended": "request_ended"})


def _given(here: Here, fact: QuoteGiven) -> Iterable[Change]:
    if fact.replaces:
        yield _quote(here, fact.replaces, {"ended": "replaced"})
    yield Insert(
        QUOTES,
        {
            "quote_id": fact.quote_id,
            "partition": here.partition,
            "seq": here.seq,
            "request_id": fact.request_id,
            "seller_id": fact.seller_id,
            "instrument_id": fact.instrument_id,
            "price": fact.price,
            "quantity": fact.quantity,
            "quantity_left": fact.quantity,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "lot_minor": fact.lot_minor,
            "ended": None,
            "valid_until_at": fact.valid_until,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _withdrawn(here: Here, fact: QuoteWithdrawn) -> Iterable[Change]:
    yield _quote(here, fact.quote_id, {"ended": "withdrawn"})


def _expired(here: Here, fact: QuoteExpired) -> Iterable[Change]:
    yield _quote(here, fact.quote_id, {"ended": "expired"})


def _awarded(here: Here, fact: QuoteAwarded) -> Iterable[Change]:
    yield _quote(here, fact.quote_id, {}, -fact.quantity)
    yield _request(here, fact.request_id, {}, {"quantity_awarded": fact.quantity})
    yield Insert(
        AWARDS,
        {
            "award_id": fact.award_id,
            "partition": here.partition,
            "seq": here.seq,
            "request_id": fact.request_id,
            "quote_id": fact.quote_id,
            "instrument_id": fact.instrument_id,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "price": fact.price,
            "quantity": fact.quantity,
            "currency": fact.currency,
            "held_minor": fact.held_minor,
            "samples": 0,
            "state": "awarded" if fact.due_at is None else "sample_due",
            "trade_id": None,
            "basis": None,
            "grounds": None,
            "due_at": fact.due_at,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _submitted(here: Here, fact: SampleSubmitted) -> Iterable[Change]:
    yield _award(here, fact.award_id, {"state": "sample_waiting", "due_at": fact.answer_by}, {"samples": 1})
    yield Insert(
        SAMPLES,
        {
            "award_id": fact.award_id,
            "number": fact.number,
            "partition": here.partition,
            "seq": here.seq,
            "request_id": fact.request_id,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "digest": fact.digest.hex(),
            "measured": as_json(fact.measured),
            "value_bp": fact.value_bp,
            "answer_bp": None,
            "threshold_bp": None,
            "state": "waiting",
            "basis": None,
            "grounds": None,
            "at": here.at,
            "answered_at": None,
        },
    )


def _accepted(here: Here, fact: SampleAccepted) -> Iterable[Change]:
    yield _answer(here, fact, "accepted", None)


def _rejected(here: Here, fact: SampleRejected) -> Iterable[Change]:
    yield _answer(here, fact, "rejected", fact.grounds)
    yield _award(here, fact.award_id, {"state": "sample_due", "due_at": fact.due_at})


def _traded(here: Here, fact: AwardTraded) -> Iterable[Change]:
    yield _award(here, fact.award_id, {"state": "traded", "trade_id": fact.trade_id, "due_at": None})
    yield _request(here, fact.request_id, {}, {"quantity_traded": fact.quantity})


def _award_ended(here: Here, fact: AwardEnded) -> Iterable[Change]:
    values: Row = {"state": "ended", "basis": fact.basis, "grounds": fact.grounds, "due_at": None}
    yield _award(here, fact.award_id, values)
    yield _quote(here, fact.quote_id, {}, fact.quantity)
    yield _request(here, fact.request_id, {}, {"quantity_awarded": -fact.quantity})
    if fact.unanswered:
        key: Row = {"award_id": fact.award_id, "number": fact.unanswered}
        yield Update(SAMPLES, key, {"state": "dropped"})


def _request(here: Here, request_id: str, values: Row, amounts: dict[str, int] | None = None) -> Change:
    return Update(REQUESTS, {"request_id": request_id}, {**values, "changed_at": here.at}, amounts or {})


def _quote(here: Here, quote_id: str, values: Row, lots: int = 0) -> Change:
    amounts = {"quantity_left": lots} if lots else {}
    return Update(QUOTES, {"quote_id": quote_id}, {**values, "changed_at": here.at}, amounts)


def _award(here: Here, award_id: str, values: Row, amounts: dict[str, int] | None = None) -> Change:
    return Update(AWARDS, {"award_id": award_id}, {**values, "changed_at": here.at}, amounts or {})


def _answer(here: Here, fact: SampleAccepted | SampleRejected, state: str, grounds: str | None) -> Change:
    return Update(
        SAMPLES,
        {"award_id": fact.award_id, "number": fact.number},
        {
            "state": state,
            "basis": fact.basis,
            "answer_bp": fact.value_bp,
            "threshold_bp": fact.threshold_bp,
            "grounds": grounds,
            "answered_at": here.at,
        },
    )


_HANDLERS: dict[type[Fact], Handler] = {
    QuotesRequested: _requested,
    QuotesClosed: _closed,
    RequestEnded: _request_ended,
    QuoteGiven: _given,
    QuoteWithdrawn: _withdrawn,
    QuoteExpired: _expired,
    QuoteAwarded: _awarded,
    SampleSubmitted: _submitted,
    SampleAccepted: _accepted,
    SampleRejected: _rejected,
    AwardTraded: _traded,
    AwardEnded: _award_ended,
}

QUOTES_VIEW = View(
    name="quotes",
    contexts=("market",),
    tables=(REQUESTS, QUOTES, AWARDS, SAMPLES),
    handlers=_HANDLERS,
    # Whatever else happens in a market is none of this room's business: the trades that come of it are market data.
    ignores=COMMON_IGNORED | (frozenset(FACTS) - _HANDLERS.keys()),
)
