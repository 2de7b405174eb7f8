"""What the settlement has numbered, as documents: of the demo world's sellers in each country, all of it invented."""

import csv
from importlib.resources import files
from typing import Any

import msgspec
import pytest

from exchange.invoicing.checks import check_invoice
from exchange.invoicing.errors import InvoiceWrong, ProfileUnknown
from exchange.invoicing.fapiao import write_fapiao_draft
from exchange.invoicing.html import write_html
from exchange.invoicing.numbered import document_of
from exchange.invoicing.pdf import write_pdf
from exchange.invoicing.totals import totals_of
from exchange.invoicing.ubl import write_ubl
from exchange.settlement.commands import KnowParticipant
from exchange.settlement.decider import decider
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.settlement.invoices.values import FeeTaken, SgdRate, SupplyTax
from exchange.settlement.state import Settlement
from tests.support.stage import Stage
from tests.unit.settlement.invoicing import GST, a_credit, a_sale, billed, numbered, sold
from tests.unit.settlement.stage import EXCHANGE

BIS, PINT = "Peppol BIS Billing 3", "PINT-SG"
GERMAN = SupplyTax(category="S", rate_bp=1_900)
REVERSED = SupplyTax(category="AE", exemption="Reverse charge", exemption_code="VATEX-EU-AE")
SIX = SupplyTax(category="S", rate_bp=600)
SALES: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("SE-CN-02", "BU-JP-01", {}, "CNY", BIS),
    ("SE-HK-01", "BU-SG-01", {}, "HKD", BIS),
    ("SE-SG-01", "BU-SG-01", {"tax_id": "M90312345A", "at_home": GST}, "SGD", PINT),
    ("SE-SG-01", "BU-SG-01", {}, "SGD", PINT),
    ("CP-SG-01", "BU-JP-01", {}, "USD", PINT),
    (
        "CP-SG-01",
        "BU-SG-01",
        {
            "tax_id": "M90312345A",
            "at_home": GST,
            "sgd_rates": (SgdRate(currency="CNY", rate="0.18"), SgdRate(currency="USD", rate="1.3456")),
        },
        "USD",
        PINT,
    ),
    ("SE-JP-01", "BU-CN-01", {}, "JPY", BIS),
    ("SE-DE-01", "BU-DE-01", {"tax_id": "DE123456789", "at_home": GERMAN}, "EUR", BIS),
    ("SE-DE-01", "BU-AE-01", {"tax_id": "DE123456789", "abroad": REVERSED}, "EUR", BIS),
    ("SE-TH-01", "BU-MY-01", {}, "USD", BIS),
    ("SE-ID-01", "BU-TW-01", {}, "USD", BIS),
    ("SE-VN-01", "BU-SG-01", {}, "USD", BIS),
    ("SE-US-01", "BU-CN-01", {}, "USD", BIS),
]


def the_world() -> dict[str, tuple[str, str]]:
    """The name and the place of everybody in the demo world."""
    text = (files("exchange.cli.demo") / "world" / "participants.csv").read_text(encoding="utf-8")
    return {
        row["participant_id"]: (row["display_name"], row["place"])
        for row in csv.DictReader(text.splitlines())
    }


def office(*people: str) -> Stage[Settlement]:
    stage = Stage(decider())
    for name in ("OP-CN-01", *people):
        shown, place = the_world()[name]
        role = "operator" if name == "OP-CN-01" else "seller"
        known = KnowParticipant(participant_id=name, roles=(role,), display_name=shown, place=place)
        stage.given(EXCHANGE, known)
    return stage


def documents(
    seller: str, buyer: str, said: dict[str, Any], currency: str, gross_minor: int = 1_011
) -> list[InvoiceNumbered]:
    """An invoice of three at a price that tax does not divide, a credit note of a part, and the fee's."""
    stage = office(seller, buyer)
    billed(stage, seller, **said)
    billed(stage, buyer, tax_id="AE123456789" if "abroad" in said else "")
    sale = a_sale(
        seller_id=seller, buyer_id=buyer, currency=currency, gross_minor=gross_minor, sold=sold(quantity=3),
    )  # fmt: skip
    credit = a_credit(500, fee_net_minor=12_000, fee_tax_minor=720)
    return [*numbered(stage, sale), *numbered(stage, credit)]


@pytest.mark.parametrize(("seller", "buyer", "said", "currency", "rules"), SALES)
def test_an_invoice_and_its_credit_note_pass_the_rules_of_their_seller_s_country(
    seller: str, buyer: str, said: dict[str, Any], currency: str, rules: str
) -> None:
    invoice, _, note, _ = documents(seller, buyer, said, currency)
    for fact, kind in ((invoice, "invoice"), (note, "credit_note")):
        checked = check_invoice(write_ubl(document_of(fact)), "i.xml")
        assert checked.findings == ()
        assert (checked.kind, checked.number, checked.rules) == (kind, fact.number, rules)
        totals = totals_of(document_of(fact))
        assert (totals.net_minor, totals.tax_minor) == (fact.net_minor, fact.tax_minor)


def test_a_sale_within_the_mainland_and_a_fee_of_the_operator_are_drafts_of_e_fapiao() -> None:
    said = {"tax_id": "91310000MA1K00000X", "at_home": SIX}
    for fact in documents("SE-CN-02", "BU-CN-01", said, "CNY"):
        document = document_of(fact)
        with pytest.raises(ProfileUnknown, match="e-fapiao"):
            write_ubl(document)
        draft = msgspec.json.decode(write_fapiao_draft(document))
        assert (draft["status"], draft["number"]) == ("not issued", fact.number)
        assert draft["takes_back"] == (fact.of_number or None)


def test_people_read_that_it_is_paid_and_what_it_takes_back() -> None:
    invoice, _, note, _ = documents("SE-CN-02", "BU-JP-01", {}, "CNY", 1_200_000)
    page = write_html(document_of(invoice))
    assert "Port calls (P-07 1)" in page
    assert "3 month" in page
    assert "Paid already" in page
    assert "CNY 0.00" in page
    credited = write_html(document_of(note))
    assert f"{invoice.number} of 2026-11-02" in credited
    assert "Paid back already" in credited
    assert "A week is missing." in credited
    assert write_pdf(document_of(note)).startswith(b"%PDF-")


def test_who_has_said_nothing_of_itself_is_on_a_page_and_on_no_ubl() -> None:
    stage = office("SE-US-01", "BU-JP-01")
    free = FeeTaken(net_minor=0, tax_minor=0, tax_rate_bp=0)
    (invoice,) = numbered(stage, a_sale(seller_id="SE-US-01", fee=free))
    assert "Seller US-01" in write_html(document_of(invoice))
    with pytest.raises(InvoiceWrong, match="no number by which a buyer knows it"):
        write_ubl(document_of(invoice))


def test_no_document_is_made_of_somebody_who_is_nowhere() -> None:
    (invoice,) = numbered(
        office("SE-US-01"),
        a_sale(seller_id="SE-US-01", fee=FeeTaken(net_minor=0, tax_minor=0, tax_rate_bp=0)),
    )
    with pytest.raises(InvoiceWrong, match="not known where BU-JP-01 is"):
        document_of(invoice)
