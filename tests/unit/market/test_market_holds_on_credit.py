"""What is held for auctions, pools, quotes and plans is on credit, where cash does not reach, as orders are."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from exchange.kernel.bases import Fact
from exchange.market.auctions.facts import AuctionSold, BidCommitted, BidReleased, BidRevealed
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.facts import DepositConfirmed, TradeMatched
from exchange.market.plans.facts import UnitsBought
from exchange.market.pools.facts import PoolFailed, ShareActivated, ShareCommitted, ShareExcluded
from exchange.market.quotes.commands import EndAward
from exchange.market.quotes.facts import AwardEnded, QuoteAwarded
from exchange.market.state import Purse
from exchange.market.subscriptions.facts import PeriodBegun, SubscriptionSuspended
from exchange.market.withdrawals.commands import RequestWithdrawal
from tests.properties.ledger import Ledger
from tests.properties.market_structure import conserved
from tests.unit.market.auctioning import DEPOSIT, ONE, a_dutch_auction, a_sealed_auction
from tests.unit.market.plan_stage import CALLS, a_plan_market, a_purchase, a_subscription, until
from tests.unit.market.pool_stage import CLOSES, a_commitment, a_line_market, a_pool, at
from tests.unit.market.quoting import ASKER, a_board, an_award, quoted, requested
from tests.unit.market.stage import BANK, BUYER, OPERATOR, Stage, names, refusal
from tests.unit.market.test_market_funds import a_deposit
from tests.unit.market.test_pools_approval import a_closed_pool, approved

CASH_LEFT = 100
POOLER = "PR-CN-01"


class Way(NamedTuple):
    """One way to have money held: whose, how much of what currency, by asking what, and the fact that says so."""

    stage: Stage
    who: str
    currency: str
    amount_minor: int
    ask: Callable[[], list[Fact]]
    kind: type[Any]


def a_commitment_to_a_bid() -> Way:
    auction = a_sealed_auction()
    return Way(auction.stage, ONE, "JPY", DEPOSIT, lambda: auction.commit(ONE, 2_500_000), BidCommitted)


def a_reveal() -> Way:
    auction = a_sealed_auction().committed(one=2_500_000).revealed()
    rest = 2_500_000 - DEPOSIT
    return Way(auction.stage, ONE, "JPY", rest, lambda: auction.reveal(ONE, 2_500_000), BidRevealed)


def a_dutch_taking() -> Way:
    auction = a_dutch_auction()
    return Way(auction.stage, ONE, "JPY", 3_000_000, lambda: auction.take(ONE), AuctionSold)


def a_share() -> Way:
    stage = a_line_market()
    pool_id = a_pool(stage)
    return Way(
        stage, POOLER, "CNY", 1_000_000, lambda: stage.ask(POOLER, a_commitment(pool_id, 100)), ShareCommitted
    )


def an_activation() -> Way:
    stage, pool_id = a_closed_pool((POOLER, 400))
    rest = 400 * 52_000 - 4_000_000
    return Way(stage, POOLER, "CNY", rest, lambda: approved(stage, pool_id), ShareActivated)


def an_award_of_a_quote() -> Way:
    stage = a_board()
    quote_id = quoted(stage, requested(stage))
    ask = lambda: stage.ask(ASKER, an_award(quote_id))  # noqa: E731
    return Way(stage, ASKER, "USD", 1_710_000, ask, QuoteAwarded)


def units() -> Way:
    stage = a_plan_market()
    return Way(
        stage, BUYER, "CNY", 490_000, lambda: stage.ask(BUYER, a_purchase(CALLS, 150_000)), UnitsBought
    )


def a_period() -> Way:
    stage = a_plan_market()
    # Of November 29 days are left, the second one included.
    return Way(stage, BUYER, "CNY", 1_160_000, lambda: stage.ask(BUYER, a_subscription()), PeriodBegun)


WAYS = (
    a_commitment_to_a_bid,
    a_reveal,
    a_dutch_taking,
    a_share,
    an_activation,
    an_award_of_a_quote,
    units,
    a_period,
)


def short(way: Way, limit_minor: int) -> Purse:
    """Leave the purse next to no cash and so much credit; the purse then."""
    stage, who, currency = way.stage, way.who, way.currency
    spare = stage.purse(who, currency).cash - CASH_LEFT
    assert names(stage.ask(who, RequestWithdrawal(currency=currency, amount_minor=spare))) == [
        "WithdrawalRequested"
    ]
    limit = SetCreditLimit(participant_id=who, currency=currency, limit_minor=limit_minor)
    assert names(stage.ask(OPERATOR, limit)) == ["CreditLimitSet"]
    return stage.purse(who, currency)


def said(way: Way) -> Any:
    """The fact by which the money is held now."""
    (fact,) = (each for each in way.ask() if isinstance(each, way.kind))
    return fact


@pytest.mark.parametrize("make", WAYS)
def test_cash_is_used_first_and_the_rest_is_drawn(make: Callable[[], Way]) -> None:
    way = make()
    short(way, way.amount_minor)
    fact = said(way)
    assert fact.drawn_minor == way.amount_minor - CASH_LEFT
    purse = way.stage.purse(way.who, way.currency)
    assert (purse.cash, purse.owed) == (0, way.amount_minor - CASH_LEFT)
    conserved(way.stage.market)
    the_books_agree(way.stage)


@pytest.mark.parametrize("make", WAYS)
def test_nothing_is_drawn_where_cash_reaches(make: Callable[[], Way]) -> None:
    way = make()
    assert said(way).drawn_minor == 0
    assert way.stage.purse(way.who, way.currency).owed == 0


@pytest.mark.parametrize("make", [each for each in WAYS if each is not an_activation])
def test_no_more_is_held_than_cash_and_credit_come_to(make: Callable[[], Way]) -> None:
    way = make()
    before = short(way, way.amount_minor - CASH_LEFT - 1)
    assert refusal(way.ask()).reason == "FUNDS_INSUFFICIENT"
    assert way.stage.purse(way.who, way.currency) == before
    limit = SetCreditLimit(
        participant_id=way.who, currency=way.currency, limit_minor=way.amount_minor - CASH_LEFT
    )
    way.stage.ask(OPERATOR, limit)
    assert said(way).drawn_minor == way.amount_minor - CASH_LEFT


def test_a_share_whose_rest_is_more_than_cash_and_credit_is_excluded() -> None:
    way = an_activation()
    short(way, way.amount_minor - CASH_LEFT - 1)
    assert any(isinstance(each, ShareExcluded) and each.grounds == "unpaid" for each in way.ask())


def the_books_agree(stage: Stage) -> None:
    """The postings of all facts come to what the market remembers."""
    ledger = Ledger()
    for fact, _ in stage.journal:
        ledger.post(fact)
    ledger.check(stage.market)


def test_what_a_hold_gives_back_is_cash_and_used_before_more_is_drawn() -> None:
    way = an_award_of_a_quote()
    short(way, 2_000_000)
    award_id = said(way).award_id
    (ended,) = way.stage.ask(ASKER, EndAward(award_id=award_id, grounds="Too slow."))
    assert isinstance(ended, AwardEnded)
    owed = 1_710_000 - CASH_LEFT
    purse = way.stage.purse(ASKER, "USD")
    assert (purse.cash, purse.reserved, purse.owed) == (1_710_000, 0, owed)
    refused = way.stage.ask(ASKER, RequestWithdrawal(currency="USD", amount_minor=CASH_LEFT + 1))
    assert refusal(refused).reason == "FUNDS_INSUFFICIENT"
    assert said(way).drawn_minor == 0
    assert way.stage.purse(ASKER, "USD").owed == owed
    the_books_agree(way.stage)


def test_a_deposit_repays_what_a_hold_has_drawn() -> None:
    way = units()
    short(way, 490_000)
    said(way)
    (confirmed,) = way.stage.ask(BANK, a_deposit(500_000, participant_id=BUYER))
    assert isinstance(confirmed, DepositConfirmed)
    assert confirmed.repaid_minor == 490_000 - CASH_LEFT
    purse = way.stage.purse(BUYER)
    assert (purse.cash, purse.owed) == (10_000 + CASH_LEFT, 0)


def test_an_outbid_deposit_that_was_drawn_comes_back_once() -> None:
    auction = a_sealed_auction()
    way = Way(auction.stage, ONE, "JPY", DEPOSIT, lambda: auction.commit(ONE, 2_500_000), BidCommitted)
    short(way, 3_000_000)
    said(way)
    auction.committed(two=2_600_000).revealed(one=2_500_000, two=2_600_000)
    assert auction.stage.purse(ONE, "JPY").reserved == 2_500_000
    facts = auction.settled()
    assert [each.participant_id for each in facts if isinstance(each, BidReleased)] == [ONE]
    assert len([each for each in facts if isinstance(each, TradeMatched)]) == 1
    purse = auction.stage.purse(ONE, "JPY")
    assert (purse.cash, purse.reserved, purse.deposits) == (2_500_000, 0, 0)
    assert purse.owed == 2_500_000 - CASH_LEFT
    assert auction.stage.market.holds == {}
    the_books_agree(auction.stage)


def test_a_pool_that_fails_gives_deposits_on_credit_back() -> None:
    way = a_share()
    short(way, 1_000_000)
    said(way)
    assert any(isinstance(each, PoolFailed) for each in at(way.stage, CLOSES))
    purse = way.stage.purse(POOLER)
    assert (purse.cash, purse.deposits, purse.owed) == (1_000_000, 0, 1_000_000 - CASH_LEFT)
    the_books_agree(way.stage)


def test_more_credit_has_a_suspended_subscription_try_again() -> None:
    way = a_period()
    said(way)
    short(way, 0)
    assert any(isinstance(each, SubscriptionSuspended) for each in until(way.stage, "2026-12-01T00:00:00Z"))
    limit = SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=1_200_000)
    way.stage.ask(OPERATOR, limit)
    assert any(isinstance(each, PeriodBegun) and each.drawn_minor for each in way.stage.settle())


def test_less_credit_has_nothing_try_again() -> None:
    way = a_period()
    said(way)
    short(way, 1_000)
    until(way.stage, "2026-12-01T00:00:00Z")
    way.stage.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=500))
    assert way.stage.settle() == []
