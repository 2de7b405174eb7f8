"""Invoices and credit notes written as UBL keep the schema and the official rules."""

import pytest

from exchange.documents.errors import DocumentRefused
from exchange.invoicing.checks import check_invoice
from exchange.invoicing.errors import InvoiceWrong, ProfileUnknown
from exchange.invoicing.ubl import uuid_of, write_ubl
from exchange.invoicing.values import Invoice
from tests.unit.invoicing.made import (
    CHINESE,
    DUTCH,
    JAPANESE,
    credit_note,
    invoice,
    line,
    outside,
    paid,
    party,
    singapore,
)

BIS, PINT = "Peppol BIS Billing 3", "PINT-SG"
EXPORT = {"seller": CHINESE, "buyer": DUTCH, "currency": "CNY"}
VALID: list[tuple[str, Invoice, str, str]] = [
    ("german", invoice(), BIS, "14280.00"),
    ("two rates", invoice(line(rate="19"), line("2", "10.05", rate="7")), BIS, "14290.75"),
    ("outside VAT", invoice(outside(), **EXPORT), BIS, "12000.00"),
    ("yen", invoice(outside(price="331.25"), seller=JAPANESE, buyer=DUTCH, currency="JPY"), BIS, "331"),
    ("credit", credit_note(outside(price="500.5"), **EXPORT), BIS, "500.50"),
    ("german credit", credit_note(), BIS, "14280.00"),
    ("singapore", singapore(), PINT, "13080.00"),
    (
        "singapore credit",
        singapore(kind="credit_note", of_number="1", of_date="2026-11-01"),
        PINT,
        "13080.00",
    ),
    ("paid, a cent of tax off", paid(line(price="8.45", rate="19"), prepaid="10.05"), BIS, "0.00"),
    ("paid back", credit_note(line(price="8.42", rate="19"), prepaid="10.02"), BIS, "0.00"),
    (
        "paid in yen",
        paid(outside(price="331"), prepaid="331", seller=JAPANESE, buyer=DUTCH, currency="JPY"),
        BIS,
        "0",
    ),
    (
        "a price for many",
        invoice(outside(price="1", quantity="3000000", base_quantity="1000000"), **EXPORT),
        BIS,
        "3.00",
    ),
    (
        "singapore paid",
        singapore(lines=(line(price="11009.17", category="SR", rate="9"),), prepaid="12000"),
        PINT,
        "0.00",
    ),
    ("singapore zero", singapore(lines=(line(category="ZR"),), buyer=DUTCH), PINT, "12000.00"),
]


@pytest.mark.parametrize(
    ("wanted", "rules", "payable"), [row[1:] for row in VALID], ids=[row[0] for row in VALID]
)
def test_what_is_written_keeps_the_rules(wanted: Invoice, rules: str, payable: str) -> None:
    content = write_ubl(wanted)
    checked = check_invoice(content, "i.xml")
    assert checked.findings == ()
    assert (checked.kind, checked.number, checked.rules) == (wanted.kind, wanted.number, rules)
    assert (
        f'<cbc:PayableAmount currencyID="{wanted.currency}">{payable}</cbc:PayableAmount>' in content.decode()
    )


def test_the_same_invoice_is_the_same_document_and_another_number_another_id() -> None:
    assert write_ubl(singapore()) == write_ubl(singapore())
    assert uuid_of(singapore()) != uuid_of(singapore(number="2"))


