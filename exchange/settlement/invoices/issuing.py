"""Rules: what is invoiced when a purchase is accepted, or a service fee was paid."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.refusals import refused
from exchange.settlement.invoices.commands import InvoiceSale, InvoiceServiceFee
from exchange.settlement.invoices.crediting import Back, credit_note
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.settlement.invoices.lines import line_of_one, line_of_sale
from exchange.settlement.invoices.numbering import Unnumbered, numbered
from exchange.settlement.invoices.parties import fee_tax, house_of, party_of, sgd_rate, supply_tax
from exchange.settlement.invoices.state import Invoiced
from exchange.settlement.parties import not_a_policy
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement

PART = "part"
"""What a credit note is for that comes with its invoice: a part that was not accepted."""


def invoice_sale(settlement: Settlement, command: InvoiceSale, cause: Cause) -> Sequence[Fact]:
    """Number a sale's invoice, a credit note of what of it was not accepted, and the invoice of the fee."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    if (number := settlement.invoices.of_sale.get(command.trade_id)) is not None:
        detail = f"it is invoiced as {number}; a sale is invoiced once"
        return (refused(command, Reason.INVOICED_ALREADY, command.trade_id, detail),)
    owed = 0 if command.on_credit is None else command.on_credit.amount_minor
    if command.credited_minor + owed > command.gross_minor:
        back, unpaid, gross = (
            format_minor(each, command.currency)
            for each in (command.credited_minor, owed, command.gross_minor)
        )
        detail = f"{back} went back of {gross} and {unpaid} is owed; together at most all of it can"
        return (refused(command, Reason.CREDIT_TOO_LARGE, command.trade_id, detail),)
    invoice = numbered(settlement, _sale(settlement, command), cause)
    return (
        invoice,
        *_not_accepted(settlement, command, invoice, cause),
        *_fee(settlement, command, cause),
    )


def invoice_service_fee(settlement: Settlement, command: InvoiceServiceFee, cause: Cause) -> Sequence[Fact]:
    """Number the invoice of a service fee."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    house = house_of(settlement)
    if house is None:
        detail = "nobody is known here who runs the exchange; have an operator admitted first"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.participant_id, detail),)
    tax, fee = fee_tax(party_of(settlement, house), command.fee.tax_rate_bp), command.fee
    what = Unnumbered(
        matter="service_fee",
        trade_id="",
        market_id="",
        seller_id=house,
        buyer_id=command.participant_id,
        currency=command.currency,
        line=line_of_one("Service fee", fee.net_minor, command.currency, tax),
        tax_minor=fee.tax_minor,
    )
    return (numbered(settlement, what, cause),)


def invoiced_by(fact: InvoiceNumbered) -> Invoiced:
    """What is remembered of an invoice."""
    return Invoiced(
        number=fact.number,
        issue_date=fact.issue_date,
        matter=fact.matter,
        trade_id=fact.trade_id,
        market_id=fact.market_id,
        seller_id=fact.seller.participant_id,
        buyer_id=fact.buyer.participant_id,
        currency=fact.currency,
        line=fact.lines[0],
        gross_minor=fact.gross_minor,
        left_minor=fact.gross_minor,
        sgd_rate=fact.sgd_rate,
        unpaid_minor=fact.gross_minor - fact.paid_minor,
    )


def _sale(settlement: Settlement, command: InvoiceSale) -> Unnumbered:
    seller, buyer = (party_of(settlement, name) for name in (command.seller_id, command.buyer_id))
    tax = supply_tax(settlement, seller, buyer, command.supply)
    line = line_of_sale(command.sold, command.gross_minor, command.currency, tax)
    return Unnumbered(
        matter="purchase",
        trade_id=command.trade_id,
        market_id=command.sold.market_id,
        seller_id=command.seller_id,
        buyer_id=command.buyer_id,
        currency=command.currency,
        line=line,
        tax_minor=command.gross_minor - line.net_minor,
        sgd_rate=sgd_rate(settlement, command.seller_id, command.currency),
        unpaid_minor=0 if command.on_credit is None else command.on_credit.amount_minor,
        due_at=None if command.on_credit is None else command.on_credit.due_at,
    )


def _not_accepted(
    settlement: Settlement, command: InvoiceSale, invoice: InvoiceNumbered, cause: Cause
) -> Sequence[InvoiceNumbered]:
    if not command.credited_minor:
        return ()
    tax = None if command.supply is None else invoice.tax_minor - command.supply_tax_minor
    back = Back(command.credited_minor, tax, PART, command.grounds)
    # It went back out of escrow: what is on credit is of the rest.
    of = msgspec.structs.replace(invoiced_by(invoice), unpaid_minor=0)
    return (credit_note(settlement, of, back, cause, ahead=1),)


def _fee(settlement: Settlement, command: InvoiceSale, cause: Cause) -> Sequence[InvoiceNumbered]:
    """Of whoever runs the exchange to the seller, unless that is the same, or nothing was taken."""
    house, fee = house_of(settlement), command.fee
    if house is None or house == command.seller_id or not fee.net_minor + fee.tax_minor:
        return ()
    tax = fee_tax(party_of(settlement, house), fee.tax_rate_bp)
    name = f"Exchange fee on {command.trade_id}"
    what = Unnumbered(
        matter="fee",
        trade_id=command.trade_id,
        market_id=command.sold.market_id,
        seller_id=house,
        buyer_id=command.seller_id,
        currency=command.currency,
        line=line_of_one(name, fee.net_minor, command.currency, tax),
        tax_minor=fee.tax_minor,
    )
    return (numbered(settlement, what, cause),)
