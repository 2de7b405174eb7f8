"""Prices as people write them, exactly the ticks they are; intervals of exchange time."""

import pytest

from exchange.kernel.errors import Misuse
from exchange.kernel.intervals import begin_of, interval_s
from exchange.kernel.price import decimals_of, minor_of, price_text, ticks_of
from exchange.kernel.time import instant


@pytest.mark.parametrize(
    ("tick_micros", "currency", "wanted", "decimals"),
    [
        (10_000, "CNY", 0, 2),
        (10_000, "CNY", 4, 4),
        (1, "USD", 2, 6),
        (1_000_000, "JPY", 0, 0),
        (500, "CNY", 2, 4),
    ],
)
def test_as_many_decimals_as_the_tick_the_currency_and_the_instrument_want(
    tick_micros: int, currency: str, wanted: int, decimals: int
) -> None:
    assert decimals_of(tick_micros, currency, wanted) == decimals


@pytest.mark.parametrize(
    ("written", "tick_micros", "decimals", "step", "ticks"),
    [
        ("12.50", 10_000, 2, 1, 1_250),
        ("12.5", 10_000, 2, 5, 1_250),
        ("1,234,567", 10_000, 2, 1, 123_456_700),
        ("0.035000", 1, 6, 1, 35_000),
        ("250000", 1_000_000, 0, 1, 250_000),
        ("12.500000000000", 10_000, 2, 1, 1_250),
    ],
)
def test_a_written_price_is_so_many_ticks(
    written: str, tick_micros: int, decimals: int, step: int, ticks: int
) -> None:
    assert ticks_of(written, tick_micros, decimals, step) == ticks
    assert ticks_of(price_text(ticks, tick_micros, decimals), tick_micros, decimals, step) == ticks


@pytest.mark.parametrize(
    ("written", "step", "said"),
    [
        ("12.503", 1, "a price of 12.503 is off the tick: it moves in steps of 0.01; write 12.50 or 12.51"),
        ("12.52", 5, "a price of 12.52 is off the tick: it moves in steps of 0.05; write 12.50 or 12.55"),
        ("0.004", 1, "a price of 0.004 is off the tick: it moves in steps of 0.01; write 0.01"),
        ("0", 1, "a price of 0 is off the tick: it moves in steps of 0.01; write 0.01"),
        ("-1", 1, "'-1' is no price"),
        ("1e3", 1, "'1e3' is no price"),
        ("12.", 1, "'12.' is no price"),
        ("twelve", 1, "'twelve' is no price"),
    ],
)
def test_a_price_between_two_is_refused_with_the_two(written: str, step: int, said: str) -> None:
    with pytest.raises(Misuse) as refused:
        ticks_of(written, 10_000, 2, step)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("interval", "begins"),
    [
        ("1s", "2026-11-02T17:59:59Z"),
        ("5m", "2026-11-02T17:55:00Z"),
        ("1h", "2026-11-02T17:00:00Z"),
        ("1d", "2026-11-02T16:00:00Z"),  # midnight in Shanghai
    ],
)
def test_an_interval_begins_on_its_own_multiple_and_a_day_in_shanghai(interval: str, begins: str) -> None:
    at = instant("2026-11-02T17:59:59.999999Z")
    assert begin_of(at, interval_s(interval)) == instant(begins)


def test_an_interval_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(Misuse, match="no interval '2m'; there are 1s, 1m, 5m"):
        interval_s("2m")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.50", "CNY", 123_450),
        ("12", "CNY", 1_200),
        ("0", "CNY", 0),
        ("27000.00", "JPY", 27_000),
        ("1.500", "KWD", 1_500),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, currency: str, minor: int) -> None:
    assert minor_of(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "said"),
    [
        ("12.503", "CNY", "an amount of 12.503 is smaller than a minor unit; CNY has 2 decimals"),
        ("0.5", "JPY", "an amount of 0.5 is smaller than a minor unit; JPY has 0 decimals"),
        ("CNY 12", "CNY", "'CNY 12' is no amount of money; write it as 1234.50, without the currency"),
        ("-1", "CNY", "'-1' is no amount of money"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, said: str) -> None:
    with pytest.raises(Misuse) as refused:
        minor_of(text, currency)
    assert str(refused.value).startswith(said)
