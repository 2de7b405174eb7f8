"""Whatever is committed and revealed: the twin names the same winner and price, and no money is made or lost."""

from collections import Counter
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, SECOND
from exchange.market.auctions.commands import CommitBid, OpenAuction, OpenDutchAuction, RevealBid, TakeDutch
from exchange.market.auctions.facts import (
    AuctionEnded,
    AuctionOpened,
    BidCommitted,
    BidReleased,
    DepositForfeited,
)
from exchange.market.auctions.sealing import commitment
from exchange.market.commands import OpenInstrument, RecordParticipant, RecordStanding, Standing
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.purses import may_reserve
from tests.properties.auction_twin import SealedTwin
from tests.properties.market_machine import ConservingStage
from tests.unit.market.stage import (
    BANK,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_standing,
    a_use,
    pack,
    terms,
    the_ruleset,
)

BIDDERS = ("A", "B", "C", "D")
"""D has the seller's owner."""
CASH, CREDIT = 20, 70
"""What each bidder has, and what it may draw beside it: the twin sees one sum."""
SALT = bytes(16)

bidders = st.sampled_from(BIDDERS)
prices = st.integers(3, 7)
"""Few, so that bids are often equal."""


class Scene(NamedTuple):
    """An auction, who commits to what for which place, who reveals what, and who may not buy meanwhile.

    Shape: those `suspended_before` are while bids are committed, those `suspended_after` when it is settled; the fence
    refuses those who have `moved` by then.
    """

    second_price: bool
    reserve: int
    deposit: int
    lots: int
    thirds: int
    commits: list[tuple[str, int, str]]
    suspended_before: set[str]
    reveals: list[tuple[str, int | None]]
    moved: set[str]
    suspended_after: set[str]


SCENES = st.builds(
    Scene,
    second_price=st.booleans(),
    reserve=st.integers(3, 5),
    deposit=st.integers(1, 3),
    lots=st.integers(1, 3),
    thirds=st.integers(3, 7),
    commits=st.lists(
        st.tuples(bidders, prices, st.sampled_from(("JP", "JP", "JP", "MY"))), min_size=2, max_size=9
    ),
    suspended_before=st.sets(bidders, max_size=1),
    reveals=st.lists(st.tuples(bidders, st.one_of(*[st.none()] * 4, prices)), min_size=3, max_size=12),
    moved=st.sets(bidders, max_size=2),
    suspended_after=st.sets(bidders, max_size=2),
)


def a_stage(thirds: int) -> ConservingStage:
    """The bidders with their cash, and an instrument whose tick is worth so many thirds of a fen."""
    stage = ConservingStage()
    stage.told(the_ruleset(), RecordParticipant(standing=a_standing(BANK, "HK", "custodian")))
    stage.told(RecordParticipant(standing=a_standing(SELLER, "CN-LG", "seller")))
    stage.told(RecordParticipant(standing=a_standing(OPERATOR, "CN-LG", "operator")))
    for who in BIDDERS:
        stage.told(RecordParticipant(standing=a_bidder(who, "JP")))
        stage.deposited(who, CASH)
        limit = SetCreditLimit(participant_id=who, currency="CNY", limit_minor=CREDIT)
        assert accepted(stage.ask(OPERATOR, limit))
    tick = thirds * 10_000 // 3
    stage.told(OpenInstrument(terms=terms(instrument_id="lot", posted_price=None, tick_micros=tick)))
    return stage


def a_bidder(who: str, place: str, active: bool = True) -> Standing:
    owner = f"UBO-{SELLER}" if who == "D" else f"UBO-{who}"
    return a_standing(who, place, "buyer", beneficial_owner=owner, active=active)


