"""An e-invoice checked: schema, official rules or those of PINT-SG, and that no amount is finer than its currency."""

from typing import TYPE_CHECKING, NamedTuple

from exchange.documents.amounts import minor_of
from exchange.documents.errors import DocumentRefused
from exchange.documents.schemas import carried, faults
from exchange.documents.xml import root_of
from exchange.invoicing.errors import ProfileUnknown, RulesBroken
from exchange.invoicing.pint_sg import pint_sg_findings
from exchange.invoicing.profiles import BIS3, EN16931, PINT_SG
from exchange.invoicing.rules import CARRIER, FATAL, Finding, en16931_findings
from exchange.invoicing.ubl_tree import AGGREGATE, BASIC, PREFIXES, ROOTS

if TYPE_CHECKING:
    from lxml.etree import _Element

_SCHEMAS = {
    ROOTS["invoice"]: ("invoice", "UBL-Invoice-2.1.xsd"),
    ROOTS["credit_note"]: ("credit_note", "UBL-CreditNote-2.1.xsd"),
}
_DUE = ("cbc:DueDate", "cac:PaymentTerms", "cac:PaymentMeans/cbc:PaymentDueDate")
_PRICE = f"{{{AGGREGATE}}}Price"
"""What is of one unit, its discount too, may be finer than the currency."""


class Checked(NamedTuple):
    """What was checked, by which rules, and what they found. Shape: it holds if nothing found is fatal."""

    kind: str
    number: str
    rules: str
    findings: tuple[Finding, ...]

    @property
    def fatal(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity == FATAL)


def check_invoice(content: bytes, name: str) -> Checked:
    """Check an invoice or a credit note in UBL 2.1.

    Raises: DocumentTooLarge, DoctypeRefused, DocumentUnreadable; ProfileUnknown if it is no UBL invoice or names other
    rules; SchemaMissing if what checks it is not there. Shape: rules are looked at only where the schema is kept.
    """
    root = root_of(content, name)
    namespace = str(root.tag).removeprefix("{").partition("}")[0]
    if namespace not in _SCHEMAS:
        raise ProfileUnknown(f"{name} is no invoice or credit note in UBL 2.1; write it as one of them")
    kind, schema = _SCHEMAS[namespace]
    number, customization = _text(root, "cbc:ID"), _text(root, "cbc:CustomizationID")
    broken = [Finding("XSD", FATAL, each) for each in faults(root, carried(*CARRIER, "maindoc", schema))]
    if broken:
        return Checked(kind, number, schema, tuple(broken))
    rules, found = _by_rules(root, customization, name)
    return Checked(kind, number, rules, (*_amounts(root), *found))


def require(checked: Checked, name: str) -> None:
    """Raises: RulesBroken if anything fatal was found."""
    if checked.fatal:
        first = checked.fatal[0]
        raise RulesBroken(
            f"{name} breaks {len(checked.fatal)} of the rules of {checked.rules}, first {first.rule}: {first.text}; "
            "correct what they name"
        )


def _by_rules(root: "_Element", customization: str, name: str) -> tuple[str, list[Finding]]:
    if customization == PINT_SG.customization_id:
        return PINT_SG.name, pint_sg_findings(root)
    if customization == BIS3.customization_id:
        return BIS3.name, [*_peppol(root), *en16931_findings(root)]
    if customization.split("#")[0] == EN16931:
        return "EN 16931", en16931_findings(root)
    raise ProfileUnknown(
        f"{name} says that it follows {customization!r}, which is not known here; use {BIS3.name} or {PINT_SG.name}"
    )


def _amounts(root: "_Element") -> list[Finding]:
    """None of the published rules refuses a fraction of a yen, so it is refused here."""
    found = []
    for each in root.iter(f"{{{BASIC}}}*"):
        currency = each.get("currencyID")
        if currency is None or next(each.iterancestors(_PRICE), None) is not None:
            continue
        try:
            minor_of(each.text or "", currency, f"line {each.sourceline}")
        except DocumentRefused as error:
            found.append(Finding("AMOUNT", FATAL, str(error)))
    return found


def _peppol(root: "_Element") -> list[Finding]:
    """What Peppol BIS Billing 3 asks for beyond EN 16931. Source: settlement.md section 8."""
    found = []
    if not (_text(root, "cbc:BuyerReference") or _text(root, "cac:OrderReference/cbc:ID")):
        found.append(Finding("R003", FATAL, "a buyer reference or an order reference is needed"))
    for role in ("Supplier", "Customer"):
        endpoint = root.find(f"cac:Accounting{role}Party/cac:Party/cbc:EndpointID", PREFIXES)
        if endpoint is None or not endpoint.get("schemeID"):
            found.append(
                Finding("ENDPOINT", FATAL, f"the {role.lower()}'s endpoint needs an id with a scheme")
            )
    if not any(root.find(path, PREFIXES) is not None for path in _DUE):
        found.append(Finding("BR-CO-25", FATAL, "a due date or terms of payment are needed"))
    if _text(root, "cbc:ProfileID") != BIS3.profile_id:
        found.append(Finding("PROFILE", FATAL, f"the profile has to be {BIS3.profile_id}"))
    return found


def _text(root: "_Element", path: str) -> str:
    return (root.findtext(path, "", PREFIXES) or "").strip()
