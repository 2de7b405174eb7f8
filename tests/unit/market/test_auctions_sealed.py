"""Sealed auctions: who wins, what it pays, and where everybody's money goes."""

import msgspec
import pytest

from exchange.kernel.time import DAY, HOUR
from exchange.market.auctions.bidding import BIDS_MAX
from exchange.market.auctions.commands import CommitBid, RevealBid
from exchange.market.auctions.facts import (
    AuctionEnded,
    AuctionSold,
    BidCommitted,
    BidReleased,
    BidRevealed,
    DepositForfeited,
    RevealingBegan,
)
from exchange.market.auctions.sealing import commitment, sealed_text
from exchange.market.commands import (
    AcceptDelivery,
    BookRules,
    RecordParticipant,
    RecordStanding,
    RefundPurchase,
    SetInstrumentState,
)
from exchange.market.facts import EntitlementGranted, FenceDecided, TradeMatched
from exchange.market.state import Purse
from exchange.market.weighing import weight
from tests.unit.market.auctioning import (
    CASH,
    COMMITTED,
    DEPOSIT,
    FOUR,
    ONE,
    RESERVE,
    REVEALED,
    SALT,
    SELLER,
    SERIES,
    THREE,
    TWO,
    Auctioning,
    a_dutch_auction,
    a_sealed_auction,
    a_series_market,
    an_opening,
    of,
    only,
    to_use,
)
from tests.unit.market.stage import (
    OPERATOR,
    Stage,
    a_standing,
    an_ask,
    licence,
    names,
    pack,
    refusal,
    sold_abroad,
    traits,
    unpack,
)


def untouched(stage: Stage, who: str) -> bool:
    return stage.purse(who, "JPY") == Purse(cash=CASH)


# Winning and paying.


def test_the_highest_bid_wins_and_pays_its_own_price() -> None:
    auction = a_sealed_auction().committed(one=2_500_000, three=2_600_000)
    decided, _ = auction.commit(TWO, 2_700_000)
    facts = auction.revealed(three=2_600_000, one=2_500_000, two=2_700_000).settled()
    assert names(facts) == [
        "BidReleased",
        "BidReleased",
        "AuctionSold",
        "TradeMatched",
        "EntitlementGranted",
    ]
    sold, trade = only(AuctionSold, facts), only(TradeMatched, facts)
    assert (sold.buyer_id, sold.price, sold.trade_id) == (TWO, 2_700_000, trade.trade_id)
    assert (trade.bid_id, trade.ask_id, trade.taker) == (sold.bid_id, "", None)
    assert (trade.amount_minor, trade.released_minor, trade.currency) == (2_700_000, 0, "JPY")
    assert trade.decision is not None
    assert trade.decision.decision_id == only(FenceDecided, [decided]).decision_id
    assert only(EntitlementGranted, facts).buyer_id == TWO
    assert {each.grounds for each in of(BidReleased, facts)} == {"outbid"}
    assert auction.stage.purse(TWO, "JPY") == Purse(cash=CASH - 2_700_000)
    assert untouched(auction.stage, ONE)
    assert untouched(auction.stage, THREE)
    assert auction.stage.market.holds == {}


def test_in_a_second_price_auction_the_winner_pays_what_the_next_one_bid_and_gets_the_rest_back() -> None:
    auction = a_sealed_auction(kind="second_price").committed(one=2_500_000, two=2_700_000, three=2_600_000)
    facts = auction.revealed(one=2_500_000, two=2_700_000, three=2_600_000).settled()
    trade = only(TradeMatched, facts)
    assert (trade.buyer_id, trade.price, trade.amount_minor, trade.released_minor) == (
        TWO,
        2_600_000,
        2_600_000,
        100_000,
    )
    assert auction.stage.purse(TWO, "JPY") == Purse(cash=CASH - 2_600_000)


def test_who_bids_alone_in_a_second_price_auction_pays_the_reserve() -> None:
    facts = a_sealed_auction(kind="second_price").committed(one=3_000_000).revealed(one=3_000_000).settled()
    assert only(TradeMatched, facts).price == RESERVE


def test_of_equal_bids_the_one_committed_to_first_wins() -> None:
    auction = a_sealed_auction(kind="second_price").committed(two=2_500_000, one=2_500_000)
    sold = only(AuctionSold, auction.revealed(one=2_500_000, two=2_500_000).settled())
    assert (sold.buyer_id, sold.price) == (TWO, 2_500_000)


