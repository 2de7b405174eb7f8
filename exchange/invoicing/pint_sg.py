"""What PINT-SG asks of an invoice of a seller in Singapore, checked here: its own rules may not be carried.

Source: settlement.md section 8; GST categories of IRAS.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from exchange.documents.amounts import minor_of
from exchange.documents.errors import DocumentRefused
from exchange.invoicing.profiles import PINT_SG
from exchange.invoicing.rules import FATAL, Finding
from exchange.invoicing.totals import tax_on
from exchange.invoicing.ubl_tree import PREFIXES
from exchange.kernel.taxes import GST_REGISTERED, SGD

if TYPE_CHECKING:
    from lxml.etree import _Element

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BESIDE = ("AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount")
_CENTS = re.compile(r"\d+(\.\d{1,2})?", re.ASCII)
_RATE = re.compile(r"\d{1,2}(\.\d{1,2})?", re.ASCII)


def pint_sg_findings(root: "_Element") -> list[Finding]:
    """What breaks PINT-SG, or the sums that every PINT invoice has to keep."""
    found = [*_head(root), *_categories(root), *_parties(root), *_in_sgd(root)]
    # That an amount is none is found, and said, where amounts are looked at.
    with suppress(DocumentRefused):
        found += _sums(root)
    return [Finding(rule, FATAL, text) for rule, text in found]


def _head(root: "_Element") -> Iterator[tuple[str, str]]:
    if not _UUID.fullmatch(_text(root, "cbc:UUID")):
        yield "BT-SG-003", "the invoice's UUID is missing or is none"
    if _text(root, "cbc:ProfileID") != PINT_SG.profile_id:
        yield "PROFILE", f"the profile has to be {PINT_SG.profile_id}"
    if not (_text(root, "cbc:BuyerReference") or _text(root, "cac:OrderReference/cbc:ID")):
        yield "R003", "a buyer reference or an order reference is needed"
    for each in root.iterfind(".//cac:TaxScheme/cbc:ID", PREFIXES):
        if each.text != PINT_SG.tax_scheme:
            yield "TAX-SCHEME", f"the tax is {PINT_SG.tax_scheme}, not {each.text}"


def _categories(root: "_Element") -> Iterator[tuple[str, str]]:
    for path in (".//cac:TaxCategory", ".//cac:ClassifiedTaxCategory"):
        for each in root.iterfind(path, PREFIXES):
            category, rate = _text(each, "cbc:ID"), _text(each, "cbc:Percent")
            if category not in PINT_SG.categories:
                yield "CATEGORY", f"{category!r} is no GST category"
            if rate and not _RATE.fullmatch(rate):
                yield "RATE", f"{rate!r} is no rate in per cent"
            elif category in PINT_SG.untaxed and rate.strip("0."):
                yield "RATE", f"category {category} has no tax, and here {rate} %"


def _parties(root: "_Element") -> Iterator[tuple[str, str]]:
    """A supply of a seller that is registered names its GST number, a taxed one where both parties are."""
    categories = {each.text for each in root.iterfind("cac:TaxTotal//cac:TaxCategory/cbc:ID", PREFIXES)}
    taxed, registered = bool(categories - PINT_SG.untaxed), bool(categories & GST_REGISTERED)
    seller = "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
    if registered and not _text(root, seller):
        yield "SELLER-GST", "the seller's GST registration number is missing"
    for role in ("Supplier", "Customer"):
        at = f"cac:Accounting{role}Party/cac:Party/"
        for part in ("StreetName", "PostalZone") if taxed else ():
            if not _text(root, f"{at}cac:PostalAddress/cbc:{part}"):
                yield "ADDRESS", f"the {role.lower()}'s {part} is missing"
        endpoint = root.find(f"{at}cbc:EndpointID", PREFIXES)
        if endpoint is None or not endpoint.get("schemeID"):
            yield "ENDPOINT", f"the {role.lower()}'s endpoint needs an id with a scheme"


def _in_sgd(root: "_Element") -> Iterator[tuple[str, str]]:
    """A seller that is registered says its totals in SGD too. Source: BR-53-GST-SG, BR-103-GST-SG, BR-104-GST-SG."""
    categories = {each.text for each in root.iterfind("cac:TaxTotal//cac:TaxCategory/cbc:ID", PREFIXES)}
    beside = _text(root, "cbc:TaxCurrencyCode")
    if not beside:
        if categories & GST_REGISTERED and _text(root, "cbc:DocumentCurrencyCode") != SGD:
            yield "BT-6-GST", "totals in SGD are missing"
        return
    amounts = [each.get("currencyID") for each in root.iterfind("cac:TaxTotal/cbc:TaxAmount", PREFIXES)]
    if beside != SGD or SGD not in amounts:
        yield "BR-53-GST-SG", "the tax in SGD is missing"
    for code in ("sgdtotal-excl-gst", "sgdtotal-incl-gst"):
        at = f"cac:AdditionalDocumentReference[cbc:DocumentTypeCode='{code}']/cbc:"
        if _text(root, f"{at}ID") != SGD or not _CENTS.fullmatch(_text(root, f"{at}DocumentDescription")):
            yield "BR-53-GST-SG", f"{code} is missing, or no amount in SGD"


def _sums(root: "_Element") -> Iterator[tuple[str, str]]:
    """Source: as EN 16931 BR-CO-10, BR-CO-13 to BR-CO-17."""
    lines = [*root.iterfind("cac:InvoiceLine", PREFIXES), *root.iterfind("cac:CreditNoteLine", PREFIXES)]
    total, tax = "cac:LegalMonetaryTotal/cbc:", _minor(root, "cac:TaxTotal/cbc:TaxAmount")
    net, exclusive = _minor(root, f"{total}LineExtensionAmount"), _minor(root, f"{total}TaxExclusiveAmount")
    inclusive, payable = _minor(root, f"{total}TaxInclusiveAmount"), _minor(root, f"{total}PayableAmount")
    off = {name: _minor(root, f"{total}{name}") for name in _BESIDE}
    subtotals = root.findall("cac:TaxTotal/cac:TaxSubtotal", PREFIXES)
    if sum(_minor(each, "cbc:LineExtensionAmount") for each in lines) != net:
        yield "BR-CO-10", "the lines do not make the sum of lines"
    if net - off["AllowanceTotalAmount"] + off["ChargeTotalAmount"] != exclusive:
        yield "BR-CO-13", "sum of lines, allowances and charges do not make the total without tax"
    if sum(_minor(each, "cbc:TaxAmount") for each in subtotals) != tax:
        yield "BR-CO-14", "the taxes of the categories do not make the tax"
    if exclusive + tax != inclusive:
        yield "BR-CO-15", "total without tax and tax do not make the total with tax"
    if inclusive - off["PrepaidAmount"] + off["PayableRoundingAmount"] != payable:
        yield "BR-CO-16", "total, prepaid amount and rounding do not make what is payable"
    for each in subtotals:
        taxable, rate = _minor(each, "cbc:TaxableAmount"), _text(each, "cac:TaxCategory/cbc:Percent") or "0"
        off_by = abs(_taxed(taxable, rate) - _minor(each, "cbc:TaxAmount")) if _RATE.fullmatch(rate) else 0
        # Where it is said what was paid before, prices include the tax, and rounding leaves a minor unit of it.
        if off_by > (root.find(f"{total}PrepaidAmount", PREFIXES) is not None):
            yield "BR-CO-17", f"{rate} % of the taxable amount is not the tax of its category"


def _taxed(taxable: int, rate: str) -> int:
    return tax_on(taxable, rate) if taxable >= 0 else -tax_on(-taxable, rate)


def _minor(root: "_Element", path: str) -> int:
    found = root.find(path, PREFIXES)
    return 0 if found is None else minor_of(found.text or "", found.get("currencyID", ""), path)


def _text(root: "_Element", path: str) -> str:
    return (root.findtext(path, "", PREFIXES) or "").strip()
