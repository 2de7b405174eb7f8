"""What is too much for one outcome follows in as many as it needs: many orders end, or are tried again."""

from collections.abc import Iterator
from typing import Any

import pytest

from exchange.kernel.bases import Command, CommandMeta, Outcome, Source
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.kernel.time import HOUR
from exchange.market.book import is_crossed, open_orders
from exchange.market.commands import (
    CancelOrders,
    RecordStanding,
    SetInstrumentState,
    Side,
    TimeInForce,
)
from exchange.market.facts import (
    AuctionPriced,
    BookSwept,
    InstrumentStateSet,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrdersCancelled,
    StandingRecorded,
    TradeMatched,
)
from exchange.market.state import Holder, Purse
from tests.properties.market_structure import conserved, consistent
from tests.support.stage import size_bytes
from tests.unit.market.floor import B1, B2, BOOK, OP, S1, S2, a_floor
from tests.unit.market.stage import NOON, Stage, a_bid
from tests.unit.market.test_market_sweeping import ELSEWHERE, LAX, adopting
from tests.unit.market.test_market_sweeping import a_floor as a_data_floor

MANY = 100_000
OUTCOME_BYTES_MAX = 256 * 1024


def a_deep_book(expires_at: int | None = None, overlap: int = 0, **rules: int) -> Stage:
    """A hundred thousand orders of two participants, half of them bids, at a hundred prices on either side.

    Shape: bids reach `overlap` beyond the price that parts both sides.
    """
    stage = a_floor(cash_minor=10**9, rules=rules)
    for number in range(MANY):
        ask = number % 2
        price = 1_000 + number % 100 + 1 if ask else 1_000 + overlap - number % 100
        entered(
            stage,
            number,
            side=Side.ASK if ask else Side.BID,
            price=price,
            time_in_force=TimeInForce.DAY if expires_at else TimeInForce.GOOD_TILL_CANCELLED,
            expires_at=expires_at,
        )
    assert len(stage.market.orders) == MANY
    return stage


def entered(stage: Stage, number: int, side: Side, price: int, quantity: int = 1, **values: Any) -> None:
    """Fold an order of one of two participants."""
    bid = side is Side.BID
    usual: dict[str, Any] = {
        "participant_id": B1 if bid else S1,
        "use": a_bid().use,
        "time_in_force": TimeInForce.GOOD_TILL_CANCELLED,
    }
    order = OrderAccepted(
        order_id=f"O-0.{10**6 + number}.0",
        instrument_id=BOOK,
        side=side,
        quantity=quantity,
        price=price,
        currency="CNY",
        reserved_minor=price * quantity if bid else 0,
        reference="",
        **usual | values,
    )
    stage.decider.evolve(stage.market, order, stage.at)


