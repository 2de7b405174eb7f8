"""What is sold beside a book has a tape and candles of its own, and moves no price of the book."""

from collections import defaultdict
from typing import Any

import pytest
from alembic import command
from sqlalchemy import BigInteger, Column, MetaData, PrimaryKeyConstraint, Table, Text, insert, select, text

from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.market.commands import (
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    SetInstrumentState,
    Side,
    TimeInForce,
    Use,
)
from exchange.market.facts import AuctionPriced, TradeMatched
from exchange.market.plans.commands import BuyUnits, SetPricePlan
from exchange.market.purchases.commands import BustTrade
from exchange.market.quotes.commands import AwardQuote, Quote, RequestQuotes, Wanted
from exchange.market.quotes.facts import QuoteGiven, QuotesRequested
from exchange.store import Store, migrate
from exchange.store.migrate import _config
from exchange.views.book_feed import BookFeed
from exchange.views.candles import CANDLES
from exchange.views.dump import dump
from exchange.views.queries import run_query
from exchange.views.queries.snapshot import book_at
from tests.contract.test_projections_book import TOPIC, taken, written
from tests.contract.test_projections_market import BOOK, WrittenStage
from tests.unit.market.stage import BANK, LICENCE, OPERATOR, a_standing, terms

SELLER, BUYER = "A", "B"
USE = Use(licence_digest=LICENCE)


def order(side: Side, price: int, quantity: int = 1) -> PlaceOrder:
    use, stays = USE if side is Side.BID else Use(), TimeInForce.GOOD_TILL_CANCELLED
    return PlaceOrder(
        instrument_id=BOOK, side=side, price=price, quantity=quantity, use=use, time_in_force=stays
    )


def traded(stage: WrittenStage) -> TradeMatched:
    return [fact for fact, _ in stage.journal if isinstance(fact, TradeMatched)][-1]


def a_listing() -> WrittenStage:
    """One lot at 3 in the book, then four calls at 7 by the plan, then two lots quoted at 9, all within a day."""
    stage = WrittenStage()
    for who, roles in ((OPERATOR, "operator"), (BANK, "custodian"), (SELLER, "seller"), (BUYER, "buyer")):
        stage.told(RecordParticipant(standing=a_standing(who, "JP", roles)))
    stage.deposited(BUYER, 100_000)
    book = terms(
        instrument_id=BOOK, seller_id=SELLER, posted_price=None, moves_data=False, tick_micros=1_000_000
    )
    stage.told(OpenInstrument(terms=book))
    tiers = (PriceTier(from_units=0, unit_micros=7_000_000),)
    plan = PlanTerms(sale="once", counts="calls", unit="call", model="flat", tiers=tiers)
    stage.ask(SELLER, SetPricePlan(instrument_id=BOOK, plan=plan))
    stage.ask(SELLER, order(Side.ASK, 3))
    stage.ask(BUYER, order(Side.BID, 3))
    stage.ask(BUYER, BuyUnits(instrument_id=BOOK, units=4, use=USE))
    asked = Wanted(
        title="Two more",
        unit="month",
        quantity=2,
        currency="CNY",
        closes_at=stage.at + 10**9,
    )
    (request,) = stage.ask(BUYER, RequestQuotes(wanted=asked))
    assert isinstance(request, QuotesRequested)
    quote = Quote(
        request_id=request.request_id,
        instrument_id=BOOK,
        price=9,
        quantity=2,
        valid_until=stage.at + 10**9,
    )
    (given,) = stage.ask(SELLER, quote)
    assert isinstance(given, QuoteGiven)
    stage.ask(BUYER, AwardQuote(quote_id=given.quote_id, quantity=2, licence_digest=LICENCE))
    return stage


def candles(store: Store, **given: str) -> list[tuple[Any, ...]]:
    rows = run_query(store, "candles", {"instrument": BOOK, "interval": "5m", **given}).as_dicts()
    return [(row["first_price"], row["last_price"], row["volume"], row["trades"]) for row in rows]


def test_each_way_has_candles_and_statistics_of_its_own(store: Store) -> None:
    stage = a_listing()
    written(store, stage.written, ())
    assert candles(store) == candles(store, sold_by="book") == [(3, 3, 1, 1)]
    assert candles(store, sold_by="plan") == [(7, 7, 4, 1)]
    assert candles(store, sold_by="quotes") == [(9, 9, 2, 1)]
    assert candles(store, sold_by="pool") == []
    rows = run_query(store, "statistics", {}).as_dicts()
    said = [(row["sold_by"], row["volume"], row["vwap_micros"]) for row in rows]
    assert said == [("book", 1, 3_000_000), ("plan", 4, 7_000_000), ("quotes", 2, 9_000_000)]
    tape = run_query(store, "tape", {"instrument": BOOK}).as_dicts()
    assert [(row["sold_by"], row["price"]) for row in tape] == [("book", 3), ("plan", 7), ("quotes", 9)]


