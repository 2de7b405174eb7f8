"""Amounts of documents are exact, in both directions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents.amounts import decimal_text, minor_of
from exchange.documents.errors import AmountOverflows, AmountUnreadable, CurrencyNotKnown, ExponentWrong

CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD", "VND", "SGD"])


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_an_amount_written_is_the_amount_read(minor: int, currency: str) -> None:
    assert minor_of(decimal_text(minor, currency), currency, "here") == minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12000.00", "CNY", 1_200_000),
        (".5", "CNY", 50),
        ("5.", "JPY", 5),
        ("+1.000", "KWD", 1_000),
        ("-0.01", "CNY", -1),
    ],
)
def test_decimals_are_read_as_the_schemas_allow_them(text: str, currency: str, minor: int) -> None:
    assert minor_of(text, currency, "here") == minor


@pytest.mark.parametrize(
    ("text", "currency", "error"),
    [
        ("0.5", "JPY", ExponentWrong),
        ("0.0001", "KWD", ExponentWrong),
        ("1", "QQQ", CurrencyNotKnown),
        ("1", "cny", CurrencyNotKnown),
        ("10000000000000.01", "CNY", AmountOverflows),
        ("9" * 50, "CNY", AmountOverflows),
        ("9" * 100, "CNY", AmountUnreadable),
        ("1e3", "CNY", AmountUnreadable),
        ("1,000.00", "CNY", AmountUnreadable),
        ("", "CNY", AmountUnreadable),
        (".", "CNY", AmountUnreadable),
        ("１", "CNY", AmountUnreadable),
        ("NaN", "CNY", AmountUnreadable),
    ],
)
def test_what_is_no_amount_of_the_currency_says_why(text: str, currency: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^here: ") as refused:
        minor_of(text, currency, "here")
    assert type(refused.value) is error
