"""SC-13: a line that loses too much for two hours of November, and what a holder of one unit gets back, to the cent."""

from exchange.kernel.money import half_up
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import AcceptDelivery, RefundPurchase, Side
from exchange.market.facts import PurchaseAccepted, TradeMatched
from exchange.market.lines.facts import (
    LineBreached,
    LineCreditDeferred,
    LineCredited,
    LineCreditLapsed,
    LineMeasured,
)
from exchange.market.pools.commands import ApprovePool
from exchange.market.purchases.commands import ApproveRefund, BustTrade
from exchange.market.purchases.facts import RefundApproved
from exchange.views.accounts import cash, clawback, payable
from exchange.views.postings import Posting, entry_of
from tests.unit.market import pool_stage
from tests.unit.market.line_stage import (
    ENDS,
    HOLDER,
    LINE,
    OTHER,
    SETTLED,
    WORSE,
    a_line,
    a_line_market,
    an_order,
    bought,
    measured,
    until,
)
from tests.unit.market.paying import paid_out
from tests.unit.market.stage import OPERATOR, names, the


def test_two_hours_of_loss_are_worth_what_the_scenario_says() -> None:
    stage = a_line_market()
    trade_id = bought(stage)
    reading, breach = measured(stage)
    assert isinstance(reading, LineMeasured)
    assert isinstance(breach, LineBreached)
    assert (breach.hours, breach.broken, breach.loss_ppm_max, breach.rights) == (2, ("loss",), 50, 1)
    owed, had = stage.purse(LINE).payable, stage.purse(HOLDER).cash
    assert until(stage, SETTLED - 1) == []
    credited, given = until(stage, SETTLED)
    assert isinstance(credited, LineCredited)
    assert isinstance(given, RefundApproved)
    assert (credited.trade_id, credited.hours, credited.term_hours) == (trade_id, 2, 720)
    assert (credited.price_minor, credited.amount_minor, credited.capped) == (600_000, 16_667, False)
    assert entry_of(given).postings == (Posting(payable(LINE), cash(HOLDER), "CNY", 16_667),)
    assert (given.basis, given.clawback_minor, given.fee_net_minor) == ("quality", 0, 0)
    assert stage.purse(LINE).payable == owed - 16_667
    assert stage.purse(HOLDER).cash == had + 16_667


def test_every_holder_gets_its_own_part_and_those_of_a_good_month_nothing() -> None:
    stage = a_line_market()
    bought(stage)
    bought(stage, OTHER, 3)
    measured(stage)
    facts = until(stage, SETTLED)
    amounts = {each.buyer_id: each.amount_minor for each in facts if isinstance(each, LineCredited)}
    assert amounts == {HOLDER: 16_667, OTHER: 50_000}
    assert not stage.market.lines.terms
    good = a_line_market()
    bought(good)
    (reading,) = measured(good, loss_ppm=50)
    assert isinstance(reading, LineMeasured)
    assert reading.broken == ()
    assert until(good, SETTLED) == []


def test_no_more_than_three_tenths_of_the_price_are_given_back() -> None:
    stage = a_line_market()
    bought(stage)
    for hour in range(22):
        measured(stage, from_at=WORSE + hour * HOUR, at=WORSE + (hour + 1) * HOUR, hours=1)
    credited = the(LineCredited, until(stage, SETTLED))
    assert (credited.hours, credited.amount_minor, credited.capped) == (22, 180_000, True)


def test_a_round_trip_that_takes_too_long_counts_as_loss_does_and_an_hour_once() -> None:
    stage = a_line_market()
    bought(stage)
    assert the(LineBreached, measured(stage, rtt_ms=31)).broken == ("rtt", "loss")
    measured(stage, from_at=WORSE + 2 * HOUR, hours=1, loss_ppm=0, rtt_ms=31)
    assert the(LineCredited, until(stage, SETTLED)).hours == 3


def test_what_was_paid_out_before_is_owed_by_its_seller() -> None:
    stage = a_line_market()
    bought(stage)
    measured(stage)
    paid_out(stage, LINE)
    back = the(RefundApproved, until(stage, SETTLED))
    assert (back.payable_minor, back.clawback_minor) == (0, 16_667)
    assert entry_of(back).postings == (Posting(clawback(LINE), cash(HOLDER), "CNY", 16_667),)
    assert stage.purse(LINE).clawback == 16_667


