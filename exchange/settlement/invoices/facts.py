"""What happened to invoices."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Count, Fact, Line, Text
from exchange.kernel.ids import ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Day
from exchange.settlement.invoices.values import (
    BillingDetails,
    InvoicedLine,
    InvoiceKind,
    InvoiceParty,
    Matter,
    PaymentState,
    ResponseCode,
    ResponseReasons,
)


class BillingDetailsSet(Fact, frozen=True):
    """Invoices say this of a participant from now on."""

    participant_id: ParticipantId
    details: BillingDetails
    by_id: ParticipantId


class InvoiceNumbered(Fact, frozen=True):
    """An invoice, or a credit note of the invoice `of_number`, has the next number of its seller's year.

    Units: minor units of `currency`; gross = net + tax; `paid_minor` of it was paid, or paid back, before: the rest was
    bought on credit and is to be paid until `due_date`, or was taken off that. Shape: it
    has all that its document says, which is made of this fact alone. `sequence` counts a seller's invoices and credit
    notes of a `year` in Asia/Shanghai, from 1 without a gap. `reference` names what a credit note is for, `grounds`
    say why. At `sgd_rate` its totals are said in SGD too, where that is not empty.
    Source: settlement.md section 8.
    """

    number: Line
    kind: InvoiceKind
    matter: Matter
    year: Count
    sequence: Count
    issue_date: Day
    due_date: Day
    trade_id: Line
    market_id: Line
    seller: InvoiceParty
    buyer: InvoiceParty
    currency: Line
    lines: Annotated[tuple[InvoicedLine, ...], msgspec.Meta(min_length=1, max_length=10)]
    net_minor: BalanceMinor
    tax_minor: BalanceMinor
    gross_minor: BalanceMinor
    paid_minor: BalanceMinor
    buyer_reference: Line
    of_number: Line = ""
    of_date: Line = ""
    reference: Line = ""
    grounds: Text = ""
    sgd_rate: Line = ""


class InvoiceMissing(Fact, frozen=True):
    """Money went back of a sale or came for it, or it is in dispute, and it has no invoice: it was accepted before."""

    trade_id: TradeId
    wanted_for: Literal["credit", "dispute", "payment"]


class InvoiceResponseGiven(Fact, frozen=True):
    """Whom an invoice is to has answered it."""

    number: Line
    code: ResponseCode
    reasons: ResponseReasons
    grounds: Text
    matter: Matter
    trade_id: Line
    market_id: Line
    by_id: ParticipantId


class InvoiceDisputeNoted(Fact, frozen=True):
    """What an invoice is for is in dispute, is so no longer, or will not be for that `reason` of its market."""

    number: Line
    trade_id: TradeId
    state: Literal["open", "refused", "resolved"]
    reason: Line
    detail: Text


class InvoicePaymentNoted(Fact, frozen=True):
    """What was on credit of an invoice was paid, is owed again, or was not paid in time.

    Units: minor units of `currency`; `left_minor` is to be paid.
    """

    number: Line
    trade_id: TradeId
    state: PaymentState
    currency: Line
    amount_minor: BalanceMinor
    left_minor: BalanceMinor


FACTS: tuple[type[Fact], ...] = (
    BillingDetailsSet,
    InvoiceNumbered,
    InvoiceMissing,
    InvoiceResponseGiven,
    InvoiceDisputeNoted,
    InvoicePaymentNoted,
)
