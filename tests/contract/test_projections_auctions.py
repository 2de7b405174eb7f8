"""Auctions as they were played: the tables say who bid, who won, and where the money is."""

from exchange.kernel.position import BEGINNING
from exchange.kernel.time import HOUR
from exchange.market.auctions.commands import CancelAuction
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.accounts import CASH, DEPOSITS, ESCROW, PENALTIES, RESERVED
from exchange.views.queries import run_query, run_sql
from tests.unit.market.auctioning import (
    CASH as FIVE_MILLION,
)
from tests.unit.market.auctioning import (
    COMMITTED,
    DEPOSIT,
    ONE,
    RESERVE,
    REVEALED,
    SELLER,
    SERIES,
    THREE,
    TWO,
    Auctioning,
    a_dutch_auction,
    a_sealed_auction,
    a_series_market,
)
from tests.unit.market.stage import Stage
from tests.unit.views.story import Journal, position_after


def projected(store: Store, stage: Stage) -> None:
    """All that the stage was asked, one fact an outcome, read from the beginning."""
    journal = Journal("market")
    for fact, _ in stage.journal:
        journal.add(fact)
    after = position_after(journal.outcomes)
    changes = project_batch(VIEWS, "market", 0, journal.outcomes)
    save(store, VIEWS_READER, "market.journal", 0, BEGINNING, after, changes)


def balances(store: Store, account: int) -> dict[str, int]:
    rows = run_query(store, "balances", {"account": account}).as_dicts()
    return {row["party"]: row["balance_minor"] for row in rows if row["balance_minor"]}


def bids(store: Store, auction: Auctioning) -> list[tuple[str, str, int | None, str | None]]:
    rows = run_query(store, "auction_bids", {"auction": auction.auction_id}).as_dicts()
    return [(row["participant_id"], row["state"], row["price"], row["grounds"]) for row in rows]


def test_no_price_is_in_the_tables_before_it_is_revealed(store: Store) -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=2_700_000)
    auction.committed(one=2_900_000)
    projected(store, auction.stage)
    assert bids(store, auction) == [(TWO, "committed", None, None), (ONE, "committed", None, None)]
    (row,) = run_query(store, "auctions", {"instrument": SERIES}).as_dicts()
    assert (row["state"], row["floor_price"], row["price"], row["buyer_id"]) == (
        "committing",
        RESERVE,
        None,
        None,
    )
    assert (row["committing_ends_at"], row["ends_at"]) == (COMMITTED, REVEALED)
    assert balances(store, DEPOSITS) == {ONE: DEPOSIT, TWO: DEPOSIT}
    (purse,) = run_query(store, "purses", {"participant": ONE}).as_dicts()
    assert (purse["cash_minor"], purse["deposits_minor"]) == (FIVE_MILLION - DEPOSIT, DEPOSIT)


def test_the_tables_know_who_won_and_where_the_money_of_all_others_went(store: Store) -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=2_700_000, three=2_600_000)
    auction.revealed(one=2_500_000, two=2_700_000).settled()
    projected(store, auction.stage)
    assert bids(store, auction) == [
        (ONE, "released", 2_500_000, "outbid"),
        (TWO, "won", 2_700_000, None),
        (THREE, "forfeited", None, None),
    ]
    (row,) = run_query(store, "auctions").as_dicts()
    assert (row["state"], row["buyer_id"], row["price"]) == ("sold", TWO, 2_700_000)
    (trade,) = run_query(store, "trades", {"instrument": SERIES}).as_dicts()
    assert (trade["trade_id"], trade["amount_minor"], trade["state"]) == (
        row["trade_id"],
        2_700_000,
        "escrow",
    )
    assert balances(store, ESCROW) == {row["trade_id"]: 2_700_000}
    assert balances(store, PENALTIES) == {"operator": DEPOSIT}
    assert balances(store, DEPOSITS) == balances(store, RESERVED) == {}
    cash = balances(store, CASH)
    assert (cash[ONE], cash[TWO], cash[THREE]) == (
        FIVE_MILLION,
        FIVE_MILLION - 2_700_000,
        FIVE_MILLION - DEPOSIT,
    )
    assert [row["difference_minor"] for row in run_query(store, "trial_balance").as_dicts()] == [0]


def test_a_dutch_auction_that_is_taken_and_one_that_is_called_off(store: Store) -> None:
    stage = a_series_market()
    first = a_dutch_auction(stage, exclusive=False)
    first.take(ONE, hours=2)
    second = a_dutch_auction(stage, exclusive=False, open_until=stage.at + HOUR)
    stage.ask(SELLER, CancelAuction(auction_id=second.auction_id))
    projected(store, stage)
    rows = run_query(store, "auctions").as_dicts()
    assert [(row["kind"], row["state"], row["price"], row["grounds"]) for row in rows] == [
        ("dutch", "sold", 2_500_000, None),
        ("dutch", "cancelled", None, "asked"),
    ]
    assert run_sql(store, "SELECT count(*) FROM auction_bids").rows == ((0,),)
    assert balances(store, CASH)[ONE] == FIVE_MILLION - 2_500_000
    assert balances(store, RESERVED) == {}
