"""Whatever happens in a market: the tables say of money and orders what the market itself knows."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Fact
from exchange.kernel.position import BEGINNING
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import (
    AcceptDelivery,
    CancelOrder,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    RefundPurchase,
    SetInstrumentState,
    Side,
    TimeInForce,
)
from exchange.market.payouts.commands import ReversePayout
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.accounts import CASH, ESCROW, PAYABLE, RESERVED
from exchange.views.queries import run_query, run_sql
from tests.contract.conftest import empty
from tests.unit.market.paying import a_payment, netted
from tests.unit.market.stage import BANK, Stage, a_standing, terms
from tests.unit.views.story import Journal, position_after

PEOPLE = ("A", "B", "C")
BOOK = "hours"
Step = tuple[Any, ...]

people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 20)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(
        st.just("place"), people, st.sampled_from(Side), st.integers(1, 5), st.integers(1, 9), st.booleans()
    ),
    st.tuples(
        st.just("place"), people, st.sampled_from(Side), st.integers(1, 5), st.integers(1, 9), st.booleans()
    ),
    st.tuples(st.just("cancel"), numbers),
    st.tuples(st.just("accept"), numbers),
    st.tuples(st.just("refund"), numbers),
    st.tuples(st.just("pay"), st.integers(0, 1)),
)


class WrittenStage(Stage):
    """A stage whose outcomes are written down as a journal."""

    def __init__(self) -> None:
        super().__init__()
        self.written = Journal("market")

    def take(self, facts: Sequence[Fact]) -> None:
        super().take(facts)
        self.written.add(*facts)

    def do(self, step: Step) -> None:
        """One step of a random play; those that name nothing do nothing."""
        match step:
            case ("place", who, side, price, lots, immediate):
                how = TimeInForce.IMMEDIATE_OR_CANCEL if immediate else TimeInForce.GOOD_TILL_CANCELLED
                order = PlaceOrder(
                    instrument_id=BOOK, side=side, price=price, quantity=lots, time_in_force=how
                )
                self.ask(who, order)
            case ("cancel", number) if orders := list(self.market.orders.values()):
                order = orders[number % len(orders)]
                self.ask(order.participant_id, CancelOrder(order_id=order.order_id))
            case ("accept", number) if purchases := list(self.market.purchases.values()):
                purchase = purchases[number % len(purchases)]
                self.ask(purchase.buyer_id, AcceptDelivery(trade_id=purchase.trade_id))
            case ("refund", number) if purchases := list(self.market.purchases.values()):
                purchase = purchases[number % len(purchases)]
                self.ask(purchase.seller_id, RefundPurchase(trade_id=purchase.trade_id, grounds="no"))
            case ("pay", share):
                for number, net in enumerate(netted(self)):
                    if net.amount_minor and (number + share) % 2:
                        self.ask(POLICY_ACTOR, a_payment(net, f"P-{net.set_id}"))
                    elif net.amount_minor:
                        self.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))


def a_played_market(steps: Sequence[Step]) -> WrittenStage:
    stage = WrittenStage()
    stage.told(RecordParticipant(standing=a_standing(BANK, "HK", "custodian")))
    for who in PEOPLE:
        stage.told(RecordParticipant(standing=a_standing(who, "JP", "seller", "buyer")))
        stage.deposited(who, 5_000)
    book = terms(
        instrument_id=BOOK,
        unit="licence",
        seller_id=None,
        posted_price=None,
        moves_data=False,
        tick_micros=33_333_333,
    )
    stage.told(OpenInstrument(terms=book))
    for step in steps:
        stage.do(step)
    return stage


def balances(store: Store, account: int) -> dict[str, int]:
    rows = run_query(store, "balances", {"account": account}).as_dicts()
    return {row["party"]: row["balance_minor"] for row in rows if row["balance_minor"]}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(STEPS, max_size=40), close=st.booleans(), sizes=st.lists(st.integers(1, 20), max_size=20)
)
def test_the_tables_know_what_the_market_knows(
    store: Store, steps: list[Step], close: bool, sizes: list[int]
) -> None:
    empty(store)
    stage = a_played_market(steps)
    if close:
        stage.told(SetInstrumentState(instrument_id=BOOK, state="closed"))
    first, left = BEGINNING, list(stage.written.outcomes)
    for size in (*sizes, len(left)):
        batch, left = left[:size], left[size:]
        after = position_after(batch, first)
        changes = project_batch(VIEWS, "market", 0, batch)
        save(store, VIEWS_READER, "market.journal", 0, first, after, changes)
        first = after
    purses = {who: stage.purse(who) for who in PEOPLE}
    assert balances(store, CASH) == {who: purse.cash for who, purse in purses.items() if purse.cash}
    assert balances(store, RESERVED) == {who: each.reserved for who, each in purses.items() if each.reserved}
    assert balances(store, PAYABLE) == {who: each.payable for who, each in purses.items() if each.payable}
    purchases = stage.market.purchases.values()
    assert balances(store, ESCROW) == {each.trade_id: each.escrow_minor for each in purchases}
    orders = run_sql(store, "SELECT order_id, quantity_left FROM orders WHERE quantity_left > 0").rows
    assert dict(orders) == {each.order_id: each.quantity_left for each in stage.market.orders.values()}
    assert [row["difference_minor"] for row in run_query(store, "trial_balance").as_dicts()] == [0]
    sums = "SELECT sum(amount_minor), (SELECT sum(debit_minor) FROM balances), count(*) FROM postings"
    ((posted, debited, _),) = run_sql(store, sums).rows
    assert posted == debited
