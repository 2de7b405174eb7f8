"""What an invoice comes to, in whole minor units: a line is rounded once, and tax on the sum of each category and rate.

Source: settlement.md section 3 rule 6 and section 5; EN 16931 BR-CO-10, BR-CO-13 to BR-CO-17.
"""

from typing import NamedTuple

from exchange.documents.amounts import exponent_of, minor_of
from exchange.documents.errors import AmountOverflows
from exchange.invoicing.errors import InvoiceWrong
from exchange.invoicing.values import Invoice, InvoiceLine
from exchange.kernel.money import AMOUNT_MAX, MICRO, SCALES, half_up
from exchange.kernel.taxes import SGD

_DECIMALS = 6
_RATE_SCALE = 10_000
_EXCHANGE_DECIMALS = 10
_RATE_DECIMALS = 2


class Subtotal(NamedTuple):
    """One category and rate. Units: minor units; `rate` is in per cent."""

    category: str
    rate: str
    taxable_minor: int
    tax_minor: int
    exemption: str
    exemption_code: str


class Totals(NamedTuple):
    """All sums of an invoice. Units: minor units. Shape: `lines_minor` are in the order of the lines."""

    lines_minor: tuple[int, ...]
    subtotals: tuple[Subtotal, ...]
    net_minor: int
    tax_minor: int
    gross_minor: int
    payable_minor: int

    @property
    def prepaid_minor(self) -> int:
        """What was paid before."""
        return self.gross_minor - self.payable_minor


class InSgd(NamedTuple):
    """The sums of an invoice in SGD. Units: cents."""

    net_minor: int
    tax_minor: int
    gross_minor: int


def totals_of(invoice: Invoice) -> Totals:
    """Raises: CurrencyNotKnown; AmountOverflows if it comes to more than the books hold; InvoiceWrong, ExponentWrong if
    what was paid is not what it comes to.
    """
    exponent = exponent_of(invoice.currency, invoice.number)
    lines = tuple(line_minor(each, exponent) for each in invoice.lines)
    subtotals = _with_what_is_left(invoice, _subtotals(invoice, lines), sum(lines), exponent)
    net, tax = sum(lines), sum(each.tax_minor for each in subtotals)
    if net + tax > AMOUNT_MAX:
        raise AmountOverflows(f"{invoice.number} comes to more than the books hold; split it")
    return Totals(lines, subtotals, net, tax, net + tax, _payable(invoice, net + tax))


def in_sgd(invoice: Invoice, totals: Totals) -> InSgd | None:
    """The sums in SGD at the invoice's rate, each half up and the total their sum; None where no rate is said.

    Source: PINT-SG BT-SG-001, BT-SG-002, IBT-111.
    """
    if invoice.sgd_rate is None:
        return None
    rate = scaled(invoice.sgd_rate, _EXCHANGE_DECIMALS) * SCALES[SGD]
    whole = 10**_EXCHANGE_DECIMALS * SCALES[invoice.currency]
    net, tax = half_up(totals.net_minor * rate, whole), half_up(totals.tax_minor * rate, whole)
    return InSgd(net, tax, net + tax)


def line_minor(line: InvoiceLine, exponent: int) -> int:
    """Quantity times price, rounded once, half up."""
    product = scaled(line.quantity, _DECIMALS) * scaled(line.price, _DECIMALS)
    return half_up(product * 10**exponent, MICRO * MICRO * int(line.base_quantity))


def tax_on(taxable_minor: int, rate: str) -> int:
    """Tax on a sum, half up. Units: `rate` is in per cent."""
    return half_up(taxable_minor * scaled(rate, _RATE_DECIMALS), _RATE_SCALE)


def scaled(text: str, decimals: int) -> int:
    """A non-negative decimal text as an integer of 10**-decimals."""
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(decimals, "0"))


def plain(text: str) -> str:
    """The one way to write a decimal: `9`, not `9.00` or `09`."""
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0")
    return str(int(whole)) + (f".{rest}" if rest else "")


def _subtotals(invoice: Invoice, lines: tuple[int, ...]) -> tuple[Subtotal, ...]:
    sums: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], InvoiceLine] = {}
    for line, minor in zip(invoice.lines, lines, strict=True):
        key = (line.category, plain(line.rate))
        sums[key] = sums.get(key, 0) + minor
        first.setdefault(key, line)
    return tuple(
        Subtotal(*key, minor, tax_on(minor, key[1]), first[key].exemption, first[key].exemption_code)
        for key, minor in sorted(sums.items())
    )


def _with_what_is_left(
    invoice: Invoice, subtotals: tuple[Subtotal, ...], net_minor: int, exponent: int
) -> tuple[Subtotal, ...]:
    """The largest tax takes what rounding leaves between the taxes and what is paid in all, less than one whole unit.

    Source: EN 16931 BR-CO-17 and BR-S-09 let the tax of a category differ by so much.
    """
    if invoice.prepaid is None:
        return subtotals
    left = _said(invoice, "prepaid") + _said(invoice, "payable")
    left -= net_minor + sum(each.tax_minor for each in subtotals)
    largest = max(range(len(subtotals)), key=lambda place: subtotals[place].tax_minor)
    tax = subtotals[largest].tax_minor
    if left and (not tax or tax + left < 0 or abs(left) > max(1, 10**exponent - 1)):
        raise InvoiceWrong(
            f"{invoice.number}: prepaid {invoice.prepaid}{_and_payable(invoice)} is not what its lines and their"
            " tax come to; correct one"
        )
    with_it = subtotals[largest]._replace(tax_minor=tax + left)
    return (*subtotals[:largest], with_it, *subtotals[largest + 1 :])


def _payable(invoice: Invoice, gross_minor: int) -> int:
    """What is to be paid yet: all of it where nothing is said."""
    return gross_minor if invoice.prepaid is None else _said(invoice, "payable")


def _said(invoice: Invoice, name: str) -> int:
    amount = getattr(invoice, name)
    return 0 if amount is None else minor_of(amount, invoice.currency, f"{invoice.number}: {name}")


def _and_payable(invoice: Invoice) -> str:
    return "" if invoice.payable is None else f" and payable {invoice.payable}"
