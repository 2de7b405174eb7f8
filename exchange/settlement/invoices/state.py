"""What is remembered of invoices: who is to be named how, the last number of each year, and what may still be said."""

from typing import TypeAlias

import msgspec

from exchange.kernel.ids import ParticipantId, TradeId
from exchange.settlement.invoices.values import BillingDetails, InvoicedLine, Matter

Number: TypeAlias = str


class Invoiced(msgspec.Struct):
    """An invoice, as far as it may be credited and answered.

    Units: `left_minor` of `currency` was not taken back, `unpaid_minor` is to be paid yet. Shape: `credited` names
    what was; `code` is the last response, `dispute` what has become of the last dispute, empty where there was none.
    """

    number: Number
    issue_date: str
    matter: Matter
    trade_id: str
    market_id: str
    seller_id: ParticipantId
    buyer_id: ParticipantId
    currency: str
    line: InvoicedLine
    gross_minor: int
    left_minor: int
    code: str = ""
    dispute: str = ""
    sgd_rate: str = ""
    credited: list[str] = msgspec.field(default_factory=list)
    unpaid_minor: int = 0


class Invoices(msgspec.Struct):
    """All of it. Shape: `last` is the last number given to a seller in a year; by trade, the invoice of what was sold,
    and that of the fee for it.
    """

    details: dict[ParticipantId, BillingDetails] = msgspec.field(default_factory=dict)
    last: dict[str, int] = msgspec.field(default_factory=dict)
    numbered: dict[Number, Invoiced] = msgspec.field(default_factory=dict)
    of_sale: dict[TradeId, Number] = msgspec.field(default_factory=dict)
    of_fee: dict[TradeId, Number] = msgspec.field(default_factory=dict)
