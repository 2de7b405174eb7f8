"""Rules: credit notes, which name the invoice that they take back in part or whole."""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.invoices.commands import CreditSale
from exchange.settlement.invoices.facts import InvoiceMissing, InvoiceNumbered
from exchange.settlement.invoices.lines import line_of_part
from exchange.settlement.invoices.numbering import Credited, Unnumbered, numbered
from exchange.settlement.invoices.pricing import untaxed
from exchange.settlement.invoices.state import Invoiced
from exchange.settlement.invoices.values import InvoicedLine
from exchange.settlement.parties import not_a_policy
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement


def credit_sale(settlement: Settlement, command: CreditSale, cause: Cause) -> Sequence[Fact]:
    """Number the credit note of what went back of a sale, and that of what of the fee did."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    invoices = settlement.invoices
    sale = invoices.numbered.get(invoices.of_sale.get(command.trade_id, ""))
    if sale is None:
        return (InvoiceMissing(trade_id=command.trade_id, wanted_for="credit"),)
    if (refusal := _unfit(command, sale)) is not None:
        return (refusal,)
    what = Back(command.amount_minor, command.supply_tax_minor, command.reference, command.grounds)
    note = credit_note(settlement, sale, what, cause)
    return (note, *_fee_back(settlement, command, cause))


class Back(NamedTuple):
    """What goes back of an invoice, tax included, and what for. Shape: `tax_minor` None follows from its rate."""

    amount_minor: int
    tax_minor: int | None
    reference: str
    grounds: str


def credit_note(
    settlement: Settlement, of: Invoiced, back: Back, cause: Cause, ahead: int = 0
) -> InvoiceNumbered:
    """The credit note of so much of an invoice. Shape: all of it goes back as it was invoiced."""
    amount = back.amount_minor
    if amount == of.gross_minor:
        line = of.line
    else:
        rate = of.line.tax.rate_bp
        net = untaxed(amount, rate) if back.tax_minor is None else amount - back.tax_minor
        line = line_of_part(of.line, net, of.currency)
    return _note(settlement, of, line, amount - line.net_minor, back.reference, back.grounds, cause, ahead)


def _fee_back(settlement: Settlement, command: CreditSale, cause: Cause) -> Sequence[InvoiceNumbered]:
    """Its parts are what the market gave back: the last refund takes what rounding left of them."""
    invoices, back = settlement.invoices, command.fee_net_minor + command.fee_tax_minor
    fee = invoices.numbered.get(invoices.of_fee.get(command.trade_id, ""))
    if fee is None or not 0 < back <= fee.left_minor:
        return ()
    whole = back == fee.gross_minor
    line = fee.line if whole else line_of_part(fee.line, command.fee_net_minor, fee.currency)
    note = _note(
        settlement, fee, line, back - line.net_minor, command.reference, command.grounds, cause, ahead=0
    )
    return (note,)


def _note(
    settlement: Settlement,
    of: Invoiced,
    line: InvoicedLine,
    tax_minor: int,
    reference: str,
    grounds: str,
    cause: Cause,
    ahead: int,
) -> InvoiceNumbered:
    what = Unnumbered(
        matter=of.matter,
        trade_id=of.trade_id,
        market_id=of.market_id,
        seller_id=of.seller_id,
        buyer_id=of.buyer_id,
        currency=of.currency,
        line=line,
        tax_minor=tax_minor,
        credited=Credited(of.number, of.issue_date, reference, grounds),
        sgd_rate=of.sgd_rate,
        unpaid_minor=min(of.unpaid_minor, line.net_minor + tax_minor),
    )
    return numbered(settlement, what, cause, ahead)


def _unfit(command: CreditSale, sale: Invoiced) -> Refused | None:
    if command.reference in sale.credited:
        detail = f"{command.reference} of {sale.number} was credited before; one cause is credited once"
        return refused(command, Reason.CREDITED_ALREADY, command.trade_id, detail)
    if command.amount_minor > sale.left_minor:
        wanted, left = (format_minor(each, sale.currency) for each in (command.amount_minor, sale.left_minor))
        detail = f"{wanted} is more than the {left} that are left of {sale.number}"
        return refused(command, Reason.CREDIT_TOO_LARGE, command.trade_id, detail)
    return None