def test_who_commits_anew_stands_behind_those_who_committed_meanwhile() -> None:
    auction = a_sealed_auction()
    auction.committed(one=2_400_000, two=2_500_000)
    again = only(BidCommitted, auction.commit(ONE, 2_500_000))
    assert again.deposit_minor == 0
    sold = only(AuctionSold, auction.revealed(one=2_500_000, two=2_500_000).settled())
    assert sold.buyer_id == TWO


def test_only_the_latest_commitment_can_be_revealed_and_one_deposit_is_held() -> None:
    auction = a_sealed_auction().committed(one=2_400_000)
    auction.committed(one=2_900_000)
    assert auction.stage.purse(ONE, "JPY") == Purse(cash=CASH - DEPOSIT, deposits=DEPOSIT)
    auction.stage.at = COMMITTED
    assert refusal(auction.reveal(ONE, 2_400_000)).reason == "COMMITMENT_MISMATCH"
    assert only(AuctionSold, auction.revealed(one=2_900_000).settled()).price == 2_900_000


def test_several_lots_are_sold_together_and_rounded_once() -> None:
    auction = a_sealed_auction(
        a_series_market(tick_micros=1_500_000), reserve_price=1, deposit_minor=1, quantity=3
    )
    facts = auction.committed(one=101).revealed(one=101).settled()
    trade = only(TradeMatched, facts)
    # A lot is 151.5 yen: three reserve 456, cost 454.5.
    assert (trade.quantity, trade.amount_minor, trade.released_minor) == (3, 455, 1)


# Deposits.


def test_a_commitment_holds_its_deposit_and_a_reveal_its_price() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    assert auction.stage.purse(ONE, "JPY") == Purse(cash=CASH - DEPOSIT, deposits=DEPOSIT)
    auction.stage.at = COMMITTED
    revealed = only(BidRevealed, auction.reveal(ONE, 2_500_000))
    assert (revealed.deposit_minor, revealed.held_minor) == (DEPOSIT, 2_500_000 - DEPOSIT)
    assert auction.stage.purse(ONE, "JPY") == Purse(cash=CASH - 2_500_000, reserved=2_500_000)


def test_what_was_never_revealed_is_forfeited_and_does_not_win() -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=4_000_000).revealed(one=2_500_000)
    facts = auction.settled()
    forfeited = only(DepositForfeited, facts)
    assert (forfeited.participant_id, forfeited.amount_minor) == (TWO, DEPOSIT)
    assert only(AuctionSold, facts).buyer_id == ONE
    assert auction.stage.purse(TWO, "JPY") == Purse(cash=CASH - DEPOSIT)
    assert auction.stage.market.tills["JPY"].penalties == DEPOSIT


def test_where_nobody_reveals_nothing_is_sold() -> None:
    facts = a_sealed_auction().committed(one=2_500_000, two=2_600_000).settled()
    assert names(facts) == ["RevealingBegan", "DepositForfeited", "DepositForfeited", "AuctionEnded"]
    ended = only(AuctionEnded, facts)
    assert (ended.outcome, ended.grounds) == ("unsold", "no_valid_bid")


@pytest.mark.parametrize("told", [{}, {"one": 2_500_000, "two": 2_600_000, "three": 2_700_000}])
def test_what_becomes_of_bids_is_told_in_the_order_of_commitments_also_after_a_restart(
    told: dict[str, int],
) -> None:
    auction = a_sealed_auction().committed(three=2_700_000, one=2_500_000, two=2_600_000).revealed(**told)
    auction.stage.market = unpack(pack(auction.stage.market))
    said = [each for each in auction.settled() if isinstance(each, DepositForfeited | BidReleased)]
    assert [each.participant_id for each in said] == ([ONE, TWO] if told else [THREE, ONE, TWO])


def test_an_auction_without_commitments_ends_when_committing_does() -> None:
    auction = a_sealed_auction()
    auction.stage.at = COMMITTED
    (ended,) = auction.stage.settle()
    assert isinstance(ended, AuctionEnded)
    assert (ended.outcome, ended.grounds) == ("unsold", "no_commitments")


def test_a_bid_below_the_reserve_is_told_and_gets_its_deposit_back() -> None:
    auction = a_sealed_auction().committed(one=RESERVE - 1)
    auction.stage.at = COMMITTED
    facts = auction.reveal(ONE, RESERVE - 1)
    assert names(facts) == ["BidRevealed", "BidReleased"]
    assert only(BidReleased, facts).grounds == "below_reserve"
    assert untouched(auction.stage, ONE)
    assert refusal(auction.reveal(ONE, RESERVE - 1)).reason == "BID_UNKNOWN"
    assert only(AuctionEnded, auction.settled()).grounds == "no_valid_bid"