def test_names_keep_their_signs() -> None:
    assert "临港数据有限公司".encode() in write_ubl(invoice(outside(), **EXPORT))


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (invoice(outside(), seller=CHINESE, buyer=party("甲", "CN")), ProfileUnknown, "e-fapiao"),
        (invoice(line(rate="6"), seller=CHINESE, buyer=DUTCH), ProfileUnknown, "e-fapiao"),
        (invoice(line(rate="10"), seller=JAPANESE), ProfileUnknown, "PINT-JP"),
        (invoice(line(category="SR", rate="9")), InvoiceWrong, "SR is no category of Peppol"),
        (singapore(lines=(line(rate="9"),)), InvoiceWrong, "S is no category of PINT-SG"),
        (invoice(line(category="Z", rate="19")), InvoiceWrong, "category Z has no tax"),
        (singapore(currency="USD"), InvoiceWrong, "give SGD for one USD"),
        (credit_note(of_number=""), InvoiceWrong, "credit note of no invoice"),
        (
            invoice(outside(), seller=party("Noname", "DE"), currency="EUR"),
            InvoiceWrong,
            "no number by which",
        ),
        (invoice(note="\x00"), DocumentRefused, "XML cannot hold"),
        (
            invoice(seller=party("Hafen", "DE", legal_id="1", endpoint_id="")),
            InvoiceWrong,
            "where its seller takes",
        ),
        (invoice(buyer=party("Noord", "NL", endpoint_scheme="")), InvoiceWrong, "where its buyer takes"),
        (paid(prepaid="14281.00"), InvoiceWrong, "prepaid 14281.00 is not"),
        (paid(outside(), prepaid="12000.01", **EXPORT), InvoiceWrong, "prepaid 12000.01 is not"),
    ],
)
def test_what_cannot_be_an_invoice_is_not_written(
    wanted: Invoice, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as refused:
        write_ubl(wanted)
    assert type(refused.value) is error


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        (b"<cbc:UUID>", b"<cbc:UUID>x", "BT-SG-003"),
        (b"urn:peppol:bis:billing", b"urn:other", "PROFILE"),
        (b"<cbc:BuyerReference>T-0.10.0</cbc:BuyerReference>", b"", "R003"),
        (b"<cbc:ID>GST</cbc:ID>", b"<cbc:ID>VAT</cbc:ID>", "TAX-SCHEME"),
        (b"<cbc:ID>SR</cbc:ID>", b"<cbc:ID>S</cbc:ID>", "CATEGORY"),
        (b"<cbc:Percent>9<", b"<cbc:Percent>9.125<", "RATE"),
        (b"<cbc:ID>SR</cbc:ID>", b"<cbc:ID>ZR</cbc:ID>", "RATE"),
        (b"<cbc:CompanyID>M90312345A</cbc:CompanyID>", b"", "SELLER-GST"),
        (b"<cbc:PostalZone>018956</cbc:PostalZone>", b"", "ADDRESS"),
        (b' schemeID="0195"', b"", "ENDPOINT"),
        (b">12000.00</cbc:LineExt", b">12000.01</cbc:LineExt", "BR-CO-13"),
        (b">12000.00</cbc:TaxExclusiveAmount", b">11999.00</cbc:TaxExclusiveAmount", "BR-CO-15"),
        (b">13080.00</cbc:PayableAmount", b">1.00</cbc:PayableAmount", "BR-CO-16"),
        (b">1080.00</cbc:TaxAmount", b">1080.01</cbc:TaxAmount", "BR-CO-17"),
        (b">13080.00</cbc:TaxInclusiveAmount", b">13080.001</cbc:TaxInclusiveAmount", "AMOUNT"),
    ],
)
def test_what_breaks_pint_sg_is_named_by_its_rule(was: bytes, becomes: bytes, rule: str) -> None:
    content = write_ubl(singapore())
    assert was in content
    assert rule in {each.rule for each in check_invoice(content.replace(was, becomes), "i.xml").fatal}


ABROAD = singapore(currency="USD", sgd_rate="1.3456")


def test_totals_in_sgd_stand_beside_those_of_another_currency() -> None:
    content = write_ubl(ABROAD)
    assert check_invoice(content, "i.xml").findings == ()
    for told in (
        b"<cbc:TaxCurrencyCode>SGD</cbc:TaxCurrencyCode>",
        b'<cbc:TaxAmount currencyID="SGD">1453.25</cbc:TaxAmount>',
        b"<cbc:DocumentDescription>16147.20</cbc:DocumentDescription>",
        b"<cbc:DocumentDescription>17600.45</cbc:DocumentDescription>",
    ):
        assert told in content
    note = singapore(
        kind="credit_note", of_number="1", of_date="2026-11-01", currency="JPY", sgd_rate="0.0088"
    )
    assert check_invoice(write_ubl(note), "n.xml").findings == ()


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        (b"<cbc:TaxCurrencyCode>SGD</cbc:TaxCurrencyCode>", b"", "BT-6-GST"),
        (b'<cbc:TaxAmount currencyID="SGD">', b'<cbc:TaxAmount currencyID="USD">', "BR-53-GST-SG"),
        (b"sgdtotal-incl-gst", b"total", "BR-53-GST-SG"),
        (b">16147.20<", b">16147.205<", "BR-53-GST-SG"),
    ],
)
def test_totals_in_sgd_that_are_missing_or_wrong_break_pint_sg(was: bytes, becomes: bytes, rule: str) -> None:
    content = write_ubl(ABROAD)
    assert was in content
    assert rule in {each.rule for each in check_invoice(content.replace(was, becomes), "i.xml").fatal}


def test_lines_and_taxes_that_do_not_add_up_break_pint_sg() -> None:
    head, _, lines = write_ubl(singapore()).partition(b"<cac:InvoiceLine>")
    apart = head + b"<cac:InvoiceLine>" + lines.replace(b">12000.00</cbc:LineExt", b">1.00</cbc:LineExt")
    assert {each.rule for each in check_invoice(apart, "i.xml").fatal} == {"BR-CO-10"}
    once = write_ubl(singapore()).replace(b">1080.00</cbc:TaxAmount", b">1.00</cbc:TaxAmount", 1)
    assert "BR-CO-14" in {each.rule for each in check_invoice(once, "i.xml").fatal}


def test_prices_may_be_finer_than_the_currency_and_totals_may_not() -> None:
    content = write_ubl(invoice(outside(price="331.25"), seller=JAPANESE, currency="JPY"))
    assert b'<cbc:PriceAmount currencyID="JPY">331.25</cbc:PriceAmount>' in content
    broken = content.replace(
        b'<cbc:PayableAmount currencyID="JPY">331<', b'<cbc:PayableAmount currencyID="JPY">331.25<'
    )
    assert {"AMOUNT", "BR-CO-16"} <= {each.rule for each in check_invoice(broken, "i.xml").fatal}
