"""An invoice or a credit note as UBL 2.1, in the order that the schema asks for."""

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from exchange.documents.amounts import decimal_text
from exchange.documents.errors import DocumentRefused
from exchange.invoicing.errors import InvoiceWrong
from exchange.invoicing.profiles import PINT_SG, Profile, profile_of
from exchange.invoicing.totals import InSgd, Totals, in_sgd, totals_of
from exchange.invoicing.ubl_parts import line, party, subtotal
from exchange.invoicing.ubl_tree import AGGREGATE, BASIC, ROOTS, Node
from exchange.invoicing.values import Invoice
from exchange.kernel.taxes import GST_REGISTERED, SGD

if TYPE_CHECKING:
    from lxml.etree import _Element

TYPE_CODES = {"invoice": "380", "credit_note": "381"}


def write_ubl(invoice: Invoice) -> bytes:
    """An invoice as UBL 2.1 by the rules of its seller's country. It follows from `invoice` alone.

    Raises: ProfileUnknown, InvoiceWrong, CurrencyNotKnown, AmountOverflows.
    """
    from lxml import etree

    profile, totals = profile_of(invoice), totals_of(invoice)
    _see(invoice, profile)
    root = _root(invoice)
    top = Node(root, invoice.currency)
    _head(top, invoice, profile)
    beside = in_sgd(invoice, totals) if _beside_sgd(invoice, profile) else None
    if beside is not None:
        _totals_in_sgd(top, beside)
    for role, who in (("Supplier", invoice.seller), ("Customer", invoice.buyer)):
        party(top.under(f"Accounting{role}Party").under("Party"), who, profile, taxed=_taxable(invoice))
    if invoice.kind == "credit_note":
        top.under("PaymentTerms").put("Note", f"Credited to the buyer by {invoice.due_date}.")
    _sums(top, totals, profile, beside, prepaid=invoice.prepaid is not None)
    for each, minor in zip(invoice.lines, totals.lines_minor, strict=True):
        line(top, each, minor, invoice.kind, profile)
    try:
        written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    except ValueError as error:
        raise DocumentRefused(
            f"{invoice.number} has a character that XML cannot hold; leave it out"
        ) from error
    return written


def uuid_of(invoice: Invoice) -> str:
    """The id under which networks know an invoice: the same for the same seller and number."""
    seller = f"{invoice.seller.endpoint_scheme}:{invoice.seller.endpoint_id}"
    return str(uuid5(NAMESPACE_URL, f"urn:corridor:{invoice.kind}:{seller}:{invoice.number}"))


def _see(invoice: Invoice, profile: Profile) -> None:
    if invoice.kind == "credit_note" and not (invoice.of_number and invoice.of_date):
        raise InvoiceWrong(
            f"{invoice.number} is a credit note of no invoice; name the invoice's number and date"
        )
    if not (invoice.seller.legal_id or (invoice.seller.tax_id and _taxable(invoice))):
        raise InvoiceWrong(
            f"{invoice.number}: its seller has no number by which a buyer knows it; give its legal or its tax number"
        )
    for role, who in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if not (who.endpoint_id and who.endpoint_scheme):
            raise InvoiceWrong(
                f"{invoice.number}: it is not said where its {role} takes e-invoices; give its endpoint and scheme"
            )
    registered = any(each.category in GST_REGISTERED for each in invoice.lines)
    if profile is PINT_SG and registered and invoice.currency != SGD and invoice.sgd_rate is None:
        raise InvoiceWrong(
            f"{invoice.number}: a seller registered for GST says totals in SGD too; give SGD for one {invoice.currency}"
        )


def _root(invoice: Invoice) -> "_Element":
    from lxml import etree

    namespace = ROOTS[invoice.kind]
    nsmap: Any = {None: namespace, "cac": AGGREGATE, "cbc": BASIC}  # its stub knows only names with a prefix
    name = "Invoice" if invoice.kind == "invoice" else "CreditNote"
    return etree.Element(f"{{{namespace}}}{name}", nsmap=nsmap)


def _head(top: Node, invoice: Invoice, profile: Profile) -> None:
    top.put("CustomizationID", profile.customization_id)
    top.put("ProfileID", profile.profile_id)
    top.put("ID", invoice.number)
    if profile is PINT_SG:
        top.put("UUID", uuid_of(invoice))
    top.put("IssueDate", invoice.issue_date)
    if invoice.kind == "invoice":
        top.put("DueDate", invoice.due_date)
        top.put("InvoiceTypeCode", TYPE_CODES[invoice.kind])
    else:
        top.put("CreditNoteTypeCode", TYPE_CODES[invoice.kind])
    top.put_known("Note", invoice.note)
    top.put("DocumentCurrencyCode", invoice.currency)
    if _beside_sgd(invoice, profile):
        top.put("TaxCurrencyCode", SGD)
    top.put("BuyerReference", invoice.buyer_reference)
    if invoice.of_number:
        preceding = top.under("BillingReference").under("InvoiceDocumentReference")
        preceding.put("ID", invoice.of_number)
        preceding.put_known("IssueDate", invoice.of_date or "")


def _totals_in_sgd(top: Node, sums: InSgd) -> None:
    """Source: PINT-SG BR-103-GST-SG, BR-104-GST-SG."""
    for code, minor in (("sgdtotal-excl-gst", sums.net_minor), ("sgdtotal-incl-gst", sums.gross_minor)):
        reference = top.under("AdditionalDocumentReference")
        reference.put("ID", SGD)
        reference.put("DocumentTypeCode", code)
        reference.put("DocumentDescription", decimal_text(minor, SGD))


def _beside_sgd(invoice: Invoice, profile: Profile) -> bool:
    return profile is PINT_SG and invoice.sgd_rate is not None and invoice.currency != SGD


def _sums(top: Node, totals: Totals, profile: Profile, beside: InSgd | None, *, prepaid: bool) -> None:
    tax = top.under("TaxTotal")
    tax.amount("TaxAmount", totals.tax_minor)
    for each in totals.subtotals:
        subtotal(tax.under("TaxSubtotal"), each, profile)
    if beside is not None:
        top.under("TaxTotal").amount_in("TaxAmount", beside.tax_minor, SGD)
    sums = top.under("LegalMonetaryTotal")
    sums.amount("LineExtensionAmount", totals.net_minor)
    sums.amount("TaxExclusiveAmount", totals.net_minor)
    sums.amount("TaxInclusiveAmount", totals.gross_minor)
    if prepaid:
        sums.amount("PrepaidAmount", totals.prepaid_minor)
    sums.amount("PayableAmount", totals.payable_minor)


def _taxable(invoice: Invoice) -> bool:
    """Whether any line is in the scope of the tax, be its rate nought."""
    return any(each.category != "O" for each in invoice.lines)
