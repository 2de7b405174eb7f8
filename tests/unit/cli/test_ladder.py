"""The ladder of a book, wide and narrow, from the facts of a market to the lines of a terminal."""

from exchange.cli.instruments import Shown
from exchange.cli.ladder import Ladder, told
from exchange.market.commands import BookRules, OpenInstrument, SetInstrumentState
from exchange.market.purchases.commands import BustTrade
from exchange.views.book_feed import BookFeed
from exchange.views.depth import BookUpdate
from tests.contract.test_projections_market import BOOK as BESIDE
from tests.contract.test_projections_market import WrittenStage
from tests.contract.test_projections_sold_by import a_listing
from tests.unit.market.stage import (
    BUYER,
    OPERATOR,
    SELLER,
    a_bid,
    a_use,
    an_ask,
    everyone,
    terms,
    the_ruleset,
)

BOOK = "H100-T10"
SHOWN = Shown(BOOK, "M", "CNY", 10_000, 2, 1, b"")


def a_market(posted_price: int | None = None) -> WrittenStage:
    stage = WrittenStage()
    stage.told(*everyone(), the_ruleset())
    rules = BookRules(kind="compute")
    seller = None if posted_price is None else SELLER
    book = terms(
        instrument_id=BOOK, title="GPU hour", unit="hour", seller_id=seller, posted_price=posted_price,
        moves_data=False, rules=rules,
    )  # fmt: skip
    stage.told(OpenInstrument(terms=book))
    stage.deposited(BUYER, 1_000_000)
    return stage


def ask(stage: WrittenStage, price: int, quantity: int, **more: object) -> None:
    stage.ask(SELLER, an_ask(price, quantity, instrument_id=BOOK, **more))


def bid(stage: WrittenStage, price: int, quantity: int) -> None:
    stage.ask(BUYER, a_bid(price, quantity, instrument_id=BOOK, use=a_use()))


def ladder_of(stage: WrittenStage, first: int = 0) -> tuple[Ladder, list[BookUpdate]]:
    """A ladder that knew the book up to outcome `first`, and took in what came later."""
    feed = BookFeed(BOOK, 0)
    outcomes = stage.written.outcomes
    opened = next(n for n, each in enumerate(outcomes, 1) if feed.take(each) is not None)
    for outcome in outcomes[opened : max(first, opened)]:
        feed.take(outcome)
    ladder = Ladder(feed.book, SHOWN)
    updates = [update for each in outcomes[max(first, opened) :] if (update := feed.take(each)) is not None]
    for update in updates:
        ladder.take(update)
    return ladder, updates


def a_traded_market() -> WrittenStage:
    stage = a_market()
    ask(stage, 1_250, 24, display_quantity=8)
    ask(stage, 1_260, 7)
    bid(stage, 1_240, 5)
    bid(stage, 1_250, 3)
    return stage


def test_asks_stand_above_bids_and_an_iceberg_shows_its_part() -> None:
    ladder, _ = ladder_of(a_traded_market())
    lines = ladder.lines(10, 80)
    assert lines[0] == "H100-T10  GPU hour  CNY per hour  open"
    assert lines[1] == "Best  12.40 × 5  |  12.50 × 5  apart 0.10"
    assert lines[2].startswith("Last  12.50 × 3 at 2026-")
    assert lines[2].endswith(", the bid took")
    assert lines[3] == "Day   open 12.50  high 12.50  low 12.50  VWAP 12.50"
    assert lines[4] == "      volume 3  value CNY 37.50  trades 1"
    assert lines[-4:] == [
        "orders  bid  price  ask  orders",
        "             12.60    7       1",
        "             12.50    5       1",
        "     1    5  12.40",
    ]


def test_a_narrow_terminal_shows_less_and_a_low_one_fewer_levels() -> None:
    ladder, _ = ladder_of(a_traded_market())
    lines = ladder.lines(10, 44, 24)
    assert lines[-4:] == ["bid  price  ask", "     12.60    7", "     12.50    5", "  5  12.40"]
    assert max(map(len, lines)) <= 44
    assert ladder.lines(10, 44, 10)[-2:] == ["     12.50    5", "  5  12.40"]


def test_a_terminal_too_narrow_for_a_line_breaks_it_and_cuts_no_figure() -> None:
    ladder, _ = ladder_of(a_traded_market())
    lines = ladder.lines(10, 30, 16)
    assert len(lines) <= 16
    assert max(map(len, lines)) <= 30
    wide = " ".join(" ".join(ladder.lines(10, 44)).split())
    assert " ".join(" ".join(lines).split()) == wide


