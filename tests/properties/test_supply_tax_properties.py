"""Tax on top of a price and tax inside it are one from escrow on, whatever is sold, filled in parts and given back."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.money import half_up
from exchange.kernel.supply import CollectedTax
from exchange.market.fees.state import FeeSchedule
from exchange.market.money_rules import amount_minor, lot_reserve_minor, split, taxed
from exchange.market.purchases.parts import parts_of, parts_without_fee
from exchange.market.purchases.state import Sale
from tests.unit.market.stage import BUYER, NOON, SELLER, terms

AMOUNTS = st.integers(0, 10**9)
RATES = st.integers(1, 9_999)
FEES = st.builds(
    FeeSchedule,
    valid_from=st.just(0),
    fee_bp=st.integers(0, 2_000),
    tax_authority=st.just("CN"),
    tax_rate_bp=st.integers(0, 2_000),
)


@given(net=AMOUNTS, rate_bp=RATES)
def test_the_net_of_an_amount_that_tax_came_on_top_of_is_the_amount(net: int, rate_bp: int) -> None:
    assert taxed(net + half_up(net * rate_bp, 10_000), rate_bp) == net


@given(
    price=st.integers(1, 10**7),
    fills=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    tick=st.sampled_from((1, 333, 10_000)),
    rate_bp=RATES,
)
def test_no_sequence_of_fills_overdraws_what_is_set_aside_with_its_tax(
    price: int, fills: list[int], tick: int, rate_bp: int
) -> None:
    book = terms(tick_micros=tick)
    paid = sum(amount_minor(book, price, each, rate_bp) for each in fills)
    assert paid <= lot_reserve_minor(book, price, rate_bp) * sum(fills)


@given(gross=AMOUNTS, rate_bp=RATES, schedule=FEES, commission_bp=st.integers(0, 1_000))
def test_the_parts_of_a_taxed_sale_are_the_whole_and_none_is_below_zero(
    gross: int, rate_bp: int, schedule: FeeSchedule, commission_bp: int
) -> None:
    parts = split(gross, "CNY", schedule, commission_bp, rate_bp)
    assert sum(parts) == gross
    assert min(parts) >= 0
    untaxed = split(gross - parts.supply_tax_minor, "CNY", schedule, commission_bp)
    assert untaxed[:4] == parts[:4]


@given(
    gross=st.integers(1, 10**7),
    rate_bp=RATES,
    schedule=FEES,
    shares=st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=8),
)
def test_refunds_of_a_taxed_sale_come_to_all_of_it_part_by_part(
    gross: int, rate_bp: int, schedule: FeeSchedule, shares: list[tuple[int, bool]]
) -> None:
    parts = split(gross, "CNY", schedule, 0, rate_bp)
    sale = Sale(
        trade_id="T-1",
        entitlement_id="E-1",
        instrument_id="L-0.1.0",
        buyer_id=BUYER,
        seller_id=SELLER,
        quantity=1,
        currency="CNY",
        seller_left=parts.seller_minor,
        payable_left=parts.seller_minor,
        fee_net_left=parts.fee_net_minor,
        fee_tax_left=parts.fee_tax_minor,
        fee_bp=schedule.fee_bp,
        tax_authority="CN",
        tax_rate_bp=schedule.tax_rate_bp,
        accepted_at=NOON,
        supply=CollectedTax(authority="CN", rate_bp=rate_bp),
        supply_tax_left=parts.supply_tax_minor,
    )
    for percent, without_fee in (*shares, (100, False)):
        whole = sale.seller_left if without_fee else sale.left_minor
        amount = whole * percent // 100
        back = parts_without_fee(sale, amount) if without_fee else parts_of(sale, amount)
        assert sum(back) == amount
        assert min(back) >= 0
        sale.seller_left -= back.seller_minor
        sale.fee_net_left -= back.fee_net_minor
        sale.fee_tax_left -= back.fee_tax_minor
        sale.supply_tax_left -= back.supply_tax_minor
        assert min(sale.seller_left, sale.fee_net_left, sale.fee_tax_left, sale.supply_tax_left) >= 0
    assert sale.left_minor == 0
