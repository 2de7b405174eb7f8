"""Whatever happens in a book: tables, feed and market show the same, and a feed goes on from any position."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Outcome
from exchange.kernel.position import BEGINNING
from exchange.kernel.time import MINUTE, iso
from exchange.market.commands import BookRules as Rules
from exchange.market.commands import (
    CancelOrder,
    CancelOrders,
    OpenInstrument,
    OrderType,
    PlaceOrder,
    RecordParticipant,
    ReplaceOrder,
    SelfTrade,
    SetInstrumentState,
    Side,
    TimeInForce,
    Use,
)
from exchange.market.facts import TradeMatched
from exchange.market.purchases.commands import BustTrade
from exchange.market.purchases.facts import TradeBusted
from exchange.market.state import Market, Order
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.book_feed import BookFeed
from exchange.views.depth import Auctioned, Book, BookUpdate
from exchange.views.queries import run_query, run_sql
from exchange.views.queries.snapshot import book_at
from tests.contract.conftest import empty
from tests.contract.test_projections_market import BOOK, PEOPLE, WrittenStage
from tests.unit.market.stage import LICENCE, OPERATOR, a_standing, terms
from tests.unit.views.story import Journal, position_after

TOPIC = "market.journal"
USE = Use(licence_digest=LICENCE)
Step = tuple[Any, ...]

PLAYED: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.reuse, Phase.generate),
}
"""A seed cannot be made smaller."""
SEEDS = st.integers(0, 10**6)
"""A play is drawn from its seed: what Hypothesis itself draws would be refused for the most part."""
_STAYS = TimeInForce.GOOD_TILL_CANCELLED


def a_play(seed: int) -> list[Step]:
    """Forty steps, most of them orders."""
    draw = Random(seed)
    others: list[Callable[[], Step]] = [
        lambda: ("replace", draw.randrange(10), draw.randint(1, 9), draw.randint(1, 5)),
        lambda: ("replace", draw.randrange(10), draw.randint(1, 9), draw.randint(1, 5)),
        lambda: ("cancel", draw.randrange(10)),
        lambda: ("cancel all", draw.choice(PEOPLE)),
        lambda: ("suspend", draw.choice(PEOPLE), True),
        lambda: ("suspend", draw.choice(PEOPLE), draw.random() < 0.5),
        lambda: ("state", draw.choice(["call", "halted"])),
        lambda: ("state", "open"),
        lambda: ("state", "open"),
        lambda: ("wait", draw.choice([1, 20, 2_000])),
        lambda: ("bust", draw.randrange(10)),
        lambda: ("bust", draw.randrange(10)),
    ]
    return [_an_order(draw) if draw.random() < 0.75 else draw.choice(others)() for _ in range(40)]


def _an_order(draw: Random) -> Step:
    side, price = draw.choice(list(Side)), None if draw.random() < 0.1 else draw.randint(1, 5)
    display = draw.randint(1, 3) if price is not None and draw.random() < 0.5 else None
    time_in_force = _STAYS if display or draw.random() < 0.6 else draw.choice(list(TimeInForce))
    quantity, self_trade = draw.randint(3, 9), draw.choice(list(SelfTrade))
    return ("place", draw.choice(PEOPLE), side, quantity, price, time_in_force, display, self_trade)


def do(stage: WrittenStage, step: Step) -> None:
    """One step of a random play; those that name nothing, or are refused, change nothing."""
    orders = list(stage.market.orders.values())
    match step:
        case ("place", who, side, quantity, price, time_in_force, display, self_trade):
            dated = time_in_force is TimeInForce.GOOD_TILL_DATE
            command = PlaceOrder(
                instrument_id=BOOK,
                side=side,
                quantity=quantity,
                price=price,
                use=USE if side is Side.BID else Use(),
                order_type=OrderType.MARKET if price is None else OrderType.LIMIT,
                time_in_force=time_in_force,
                expires_at=stage.at + 5 * MINUTE if dated else None,
                display_quantity=display,
                self_trade=self_trade,
            )
            stage.ask(who, command)
        case ("replace", number, quantity, price) if orders:
            order = orders[number % len(orders)]
            command = ReplaceOrder(order_id=order.order_id, quantity=quantity, price=price)
            stage.ask(order.participant_id, command)
        case ("cancel", number) if orders:
            order = orders[number % len(orders)]
            stage.ask(order.participant_id, CancelOrder(order_id=order.order_id))
        case ("cancel all", who):
            stage.ask(who, CancelOrders(participant_id=who))
        case ("suspend", who, active):
            standing = a_standing(who, "JP", "seller", "buyer", active=active)
            stage.told(RecordParticipant(standing=standing))
        case ("state", state):
            stage.ask(OPERATOR, SetInstrumentState(instrument_id=BOOK, state=state))
        case ("bust", number) if purchases := list(stage.market.purchases):
            trade_id = purchases[-1 - number % len(purchases)]
            stage.ask(OPERATOR, BustTrade(trade_id=trade_id, grounds="A wrong price."))
        case ("wait", minutes):
            stage.at += minutes * MINUTE
            stage.settle()


def a_played_book(steps: Sequence[Step]) -> WrittenStage:
    stage = WrittenStage()
    stage.told(RecordParticipant(standing=a_standing(OPERATOR, "CN-LG", "operator")))
    stage.told(RecordParticipant(standing=a_standing("BK-HK-01", "HK", "custodian")))
    for who in PEOPLE:
        # Two of them are one, so that they meet themselves.
        owner = "one" if who in PEOPLE[:2] else who
        stage.told(
            RecordParticipant(standing=a_standing(who, "JP", "seller", "buyer", beneficial_owner=owner))
        )
        stage.deposited(who, 50_000)
    rules = Rules(kind="compute", call_us=20 * MINUTE, reference_price=3, collar_bp=10_000)
    book = terms(instrument_id=BOOK, seller_id=None, posted_price=None, moves_data=False, rules=rules)
    stage.told(OpenInstrument(terms=book))
    stage.settle()
    for step in steps:
        do(stage, step)
    return stage


def the_market_itself(market: Market) -> list[tuple[str, int, int]]:
    """Every open order with what it shows, in priority, bids first."""

    def place(order: Order) -> tuple[Any, ...]:
        price = -order.price if order.side is Side.BID else order.price
        return (order.side is Side.ASK, not order.unpriced, 0 if order.unpriced else price, order.rank)

    orders = sorted(market.orders.values(), key=place)
    return [(order.order_id, 0 if order.unpriced else order.price, order.shown) for order in orders]


def written(store: Store, journal: Journal, sizes: Sequence[int]) -> None:
    """Project a journal in batches of these sizes."""
    first, left = BEGINNING, list(journal.outcomes)
    for size in (*sizes, len(left)):
        batch, left = left[:size], left[size:]
        after = position_after(batch, first)
        save(store, VIEWS_READER, TOPIC, 0, first, after, project_batch(VIEWS, "market", 0, batch))
        first = after


def taken(feed: BookFeed, outcomes: Sequence[Outcome]) -> list[BookUpdate]:
    return [update for outcome in outcomes if (update := feed.take(outcome)) is not None]


@settings(max_examples=15, **PLAYED)
@given(seed=SEEDS, cut=st.integers(0, 60), sizes=st.lists(st.integers(1, 20), max_size=9))
def test_tables_feed_and_market_show_one_book(store: Store, seed: int, cut: int, sizes: list[int]) -> None:
    empty(store)
    stage = a_played_book(a_play(seed))
    outcomes = stage.written.outcomes
    whole = BookFeed(BOOK, 0)
    updates = taken(whole, outcomes)
    written(store, stage.written, sizes)

    expected = the_market_itself(stage.market)
    assert [(each.order_id, each.price or 0, each.quantity) for each in whole.book.orders] == expected
    rows = run_query(store, "book_orders", {"instrument": BOOK}).as_dicts()
    assert [(row["order_id"], row["price"] or 0, row["quantity_shown"]) for row in rows] == expected
    levels = run_query(store, "book", {"instrument": BOOK}).as_dicts()
    found = [(each.side.value, each.price, each.quantity, each.orders) for each in whole.book.levels]
    assert [tuple(row.values()) for row in levels] == found
    assert followed(updates) == {(side, price): (quantity, orders) for side, price, quantity, orders in found}
    indicative = run_query(store, "indicative", {"instrument": BOOK}).rows
    assert [row[1:] for row in indicative] == [
        tuple(getattr(each, name) for name in FOUND) for each in called(whole)
    ]
    best = run_query(store, "best", {"instrument": BOOK}).as_dicts()
    assert [(row["bid_price"], row["ask_quantity"]) for row in best] == best_of(whole.book)

    empty(store)
    written(store, Journal("market", outcomes=outcomes[:cut]), sizes)
    if run_query(store, "instruments", {}).rows:
        joined = book_at(store, BOOK, TOPIC)
        rest = [update for update in updates if update.seq >= joined.position.seq]
        assert taken(joined.feed, outcomes) == rest, "neither a hole nor a repeat, whatever is read again"
        # A snapshot knows the ranks of what stands; what they are is the same.
        assert joined.feed.book == whole.book


FOUND = ("price", "volume", "imbalance")


def called(feed: BookFeed) -> list[Auctioned]:
    """What the feed says an auction would find, if orders are collected for one."""
    return [] if feed.indicative is None else [feed.indicative]


def followed(updates: list[BookUpdate]) -> dict[tuple[str, int | None], tuple[int | None, int]]:
    """The levels as a client keeps them who takes nothing but updates."""
    levels = {}
    for update in updates:
        for level in update.levels:
            levels[level.side.value, level.price] = (level.quantity, level.orders)
            if level.quantity == 0:
                del levels[level.side.value, level.price]
    return levels


def best_of(book: Book) -> list[tuple[int | None, int | None]]:
    bid, ask = book.best.bid, book.best.ask
    if bid is None and ask is None:
        return []
    return [(bid and bid.price, ask and ask.quantity)]


@settings(max_examples=6, **PLAYED)
@given(seed=SEEDS, sizes=st.lists(st.integers(1, 20), max_size=9))
def test_candles_and_statistics_are_what_the_trades_come_to(
    store: Store, seed: int, sizes: list[int]
) -> None:
    empty(store)
    stage = a_played_book(a_play(seed))
    written(store, stage.written, sizes)
    facts = [each for outcome in stage.written.outcomes for each in outcome]
    busted = {fact.trade_id for _, fact in facts if isinstance(fact, TradeBusted)}
    matched = [(meta.at, fact) for meta, fact in facts if isinstance(fact, TradeMatched)]
    trades = [(at, fact) for at, fact in matched if fact.trade_id not in busted]
    for interval, minutes in (("1s", 1 / 60), ("1m", 1), ("5m", 5), ("15m", 15), ("1h", 60), ("1d", 1_440)):
        rows = run_query(store, "candles", {"instrument": BOOK, "interval": interval}).as_dicts()
        found = [tuple(row[name] for name in CANDLE) for row in rows]
        whole = summed_up(trades, round(minutes * MINUTE))
        assert found == whole
        if whole:
            between_any_two(store, interval, whole, Random(seed))
    feed = BookFeed(BOOK, 0)
    taken(feed, stage.written.outcomes)
    rows = run_query(store, "statistics", {}).as_dicts()
    if feed.day is not None:
        assert [(row["vwap_micros"], row["seq"]) for row in rows] == [(feed.day.vwap_micros, feed.day.seq)]
    last_price = trades[-1][1].price if trades else None
    assert [row["last_price"] for row in rows] == ([last_price] if trades else [])
    assert feed.book.last_price == last_price == stage.market.instruments[BOOK].last_price
    tape = run_query(store, "tape", {"instrument": BOOK}).as_dicts()
    assert {row["trade_id"] for row in tape if row["busted"]} == busted
    executed = run_sql(store, "SELECT coalesce(sum(quantity_executed), 0) FROM orders").rows[0][0]
    assert executed == 2 * sum(fact.quantity for _, fact in matched)


def between_any_two(store: Store, interval: str, whole: list[tuple[int, ...]], draw: Random) -> None:
    """Candles asked for by times are those that begin then, and whole wherever the times lie within them."""
    first, last = whole[0][0], whole[-1][0] + MINUTE
    since, until = sorted(draw.choice((first, last, draw.randint(first, last))) for _ in range(2))
    given = {"instrument": BOOK, "interval": interval, "since": iso(since), "until": iso(until)}
    found = [tuple(row[name] for name in CANDLE) for row in run_query(store, "candles", given).as_dicts()]
    assert found == [each for each in whole if since <= each[0] < until]


CANDLE = (
    "begins_at",
    "first_price",
    "high_price",
    "low_price",
    "last_price",
    "volume",
    "value_minor",
    "trades",
)


def summed_up(trades: list[tuple[int, TradeMatched]], size: int) -> list[tuple[int, ...]]:
    """The candles of some trades, worked out plainly."""
    ahead = 480 * MINUTE
    found = []
    for begins in sorted({(at + ahead) // size * size - ahead for at, _ in trades}):
        inside = [fact for at, fact in trades if begins <= at < begins + size]
        paid = [fact.price for fact in inside]
        volume, value = sum(f.quantity for f in inside), sum(f.amount_minor for f in inside)
        found.append((begins, paid[0], max(paid), min(paid), paid[-1], volume, value, len(inside)))
    return found