def test_what_is_sold_beside_a_book_moves_neither_its_last_price_nor_its_day(store: Store) -> None:
    stage = a_listing()
    feed = BookFeed(BOOK, 0)
    updates = taken(feed, stage.written.outcomes)
    written(store, stage.written, ())
    at = book_at(store, BOOK, TOPIC).feed.book
    assert stage.market.instruments[BOOK].last_price == at.last_price == feed.book.last_price == 3
    assert at.day == feed.day
    assert feed.day is not None
    assert (feed.day.trades, feed.day.volume) == (1, 1)
    ways = [trade.sold_by for update in updates for trade in update.trades]
    assert ways == ["book", "plan", "quotes"]


def test_an_indicative_price_is_compared_with_what_the_book_traded_at_last(store: Store) -> None:
    stage = a_listing()
    stage.told(SetInstrumentState(instrument_id=BOOK, state="call"))
    stage.ask(SELLER, order(Side.ASK, 2))
    stage.ask(BUYER, order(Side.BID, 8))
    feed = BookFeed(BOOK, 0)
    taken(feed, stage.written.outcomes)
    written(store, stage.written, ())
    shown = run_query(store, "indicative", {"instrument": BOOK}).rows[0]
    facts = stage.ask(OPERATOR, SetInstrumentState(instrument_id=BOOK, state="open"))
    found = next(fact for fact in facts if isinstance(fact, AuctionPriced))
    assert feed.book.indicative is not None
    assert found.price == shown[1] == feed.book.indicative.price == 2


@pytest.mark.parametrize(("way", "place"), [("book", 0), ("plan", 1), ("quotes", 2)])
def test_an_undone_trade_leaves_the_candles_of_its_own_way(store: Store, way: str, place: int) -> None:
    stage = a_listing()
    trades = [fact for fact, _ in stage.journal if isinstance(fact, TradeMatched)]
    stage.ask(OPERATOR, BustTrade(trade_id=trades[place].trade_id, grounds="A wrong price."))
    written(store, stage.written, ())
    left = {each for each in ("book", "plan", "quotes") if candles(store, sold_by=each)}
    assert left == {"book", "plan", "quotes"} - {way}
    feed = BookFeed(BOOK, 0)
    taken(feed, stage.written.outcomes)
    assert feed.book.last_price == stage.market.instruments[BOOK].last_price == (None if place == 0 else 3)
    assert book_at(store, BOOK, TOPIC).feed.book.last_price == feed.book.last_price


def test_tables_of_the_version_before_become_what_this_one_projects(empty_store: Store) -> None:
    store = empty_store
    migrate(store)
    stage = a_listing()
    stage.at += 10**11
    stage.ask(SELLER, order(Side.ASK, 5, 2))
    stage.ask(BUYER, order(Side.BID, 5, 1))
    busted = traded(stage).trade_id
    stage.ask(BUYER, order(Side.BID, 5, 1))
    stage.ask(OPERATOR, BustTrade(trade_id=busted, grounds="A wrong price."))
    written(store, stage.written, ())
    wanted = list(dump(store))
    with store.begin() as connection:
        rows = [dict(row) for row in connection.execute(select(CANDLES)).mappings()]
        connection.execute(text("ALTER TABLE trades DROP COLUMN sold_by"))
        connection.execute(text("DROP TABLE candles"))
        before = _candles_before()
        before.create(connection)
        connection.execute(insert(before), _together(rows))
        connection.execute(text("UPDATE alembic_version SET version_num = '0032'"))
        command.upgrade(_config(connection), "0033")
    assert list(dump(store)) == wanted


def _candles_before() -> Table:
    """Candles as they were when all ways shared them."""
    columns = [
        Column(each.name, BigInteger if each.type.python_type is int else Text, nullable=False)
        for each in CANDLES.columns
        if each.name != "sold_by"
    ]
    key = PrimaryKeyConstraint("instrument_id", "interval_s", "begins_at", name="pk_candles")
    return Table("candles", MetaData(), *columns, key)


def _together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the ways' candles of one interval were as one: as much of it as anything is made of."""
    of_one = defaultdict[tuple[Any, ...], list[dict[str, Any]]](list)
    for row in rows:
        del row["sold_by"]
        of_one[row["instrument_id"], row["interval_s"], row["begins_at"]].append(row)
    return [
        each[0]
        | {name: sum(row[name] for row in each) for name in ("volume", "value_minor", "trades")}
        | {name: max(row[name] for row in each) for name in ("seq", "at", "high_price")}
        for each in of_one.values()
    ]