# Who may win is asked again.


def test_a_winner_suspended_meanwhile_is_passed_over_for_the_next() -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=2_700_000)
    auction.revealed(one=2_500_000, two=2_700_000)
    auction.stage.told(RecordStanding(participant_id=TWO, active=False))
    facts = auction.settled()
    released = only(BidReleased, facts)
    assert (released.participant_id, released.grounds, released.reserved_minor) == (
        TWO,
        "may_not_trade",
        2_700_000,
    )
    assert only(AuctionSold, facts).buyer_id == ONE
    assert untouched(auction.stage, TWO)


def test_a_suspended_bidder_may_still_reveal_and_so_keeps_its_deposit() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.told(RecordStanding(participant_id=ONE, active=False))
    facts = auction.revealed(one=2_500_000).settled()
    assert only(BidReleased, facts).grounds == "may_not_trade"
    assert only(AuctionEnded, facts).grounds == "nobody_admitted"
    assert untouched(auction.stage, ONE)


def test_a_winner_the_fence_no_longer_admits_is_passed_over_with_the_decision_on_record() -> None:
    auction = a_sealed_auction(kind="second_price").committed(one=2_500_000, two=2_700_000, three=2_600_000)
    auction.revealed(one=2_500_000, two=2_700_000, three=2_600_000)
    moved = a_standing(TWO, "US", "buyer")
    auction.stage.told(RecordParticipant(standing=moved))
    facts = auction.settled()
    released = next(each for each in of(BidReleased, facts) if each.participant_id == TWO)
    assert released.grounds == "fence_refused"
    assert released.decision is not None
    decided = {each.decision_id: each for each in of(FenceDecided, facts)}
    assert decided[released.decision.decision_id].buyer_id == TWO
    sold = only(AuctionSold, facts)
    assert (sold.buyer_id, sold.price) == (THREE, 2_500_000)


def test_a_bid_that_could_not_have_won_sets_no_price() -> None:
    auction = a_sealed_auction(kind="second_price").committed(one=2_500_000, two=2_700_000, three=2_600_000)
    auction.revealed(one=2_500_000, two=2_700_000, three=2_600_000)
    auction.stage.told(RecordStanding(participant_id=THREE, active=False))
    sold = only(AuctionSold, auction.settled())
    assert (sold.buyer_id, sold.price) == (TWO, 2_500_000)


# When it cannot be settled, or not go on.


@pytest.mark.parametrize("state", ["halted", "closed"])
def test_an_auction_whose_instrument_is_not_open_in_the_end_is_void_and_all_money_goes_back(
    state: str,
) -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=2_600_000).revealed(one=2_500_000)
    auction.stage.told(SetInstrumentState(instrument_id=SERIES, state=state))  # type: ignore[arg-type]
    facts = auction.settled()
    ended = only(AuctionEnded, facts)
    assert (ended.outcome, ended.grounds) == ("void", "instrument_not_open")
    assert {(each.participant_id, each.grounds) for each in of(BidReleased, facts)} == {
        (ONE, "auction_void"),
        (TWO, "auction_void"),
    }
    assert untouched(auction.stage, ONE)
    assert untouched(auction.stage, TWO)


def test_an_auction_ends_at_once_when_its_instrument_closes() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.told(SetInstrumentState(instrument_id=SERIES, state="closed"))
    assert names(auction.stage.settle()) == ["BidReleased", "AuctionEnded"]
    assert untouched(auction.stage, ONE)


def test_an_auction_whose_seller_is_suspended_in_the_end_is_void() -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=2_600_000).revealed(one=2_500_000)
    auction.stage.told(RecordStanding(participant_id=SELLER, active=False))
    ended = only(AuctionEnded, auction.settled())
    assert (ended.outcome, ended.grounds) == ("void", "seller_suspended")
    assert untouched(auction.stage, TWO)


def test_an_auction_is_void_where_no_ruleset_is_in_force_in_the_end() -> None:
    auction = a_sealed_auction().committed(one=2_500_000).revealed(one=2_500_000)
    auction.stage.market.rulesets.clear()
    assert only(AuctionEnded, auction.settled()).grounds == "no_ruleset"


