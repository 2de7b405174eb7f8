"""Bills: what buyers that pay later owe for what was accepted, and how it was paid."""

from collections.abc import Iterable

from exchange.market.bills import facts as happened
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import PurchaseAccepted
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

BILLS = table(
    "bills",
    "What buyers that pay later owe for purchases",
    text("trade_id", key=True),
    count("partition"),
    count("seq"),
    text("buyer_id"),
    text("seller_id"),
    text("currency"),
    count("amount_minor", comment="of the purchase, on credit when it was accepted"),
    count("left_minor", comment="owed"),
    text("state", comment="open, overdue or paid"),
    count("at"),
    count("due_at"),
    count("paid_at", null=True, comment="when all of it was paid"),
    indexes=[("buyer_id",), ("state",)],
)

BILL_PAYMENTS = table(
    "bill_payments",
    "What was paid of bills, or is owed again",
    count("partition", key=True),
    count("seq", key=True),
    text("trade_id"),
    text("currency"),
    count("amount_minor", comment="negative where it is owed again"),
    text("paid_by", comment="repayment, cash or refund; reopened: the net set that had paid it came back"),
    text("set_id", null=True, comment="the net set that it was set off in"),
    count("at"),
    indexes=[("trade_id",)],
    clustered=True,
)


def _billed(here: Here, fact: PurchaseAccepted | DisputeResolved) -> Iterable[Change]:
    if fact.on_credit is None:
        return
    yield Insert(
        BILLS,
        {
            "trade_id": fact.trade_id,
            "partition": here.partition,
            "seq": here.seq,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "currency": fact.currency,
            "amount_minor": fact.on_credit.amount_minor,
            "left_minor": fact.on_credit.amount_minor,
            "state": "open",
            "at": here.at,
            "due_at": fact.on_credit.due_at,
            "paid_at": None,
        },
    )


def _paid(here: Here, fact: happened.BillPaid) -> Iterable[Change]:
    yield _payment(here, fact, fact.amount_minor, fact.by)
    ended: Row = {} if fact.left_minor else {"state": "paid", "paid_at": here.at}
    yield Update(BILLS, {"trade_id": fact.trade_id}, {"left_minor": fact.left_minor, **ended})


def _reopened(here: Here, fact: happened.BillReopened) -> Iterable[Change]:
    yield _payment(here, fact, -fact.amount_minor, "reopened")
    again: Row = {"left_minor": fact.left_minor, "state": "open", "paid_at": None}
    yield Update(BILLS, {"trade_id": fact.trade_id}, again)


def _payment(
    here: Here, fact: happened.BillPaid | happened.BillReopened, amount_minor: int, paid_by: str
) -> Change:
    return Insert(
        BILL_PAYMENTS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "trade_id": fact.trade_id,
            "currency": fact.currency,
            "amount_minor": amount_minor,
            "paid_by": paid_by,
            "set_id": fact.set_id or None,
            "at": here.at,
        },
    )


def _overdue(here: Here, fact: happened.BillOverdue) -> Iterable[Change]:
    yield Update(BILLS, {"trade_id": fact.trade_id}, {"state": "overdue"})


_HANDLERS: dict[type, Handler] = {
    PurchaseAccepted: _billed,
    DisputeResolved: _billed,
    happened.BillPaid: _paid,
    happened.BillReopened: _reopened,
    happened.BillOverdue: _overdue,
}

BILLS_VIEW = View(
    name="bills",
    contexts=("market",),
    tables=(BILLS, BILL_PAYMENTS),
    handlers=_HANDLERS,
    # Whatever else a market does is shown elsewhere.
    ignores=COMMON_IGNORED | (frozenset(MARKET_FACTS) - _HANDLERS.keys()),
)
