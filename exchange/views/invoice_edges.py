"""Lineage edges of invoices and credit notes: the trade, the entry and the invoice that each is of."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact
from exchange.lineage.names import entry_name, invoice_name, trade_name
from exchange.policies import source_in
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.store import Change
from exchange.views.edges import edge
from exchange.views.view import Handler, Here


def _numbered(here: Here, fact: InvoiceNumbered) -> Iterable[Change]:
    """A credit note is of what it takes back; either of the entry by which its money moved."""
    kind = "credited" if fact.kind == "credit_note" else "invoiced"
    made = invoice_name(fact.kind, fact.number)
    for line, source in enumerate(_sources(here, fact)):
        yield edge(here, line, made, source, kind, f"invoice/{fact.seller.participant_id}", fact.trade_id)


def _sources(here: Here, fact: InvoiceNumbered) -> Iterable[str]:
    if fact.kind == "credit_note":
        yield invoice_name("invoice", fact.of_number)
    elif fact.trade_id:
        yield trade_name(fact.trade_id)
    if (moved := source_in(here.meta.command_id)) is not None:
        yield entry_name(*moved)


INVOICE_EDGES: dict[type[Fact], Handler] = {InvoiceNumbered: _numbered}