def test_nobody_hears_a_price_before_revealing_begins() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.at = COMMITTED - HOUR
    assert refusal(auction.reveal(ONE, 2_500_000)).reason == "REVEALING_NOT_BEGUN"
    auction.stage.at = COMMITTED
    (began,) = auction.stage.settle()
    assert began == RevealingBegan(auction_id=auction.auction_id, commitments=1, reveal_until=REVEALED)


# Exclusive.


def test_what_was_sold_exclusively_is_not_sold_again_while_the_right_lasts() -> None:
    auction = a_sealed_auction().committed(one=2_500_000).revealed(one=2_500_000)
    sold = only(AuctionSold, auction.settled())
    stage = auction.stage
    assert refusal(stage.ask(SELLER, an_ask(1, instrument_id=SERIES))).reason == "INSTRUMENT_AUCTIONED"
    later = an_opening(commit_until=stage.at + DAY, reveal_until=stage.at + 2 * DAY)
    told = refusal(stage.ask(SELLER, later))
    assert told.reason == "INSTRUMENT_AUCTIONED"
    assert sold.trade_id in told.detail
    assert sold.exclusive_until is not None
    stage.at = sold.exclusive_until
    again = an_opening(commit_until=stage.at + DAY, reveal_until=stage.at + 2 * DAY)
    assert names(stage.ask(SELLER, again)) == ["AuctionOpened"]


def test_an_exclusive_sale_that_is_given_back_frees_the_instrument() -> None:
    auction = a_sealed_auction().committed(one=2_500_000).revealed(one=2_500_000)
    trade = only(TradeMatched, auction.settled())
    auction.stage.ask(SELLER, RefundPurchase(trade_id=trade.trade_id, grounds="The masters are lost."))
    assert untouched(auction.stage, ONE)
    again = an_opening(commit_until=auction.stage.at + DAY, reveal_until=auction.stage.at + 2 * DAY)
    assert names(auction.stage.ask(SELLER, again)) == ["AuctionOpened"]


def test_an_accepted_purchase_stays_exclusive() -> None:
    auction = a_sealed_auction().committed(one=2_500_000).revealed(one=2_500_000)
    trade = only(TradeMatched, auction.settled())
    auction.stage.ask(ONE, AcceptDelivery(trade_id=trade.trade_id))
    assert SERIES in auction.stage.market.auctions.exclusive


def test_what_was_not_sold_exclusively_can_be_auctioned_again_at_once() -> None:
    auction = a_sealed_auction(exclusive=False).committed(one=2_500_000).revealed(one=2_500_000)
    assert only(AuctionSold, auction.settled()).exclusive_until is None
    again = an_opening(commit_until=auction.stage.at + DAY, reveal_until=auction.stage.at + 2 * DAY)
    assert names(auction.stage.ask(SELLER, again)) == ["AuctionOpened"]


# Persons in what is sold are counted, as with any trade.


@pytest.mark.parametrize("kind", ["first_price", "dutch"])
def test_persons_whose_data_leaves_with_an_auction_are_counted(
    kind: str,
) -> None:
    people = traits(contains_pi=True, persons=40_000, collected_in=("CN",))
    stage = a_series_market(traits=people, source=True)
    if kind == "dutch":
        assert names(a_dutch_auction(stage).take(ONE))[-1] == "EntitlementGranted"
    else:
        a_sealed_auction(stage).committed(one=2_500_000).revealed(one=2_500_000).settled()
    assert sold_abroad(stage, SELLER) == {"P-25/1": (40_000, 0, 0)}


# Bounds.


def crowded(**changed: object) -> Auctioning:
    """As many bidders as an auction takes, each with terms and a standing as large as they may be."""
    wide = licence(spatial=("JP",), purposes=("sale", *(f"purpose {n:03} {'x' * 140}" for n in range(90))))
    auction = a_sealed_auction(a_series_market(licence=wide), kind="second_price")
    zones = tuple(f"zone {n:02} {'y' * 150}" for n in range(20))
    for number in range(BIDS_MAX):
        who = f"BU-{number:02}"
        standing = a_standing(who, "JP", "buyer", registered_zones=zones)
        auction.stage.told(RecordParticipant(standing=standing)).deposited(who, CASH, "JPY")
        assert isinstance(auction.commit(who, 2_500_000 + number)[-1], BidCommitted)
    auction.stage.at = COMMITTED
    for number in range(BIDS_MAX):
        auction.reveal(f"BU-{number:02}", 2_500_000 + number)
    return auction


