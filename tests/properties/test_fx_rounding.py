"""Exchanging currencies creates no money, however it is rounded. Source: settlement.md section 5 (5 to 7)."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.money import SCALES
from exchange.settlement.fx.facts import FxQuoted
from exchange.settlement.fx.quoting import closed
from exchange.settlement.fx.rates import exchanged, ratio
from exchange.settlement.fx.state import Deal

amounts = st.integers(1, 10**12)
currencies = st.sampled_from(("HKD", "SGD", "USD", "JPY", "VND", "KWD", "IDR"))
rates = st.builds(lambda whole, decimals: f"{whole}.{decimals:04}", st.integers(0, 99), st.integers(1, 9_999))
sides = st.sampled_from(("fixed_sell", "fixed_buy"))


@given(currency=currencies, rate=rates, amount=amounts)
def test_there_and_back_gives_at_most_what_was_had(currency: str, rate: str, amount: int) -> None:
    there = exchanged("fixed_sell", amount, ratio(rate, currency, currency, "CNY"))
    back = exchanged("fixed_sell", there.bought_minor, ratio(rate, currency, "CNY", currency))
    assert back.bought_minor <= amount


@given(currency=currencies, rate=rates, amount=amounts)
def test_whoever_fixes_what_it_buys_pays_for_it_there_and_back(currency: str, rate: str, amount: int) -> None:
    wanted = exchanged("fixed_buy", amount, ratio(rate, currency, "CNY", currency))
    paid = exchanged("fixed_buy", wanted.sold_minor, ratio(rate, currency, currency, "CNY"))
    assert paid.sold_minor >= amount


@given(currency=currencies, rate=rates, amount=amounts, side=sides, sells_base=st.booleans())
def test_the_one_rounding_is_less_than_a_minor_unit_and_the_banks(
    currency: str, rate: str, amount: int, side: str, sells_base: bool
) -> None:
    sell, buy = (currency, "CNY") if sells_base else ("CNY", currency)
    done = exchanged(side, amount, ratio(rate, currency, sell, buy))  # type: ignore[arg-type]
    worth = Fraction(rate) if sells_base else 1 / Fraction(rate)
    exact = Fraction(done.sold_minor, SCALES[sell]) * worth * SCALES[buy]
    if side == "fixed_sell":
        assert 0 <= exact - done.bought_minor < 1
    else:
        assert 0 <= done.sold_minor - Fraction(done.bought_minor, SCALES[buy]) / worth * SCALES[sell] < 1


@given(
    rate=rates,
    side=sides,
    sells_base=st.booleans(),
    parts=st.lists(st.integers(1, 10**9), min_size=1, max_size=20),
)
def test_the_residue_of_a_deal_is_less_than_a_minor_unit_for_each_customer(
    rate: str, side: str, sells_base: bool, parts: list[int]
) -> None:
    sell, buy = ("JPY", "CNY") if sells_base else ("CNY", "JPY")
    done = [exchanged(side, part, ratio(rate, "JPY", sell, buy)) for part in parts]  # type: ignore[arg-type]
    sold, bought = (sum(each) for each in zip(*done, strict=True))
    deal = Deal(a_quote(rate, side, sell, buy), 0, done=len(done), sold_minor=sold, bought_minor=bought)
    whole = closed(deal, sold, bought, len(done))
    assert 0 <= whole.residual_minor < len(parts)
    if side == "fixed_sell":
        assert (whole.sold_minor, whole.bought_minor - whole.residual_minor) == (sold, bought)
    else:
        assert (whole.sold_minor + whole.residual_minor, whole.bought_minor) == (sold, bought)


def a_quote(rate: str, side: str, sell: str, buy: str) -> FxQuoted:
    return FxQuoted(
        quote_id="FX-0.1.0",
        bank_id="BK-HK-01",
        base_currency="JPY",
        quote_currency="CNY",
        sell_currency=sell,
        buy_currency=buy,
        side="fixed_sell" if side == "fixed_sell" else "fixed_buy",
        rate=rate,
        source="desk",
        expires_at=0,
        max_minor=0,
    )
