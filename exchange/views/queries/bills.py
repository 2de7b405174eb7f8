"""Bills and their payments."""

from typing import Any

from sqlalchemy import Select, select

from exchange.views.bills import BILL_PAYMENTS, BILLS
from exchange.views.queries.query import NamedQuery, Parameter

_TOLD = tuple(column for column in BILLS.c if column.name not in ("partition", "seq"))


def _bills(buyer: str | None, state: str | None, trade: str | None) -> Select[Any]:
    wanted = {"buyer_id": buyer, "state": state, "trade_id": trade}
    chosen = [BILLS.c[name] == value for name, value in wanted.items() if value is not None]
    return select(*_TOLD).where(*chosen).order_by(BILLS.c.due_at, BILLS.c.partition, BILLS.c.seq)


def _payments(trade: str) -> Select[Any]:
    shown = [column for column in BILL_PAYMENTS.c if column.name not in ("partition", "trade_id")]
    return select(*shown).where(BILL_PAYMENTS.c.trade_id == trade).order_by(BILL_PAYMENTS.c.seq)


QUERIES = (
    NamedQuery(
        "bills",
        "What buyers that pay later owe for what was accepted: how much, until when, and whether it is paid.",
        _bills,
        (
            Parameter("buyer", "only this one's", required=False),
            Parameter("state", "only these", required=False, choices=("open", "overdue", "paid")),
            Parameter("trade", "only of this trade", required=False),
        ),
    ),
    NamedQuery(
        "bill_payments",
        "What was paid of a bill, and by what, in order.",
        _payments,
        (Parameter("trade", "of this trade"),),
    ),
)
