"""`exchange invoice` over what a settlement has numbered: listed, shown as documents, answered."""

import json
from pathlib import Path
from typing import get_args

import pytest

from exchange.cli.invoice_answering import CODES, REASONS
from exchange.cli.invoice_looking import _STATES
from exchange.settlement.invoices.values import ResponseCode, ResponseReason
from exchange.views.invoices import STATES
from tests.unit.cli.registry_desk import SettlementDesk
from tests.unit.settlement.invoicing import SINGAPORE, a_credit, a_sale, an_office, sold
from tests.unit.settlement.stage import BUYER, EXCHANGE, OPERATOR, OTHER, SELLER

NUMBER, NOTE, FEE = "2026-SE-CN-02-000001", "2026-SE-CN-02-000002", "2026-OP-CN-01-000001"
GST = "2026-SE-SG-01-000001"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SettlementDesk:
    stage = an_office()
    home = a_sale("T-0.11.0", seller_id=SINGAPORE, buyer_id=OTHER, currency="SGD", sold=sold(quantity=2))
    stage.given(EXCHANGE, a_sale(), a_credit(400_000), home)
    monkeypatch.chdir(tmp_path)
    return SettlementDesk(stage, tmp_path, monkeypatch)


def test_the_words_of_the_terminal_are_those_of_the_settlement() -> None:
    assert get_args(ResponseCode) == CODES
    assert get_args(ResponseReason) == REASONS
    assert ("issued", *STATES.values()) == _STATES


def test_invoices_are_listed(desk: SettlementDesk) -> None:
    shown = desk("invoice", "list", "--buyer", BUYER)
    assert NUMBER in shown
    assert "12,000.00" in shown
    assert FEE not in shown
    rows = json.loads(desk("invoice", "list", "--trade", "T-0.10.0", "--json"))
    assert [row["number"] for row in rows] == [NUMBER, FEE, NOTE]
    assert desk("invoice", "list", "--state", "paid") == "There is no such invoice.\n"


def test_an_invoice_is_shown_with_its_lines_and_answers(desk: SettlementDesk) -> None:
    answer = (
        "invoice",
        "respond",
        NUMBER,
        "UQ",
        "--as",
        BUYER,
        "--reason",
        "REF",
        "--grounds",
        "Which month?",
    )
    assert desk(*answer) == f"Answered: {NUMBER} is under query.\n"
    shown = desk("invoice", "show", NUMBER)
    for words in ("Port calls (P-07 1)", "queried", "Which month?", "4,000.00", "month"):
        assert words in shown
    told = json.loads(desk("invoice", "show", NUMBER, "--json"))
    assert (told["invoice"]["state"], told["lines"][0]["unit_code"], told["responses"][0]["code"]) == (
        "queried", "MON", "UQ",
    )  # fmt: skip
    assert "the tables have no invoice 2026-X-1;" in desk.wrong("invoice", "show", "2026-X-1")


@pytest.mark.parametrize(
    ("number", "rules"), [(NUMBER, "Peppol BIS Billing 3"), (NOTE, "Peppol BIS Billing 3"), (GST, "PINT-SG")]
)
def test_what_is_shown_as_ubl_passes_the_check(desk: SettlementDesk, number: str, rules: str) -> None:
    assert f"Written: i.xml, {number} as UBL 2.1." in desk("invoice", "show", number, "-o", "i.xml")
    assert f"{number} by {rules}." in desk("invoice", "check", "i.xml")
    assert desk("invoice", "show", number, "--format", "ubl") == Path("i.xml").read_text("utf-8")
    assert "i.xml is there" in desk.wrong("invoice", "show", number, "-o", "i.xml")


def test_documents_are_for_people_too(desk: SettlementDesk) -> None:
    assert "Paid already" in desk("invoice", "show", NUMBER, "--format", "html")
    told = json.loads(desk("invoice", "show", NOTE, "-o", "note.pdf", "--json"))
    assert (told["format"], told["size_bytes"]) == ("pdf", Path("note.pdf").stat().st_size)
    draft = json.loads(desk("invoice", "show", FEE, "--format", "json"))
    assert (draft["status"], draft["total"], draft["tax"]) == ("not issued", "300.00", "16.98")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "ubl", "--json"), "name one with -o"),
        (("-o", "i.txt"), "i.txt ends with none of"),
        (("-o", "no/such/i.xml"), "cannot be written"),
    ],
)
def test_a_document_has_a_place_to_go_to(desk: SettlementDesk, words: tuple[str, ...], said: str) -> None:
    assert said in desk.wrong("invoice", "show", NUMBER, *words)


def test_an_e_fapiao_is_not_written_as_ubl(desk: SettlementDesk) -> None:
    assert "e-fapiao" in desk.wrong("invoice", "show", FEE, "--format", "ubl", code=1)


def test_who_rejects_an_invoice_is_told_where_its_dispute_is(desk: SettlementDesk) -> None:
    words = ("--reason", "QTY", "--grounds", "A week is missing.")
    shown = desk("invoice", "respond", NUMBER, "RE", "--as", BUYER, *words)
    assert "exchange purchase show T-0.10.0" in shown
    fee = desk("invoice", "respond", FEE, "RE", "--as", SELLER, *words)
    assert fee == f"Answered: {FEE} is rejected.\n"
    assert "RESPONSE_OUT_OF_TURN" in desk.wrong("invoice", "respond", NUMBER, "AP", "--as", BUYER, code=1)


def test_details_are_said_anew_as_a_whole(desk: SettlementDesk) -> None:
    words = (
        "--name",
        "Hafen GmbH",
        "--legal-id",
        "HRB 4711",
        "--tax-id",
        "CN123",
        "--endpoint",
        "0199:LEI-1",
    )
    taxes = ("--at-home", "S:6.5", "--abroad", "O", "--exemption", "Not taxed")
    shown = desk("invoice", "details", "--as", OPERATOR, "--of", SELLER, *words, *taxes)
    assert shown == f"Set: invoices name {SELLER} as Hafen GmbH from now on.\n"
    said = desk.stage.state.invoices.details[SELLER]
    assert (said.endpoint_scheme, said.endpoint_id, said.city) == ("0199", "LEI-1", "")
    assert (said.at_home.category, said.at_home.rate_bp, said.at_home.exemption) == ("S", 650, "")
    assert (said.abroad.rate_bp, said.abroad.exemption) == (0, "Not taxed")


def test_rates_of_sgd_are_named_by_a_seller_in_singapore(desk: SettlementDesk) -> None:
    words = (
        "--as",
        SINGAPORE,
        "--name",
        "Straits",
        "--tax-id",
        "M9",
        "--abroad",
        "ZR",
        "--sgd-rate",
        "CNY:0.18",
    )
    desk("invoice", "details", *words)
    (rate,) = desk.stage.state.invoices.details[SINGAPORE].sgd_rates
    assert (rate.currency, rate.rate) == ("CNY", "0.18")
    assert "CNY is no rate;" in desk.wrong("invoice", "details", *words[:-1], "CNY")


@pytest.mark.parametrize("tax", ["S:x", "S:123", "S:1.234"])
def test_a_tax_is_a_category_and_per_cent(desk: SettlementDesk, tax: str) -> None:
    wrong = desk.wrong("invoice", "details", "--as", SELLER, "--name", "A", "--at-home", tax)
    assert f"{tax} is no tax" in wrong
