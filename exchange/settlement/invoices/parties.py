"""How an invoice names those it is between, and how what is sold is taxed."""

from exchange.kernel.supply import CollectedTax
from exchange.kernel.taxes import SINGAPORE
from exchange.settlement.invoices.values import BillingDetails, InvoiceParty, SupplyTax
from exchange.settlement.state import Settlement

_COUNTRY_LETTERS = 2
OUTSIDE = SupplyTax(category="O", exemption="Not subject to VAT", exemption_code="VATEX-EU-O")
NOT_REGISTERED = SupplyTax(category="NG")
"""Of a seller in Singapore that is not registered for GST."""


def party_of(settlement: Settlement, participant_id: str) -> InvoiceParty:
    """A participant as it is to be named now; by its id and name alone where it has said nothing of itself."""
    known = settlement.parties.get(participant_id)
    name = known.display_name if known is not None else ""
    said = settlement.invoices.details.get(participant_id) or BillingDetails(
        legal_name=name or participant_id
    )
    return InvoiceParty(
        participant_id=participant_id,
        name=said.legal_name,
        country=country_of(settlement, participant_id),
        legal_id=said.legal_id,
        tax_id=said.tax_id,
        endpoint_scheme=said.endpoint_scheme,
        endpoint_id=said.endpoint_id,
        street=said.street,
        city=said.city,
        post_code=said.post_code,
    )


def country_of(settlement: Settlement, participant_id: str) -> str:
    """Where a participant is, by ISO 3166; empty where that is not known."""
    known = settlement.parties.get(participant_id)
    return "" if known is None else known.place[:_COUNTRY_LETTERS]


def supply_tax(
    settlement: Settlement, seller: InvoiceParty, buyer: InvoiceParty, collected: CollectedTax | None
) -> SupplyTax:
    """How what a seller sells to a buyer is taxed.

    Shape: as the exchange has `collected` it, else as the seller says. Source: settlement.md section 3 (5).
    """
    if collected is not None:
        return standard_rated(seller, collected.rate_bp)
    said = settlement.invoices.details.get(seller.participant_id)
    declared = said and (said.at_home if seller.country == buyer.country else said.abroad)
    return declared or (NOT_REGISTERED if seller.country == SINGAPORE else OUTSIDE)


def sgd_rate(settlement: Settlement, seller_id: str, currency: str) -> str:
    """SGD for one unit of a currency, as a seller in Singapore said it last; empty where it said none."""
    said = settlement.invoices.details.get(seller_id)
    rates = said.sgd_rates if said is not None else ()
    return next((each.rate for each in rates if each.currency == currency), "")


def fee_tax(house: InvoiceParty, rate_bp: int) -> SupplyTax:
    """How the exchange taxes what it takes."""
    if not rate_bp:
        return NOT_REGISTERED if house.country == SINGAPORE else OUTSIDE
    return standard_rated(house, rate_bp)


def standard_rated(supplier: InvoiceParty, rate_bp: int) -> SupplyTax:
    """Taxed at a rate, in the words of where the supplier is."""
    return SupplyTax(category="SR" if supplier.country == SINGAPORE else "S", rate_bp=rate_bp)


def house_of(settlement: Settlement) -> str | None:
    """Who invoices what the exchange takes: the operator that was admitted first."""
    operators = (name for name, each in settlement.parties.items() if "operator" in each.roles)
    return next(operators, None)
