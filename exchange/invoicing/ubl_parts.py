"""The parts of an invoice in UBL: parties, sums of a tax category, lines."""

from exchange.invoicing.profiles import Profile
from exchange.invoicing.totals import Subtotal, plain
from exchange.invoicing.ubl_tree import Node
from exchange.invoicing.values import Address, InvoiceLine, Kind, Party

_NO_RATE = frozenset(("O", "OS", "NG", "NA"))
"""Outside the scope of the tax: such a category has no rate, not even nought."""


def party(node: Node, who: Party, profile: Profile, *, taxed: bool) -> None:
    """A seller or a buyer. Shape: without a taxed line no tax number may stand there (BR-O-02)."""
    node.put("EndpointID", who.endpoint_id, schemeID=who.endpoint_scheme)
    node.under("PartyName").put("Name", who.name)
    _address(node.under("PostalAddress"), who.address)
    if who.tax_id and taxed:
        scheme = node.under("PartyTaxScheme")
        scheme.put("CompanyID", who.tax_id)
        scheme.under("TaxScheme").put("ID", profile.tax_scheme)
    entity = node.under("PartyLegalEntity")
    entity.put("RegistrationName", who.name)
    entity.put_known("CompanyID", who.legal_id)


def subtotal(node: Node, found: Subtotal, profile: Profile) -> None:
    """The sums of one category and rate."""
    node.amount("TaxableAmount", found.taxable_minor)
    node.amount("TaxAmount", found.tax_minor)
    category = node.under("TaxCategory")
    category.put("ID", found.category)
    if found.category not in _NO_RATE:
        category.put("Percent", found.rate)
    category.put_known("TaxExemptionReasonCode", found.exemption_code)
    category.put_known("TaxExemptionReason", found.exemption)
    category.under("TaxScheme").put("ID", profile.tax_scheme)


def line(top: Node, wanted: InvoiceLine, minor: int, kind: Kind, profile: Profile) -> None:
    """One line with its amount."""
    invoiced = kind == "invoice"
    node = top.under("InvoiceLine" if invoiced else "CreditNoteLine")
    node.put("ID", wanted.line_id)
    quantity = "InvoicedQuantity" if invoiced else "CreditedQuantity"
    node.put(quantity, plain(wanted.quantity), unitCode=wanted.unit)
    node.amount("LineExtensionAmount", minor)
    item = node.under("Item")
    item.put("Name", wanted.name)
    category = item.under("ClassifiedTaxCategory")
    category.put("ID", wanted.category)
    if wanted.category not in _NO_RATE:
        category.put("Percent", plain(wanted.rate))
    category.under("TaxScheme").put("ID", profile.tax_scheme)
    price = node.under("Price")
    price.price("PriceAmount", plain(wanted.price))
    if wanted.base_quantity != "1":
        price.put("BaseQuantity", wanted.base_quantity, unitCode=wanted.unit)


def _address(node: Node, address: Address) -> None:
    node.put_known("StreetName", address.street)
    node.put_known("CityName", address.city)
    node.put_known("PostalZone", address.post_code)
    node.under("Country").put("IdentificationCode", address.country)
