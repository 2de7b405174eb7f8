"""What invoices are made of, as commands and facts say it."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Count, Line, Value
from exchange.kernel.ids import ParticipantId
from exchange.kernel.money import BalanceMinor, CurrencyCode
from exchange.settlement.fx.commands import Rate

InvoiceKind: TypeAlias = Literal["invoice", "credit_note"]
Matter: TypeAlias = Literal["purchase", "fee", "service_fee"]
"""What an invoice is for: what was sold, what the exchange took of that from its seller, or what a buyer pays once."""
PaymentState: TypeAlias = Literal["repayment", "cash", "refund", "reopened", "overdue"]
"""How what was on credit was paid; or that it is owed again, since a net set came back, or still after its time."""
ResponseCode: TypeAlias = Literal["AB", "IP", "UQ", "CA", "RE", "AP", "PD"]
"""Received, in process, under query, accepted on conditions, rejected, accepted, paid. Source: UN/ECE 4343."""
ResponseReason: TypeAlias = Literal["REF", "QTY", "OTH"]
"""A reference is wrong, a quantity is, or something else."""
ResponseReasons = Annotated[tuple[ResponseReason, ...], msgspec.Meta(max_length=3)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
RateBp = Annotated[int, msgspec.Meta(ge=0, le=9_999)]


class SupplyTax(Value, frozen=True):
    """How a supply is taxed. Units: `rate_bp` in basis points. Shape: where it is not, `exemption` says why."""

    category: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9-]{1,9}\Z")]
    rate_bp: RateBp = 0
    exemption: Line = ""
    exemption_code: Line = ""


class SgdRate(Value, frozen=True):
    """SGD for one unit of another currency, as a decimal: GST is accounted for in SGD."""

    currency: CurrencyCode
    rate: Rate


class BillingDetails(Value, frozen=True):
    """What invoices say of a participant, and how it taxes what it sells.

    Shape: `endpoint_id` is where it takes e-invoices, by `endpoint_scheme` of the Electronic Address Scheme list;
    `tax_id` is its number for VAT or GST, `legal_id` that under which it is registered. Its prices include the tax that
    is named `at_home` for buyers of its own country, `abroad` for others; None: it charges none. At `sgd_rates` a
    seller that is registered for GST in Singapore says its totals in SGD beside those in another currency.
    """

    legal_name: Label
    legal_id: Line = ""
    tax_id: Line = ""
    endpoint_scheme: Annotated[str, msgspec.Meta(pattern=r"^(\d{4})?\Z")] = ""
    endpoint_id: Line = ""
    street: Line = ""
    city: Line = ""
    post_code: Line = ""
    at_home: SupplyTax | None = None
    abroad: SupplyTax | None = None
    sgd_rates: Annotated[tuple[SgdRate, ...], msgspec.Meta(max_length=20)] = ()


class InvoiceParty(Value, frozen=True):
    """Who invoices, or is invoiced, as it was described then."""

    participant_id: ParticipantId
    name: Line
    country: Line
    legal_id: Line
    tax_id: Line
    endpoint_scheme: Line
    endpoint_id: Line
    street: Line
    city: Line
    post_code: Line


class InvoicedLine(Value, frozen=True):
    """What is invoiced.

    Units: `price` is a decimal of the currency for `base_quantity` units, without tax, `net_minor` the whole;
    `unit_code` is of UN/ECE Recommendation 20.
    """

    name: Label
    product_id: Line
    version: Line
    quantity: Count
    unit: Line
    unit_code: Line
    price: Line
    base_quantity: Count
    net_minor: BalanceMinor
    tax: SupplyTax


class FeeTaken(Value, frozen=True):
    """What the exchange took. Units: minor units; basis points."""

    net_minor: BalanceMinor
    tax_minor: BalanceMinor
    tax_rate_bp: RateBp
