"""The published stream of orders has the published sums, from the market as from the twin, trade by trade."""

from collections.abc import Iterable, Iterator
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
    Side,
    Use,
)
from exchange.market.decider import decider
from exchange.market.facts import OrderAccepted, OrderCancelled, TradeMatched
from exchange.market.state import Market
from tests.benchmarks.order_stream import order_stream
from tests.properties.market_structure import conserved, consistent
from tests.properties.market_twin import Shelf, Trade, Twin, Wish
from tests.unit.market.stage import BANK, BUYER, NOON, SELLER, STAYS, a_standing, a_use, terms

CASH_MINOR = 10**15
PREFIX = 5_000
"""What the twin, which looks through everything each time, gets through in a few seconds."""


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
        facts = self.decider.decide(self.market, command, cause)
        self.decider.watch(self.market, NOON)
        for fact in facts:
            assert not isinstance(fact, Refused), fact
            self.decider.evolve(self.market, fact, NOON)
        self.decider.audit(self.market, facts)
        self.offset += 1
        return list(facts)

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


def twins_trades(stream: Iterable[list[Any]], offset: int, instruments: int) -> Iterator[list[Trade]]:
    """What the twin makes of each message, the first of which is at `offset`."""
    twin = Twin(may=lambda *given: True, owners={BUYER: BUYER, SELLER: SELLER}, cash={BUYER: CASH_MINOR})
    twin.shelves = {f"I-{number}": Shelf(lot=Fraction(1)) for number in range(instruments)}
    names: dict[int, str] = {}
    for place, (kind, instrument, number, *rest) in enumerate(stream):
        if kind == "cancel":
            twin.cancel(names[number])
        else:
            side, price, quantity = rest
            who = BUYER if side == "bid" else SELLER
            names[number] = f"O-0.{offset + place}.0"
            twin.place(f"I-{instrument}", Wish(names[number], who, side == "bid", quantity, price))
        yield twin.trades
        twin.trades = []


def test_the_market_makes_of_the_published_stream_what_it_comes_to() -> None:
    floor = Floor(100)
    assert sums(floor.run(order_stream())) == PUBLISHED
    assert floor.market.trades_matched == PUBLISHED.fills
    conserved(floor.market)
    consistent(floor.market)


def test_the_market_and_its_twin_make_the_same_trades_of_a_stream() -> None:
    stream, floor = list(order_stream(PREFIX, 10)), Floor(10)
    offset = floor.offset
    outcomes = list(floor.run(stream))
    assert sums(outcomes).fills > PREFIX // 5
    for message, facts, trades in zip(stream, outcomes, twins_trades(stream, offset, 10), strict=True):
        assert trades_of(facts) == trades, message
    consistent(floor.market)