def test_an_auction_takes_so_many_bids_that_its_end_fits_one_outcome() -> None:
    auction = crowded()
    facts = auction.settled()
    assert len(of(BidReleased, facts)) == BIDS_MAX - 1
    assert sum(map(weight, facts)) < 60 * 1024


def test_high_bids_refused_by_the_fence_leave_in_bounded_outcomes_and_each_decision_is_recorded() -> None:
    auction = crowded()
    stage = auction.stage
    for number in range(1, BIDS_MAX):
        standing = stage.market.participants[f"BU-{number:02}"]
        stage.told(RecordParticipant(standing=msgspec.structs.replace(standing, place="US")))
    stage.at = REVEALED
    outcomes = []
    while (due := stage.decider.next_deadline(stage.market)) is not None and due <= stage.at:
        outcomes.append(stage.expire())
    assert len(outcomes) > 1
    assert max(sum(map(weight, facts)) for facts in outcomes) < 60 * 1024
    facts = [fact for outcome in outcomes for fact in outcome]
    decided = {each.decision_id for each in of(FenceDecided, facts)}
    refused_ones = of(BidReleased, facts)
    assert len(refused_ones) == BIDS_MAX - 1
    assert {each.decision.decision_id for each in refused_ones if each.decision} <= decided
    sold = only(AuctionSold, facts)
    assert (sold.buyer_id, sold.price) == ("BU-00", RESERVE)


def test_one_more_than_an_auction_takes_is_refused() -> None:
    auction = a_sealed_auction()
    for number in range(BIDS_MAX):
        who = f"BU-{number:02}"
        auction.stage.told(RecordParticipant(standing=a_standing(who, "JP", "buyer"))).deposited(
            who, CASH, "JPY"
        )
        auction.commit(who, 2_500_000)
    assert refusal(auction.commit(ONE, 2_500_000)).reason == "AUCTION_FULL"
    assert isinstance(auction.commit("BU-00", 2_600_000)[-1], BidCommitted)


# The commitment.


def test_a_commitment_is_the_digest_of_five_lines_that_a_shell_can_write() -> None:
    text = sealed_text("A-0.30.0", "BU-JP-01", 2_600_000, bytes.fromhex("00ff" * 8))
    assert text == (
        "sealed bid\nauction A-0.30.0\nbidder BU-JP-01\nprice 2600000\nsalt 00ff00ff00ff00ff00ff00ff00ff00ff\n"
    )
    # printf … | sha256sum
    assert (
        commitment("A-0.30.0", "BU-JP-01", 2_600_000, bytes.fromhex("00ff" * 8)).hex()
        == "be873dc79e20748034dee49e55de8957a63806064d23c680ec6f342436575c41"
    )


def test_a_commitment_copied_by_another_bidder_cannot_be_revealed() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    copied = commitment(auction.auction_id, ONE, 2_500_000, SALT)
    auction.stage.ask(TWO, CommitBid(auction_id=auction.auction_id, commitment=copied, use=to_use()))
    auction.revealed(one=2_500_000)
    assert refusal(auction.reveal(TWO, 2_500_000)).reason == "COMMITMENT_MISMATCH"


# Refused.


def test_commitments_are_refused_for_reasons_of_their_own() -> None:
    stage = a_series_market()
    auction = a_sealed_auction(stage)
    stage.told(
        RecordParticipant(
            standing=a_standing("SE-CN-09", "CN-LG", "buyer", beneficial_owner=f"UBO-{SELLER}")
        ),
        RecordParticipant(standing=a_standing("AS-CN-01", "CN", "assessor", "buyer")),
        RecordParticipant(standing=a_standing("BU-JP-09", "JP", "buyer")),
        RecordStanding(participant_id=FOUR, active=False),
    )
    cases = {
        "BU-XX-01": "PARTICIPANT_UNKNOWN",
        FOUR: "PARTICIPANT_SUSPENDED",
        "AS-CN-01": "CONFLICT_OF_INTEREST",
        OPERATOR: "ROLE_MISSING",
        SELLER: "BID_ON_OWN",
        "SE-CN-09": "BID_ON_OWN",
        "BU-JP-09": "FUNDS_INSUFFICIENT",
    }
    assert {who: refusal(auction.commit(who, 2_500_000)).reason for who in cases} == cases
    assert auction.stage.market.holds == {}


def test_a_commitment_names_the_licence_on_offer() -> None:
    use = to_use(licence_digest=bytes(32))
    assert refusal(a_sealed_auction().commit(ONE, 2_500_000, use)).reason == "LICENCE_NOT_ACCEPTED"


