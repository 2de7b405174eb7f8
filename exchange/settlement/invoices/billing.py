"""Rules: what a participant says that its invoices are to say of it."""

import re
from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.taxes import (
    GST,
    GST_REGISTERED,
    GST_UNTAXED,
    SGD,
    SINGAPORE,
    VAT,
    VAT_EXEMPT,
    VAT_UNTAXED,
)
from exchange.settlement.invoices.commands import SetBillingDetails
from exchange.settlement.invoices.facts import BillingDetailsSet
from exchange.settlement.invoices.parties import country_of
from exchange.settlement.invoices.values import BillingDetails, SupplyTax
from exchange.settlement.parties import KEEPERS, lacking, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement

_MAINLAND = "CN"
_PREFIXED = re.compile(r"[A-Z]{2}.+", re.DOTALL)
_UNWRITABLE = re.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]")
"""What XML cannot hold."""


def set_details(settlement: Settlement, command: SetBillingDetails, cause: Cause) -> Sequence[Fact]:
    """Say it of oneself, or as an operator of whoever takes part."""
    if (refusal := lacking(settlement, command, cause)) is not None:
        return (refusal,)
    who = command.participant_id
    if cause.actor != who and not set(KEEPERS) & set(settlement.parties[cause.actor].roles):
        detail = f"{cause.actor} may say it of itself alone; {who} or an operator says it of {who}"
        return (refused(command, ProtocolReason.NOT_PERMITTED, who, detail),)
    if who not in settlement.parties:
        return (unknown(command, who),)
    refusal = _unfit(command, country_of(settlement, who))
    return (refusal or BillingDetailsSet(participant_id=who, details=command.details, by_id=cause.actor),)


def _unfit(command: SetBillingDetails, country: str) -> Refused | None:
    fault = next(_faults(command.details, country), None)
    if fault is None:
        return None
    return refused(command, Reason.BILLING_UNFIT, command.participant_id, fault)


def _faults(said: BillingDetails, country: str) -> Iterator[str]:
    """Why no invoice could be written of it."""
    for name in said.__struct_fields__:
        value = getattr(said, name)
        if isinstance(value, str) and _UNWRITABLE.search(value):
            yield f"{name} {value!r} has a character that no document can hold; leave it out"
    if bool(said.endpoint_id) != bool(said.endpoint_scheme):
        yield "an endpoint is an id and its scheme, such as 0195 for a Singapore UEN, or 0199; give both or none"
    yield from _rate_faults(said, country)
    for name, tax in (("at_home", said.at_home), ("abroad", said.abroad)):
        if tax is not None:
            yield from (f"{name}: {fault}" for fault in _tax_faults(said, tax, country))


def _rate_faults(said: BillingDetails, country: str) -> Iterator[str]:
    currencies = [each.currency for each in said.sgd_rates]
    if currencies and country != SINGAPORE:
        yield "totals in SGD are said by sellers in Singapore alone; leave the rates out"
    if len(set(currencies)) < len(currencies) or SGD in currencies:
        yield f"rates of {' '.join(currencies)}: name each other currency than SGD once"
    for each in said.sgd_rates:
        if not known_currency(each.currency) or not each.rate.strip("0."):
            yield f"SGD {each.rate} for one {each.currency} is no rate; name an ISO 4217 currency and more than 0"


def _tax_faults(said: BillingDetails, tax: SupplyTax, country: str) -> Iterator[str]:
    """Source: EN 16931 BR-S-05, BR-S-02, BR-CO-09, BR-E-10 and those like it; settlement.md section 8."""
    at_singapore = country == SINGAPORE
    categories, untaxed = (GST, GST_UNTAXED) if at_singapore else (VAT, VAT_UNTAXED)
    if tax.category not in categories:
        yield f"{tax.category} is no category of tax there; use one of {' '.join(sorted(categories))}"
        return
    if bool(tax.rate_bp) == (tax.category in untaxed):
        has = "no tax" if tax.category in untaxed else "a rate"
        yield f"category {tax.category} has {has}, and {tax.rate_bp} basis points are said; correct one of them"
    if (tax.category not in untaxed or tax.category in GST_REGISTERED) and not said.tax_id:
        yield f"category {tax.category} is of whoever has a tax number; give it"
    if at_singapore:
        return
    if tax.category in VAT_EXEMPT and not (tax.exemption or tax.exemption_code):
        yield f"category {tax.category} has no tax for a reason; give it"
    if tax.category != "O" and country not in ("", _MAINLAND) and not _PREFIXED.fullmatch(said.tax_id):
        yield f"the tax number {said.tax_id!r} has to begin with its country, such as DE123456789"
