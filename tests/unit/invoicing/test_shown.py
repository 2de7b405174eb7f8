"""Invoices for people: an accessible page, a PDF that can be read in every script, and an e-fapiao that is none."""

from io import BytesIO

import msgspec
import pytest
from lxml import html
from msgspec.structs import replace
from pypdf import PdfReader

from exchange.invoicing.errors import InvoiceWrong
from exchange.invoicing.fapiao import write_fapiao_draft
from exchange.invoicing.html import write_html
from exchange.invoicing.pdf import font_of, write_pdf
from exchange.invoicing.values import Invoice
from tests.unit.invoicing.made import CHINESE, JAPANESE, credit_note, invoice, line, outside, party, singapore

EXPORT = invoice(outside(), seller=CHINESE, buyer=JAPANESE, currency="CNY", note="For P-07 <1.0> & more")
FAPIAO = invoice(
    *(line(str(n), "10.05", rate="6") for n in range(3)),
    seller=CHINESE,
    buyer=party("甲", "CN"),
    currency="CNY",
)


def test_a_page_says_who_what_and_how_much() -> None:
    page = html.fromstring(write_html(EXPORT))
    assert page.findtext(".//h1") == "Invoice 2026-SE-CN-02-000001"
    assert [each.text for each in page.iterfind(".//address")] == ["临港数据有限公司", "湾岸データ株式会社"]
    assert page.xpath("//tr[last()]/td/text()")[-1] == "CNY 12,000.00"
    text = page.text_content()
    for part in ("2026-12-30", "T-0.10.0", "1 month", "O: Not subject to VAT", "For P-07 <1.0> & more"):
        assert part in text


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "told"),
    [
        ("18000", "0.95", "USD", ("18,000 month", "0.95", "17,100.00")),
        ("1.50", "12000.5000", "CNY", ("1.5 month", "12,000.5", "18,000.75")),
        ("1", "1234567", "JPY", ("1 month", "1,234,567", "1,234,567")),
    ],
)
def test_numbers_of_lines_are_in_groups_like_the_sums(
    quantity: str, price: str, currency: str, told: tuple[str, str, str]
) -> None:
    only = replace(line(), quantity=quantity, price=price, rate="0", category="Z")
    page = html.fromstring(write_html(replace(EXPORT, lines=(only,), currency=currency)))
    cells = page.xpath("//table[1]/tbody/tr/td/text()")
    assert (cells[2], cells[3], cells[5]) == told


def test_a_page_can_be_read_aloud_and_fetches_nothing() -> None:
    page = html.fromstring(write_html(singapore()))
    assert page.get("lang") == "en"
    assert len(page.findall(".//h1")) == len(page.findall(".//main")) == 1
    for table in page.iterfind(".//table"):
        assert table.find("caption") is not None
        assert all(each.get("scope") in ("col", "row") for each in table.iterfind(".//th"))
    labels = {each.get("id") for each in page.iterfind(".//h2")}
    assert {each.get("aria-labelledby") for each in page.iterfind(".//section")} == labels
    assert page.xpath("//@src | //@href | //script") == []
    assert "@media print" in write_html(singapore())


def test_what_names_say_is_no_markup() -> None:
    page = write_html(invoice(line(rate="19", name="<script>alert(1)</script>")))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert b"%PDF" in write_pdf(invoice(line(rate="19", name="<b>a</i> & b")))[:8]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (EXPORT, ("临港数据有限公司", "湾岸データ株式会社", "CNY 12,000.00", "Invoice 2026-SE-CN-02-000001")),
        (credit_note(), ("Credit note", "Takes back: 2026-SE-CN-02-000001", "VAT S 19 %", "EUR 14,280.00")),
        (singapore(), ("GST SR 9 % on SGD 12,000.00", "SGD 1,080.00", "SGD 13,080.00")),
    ],
)
def test_a_pdf_holds_what_the_page_holds_and_is_the_same_each_time(
    wanted: Invoice, words: tuple[str, ...]
) -> None:
    written = write_pdf(wanted)
    assert write_pdf(wanted) == written
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(written)).pages)
    assert [each for each in words if each not in text] == []


def test_an_invoice_of_many_lines_has_many_pages_with_a_head_on_each() -> None:
    many = invoice(*(line(str(n), rate="19") for n in range(120)))
    pages = [page.extract_text() for page in PdfReader(BytesIO(write_pdf(many))).pages]
    assert len(pages) > 2
    assert all("Quantity" in page for page in pages[:-1])


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Straits Data", "Helvetica"),
        ("临港数据 Ltd.", "STSong-Light"),
        ("湾岸データ", "HeiseiMin-W3"),
        ("부산 데이터", "HYSMyeongJo-Medium"),
    ],
)
def test_a_font_is_chosen_by_script(text: str, font: str) -> None:
    assert font_of(text) == font


def test_an_e_fapiao_says_that_it_is_none_and_taxes_the_sum() -> None:
    draft = msgspec.json.decode(write_fapiao_draft(FAPIAO))
    assert draft["status"] == "not issued"
    assert (draft["amount"], draft["tax"], draft["total"]) == ("30.15", "1.81", "31.96")
    assert [each["amount"] for each in draft["lines"]] == ["10.05"] * 3
    assert draft["seller"]["taxpayer_id"] == CHINESE.legal_id


def test_what_is_taken_back_is_negative_in_a_draft() -> None:
    back = msgspec.structs.replace(FAPIAO, kind="credit_note", of_number="1", of_date="2026-11-01")
    draft = msgspec.json.decode(write_fapiao_draft(back))
    assert (draft["total"], draft["takes_back"]) == ("-31.96", "1")


@pytest.mark.parametrize("other", [singapore(), msgspec.structs.replace(FAPIAO, currency="EUR")])
def test_an_e_fapiao_is_of_the_mainland_and_its_currency(other: Invoice) -> None:
    with pytest.raises(InvoiceWrong, match="write this one as UBL"):
        write_fapiao_draft(other)