def test_an_average_between_two_prices_is_shown_half_up() -> None:
    stage = a_market()
    ask(stage, 1_250, 1)
    ask(stage, 1_251, 1)
    bid(stage, 1_251, 2)
    ladder, _ = ladder_of(stage)
    assert ladder.lines(10, 80)[3].endswith("VWAP 12.51")


def test_a_ladder_that_joined_later_shows_the_same() -> None:
    stage = a_traded_market()
    whole, _ = ladder_of(stage)
    for first in range(len(stage.written.outcomes)):
        joined, _ = ladder_of(stage, first)
        assert joined.lines(10, 80)[5:] == whole.lines(10, 80)[5:]


def test_a_change_is_one_line_where_there_is_no_terminal() -> None:
    _, updates = ladder_of(a_traded_market())
    assert [told(update, SHOWN).split("  ", 2)[2] for update in updates] == [
        "open  – | 12.50 × 8",
        "open  – | 12.50 × 8",
        "open  12.40 × 5 | 12.50 × 8",
        "open  12.40 × 5 | 12.50 × 5  traded 12.50 × 3, the bid took",
    ]


def test_while_orders_are_collected_the_ladder_shows_what_their_auction_would_find() -> None:
    stage = a_market()
    stage.ask(OPERATOR, SetInstrumentState(instrument_id=BOOK, state="call"))
    ask(stage, 1_250, 24, display_quantity=8)
    bid(stage, 1_260, 20)
    ladder, updates = ladder_of(stage)
    assert ladder.lines(10, 80)[3] == "Indicative  12.60 × 20, -4 left over"
    assert told(updates[1], SHOWN).endswith("indicative nothing could trade")
    assert told(updates[2], SHOWN).endswith("indicative 12.60 × 20, -4 left over")
    stage.ask(OPERATOR, SetInstrumentState(instrument_id=BOOK, state="open"))
    stage.settle()
    opened, _ = ladder_of(stage)
    assert [line for line in opened.lines(10, 80) if "left over" in line] == [
        "Auction  12.60 × 20, -4 left over"
    ]


def test_a_busted_trade_is_told_and_leaves_the_last_price_and_the_day() -> None:
    stage = a_traded_market()
    ask(stage, 1_230, 2)
    last, first = reversed(stage.market.purchases)
    stage.ask(OPERATOR, BustTrade(trade_id=last, grounds="A wrong price."))
    ladder, updates = ladder_of(stage)
    assert told(updates[-1], SHOWN).endswith(f"12.40 × 3 | 12.50 × 5  busted {last}")
    assert ladder.lines(10, 80)[2].startswith("Last  12.50 at 2026-")
    assert ladder.lines(10, 80)[3:5] == [
        "Day   open 12.50  high 12.50  low 12.50  VWAP 12.50",
        "      volume 3  value CNY 37.50  trades 1",
    ]
    stage.ask(OPERATOR, BustTrade(trade_id=first, grounds="A wrong price."))
    assert ladder_of(stage)[0].lines(10, 80)[2] == "Last  no trade yet"


def test_a_posted_price_is_an_ask_without_end_while_its_book_is_open() -> None:
    stage = a_market(posted_price=1_300)
    assert ladder_of(stage)[0].lines(10, 80)[-1].split() == ["13.00", "∞"]
    stage.ask(OPERATOR, SetInstrumentState(instrument_id=BOOK, state="halted"))
    halted, updates = ladder_of(stage)
    assert updates[-1].levels[0].quantity == 0
    assert halted.lines(10, 80)[-1] == "The book is empty."
    stage.ask(OPERATOR, SetInstrumentState(instrument_id=BOOK, state="open"))
    assert ladder_of(stage)[0].lines(10, 80)[-1].split() == ["13.00", "∞"]


def test_a_fact_that_was_taken_in_changes_nothing_again() -> None:
    stage = a_traded_market()
    feed = BookFeed(BOOK, 0)
    for outcome in stage.written.outcomes:
        feed.take(outcome)
    book = feed.book
    assert [feed.take(outcome) for outcome in stage.written.outcomes] == [None] * len(stage.written.outcomes)
    assert feed.book == book


def test_what_is_sold_beside_the_book_is_told_with_how_and_is_not_its_last_trade() -> None:
    stage = a_listing()
    feed = BookFeed(BESIDE, 0)
    updates = [update for each in stage.written.outcomes if (update := feed.take(each)) is not None]
    ladder = Ladder(feed.book, SHOWN)
    for update in updates:
        ladder.take(update)
    assert any(line.startswith("Last  0.03 × 1 at ") for line in ladder.lines(10, 80))
    said = [told(update, SHOWN).split("  ")[-1] for update in updates if update.trades]
    assert said == [
        "traded 0.03 × 1, the bid took",
        "traded 0.07 × 4 by a price plan",
        "traded 0.09 × 2 by a quote",
    ]