def worth(thirds: int) -> Fraction:
    return Fraction(thirds * 10_000 // 3, 10_000)


def accepted(facts: list[Fact]) -> bool:
    return not isinstance(facts[-1], Refused)


def suspend(stage: Stage, out: set[str], idle: set[str]) -> None:
    """Nobody but `out` is suspended from now on."""
    for who in out ^ idle:
        stage.told(RecordStanding(participant_id=who, active=who not in out))
    idle.clear()
    idle.update(out)


@given(scene=SCENES)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_of_a_sealed_auction_agrees(scene: Scene) -> None:
    stage, idle, away = a_stage(scene.thirds), set[str](), set[str]()
    twin = SealedTwin(
        second_price=scene.second_price,
        reserve=scene.reserve,
        deposit=scene.deposit,
        lots=scene.lots,
        lot=worth(scene.thirds),
        cash=dict.fromkeys(BIDDERS, CASH + CREDIT),
        may=lambda who, use: who != "D" and who not in idle | away and use == "JP",
    )
    (opened,) = stage.ask(
        SELLER,
        OpenAuction(
            instrument_id="lot",
            kind="second_price" if scene.second_price else "first_price",
            reserve_price=scene.reserve,
            deposit_minor=scene.deposit,
            commit_until=NOON + DAY,
            reveal_until=NOON + 2 * DAY,
            quantity=scene.lots,
        ),
    )
    assert isinstance(opened, AuctionOpened)
    suspend(stage, scene.suspended_before, idle)
    for who, price, use in scene.commits:
        sealed = commitment(opened.auction_id, who, price, SALT)
        bid = CommitBid(auction_id=opened.auction_id, commitment=sealed, use=a_use(place_of_use=use))
        assert accepted(stage.ask(who, bid)) == twin.commit(who, price, use)
    stage.at = NOON + DAY
    began = stage.settle()
    if not twin.sealed:
        assert isinstance(began[-1], AuctionEnded)
        return
    told = {who: price for who, price, _ in twin.sealed}
    for who, lie in scene.reveals:
        price = told.get(who, 1) if lie is None else lie
        reveal = RevealBid(auction_id=opened.auction_id, price=price, salt=SALT)
        assert accepted(stage.ask(who, reveal)) == twin.reveal(who, price)
        assert {name: may_reserve(stage.purse(name)) for name in BIDDERS} == twin.cash
    away |= scene.moved
    for who in away:
        stage.told(RecordParticipant(standing=a_bidder(who, "US", active=who not in idle)))
    suspend(stage, scene.suspended_after, idle)
    stage.at = NOON + 2 * DAY
    stage.settle()
    the_ends_agree(stage, twin)


def the_ends_agree(stage: ConservingStage, twin: SealedTwin) -> None:
    """The same winner, price and amount; all have the same left; every hold ended once, and life is replayed."""
    end = twin.end()
    event("sold" if end else "unsold")
    trades = [fact for fact, _ in stage.journal if isinstance(fact, TradeMatched)]
    assert [(trade.buyer_id, trade.price, trade.amount_minor) for trade in trades] == ([end] if end else [])
    assert {who: may_reserve(stage.purse(who)) for who in BIDDERS} == twin.cash
    event("on credit" if any(stage.purse(who).owed for who in BIDDERS) else "on cash")
    assert stage.market.tills["CNY"].penalties == twin.penalties
    assert stage.market.auctions.running == {}
    every_hold_ended_once(stage)
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)


def every_hold_ended_once(stage: Stage) -> None:
    begun = Counter(
        fact.bid_id for fact, _ in stage.journal if isinstance(fact, BidCommitted) and fact.deposit_minor
    )
    ended = Counter(
        fact.bid_id
        for fact, _ in stage.journal
        if isinstance(fact, BidReleased | DepositForfeited | TradeMatched)
    )
    assert begun == ended
    assert set(begun.values()) <= {1}
    assert stage.market.holds == {}


@given(
    start=st.integers(1, 20),
    fall=st.integers(0, 19),
    step=st.integers(1, 7),
    interval=st.integers(1, 5),
    takes=st.lists(st.tuples(bidders, st.integers(0, 30), st.sampled_from((None, None, 4, 9))), max_size=6),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_dutch_auction_is_sold_once_at_the_price_that_counting_steps_comes_to(
    start: int, fall: int, step: int, interval: int, takes: list[tuple[str, int, Any]]
) -> None:
    floor = max(1, start - fall)
    stage = a_stage(3)
    opening = OpenDutchAuction(
        instrument_id="lot",
        start_price=start,
        floor_price=floor,
        step=step,
        step_interval_s=interval,
        open_until=NOON + 20 * SECOND,
    )
    (opened,) = stage.ask(SELLER, opening)
    sold = False
    for who, after, most in sorted(takes, key=lambda each: each[1]):
        stage.at = NOON + after * SECOND
        price = start
        for second in range(1, after + 1):
            if second % interval == 0:
                price = max(floor, price - step)
        take = TakeDutch(auction_id=opened.auction_id, use=a_use(), price_max=most)  # type: ignore[attr-defined]
        facts = stage.ask(who, take)
        fits = not sold and after < 20 and who != "D" and (most is None or price <= most)
        assert accepted(facts) == fits, facts
        if fits:
            sold = True
            assert isinstance(facts[-1], EntitlementGranted)
            assert [fact.price for fact in facts if isinstance(fact, TradeMatched)] == [price]
            assert stage.purse(who).cash == CASH - price
            assert stage.purse(who).owed == 0
    assert stage.market.holds == {}
