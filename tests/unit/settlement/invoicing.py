"""Sales to be invoiced, and those who are named on their invoices; all of them are invented."""

from typing import Any

from exchange.kernel.sold import Sold
from exchange.settlement.commands import KnowParticipant
from exchange.settlement.decider import decider
from exchange.settlement.invoices.commands import (
    CreditSale,
    InvoiceSale,
    RespondToInvoice,
    SetBillingDetails,
)
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.settlement.invoices.values import BillingDetails, FeeTaken, SupplyTax
from exchange.settlement.state import Settlement
from tests.support.stage import Stage
from tests.unit.settlement.stage import BUYER, EXCHANGE, OPERATOR, OTHER, SELLER

SINGAPORE = "SE-SG-01"
PEOPLE = (
    (OPERATOR, "operator", "CN-LG"),
    (SELLER, "seller", "CN-LG"),
    (SINGAPORE, "seller", "SG"),
    (BUYER, "buyer", "JP"),
    (OTHER, "buyer", "SG"),
)
GST = SupplyTax(category="SR", rate_bp=900)
ZERO_RATED = SupplyTax(category="ZR")


def details(name: str, **given: Any) -> BillingDetails:
    values: dict[str, Any] = {
        "legal_name": f"{name} Ltd.",
        "legal_id": f"LEGAL-{name}",
        "endpoint_scheme": "0199",
        "endpoint_id": f"LEI-{name}",
        "street": "1 Harbour Road",
        "city": "Port",
        "post_code": "018956",
    }
    return BillingDetails(**(values | given))


def billed(stage: Stage[Settlement], name: str, **given: Any) -> None:
    stage.given(name, SetBillingDetails(participant_id=name, details=details(name, **given)))


def an_office() -> Stage[Settlement]:
    """Everybody is known, by name and place; the seller in Singapore is registered for GST."""
    stage = Stage(decider())
    for name, role, place in PEOPLE:
        known = KnowParticipant(participant_id=name, roles=(role,), display_name=f"The {name}", place=place)
        stage.given(EXCHANGE, known)
    for name in (SELLER, BUYER, OTHER):
        billed(stage, name)
    billed(stage, SINGAPORE, tax_id="M90312345A", endpoint_scheme="0195", at_home=GST, abroad=ZERO_RATED)
    return stage


def sold(**given: Any) -> Sold:
    values: dict[str, Any] = {
        "market_id": "M-SH",
        "product_id": "P-07",
        "version": "1",
        "title": "Port calls",
        "quantity": 1,
        "unit": "month",
    }
    return Sold(**(values | given))


def a_sale(trade_id: str = "T-0.10.0", **given: Any) -> InvoiceSale:
    """CNY 12,000.00 for a month of P-07, of which the exchange takes 2.5 %."""
    values: dict[str, Any] = {
        "trade_id": trade_id,
        "seller_id": SELLER,
        "buyer_id": BUYER,
        "currency": "CNY",
        "gross_minor": 1_200_000,
        "credited_minor": 0,
        "sold": sold(),
        "fee": FeeTaken(net_minor=28_302, tax_minor=1_698, tax_rate_bp=600),
        "grounds": "",
    }
    return InvoiceSale(**(values | given))


def a_credit(amount_minor: int, reference: str = "seller R-1", **given: Any) -> CreditSale:
    values: dict[str, Any] = {
        "trade_id": "T-0.10.0",
        "amount_minor": amount_minor,
        "reference": reference,
        "fee_net_minor": 0,
        "fee_tax_minor": 0,
        "grounds": "A week is missing.",
    }
    return CreditSale(**(values | given))


def numbered(stage: Stage[Settlement], command: Any) -> tuple[InvoiceNumbered, ...]:
    """The invoices and credit notes that it brings."""
    facts = stage.ask(EXCHANGE, command)
    found = tuple(fact for fact in facts if isinstance(fact, InvoiceNumbered))
    assert len(found) == len(facts), facts
    return found


def a_response(number: str, code: Any = "AP", *reasons: Any, grounds: str = "") -> RespondToInvoice:
    return RespondToInvoice(
        number=number, code=code, reasons=reasons, grounds=grounds or ("Half is missing." if reasons else "")
    )
