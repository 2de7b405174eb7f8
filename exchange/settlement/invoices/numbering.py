"""The next number of a seller's year, on a fact that has all that its document says.

Source: settlement.md section 8. Invoices and credit notes are of one series, in the order of the partition.
"""

from typing import NamedTuple

from exchange.kernel.bases import Cause
from exchange.kernel.time import local_date
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.settlement.invoices.parties import party_of
from exchange.settlement.invoices.values import InvoicedLine, Matter
from exchange.settlement.payouts.running import ZONE
from exchange.settlement.state import Settlement


class Credited(NamedTuple):
    """The invoice that a credit note takes back, in part or whole, and what for."""

    number: str
    issue_date: str
    reference: str
    grounds: str


class Unnumbered(NamedTuple):
    """What an invoice or a credit note is about.

    Units: `tax_minor` of `currency`, beside what the line comes to; `unpaid_minor` of both was not paid before.
    Shape: it is due at `due_at`, or the day it is numbered.
    """

    matter: Matter
    trade_id: str
    market_id: str
    seller_id: str
    buyer_id: str
    currency: str
    line: InvoicedLine
    tax_minor: int
    credited: Credited | None = None
    sgd_rate: str = ""
    unpaid_minor: int = 0
    due_at: int | None = None


def numbered(settlement: Settlement, what: Unnumbered, cause: Cause, ahead: int = 0) -> InvoiceNumbered:
    """Give it the next number. Shape: `ahead` counts those of its seller before it in the same outcome."""
    day, net = local_date(cause.at, ZONE), what.line.net_minor
    sequence = settlement.invoices.last.get(series(day.year, what.seller_id), 0) + 1 + ahead
    back = what.credited or Credited("", "", "", "")
    gross = net + what.tax_minor
    return InvoiceNumbered(
        number=f"{series(day.year, what.seller_id)}-{sequence:06d}",
        kind="credit_note" if what.credited else "invoice",
        matter=what.matter,
        year=day.year,
        sequence=sequence,
        issue_date=day.isoformat(),
        due_date=(day if what.due_at is None else local_date(what.due_at, ZONE)).isoformat(),
        trade_id=what.trade_id,
        market_id=what.market_id,
        seller=party_of(settlement, what.seller_id),
        buyer=party_of(settlement, what.buyer_id),
        currency=what.currency,
        lines=(what.line,),
        net_minor=net,
        tax_minor=what.tax_minor,
        gross_minor=gross,
        paid_minor=gross - what.unpaid_minor,
        buyer_reference=what.trade_id or what.buyer_id,
        of_number=back.number,
        of_date=back.issue_date,
        reference=back.reference,
        grounds=back.grounds,
        sgd_rate=what.sgd_rate,
    )


def series(year: int, seller_id: str) -> str:
    """What the numbers of a seller's year begin with."""
    return f"{year}-{seller_id}"
