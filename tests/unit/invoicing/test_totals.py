"""Invoices add up: a line is rounded once, tax is on the sum of its category and rate."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents.errors import AmountOverflows, CurrencyNotKnown
from exchange.invoicing.totals import plain, totals_of
from tests.unit.invoicing.made import invoice, line


def test_tax_is_on_the_sum_of_a_category_and_rate_not_on_each_line() -> None:
    found = totals_of(invoice(*(line(str(n), "10.05", rate="6") for n in range(3)), currency="CNY"))
    assert (found.net_minor, found.tax_minor, found.gross_minor) == (3_015, 181, 3_196)


def test_rates_and_categories_are_taxed_apart() -> None:
    found = totals_of(
        invoice(line("1", "10.05", rate="6"), line("2", "10.05", rate="9.00"), line("3", "1", rate="9"))
    )
    assert [(each.rate, each.taxable_minor, each.tax_minor) for each in found.subtotals] == [
        ("6", 1_005, 60),
        ("9", 1_105, 99),
    ]


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "minor"),
    [
        ("3", "0.333333", "EUR", 100),
        ("0.5", "0.01", "EUR", 1),
        ("3", "110.5", "JPY", 332),
        ("1", "331.25", "JPY", 331),
        ("1.5", "0.001", "KWD", 2),
    ],
)
def test_a_line_is_rounded_half_up_to_the_currencys_exponent(
    quantity: str, price: str, currency: str, minor: int
) -> None:
    assert totals_of(invoice(line("1", price, quantity=quantity), currency=currency)).lines_minor == (minor,)


LINES = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["0", "6", "9", "8.25"]), st.sampled_from(["S", "Z"])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(LINES, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_parts_make_the_whole_and_tax_is_within_half_a_unit(
    rows: list[tuple[int, str, str]], currency: str
) -> None:
    lines = [line(str(n), str(price), category, rate=rate) for n, (price, rate, category) in enumerate(rows)]
    found = totals_of(invoice(*lines, currency=currency))
    assert sum(found.lines_minor) == found.net_minor == sum(each.taxable_minor for each in found.subtotals)
    assert found.gross_minor == found.net_minor + found.tax_minor
    for each in found.subtotals:
        hundredths = int(each.rate.replace(".", "")) * (1 if "." in each.rate else 100)
        assert abs(2 * (each.tax_minor * 10_000 - each.taxable_minor * hundredths)) <= 10_000


def test_what_the_books_cannot_hold_is_refused() -> None:
    with pytest.raises(AmountOverflows, match="split it"):
        totals_of(invoice(line("1", "9" * 15)))
    with pytest.raises(CurrencyNotKnown):
        totals_of(msgspec.structs.replace(invoice(), currency="QQQ"))


@pytest.mark.parametrize(("text", "is_now"), [("9.00", "9"), ("09", "9"), ("0.50", "0.5"), ("0", "0")])
def test_a_decimal_has_one_way_to_be_written(text: str, is_now: str) -> None:
    assert plain(text) == is_now
