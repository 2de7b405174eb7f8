"""By which rules an invoice is written: Peppol BIS Billing 3, PINT-SG for sellers in Singapore, none for e-fapiao.

Source: settlement.md section 8. A PINT-SG invoice is no EN 16931 invoice: its GST codes are not in those lists.
"""

from typing import NamedTuple

from exchange.invoicing.errors import InvoiceWrong, ProfileUnknown
from exchange.invoicing.values import Invoice
from exchange.kernel.taxes import GST, GST_UNTAXED, SINGAPORE, VAT, VAT_UNTAXED


class Profile(NamedTuple):
    """What an invoice says of its rules, and which tax it has."""

    name: str
    customization_id: str
    profile_id: str
    tax_scheme: str
    categories: frozenset[str]
    untaxed: frozenset[str]


EN16931 = "urn:cen.eu:en16931:2017"
BIS3 = Profile(
    "Peppol BIS Billing 3",
    EN16931 + "#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    "VAT",
    VAT,
    VAT_UNTAXED,
)
PINT_SG = Profile(
    "PINT-SG",
    "urn:peppol:pint:billing-1@sg-1",
    "urn:peppol:bis:billing",
    "GST",
    GST,
    GST_UNTAXED,
)
_OTHER_PINT = frozenset(("JP", "MY"))
_MAINLAND = "CN"


def profile_of(invoice: Invoice) -> Profile:
    """The rules for an invoice, by where its seller is and whether there is tax on it.

    Raises: ProfileUnknown where rules are asked for that are not written here; InvoiceWrong if a line's category is
    not one of them.
    """
    country = invoice.seller.address.country
    taxed = any(line.rate.strip("0.") for line in invoice.lines)
    if country == _MAINLAND and (taxed or invoice.buyer.address.country == _MAINLAND):
        raise ProfileUnknown(
            f"{invoice.number}: a seller in mainland China issues an e-fapiao; export it as JSON for its own system"
        )
    if taxed and country in _OTHER_PINT:
        raise ProfileUnknown(
            f"{invoice.number}: a taxed invoice of a seller in {country} follows PINT-{country}, which is not written "
            "here; issue it with a system of that country"
        )
    profile = PINT_SG if country == SINGAPORE else BIS3
    for line in invoice.lines:
        if line.category not in profile.categories:
            raise InvoiceWrong(
                f"{invoice.number}, line {line.line_id}: {line.category} is no category of {profile.name}; "
                f"use one of {' '.join(sorted(profile.categories))}"
            )
        if line.category in profile.untaxed and line.rate.strip("0."):
            raise InvoiceWrong(
                f"{invoice.number}, line {line.line_id}: category {line.category} has no tax, and the line "
                f"{line.rate} %; correct one of them"
            )
    return profile
