"""What may be asked about invoices."""

from typing import Literal

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import ParticipantId, TradeId
from exchange.kernel.money import AmountMinor, BalanceMinor, CurrencyCode
from exchange.kernel.on_credit import OnCredit
from exchange.kernel.sold import Sold
from exchange.kernel.supply import CollectedTax
from exchange.settlement.invoices.values import (
    BillingDetails,
    FeeTaken,
    Label,
    PaymentState,
    ResponseCode,
    ResponseReasons,
)


class SetBillingDetails(Command, frozen=True):
    """Say what invoices are to say of a participant from now on; those that were numbered stay as they are."""

    participant_id: ParticipantId
    details: BillingDetails


class InvoiceSale(Command, frozen=True):
    """Number the invoice of a purchase that was accepted, and that of the exchange's fee. Sent by a policy.

    Units: minor units of `currency`; of `gross_minor` `credited_minor` went back at once; of the rest
    `supply_tax_minor` is tax that the exchange collects, as `supply` says, and what is `on_credit` is not paid yet.
    """

    trade_id: TradeId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    currency: CurrencyCode
    gross_minor: AmountMinor
    credited_minor: BalanceMinor
    sold: Sold
    fee: FeeTaken
    grounds: Text
    supply_tax_minor: BalanceMinor = 0
    supply: CollectedTax | None = None
    on_credit: OnCredit | None = None


class CreditSale(Command, frozen=True):
    """Number the credit notes of what went back of an accepted purchase, and of its fee. Sent by a policy.

    Units: minor units of the purchase's currency. Shape: a trade's `reference` names one cause; None: its seller
    reckons the tax in it.
    """

    trade_id: TradeId
    reference: Label
    amount_minor: AmountMinor
    fee_net_minor: BalanceMinor
    fee_tax_minor: BalanceMinor
    grounds: Text
    supply_tax_minor: BalanceMinor | None = None


class InvoiceServiceFee(Command, frozen=True):
    """Number the invoice of a service fee that a buyer has paid. Sent by a policy."""

    participant_id: ParticipantId
    currency: CurrencyCode
    fee: FeeTaken


class RespondToInvoice(Command, frozen=True):
    """Answer an invoice, as whom it is to.

    Shape: what queries it, accepts it on conditions or rejects it has `reasons` and grounds. To reject the invoice of
    a purchase is to dispute it.
    """

    number: Line
    code: ResponseCode
    reasons: ResponseReasons = ()
    grounds: Text = ""


class NoteDispute(Command, frozen=True):
    """Note what has become of a dispute about an accepted purchase. Sent by a policy.

    Shape: `refused` is a rejected invoice that its market opened no dispute for, for that `reason`.
    """

    trade_id: TradeId
    state: Literal["open", "refused", "resolved"]
    reason: Line = ""
    detail: Text = ""


class NotePayment(Command, frozen=True):
    """Note what was paid of a purchase on credit, owed again, or not paid in time. Sent by a policy.

    Units: minor units of the purchase's currency; `left_minor` is owed.
    """

    trade_id: TradeId
    state: PaymentState
    amount_minor: BalanceMinor
    left_minor: BalanceMinor


COMMANDS: tuple[type[Command], ...] = (
    SetBillingDetails,
    InvoiceSale,
    CreditSale,
    InvoiceServiceFee,
    RespondToInvoice,
    NoteDispute,
    NotePayment,
)
