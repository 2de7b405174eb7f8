"""What is reserved, paid and split, to the last minor unit; and how long a right lasts."""

import pytest

from exchange.kernel.time import instant
from exchange.market.fees.state import FIRST_SCHEDULE
from exchange.market.money_rules import amount_minor, lot_reserve_minor, split
from exchange.market.term import ends_at
from tests.unit.market.stage import licence, terms


@pytest.mark.parametrize(
    ("gross", "seller", "fee_net", "fee_tax"),
    [
        (1_200_000, 1_170_000, 28_302, 1_698),  # SC-02, CNY 12,000.00
        (180_000, 175_500, 4_245, 255),  # JPY 180,000
        (4_800_000, 4_680_000, 113_208, 6_792),  # P-01, EUR 48,000.00
        (1_710_000, 1_667_250, 40_330, 2_420),  # SC-09, USD 17,100.00
        (387_097, 377_420, 9_129, 548),  # SC-14, SGD 3,870.97
        (0, 0, 0, 0),
        (1, 1, 0, 0),
        (20, 19, 1, 0),
    ],
)
def test_the_fee_is_two_and_a_half_per_cent_with_its_tax_inside(
    gross: int, seller: int, fee_net: int, fee_tax: int
) -> None:
    parts = split(gross, "CNY", FIRST_SCHEDULE)
    assert parts == (seller, fee_net, fee_tax, 0, 0)
    assert sum(parts) == gross


@pytest.mark.parametrize(
    ("currency", "tick_micros", "price", "quantity", "reserve_of_a_lot", "amount"),
    [
        ("CNY", 10_000, 1_200_000, 1, 1_200_000, 1_200_000),
        ("JPY", 1_000_000, 250_000, 1, 250_000, 250_000),
        ("USD", 100, 21_000, 550, 210, 115_500),  # SC-07: 550 x 2.1000
        ("USD", 1, 35_000, 3, 4, 11),  # 0.035000 each: 3.5 cents up to 4; 10.5 cents half up to 11
        ("USD", 1, 1, 1, 1, 0),
        ("KWD", 1_000, 1_500, 2, 1_500, 3_000),
    ],
)
def test_a_reserve_rounds_each_lot_up_and_a_trade_rounds_once(
    currency: str, tick_micros: int, price: int, quantity: int, reserve_of_a_lot: int, amount: int
) -> None:
    instrument = terms(currency=currency, tick_micros=tick_micros)
    assert lot_reserve_minor(instrument, price) == reserve_of_a_lot
    assert amount_minor(instrument, price, quantity) == amount


@pytest.mark.parametrize(
    ("unit", "quantity", "starts", "ends"),
    [
        ("licence", 3, "2026-11-02T00:00:00Z", "2027-11-02T00:00:00Z"),
        ("day", 2, "2026-11-02T00:00:00Z", "2026-11-04T00:00:00Z"),
        ("month", 1, "2026-11-02T00:00:00Z", "2026-12-02T00:00:00Z"),
        ("month", 1, "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"),
        ("month", 1, "2026-01-30T17:00:00Z", "2026-02-27T17:00:00Z"),  # the 31st in Shanghai
        ("month", 14, "2026-12-31T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("year", 1, "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z"),
        ("year", 10**9, "2026-11-02T00:00:00Z", "9999-12-31T00:00:00Z"),
        ("day", 10**9, "2026-11-02T00:00:00Z", "9999-12-31T00:00:00Z"),
    ],
)
def test_a_right_lasts_as_many_units_as_were_bought(unit: str, quantity: int, starts: str, ends: str) -> None:
    assert ends_at(terms(unit=unit), instant(starts), quantity) == instant(ends)


def test_a_licence_outlasts_no_calendar() -> None:
    endless = terms(unit="licence", licence=licence(term_days=36_600))
    assert ends_at(endless, instant("9950-01-01T00:00:00Z"), 1) == instant("9999-12-31T00:00:00Z")