def test_a_commitment_that_the_fence_refuses_is_told_by_which_rule_and_holds_nothing() -> None:
    auction = a_sealed_auction()
    facts = auction.commit(ONE, 2_500_000, to_use(place_of_use="SG"))
    assert names(facts) == ["FenceDecided", "Refused"]
    assert (refusal(facts).reason, refusal(facts).codes[0]) == ("FENCE_REFUSED", "LICENCE")
    assert untouched(auction.stage, ONE)


def test_without_a_ruleset_nobody_commits() -> None:
    auction = a_sealed_auction()
    auction.stage.market.rulesets.clear()
    assert refusal(auction.commit(ONE, 2_500_000)).reason == "RULESET_NONE"


def test_a_halted_instrument_takes_no_commitments_but_reveals() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.told(SetInstrumentState(instrument_id=SERIES, state="halted"))
    assert refusal(auction.commit(TWO, 2_500_000)).reason == "INSTRUMENT_NOT_OPEN"
    auction.revealed(one=2_500_000)


def test_while_the_seller_is_suspended_nobody_commits() -> None:
    auction = a_sealed_auction()
    auction.stage.told(RecordStanding(participant_id=SELLER, active=False))
    told = refusal(auction.commit(ONE, 2_500_000))
    assert (told.reason, told.subject) == ("PARTICIPANT_SUSPENDED", SELLER)


def test_who_comes_late_is_told_so() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.at = COMMITTED
    assert refusal(auction.commit(TWO, 2_500_000)).reason == "COMMITTING_OVER"
    assert refusal(auction.reveal(TWO, 2_500_000)).reason == "BID_UNKNOWN"
    auction.stage.at = REVEALED
    assert refusal(auction.reveal(ONE, 2_500_000)).reason == "AUCTION_OVER"


def test_time_counts_though_a_deadline_has_not_been_applied_yet() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.at = REVEALED
    late = RevealBid(auction_id=auction.auction_id, price=2_500_000, salt=SALT)
    assert refusal(auction.stage.ask_without_deadlines(ONE, late)).reason == "AUCTION_OVER"


def test_a_reveal_may_be_tried_again_until_it_is_right_and_then_not_any_more() -> None:
    auction = a_sealed_auction().committed(one=2_500_000)
    auction.stage.at = COMMITTED
    wrong = refusal(auction.reveal(ONE, 2_500_001))
    assert wrong.reason == "COMMITMENT_MISMATCH"
    assert "2500001 ticks" in wrong.detail
    assert refusal(auction.reveal(ONE, 2_500_000, bytes(16))).reason == "COMMITMENT_MISMATCH"
    assert names(auction.reveal(ONE, 2_500_000)) == ["BidRevealed"]
    assert refusal(auction.reveal(ONE, 2_500_000)).reason == "BID_REVEALED"


def test_a_reveal_needs_the_money_and_may_be_tried_again_once_it_is_there() -> None:
    auction = a_sealed_auction().committed(one=CASH + 1)
    auction.stage.at = COMMITTED
    told = refusal(auction.reveal(ONE, CASH + 1))
    assert (told.reason, told.subject) == ("FUNDS_INSUFFICIENT", ONE)
    auction.stage.deposited(ONE, 1, "JPY")
    assert names(auction.reveal(ONE, CASH + 1)) == ["BidRevealed"]


def test_a_bid_off_the_tick_cannot_be_revealed() -> None:
    stage = a_series_market(rules=BookRules(price_step=1_000))
    auction = a_sealed_auction(stage).committed(one=2_500_001)
    auction.stage.at = COMMITTED
    told = refusal(auction.reveal(ONE, 2_500_001))
    assert (told.reason, told.subject) == ("PRICE_OFF_TICK", SERIES)


def test_a_reveal_beyond_all_money_is_refused() -> None:
    auction = a_sealed_auction(quantity=10**4).committed(one=10**12)
    auction.stage.at = COMMITTED
    assert refusal(auction.reveal(ONE, 10**12)).reason == "AMOUNT_TOO_LARGE"


# A snapshot.


def test_a_market_with_auctions_is_written_down_and_read_back_and_replayed_the_same() -> None:
    auction = a_sealed_auction().committed(one=2_500_000, two=2_600_000).revealed(two=2_600_000)
    written = pack(auction.stage.market)
    assert pack(unpack(written)) == written
    auction.settled()
    again = Stage()
    for fact, at in auction.stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(auction.stage.market)
