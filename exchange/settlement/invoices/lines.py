"""The one line of an invoice: of what was sold, of what the exchange took, of a part that went back."""

from exchange.kernel.sold import Sold
from exchange.settlement.invoices.pricing import price_of, untaxed
from exchange.settlement.invoices.units import PIECE, code_of
from exchange.settlement.invoices.values import InvoicedLine, SupplyTax

_NAME_MAX = 200


def line_of_sale(sold: Sold, gross_minor: int, currency: str, tax: SupplyTax) -> InvoicedLine:
    """What was sold, at the price that was paid, less the tax that this includes."""
    net, quantity = untaxed(gross_minor, tax.rate_bp), max(1, sold.quantity)
    price, base = price_of(net, quantity, currency)
    return InvoicedLine(
        name=f"{sold.title or sold.product_id} ({sold.product_id} {sold.version})"[:_NAME_MAX],
        product_id=sold.product_id,
        version=sold.version,
        quantity=quantity,
        unit=sold.unit,
        unit_code=code_of(sold.unit),
        price=price,
        base_quantity=base,
        net_minor=net,
        tax=tax,
    )


def line_of_one(
    name: str, net_minor: int, currency: str, tax: SupplyTax, product: tuple[str, str] = ("", "")
) -> InvoicedLine:
    """Something that is one, at its own price. Shape: `product` is a product's id and version, where it is of one."""
    price, base = price_of(net_minor, 1, currency)
    return InvoicedLine(
        name=name[:_NAME_MAX],
        product_id=product[0],
        version=product[1],
        quantity=1,
        unit="unit",
        unit_code=PIECE,
        price=price,
        base_quantity=base,
        net_minor=net_minor,
        tax=tax,
    )


def line_of_part(line: InvoicedLine, net_minor: int, currency: str) -> InvoicedLine:
    """A part of an invoiced line that goes back."""
    name = f"Part of {line.name}"
    return line_of_one(name, net_minor, currency, line.tax, (line.product_id, line.version))
