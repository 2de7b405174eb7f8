"""An auction's price and trades are those of a plain working out, order by order and price by price."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.market.allotting import allotted
from exchange.market.auction_price import find_price
from exchange.market.book import enter, open_orders, take_out
from exchange.market.commands import OrderType, Side, TimeInForce
from exchange.market.facts import OrderAccepted
from exchange.market.pricing import reference_price
from exchange.market.state import Instrument, Market, Order
from tests.unit.market.floor import B1, B2, BOOK, S1, S2, a_call
from tests.unit.market.stage import Stage, a_use

PEOPLE = (S1, S2, B1, B2)
STANDINGS = ("here", "there", "abroad")
Pairs = set[tuple[str, str]]
Allotted = list[tuple[str, str, int]]


def a_book(draw: Random) -> tuple[Market, Instrument]:
    """A book that collects orders: of some of each side's standings, some of them icebergs, some without a price."""
    stage: Stage = a_call(rules={"reference_price": draw.choice([None, 3, 5])})
    market = stage.market
    people, standings = draw.sample(PEOPLE, draw.randint(2, 4)), draw.sample(STANDINGS, draw.randint(1, 3))
    for number in range(draw.randint(2, 24)):
        stage.decider.evolve(market, an_order(draw, number, draw.choice(people)), stage.at)
    instrument = market.instruments[BOOK]
    for order in list(market.orders.values()):
        take_out(instrument, order)
        order.standing = draw.choice(standings)
        enter(instrument, order)
        if order.display:
            order.shown = draw.randint(1, min(order.display, order.quantity_left))
    return market, instrument


def an_order(draw: Random, number: int, who: str) -> OrderAccepted:
    side, quantity = draw.choice(list(Side)), draw.randint(1, 6)
    unpriced = draw.random() < 0.2
    return OrderAccepted(
        order_id=f"O-0.{number}.0",
        instrument_id=BOOK,
        participant_id=who,
        side=side,
        quantity=quantity,
        price=draw.choice([2, 6, 9] if unpriced else range(1, 9)),
        currency="CNY",
        reserved_minor=0,
        use=a_use(),
        reference="",
        time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
        order_type=OrderType.MARKET if unpriced else OrderType.LIMIT,
        unpriced=unpriced,
        display_quantity=draw.randint(1, 3) if draw.random() < 0.3 and not unpriced else None,
    )


class Piece:
    """What an order shows and hides."""

    def __init__(self, order: Order, shown: int, hidden: int) -> None:
        self.order, self.shown, self.hidden = order, shown, hidden


def accepting(market: Market, instrument: Instrument, side: Side, price: int) -> list[list[Piece]]:
    """A side's orders that accept a price: market orders, then price by price, the best first."""
    sign = 1 if side is Side.ASK else -1
    steps: dict[tuple[bool, int], list[Piece]] = {}
    for order in sorted(open_orders(instrument, side), key=lambda order: order.rank):
        if sign * order.price <= sign * price:
            step = (False, 0) if order.unpriced else (True, sign * order.price)
            steps.setdefault(step, []).append(Piece(order, order.shown, order.quantity_left - order.shown))
    return [steps[step] for step in sorted(steps)]


def show_next(pieces: list[Piece], piece: Piece) -> None:
    """An iceberg's next part comes behind its price's orders."""
    if not piece.shown and piece.hidden:
        shown = min(piece.order.display, piece.hidden)
        pieces.append(Piece(piece.order, shown, piece.hidden - shown))
        piece.hidden = 0


def plainly(market: Market, instrument: Instrument, price: int, pairs: Pairs) -> Allotted:
    """Each bid in its turn takes from the first asks it may trade with."""
    levels, trades = accepting(market, instrument, Side.ASK, price), list[tuple[str, str, int]]()
    for bids in accepting(market, instrument, Side.BID, price):
        for bid in bids:
            for asks in levels:
                for ask in asks:
                    if bid.shown and ask.shown and may_trade(market, bid.order, ask.order, pairs):
                        lots = min(bid.shown, ask.shown)
                        trades.append((bid.order.order_id, ask.order.order_id, lots))
                        bid.shown -= lots
                        ask.shown -= lots
                        show_next(asks, ask)
            show_next(bids, bid)
    return trades


def may_trade(market: Market, bid: Order, ask: Order, pairs: Pairs) -> bool:
    owners = {market.participants[order.participant_id].beneficial_owner for order in (bid, ask)}
    return len(owners) == 2 and (bid.standing, ask.standing) in pairs


def plain_price(market: Market, instrument: Instrument, pairs: Pairs) -> tuple[int | None, int, int]:
    """Every limit is tried: most trades, least left over, nearest to the reference, the higher."""
    reference, orders = reference_price(instrument), list(market.orders.values())

    def tried(price: int) -> tuple[int | None, int, int]:
        volume = sum(lots for *_, lots in plainly(market, instrument, price, pairs))
        bid = sum(o.quantity_left for o in orders if o.side is Side.BID and o.price >= price)
        ask = sum(o.quantity_left for o in orders if o.side is Side.ASK and o.price <= price)
        return (price, volume, bid - ask)

    found = [each for each in map(tried, {o.price for o in orders if not o.unpriced}) if each[1]]
    if not found:
        found = [each for each in map(tried, [] if reference is None else [reference]) if each[1]]
    if not found:
        return (None, 0, 0)
    most = max(volume for _, volume, _ in found)
    least = min(abs(left) for _, volume, left in found if volume == most)
    tied = [each for each in found if (each[1], abs(each[2])) == (most, least)]
    prices = [price or 0 for price, _, _ in tied]
    twice = min(prices) + max(prices) if reference is None else 2 * reference
    return min(tied, key=lambda each: (abs(2 * (each[0] or 0) - twice), -(each[0] or 0)))


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_price_and_the_trades_are_those_of_a_plain_working_out(seed: int) -> None:
    draw = Random(seed)
    market, instrument = a_book(draw)
    pairs = {(bid, ask) for bid in STANDINGS for ask in STANDINGS if draw.random() < 0.7}

    def admits(bid: Order, ask: Order) -> bool:
        return (bid.standing, ask.standing) in pairs

    for price in range(1, 10):
        found = [
            (bid.order_id, ask.order_id, lots)
            for bid, ask, lots in allotted(market, instrument, price, admits)
        ]
        assert found == plainly(market, instrument, price, pairs)
    assert find_price(market, instrument, admits) == plain_price(market, instrument, pairs)
