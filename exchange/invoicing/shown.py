"""What people see of an invoice, the same words in HTML and in PDF."""

from decimal import Decimal
from typing import NamedTuple

from exchange.documents.amounts import decimal_text
from exchange.invoicing.profiles import PINT_SG
from exchange.invoicing.totals import Totals, in_sgd, plain, totals_of
from exchange.invoicing.values import Invoice, Party
from exchange.kernel.money import format_minor
from exchange.kernel.taxes import SGD

UNITS = {
    "ANN": "year", "B80": "Gbit/s", "C0": "call", "C62": "unit", "DAY": "day", "E20": "Mbit/s", "E34": "GB",
    "E35": "TB", "H87": "piece", "HUR": "hour", "LH": "labour hour", "MIN": "minute", "MON": "month",
}  # fmt: skip
"""Of UN/ECE Recommendation 20, those that data is sold by. Source: settlement.md section 8."""
COLUMNS = ("No.", "What", "Quantity", "Price", "Tax", "Amount")
"""Of the lines. Shape: the last four hold numbers."""


class Shown(NamedTuple):
    """An invoice in words. Shape: `sums` are label and amount, the last of them is what is payable."""

    title: str
    about: tuple[tuple[str, str], ...]
    seller: tuple[str, ...]
    buyer: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


def shown(invoice: Invoice) -> Shown:
    """Raises: what `totals_of` raises."""
    totals = totals_of(invoice)
    title = "Invoice" if invoice.kind == "invoice" else "Credit note"
    return Shown(
        title=f"{title} {invoice.number}",
        about=_about(invoice),
        seller=_party(invoice.seller),
        buyer=_party(invoice.buyer),
        lines=_lines(invoice, totals),
        sums=_sums(invoice, totals),
        remarks=_remarks(invoice, totals),
    )


def _about(invoice: Invoice) -> tuple[tuple[str, str], ...]:
    due = "Due" if invoice.kind == "invoice" else "Credited by"
    told = [("Issued", invoice.issue_date), (due, invoice.due_date), ("Reference", invoice.buyer_reference)]
    if invoice.of_number:
        told.append(("Takes back", f"{invoice.of_number} of {invoice.of_date}"))
    return tuple(told)


def _party(who: Party) -> tuple[str, ...]:
    address = who.address
    place = " ".join(part for part in (address.country, address.post_code, address.city) if part)
    numbers = [
        f"Tax number {who.tax_id}" if who.tax_id else "",
        f"Registered as {who.legal_id}" if who.legal_id else "",
    ]
    return tuple(part for part in (who.name, address.street, place, *numbers) if part)


def _lines(invoice: Invoice, totals: Totals) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            each.line_id,
            each.name,
            f"{_grouped(each.quantity)} {UNITS.get(each.unit, each.unit)}",
            _grouped(each.price)
            + (f" for {_grouped(each.base_quantity)}" if each.base_quantity != "1" else ""),
            f"{plain(each.rate)} %",
            _grouped(decimal_text(minor, invoice.currency), whole=False),
        )
        for each, minor in zip(invoice.lines, totals.lines_minor, strict=True)
    )


def _grouped(number: str, *, whole: bool = True) -> str:
    """A decimal in groups of three. Shape: `whole`, without decimals that say nothing."""
    return f"{Decimal(plain(number) if whole else number):,f}"


def _sums(invoice: Invoice, totals: Totals) -> tuple[tuple[str, str], ...]:
    tax = PINT_SG.tax_scheme if invoice.seller.address.country == "SG" else "VAT"
    taxes = [
        (
            f"{tax} {each.category} {each.rate} % on {format_minor(each.taxable_minor, invoice.currency)}",
            format_minor(each.tax_minor, invoice.currency),
        )
        for each in totals.subtotals
    ]
    sums = (("Sum of lines", format_minor(totals.net_minor, invoice.currency)), *taxes)
    gross = format_minor(totals.gross_minor, invoice.currency)
    invoiced = invoice.kind == "invoice"
    if invoice.prepaid is None:
        return (*sums, ("To be paid" if invoiced else "Credited", gross))
    paid, left = ("Paid already", "To be paid") if invoiced else ("Paid back already", "To be paid back")
    parts = (format_minor(each, invoice.currency) for each in (totals.prepaid_minor, totals.payable_minor))
    return (*sums, ("Total", gross), *zip((paid, left), parts, strict=True))


def _remarks(invoice: Invoice, totals: Totals) -> tuple[str, ...]:
    exempt = {f"{each.category}: {each.exemption}" for each in invoice.lines if each.exemption}
    beside = in_sgd(invoice, totals)
    in_tax_currency = []
    if beside is not None:
        net, tax, gross = (format_minor(each, SGD) for each in beside)
        in_tax_currency = [f"At {invoice.sgd_rate} SGD: {net} without GST, GST {tax}, total {gross}"]
    return (*sorted(exempt), *in_tax_currency, *((invoice.note,) if invoice.note else ()))
