"""Whatever is measured of a line: nobody gets more than its part, no money is made, and a reader comes to the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import AcceptDelivery
from exchange.market.facts import TradeMatched
from exchange.market.lines.facts import LineCredited, LineCreditLapsed
from exchange.market.purchases.commands import ApproveRefund
from exchange.market.purchases.facts import RefundApproved
from tests.unit.market.line_stage import (
    ASSESSOR,
    BEGINS,
    ENDS,
    HOLDER,
    LINE,
    OTHER,
    SETTLED,
    a_line_market,
    a_measurement,
    bought,
    until,
)
from tests.unit.market.stage import OPERATOR, Stage, pack

HOURS = 720
READING = st.tuples(
    st.integers(-2, HOURS + 2), st.integers(1, 24), st.sampled_from([0, 50, 51, 10**6]), st.booleans()
)


def expected(price: int, worse: int) -> int:
    """SC-13, worked out by itself."""
    return min((2 * price * worse * 10 + HOURS) // (2 * HOURS), price * 30 // 100)


def told(stage: Stage, readings: list[tuple[int, int, int, bool]]) -> set[int]:
    """Let all of it be measured, each as soon as it is over; the hours of the month that are worse in the end."""
    worse: dict[int, bool] = {}
    for first, hours, loss, corrects in sorted(readings, key=lambda each: each[0] + each[1]):
        from_at = BEGINS + first * HOUR
        stage.at = max(stage.at, from_at + hours * HOUR)
        about = range(first, first + hours)
        asked = a_measurement(
            from_at, hours, loss, corrects=corrects, grounds="Read again." if corrects else ""
        )
        facts = stage.ask(OPERATOR if corrects else ASSESSOR, asked)
        known = [hour in worse for hour in about]
        assert (type(facts[0]).__name__ == "LineMeasured") == (all(known) if corrects else not any(known))
        if type(facts[0]).__name__ == "LineMeasured":
            worse |= dict.fromkeys(about, loss > 50)
    return {hour for hour, is_so in worse.items() if is_so and 0 <= hour < HOURS}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(READING, max_size=12),
    st.lists(
        st.tuples(st.sampled_from([HOLDER, OTHER]), st.integers(1, 3), st.booleans()), min_size=1, max_size=3
    ),
    st.integers(1, 600_000),
)
def test_each_buyer_gets_its_part_of_what_it_still_pays_and_no_money_is_made(
    readings: list[tuple[int, int, int, bool]], sales: list[tuple[str, int, bool]], given_back: int
) -> None:
    stage = a_line_market()
    trades = {bought(stage, who, lots, accepted=now): (who, lots, now) for who, lots, now in sales}
    first = next(iter(trades))
    back = ApproveRefund(trade_id=first, amount_minor=given_back, reference="R-1", grounds="Half used.")
    if isinstance(stage.ask(LINE, back)[0], RefundApproved):
        assert trades[first][2]
    else:
        given_back = 0
    worse = told(stage, readings)
    until(stage, SETTLED)
    for trade_id, (who, _, now) in trades.items():
        if not now:
            stage.at += DAY
            stage.ask(who, AcceptDelivery(trade_id=trade_id))
    stage.settle()
    credits = {fact.trade_id: fact for fact, _ in stage.journal if isinstance(fact, LineCredited)}
    for trade_id, (_, lots, _) in trades.items():
        price = lots * 600_000 - (given_back if trade_id == first else 0)
        amount = credits[trade_id].amount_minor if trade_id in credits else 0
        assert amount == expected(price, len(worse))
    assert not stage.market.lines.owed
    lapsed = [fact for fact, _ in stage.journal if isinstance(fact, LineCreditLapsed)]
    assert {fact.grounds for fact in lapsed} <= {"corrected", "given_back", "nothing_due"}
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)
    assert stage.at > ENDS
    assert any(isinstance(fact, TradeMatched) for fact, _ in stage.journal)