def test_what_went_back_before_is_paid_for_no_more() -> None:
    stage = a_line_market()
    trade_id = bought(stage)
    measured(stage)
    given = ApproveRefund(trade_id=trade_id, amount_minor=500_000, reference="R-1", grounds="Half used.")
    assert names(stage.ask(LINE, given)) == ["RefundApproved"]
    credited, back = until(stage, SETTLED)
    assert isinstance(credited, LineCredited)
    assert isinstance(back, RefundApproved)
    assert (credited.price_minor, credited.amount_minor, back.left_minor) == (100_000, 2_778, 97_222)


def test_credit_for_what_is_not_accepted_yet_waits_for_the_last_word() -> None:
    stage = a_line_market()
    trade_id = bought(stage, accepted=False)
    measured(stage)
    assert names(until(stage, SETTLED)) == ["LineCreditDeferred"]
    stage.at += DAY
    the(PurchaseAccepted, stage.ask(HOLDER, AcceptDelivery(trade_id=trade_id)))
    credited = the(LineCredited, stage.settle())
    assert credited.amount_minor == 16_667
    assert not stage.market.lines.owed


def test_whoever_got_all_of_it_back_gets_no_credit_too() -> None:
    stage = a_line_market()
    trade_id = bought(stage, accepted=False)
    undone = bought(stage, OTHER)
    measured(stage)
    stage.ask(OPERATOR, BustTrade(trade_id=undone, grounds="Wrong line."))
    facts = until(stage, SETTLED)
    assert names(facts) == ["LineCreditDeferred", "LineCreditLapsed"]
    assert isinstance(facts[0], LineCreditDeferred)
    stage.ask(LINE, RefundPurchase(trade_id=trade_id, grounds="The cable broke."))
    lapsed = the(LineCreditLapsed, stage.settle())
    assert (lapsed.trade_id, lapsed.grounds) == (trade_id, "given_back")


def test_what_was_measured_wrong_is_corrected_before_it_costs_anybody() -> None:
    stage = a_line_market()
    bought(stage)
    measured(stage)
    corrected = measured(stage, actor=OPERATOR, loss_ppm=10, corrects=True, grounds="The probe was faulty.")
    assert names(corrected) == ["LineMeasured"]
    assert the(LineCreditLapsed, until(stage, SETTLED)).grounds == "corrected"


def test_hours_outside_the_month_are_not_the_holders() -> None:
    stage = a_line_market()
    bought(stage)
    assert the(LineBreached, measured(stage, from_at=ENDS - HOUR, at=ENDS + HOUR)).rights == 1
    assert the(LineCredited, until(stage, SETTLED)).hours == 1


def test_each_sale_is_credited_by_whoever_made_it() -> None:
    stage = a_line_market(lots=1)
    bought(stage)
    stage.ask(HOLDER, an_order(Side.ASK, 1, 700_000))
    bought(stage, OTHER, price=700_000)
    measured(stage)
    credits = [each for each in until(stage, SETTLED) if isinstance(each, LineCredited)]
    sold = {(each.seller_id, each.buyer_id): each.amount_minor for each in credits}
    assert sold == {(LINE, HOLDER): 16_667, (HOLDER, OTHER): 19_444}


def test_shares_of_a_pool_are_credited_for_their_month() -> None:
    """SC-08's pool, 850 Mbps of LK-SG for December at CNY 200.00 each: three hours of 744."""
    stage = pool_stage.a_line_market()
    pool_id = pool_stage.a_pool(stage)
    pool_stage.committed(stage, pool_id)
    pool_stage.at(stage, pool_stage.CLOSES)
    stage.at = pool_stage.APPROVED
    stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))
    trades = [each for each in stage.settle() if isinstance(each, TradeMatched)]
    for trade in trades:
        stage.ask(trade.buyer_id, AcceptDelivery(trade_id=trade.trade_id))
    stage.ask(OPERATOR, a_line("LK-SG", "CN-LG", "SG", operator_id=pool_stage.LINE))
    measured(stage, link_id="LK-SG", from_at=pool_stage.BEGINS, hours=3, at=pool_stage.BEGINS + 4 * HOUR)
    facts = until(stage, pool_stage.ENDS + 3 * DAY)
    assert [each.amount_minor for each in facts if isinstance(each, LineCredited)] == [
        half_up(trade.amount_minor * 30, 744) for trade in trades
    ]
