"""What an invoice says. Units: quantities, prices and rates are decimal text; totals are counted in minor units."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Value
from exchange.kernel.money import CurrencyCode
from exchange.kernel.time import Day

Decimal6 = Annotated[str, msgspec.Meta(pattern=r"^\d{1,15}(\.\d{1,6})?\Z")]
"""A quantity or a price: a decimal of up to six decimals."""
Percent = Annotated[str, msgspec.Meta(pattern=r"^\d{1,2}(\.\d{1,2})?\Z")]
Rate = Annotated[str, msgspec.Meta(pattern=r"^\d{1,9}(\.\d{1,10})?\Z")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Remark = Annotated[str, msgspec.Meta(max_length=200)]
Kind: TypeAlias = Literal["invoice", "credit_note"]


class Address(Value, frozen=True):
    """Where a party is."""

    country: Country
    street: Remark = ""
    city: Remark = ""
    post_code: Remark = ""


class Party(Value, frozen=True):
    """Who invoices or is invoiced.

    Shape: `endpoint_scheme` is a code of the Electronic Address Scheme list, such as 0195 for a Singapore UEN or 0199
    for an LEI; both are empty where it takes no e-invoices. `tax_id` is the number under which it pays VAT or GST,
    empty where it has none.
    """

    name: Label
    endpoint_id: Remark
    endpoint_scheme: Annotated[str, msgspec.Meta(pattern=r"^(\d{4})?\Z")]
    address: Address
    tax_id: Remark = ""
    legal_id: Remark = ""


class InvoiceLine(Value, frozen=True):
    """What is invoiced: so many units at a price, in a tax category.

    Units: `unit` is a code of UN/ECE Recommendation 20; `price` is for `base_quantity` units; `rate` is in per cent.
    Shape: a category without tax has the rate 0 and says why in `exemption`, with a code of the VATEX list where there
    is one.
    """

    line_id: Label
    name: Label
    quantity: Decimal6
    unit: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{2,3}\Z")]
    price: Decimal6
    category: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9-]{1,9}\Z")]
    rate: Percent = "0"
    exemption: Remark = ""
    exemption_code: Remark = ""
    base_quantity: Annotated[str, msgspec.Meta(pattern=r"^[1-9]\d{0,14}\Z")] = "1"


class Invoice(Value, frozen=True):
    """An invoice, or a credit note (381) that takes back what the invoice `of_number` asked for.

    Units: `prepaid` and `payable` are decimals of `currency`; `sgd_rate` in SGD for one unit of it, by which a seller
    in Singapore says its totals in SGD too. Shape: where prices include the tax, `prepaid` says what was paid, or paid
    back, before, and `payable` what is left to be; both make up the whole, tax included: the lines' amounts being
    without tax, the tax is what they leave.
    """

    kind: Kind
    number: Label
    issue_date: Day
    due_date: Day
    currency: CurrencyCode
    seller: Party
    buyer: Party
    lines: Annotated[tuple[InvoiceLine, ...], msgspec.Meta(min_length=1, max_length=1_000)]
    buyer_reference: Label
    of_number: Remark = ""
    of_date: Day | None = None
    note: Remark = ""
    prepaid: Decimal6 | None = None
    payable: Decimal6 | None = None
    sgd_rate: Rate | None = None