def a_book_kept_apart(lots: int) -> Stage:
    """A hundred thousand bids that cross all asks, of so many lots, and where they would use the data none may."""
    stage = a_data_floor().deposited(B1, 10**9).deposited(B2, 10**4)
    for number in range(lots // 10):
        entered(stage, number, Side.ASK, 1_000, quantity=10)
    for number in range(MANY):
        entered(stage, MANY + number, Side.BID, 1_100 - number % 100, use=ELSEWHERE, crosses=True)
    assert len(stage.market.orders) == MANY + lots // 10
    return stage


def answered(stage: Stage, actor: str, command: Command) -> Iterator[Outcome]:
    """The outcomes of a command and of all that follows from it by itself."""
    partition = Partition(stage.decider, 0)
    partition.state = stage.market
    source = Source(topic="t", partition=0, seq=1, index=0) if actor == POLICY_ACTOR else None
    asked: Asked | None = Asked(
        CommandMeta(id="c", actor=actor, valid_until=stage.at, source=source), command
    )
    for offset in range(10**7, 10**7 + MANY):
        if asked is not None:
            yield from partition.answer(offset, stage.at, asked, 0)
        due = partition.next_deadline()
        if due is None or due > stage.at:
            return
        asked = Asked(CommandMeta(id="t", actor=POLICY_ACTOR, valid_until=stage.at), Tick())


def ended(outcomes: Iterator[Outcome], kind: type) -> tuple[int, list[object]]:
    """How many orders ended, and the last facts; every outcome on the way is small enough."""
    count, last = 0, list[object]()
    for outcome in outcomes:
        assert size_bytes(outcome) < OUTCOME_BYTES_MAX
        count += sum(type(each.fact) is kind for each in outcome)
        last = [each.fact for each in outcome]
    return count, last


def nothing_is_left(stage: Stage) -> None:
    """Neither orders nor what was kept about them."""
    instrument = stage.market.instruments[BOOK]
    assert not stage.market.orders
    assert [instrument.bids, instrument.asks, instrument.holders] == [{}, {}, {}]
    assert [stage.market.expiring, stage.market.cancelling, stage.market.agenda.due] == [{}, {}, {}]
    assert stage.purse(B1) == Purse(cash=10**9)


def test_a_hundred_thousand_orders_end_with_their_book() -> None:
    stage = a_deep_book()
    count, last = ended(
        answered(stage, OP, SetInstrumentState(instrument_id=BOOK, state="closed")), OrderCancelled
    )
    assert count == MANY
    assert last[-1] == InstrumentStateSet(instrument_id=BOOK, state="closed")
    nothing_is_left(stage)


def test_a_hundred_thousand_orders_end_when_their_book_trades_last() -> None:
    stage = a_deep_book(last_trade=NOON + HOUR)
    stage.at = NOON + HOUR
    count, last = ended(answered(stage, POLICY_ACTOR, Tick()), OrderExpired)
    assert count == MANY
    assert last[-1] == InstrumentStateSet(instrument_id=BOOK, state="closed", by="time")
    nothing_is_left(stage)


@pytest.mark.parametrize(("who", "count"), [(None, MANY), (B1, MANY // 2)])
def test_a_hundred_thousand_orders_are_cancelled_at_once(who: str | None, count: int) -> None:
    stage = a_deep_book()
    cancelling = CancelOrders(participant_id=who, instrument_id=None if who else BOOK)
    cancelled, last = ended(answered(stage, OP, cancelling), OrderCancelled)
    assert cancelled == count
    assert isinstance(last[-1], OrdersCancelled)
    assert len(stage.market.orders) == MANY - count
    assert stage.purse(B1) == Purse(cash=10**9)
    assert not stage.market.cancelling


def test_a_hundred_thousand_orders_expire_at_one_instant() -> None:
    stage = a_deep_book(expires_at=NOON + HOUR)
    stage.at = NOON + HOUR
    count, _ = ended(answered(stage, POLICY_ACTOR, Tick()), OrderExpired)
    assert count == MANY
    nothing_is_left(stage)


def test_a_book_of_a_hundred_thousand_orders_is_swept() -> None:
    stage = a_deep_book()
    stage.told(RecordStanding(participant_id=S1, active=False))
    stage.deposited("BU-SG-01", 10**9)
    stage.ask("BU-SG-01", a_bid(1_100, 1_200))
    assert BOOK in stage.market.crossed
    again = answered(stage, POLICY_ACTOR, RecordStanding(participant_id=S1, active=True))
    count, last = ended(again, TradeMatched)
    assert count == 1_200
    assert isinstance(last[-1], BookSwept)
    assert BOOK not in stage.market.crossed
    assert stage.market.instruments[BOOK].holders[S1] != Holder()
    assert len(stage.market.orders) == MANY - 1_200


def test_half_of_a_hundred_thousand_orders_at_one_price_stand_again_where_they_did() -> None:
    stage = a_floor(cash_minor=10**9)
    for number in range(MANY):
        entered(stage, number, Side.ASK, 1_000, participant_id=S2 if number % 2 else S1)
    before = [order.order_id for order in open_orders(stage.market.instruments[BOOK], Side.ASK)]
    for active in (False, True):
        stage.decider.evolve(stage.market, StandingRecorded(participant_id=S1, active=active), stage.at)
        found = [order.order_id for order in open_orders(stage.market.instruments[BOOK], Side.ASK)]
        assert found == before
    consistent(stage.market)


def test_a_hundred_thousand_orders_that_a_ruleset_kept_apart_are_swept_under_another() -> None:
    stage = a_book_kept_apart(lots=1_000)
    assert stage.decider.next_deadline(stage.market) is None
    count, last = ended(answered(stage, POLICY_ACTOR, adopting(LAX, stage.at)), TradeMatched)
    assert count == 1_000
    assert isinstance(last[-1], BookSwept)
    assert BOOK not in stage.market.crossed
    assert len(stage.market.orders) == MANY - 1_000
    consistent(stage.market)
    conserved(stage.market)


def test_a_sweep_passes_a_hundred_thousand_over_that_a_ruleset_keeps_apart() -> None:
    stage = a_book_kept_apart(lots=10)
    stage.decider.evolve(stage.market, StandingRecorded(participant_id=S1, active=False), stage.at)
    entered(stage, 3 * MANY, Side.BID, 1_000, quantity=3, participant_id=B2, crosses=True)
    again = list(answered(stage, POLICY_ACTOR, RecordStanding(participant_id=S1, active=True)))
    swept = [fact.next_place for outcome in again for _, fact in outcome if isinstance(fact, BookSwept)]
    # One for the ruleset before; then five hundred are tried a step, and one trades in a step of its own.
    assert swept == [None, 0, *range(500, MANY + 1, 500), MANY + 2, None]
    count, _ = ended(iter(again), TradeMatched)
    assert count == 1
    assert stage.market.crossed[BOOK].todo is None
    assert len(stage.market.orders) == MANY + 1
    consistent(stage.market)


def test_a_hundred_thousand_orders_are_auctioned() -> None:
    """Bids from 942 to 1,040 and asks from 1,002 to 1,100, a thousand at each even price: ten thousand may trade."""
    stage = a_deep_book(overlap=40)
    stage.told(SetInstrumentState(instrument_id=BOOK, state="call"))
    outcomes = list(answered(stage, OP, SetInstrumentState(instrument_id=BOOK, state="open")))
    facts = [fact for outcome in outcomes for _, fact in outcome]
    (priced,) = (fact for fact in facts if isinstance(fact, AuctionPriced))
    assert (priced.price, priced.volume, priced.imbalance) == (1_022, 10_000, -1_000)
    count, last = ended(iter(outcomes), TradeMatched)
    assert count == priced.volume
    assert last[-1] == InstrumentStateSet(instrument_id=BOOK, state="open", by="time")
    assert len(stage.market.orders) == MANY - 2 * count
    spent = sum(fact.amount_minor for fact in facts if isinstance(fact, TradeMatched))
    assert stage.purse(B1).cash + stage.purse(B1).reserved == 10**9 - spent
    assert not is_crossed(stage.market.instruments[BOOK])
