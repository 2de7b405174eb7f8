"""The published stream of orders has the published sums, from the market as from the twin, trade by trade."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.market.commands import (
    CancelOrder,
    ConfirmDeposit,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    SetInstrumentState,
    Side,
    Use,
)
from exchange.market.decider import decider
from exchange.market.facts import OrderAccepted, OrderCancelled, TradeMatched
from exchange.market.state import Market
from tests.benchmarks.order_stream import order_stream
from tests.properties.market_journal import end_of
from tests.properties.market_structure import conserved, consistent
from tests.properties.market_twin import Shelf, Trade, Twin, Wish
from tests.unit.market.stage import BANK, BUYER, NOON, SELLER, STAYS, a_standing, a_use, terms

CASH_MINOR = 10**15

BIDS, ASKS = a_use(), Use()


class Sums(NamedTuple):
    """What a stream comes to. Units: lots, and price times quantity in ticks."""

    fills: int
    quantity: int
    notional: int
    new: int
    cancelled: int


PUBLISHED = Sums(fills=47_849, quantity=1_489_740, notional=3_051_272_427, new=140_248, cancelled=59_752)


class Floor:
    """A market of books that move no data: one participant bids, another asks; a tick is a minor unit."""

    def __init__(self, instruments: int) -> None:
        self.decider = decider({})
        self.market: Market = self.decider.initial(0)
        self.offset = 0
        self.tell(BANK, RecordParticipant(standing=a_standing(BANK, "HK", "custodian")))
        for who, role in ((SELLER, "seller"), (BUYER, "buyer")):
            self.tell(POLICY_ACTOR, RecordParticipant(standing=a_standing(who, "CN", role)))
        money = ConfirmDeposit(participant_id=BUYER, currency="CNY", amount_minor=CASH_MINOR, reference="D-1")
        self.tell(BANK, money)
        for number in range(instruments):
            book = terms(
                instrument_id=f"I-{number}", posted_price=None, seller_id=None, moves_data=False, unit="lot"
            )
            self.tell(POLICY_ACTOR, OpenInstrument(terms=book))

    def tell(self, actor: str, command: Command) -> list[Any]:
        """Decide and fold one command."""
        source_actor = POLICY_ACTOR if isinstance(command, RecordParticipant) else actor
        cause = Cause("market", 0, self.offset, source_actor, "c", NOON)
        facts = self.take(self.decider.decide(self.market, command, cause))
        self.offset += 1
        return facts

    def take(self, facts: Sequence[Any]) -> list[Any]:
        """Fold an outcome, and look at what it leaves."""
        self.decider.watch(self.market, NOON)
        for fact in facts:
            assert not isinstance(fact, Refused), fact
            self.decider.evolve(self.market, fact, NOON)
        self.decider.audit(self.market, facts)
        return list(facts)

    def closed(self, name: str) -> list[Any]:
        """The facts of a book's end, in as many outcomes as it takes."""
        facts = self.tell(POLICY_ACTOR, SetInstrumentState(instrument_id=name, state="closed"))
        while (due := self.decider.next_deadline(self.market)) is not None and due <= NOON:
            cause = Cause("market", 0, self.offset, POLICY_ACTOR, "", NOON)
            facts += self.take(self.decider.expire(self.market, cause))
        return facts

    def run(self, stream: Iterable[list[Any]]) -> Iterator[list[Any]]:
        """The facts of each message of a stream."""
        named: dict[int, tuple[str, str]] = {}
        for kind, instrument, number, *rest in stream:
            if kind == "cancel":
                order_id, who = named[number]
                yield self.tell(who, CancelOrder(order_id=order_id))
                continue
            side, price, quantity = rest
            who = BUYER if side == "bid" else SELLER
            named[number] = (f"O-0.{self.offset}.0", who)
            order = PlaceOrder(
                instrument_id=f"I-{instrument}",
                side=Side(side),
                quantity=quantity,
                price=price,
                time_in_force=STAYS,
                use=BIDS if side == "bid" else ASKS,
            )
            yield self.tell(who, order)


def sums(outcomes: Iterable[list[Any]]) -> Sums:
    """What the facts of a stream come to."""
    fills = quantity = notional = new = cancelled = 0
    for facts in outcomes:
        for fact in facts:
            if isinstance(fact, TradeMatched):
                fills, quantity = fills + 1, quantity + fact.quantity
                notional += fact.amount_minor
            new += isinstance(fact, OrderAccepted)
            cancelled += isinstance(fact, OrderCancelled)
    return Sums(fills, quantity, notional, new, cancelled)


def trades_of(facts: list[Any]) -> list[Trade]:
    """The trades among some facts, in the twin's words."""
    return [
        (
            *(fact.bid_id, fact.ask_id, fact.buyer_id, fact.seller_id),
            *(fact.price, fact.quantity, fact.amount_minor),
        )
        for fact in facts
        if isinstance(fact, TradeMatched)
    ]


class Twins:
    """The twin, asked what a floor is asked, the first of it at `offset`."""

    def __init__(self, offset: int, instruments: int) -> None:
        self.twin = Twin(
            may=lambda *given: True, owners={BUYER: BUYER, SELLER: SELLER}, cash={BUYER: CASH_MINOR}
        )
        self.twin.shelves = {f"I-{number}": Shelf(lot=Fraction(1)) for number in range(instruments)}
        self.offset = offset
        self.names: dict[int, str] = {}

    def trades(self, message: list[Any]) -> list[Trade]:
        """What it makes of the next message."""
        kind, instrument, number, *rest = message
        if kind == "cancel":
            self.twin.cancel(self.names[number], f"I-{instrument}")
        else:
            side, price, quantity = rest
            who, name = BUYER if side == "bid" else SELLER, f"O-0.{self.offset}.0"
            self.names[number] = name
            self.twin.place(f"I-{instrument}", Wish(name, who, side == "bid", quantity, price))
        self.offset += 1
        trades, self.twin.trades = self.twin.trades, []
        return trades


def test_the_market_makes_of_the_published_stream_what_it_comes_to() -> None:
    floor, stream = Floor(100), list(order_stream())
    twins = Twins(floor.offset, 100)
    outcomes: list[list[Any]] = []
    for message, facts in zip(stream, floor.run(stream), strict=True):
        assert trades_of(facts) == twins.trades(message), message
        outcomes.append(facts)
    assert sums(outcomes) == PUBLISHED
    assert floor.market.trades_matched == PUBLISHED.fills
    conserved(floor.market)
    consistent(floor.market)


def test_the_market_and_its_twin_end_the_same_orders_when_deep_books_close() -> None:
    stream, floor = list(order_stream(5_000, 3)), Floor(3)
    twins = Twins(floor.offset, 3)
    for message, facts in zip(stream, floor.run(stream), strict=True):
        assert trades_of(facts) == twins.trades(message), message
    twins.twin.ends.clear()
    for name, shelf in twins.twin.shelves.items():
        open_orders = len(shelf.wishes)
        assert open_orders > 200
        ended = [end for fact in floor.closed(name) if (end := end_of(fact)) is not None]
        twins.twin.close(shelf, "instrument_closed")
        assert sorted(ended) == sorted(twins.twin.ends[-open_orders:])
        assert len(ended) == open_orders
    assert not floor.market.orders
    conserved(floor.market)
    consistent(floor.market)
