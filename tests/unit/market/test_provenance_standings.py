"""Bids for what was made in bond are told apart by what its zone says is behind it, not by its seller's description."""

from msgspec.structs import replace

from exchange.kernel.protocol import Refused
from exchange.market.commands import PlaceOrder, RecordParticipant
from exchange.market.facts import FenceDecided, OrderAccepted, TradeMatched
from exchange.market.provenance.commands import RecordProvenance
from exchange.market.safeguards.commands import BringSafeguard
from tests.unit.market.in_bond import BOOK, a_contract, a_provenance, frames
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    an_ask,
    refusal,
)

OTHER, SISTER = "BU-JP-02", "BU-JP-03"
PRICE = 100


def a_book() -> Stage:
    """Three buyers in Japan, two of one owner, and the frames in a book in which several may sell."""
    stage = a_market(frames(seller_id=None), cash_minor=1_000_000)
    owner = "UBO-BU-JP-02"
    stage.told(
        RecordParticipant(standing=a_standing(OTHER, "JP", "buyer", beneficial_owner=owner)),
        RecordParticipant(standing=a_standing(SISTER, "JP", "buyer", beneficial_owner=owner)),
    )
    for buyer in (OTHER, SISTER):
        stage.deposited(buyer, 1_000_000)
    return stage


def the_bid() -> PlaceOrder:
    use = a_use(purpose="sale", foreign_authority_request=False)
    return a_bid(PRICE, instrument_id=BOOK, use=use)


def ladders(stage: Stage) -> dict[str, str]:
    """The ladder of each buyer's bid."""
    return {order.participant_id: order.standing for order in stage.market.orders.values()}


def sold_to(stage: Stage) -> list[str]:
    """Who buys when one is offered."""
    facts = stage.ask(SELLER, an_ask(PRICE, instrument_id=BOOK))
    return [each.buyer_id for each in facts if isinstance(each, TradeMatched)]


def test_bids_that_waited_before_the_zone_spoke_are_told_apart_once_it_does() -> None:
    stage = a_book()
    for buyer in (BUYER, OTHER, SISTER):
        stage.ask(buyer, the_bid())
    assert len(set(ladders(stage).values())) == 1
    stage.told(RecordProvenance(provenance=a_provenance()))
    found = ladders(stage)
    assert found[OTHER] == found[SISTER] != found[BUYER]


def test_whoever_a_safeguard_names_buys_though_another_came_first() -> None:
    stage = a_book().told(
        BringSafeguard(safeguard=a_contract(OTHER)), RecordProvenance(provenance=a_provenance())
    )
    for buyer in (BUYER, OTHER):
        stage.ask(buyer, the_bid())
    assert sold_to(stage) == [OTHER]


def test_the_same_holds_for_bids_that_waited_before_the_zone_spoke() -> None:
    stage = a_book().told(BringSafeguard(safeguard=a_contract(OTHER)))
    for buyer in (BUYER, OTHER):
        stage.ask(buyer, the_bid())
    stage.told(RecordProvenance(provenance=a_provenance()))
    assert sold_to(stage) == [OTHER]


def test_what_the_zone_says_again_moves_no_bid() -> None:
    stage = a_book().told(RecordProvenance(provenance=a_provenance()))
    for buyer in (BUYER, OTHER):
        stage.ask(buyer, the_bid())
    before = ladders(stage)
    stage.told(RecordProvenance(provenance=a_provenance(foreign_persons=2_000)))
    assert ladders(stage) == before


def test_where_nobody_is_behind_it_groups_are_not_told_apart_but_safeguards_still_are() -> None:
    empty = a_provenance(contains_pi=False, foreign_persons=0)
    stage = a_book().told(BringSafeguard(safeguard=a_contract(SISTER)), RecordProvenance(provenance=empty))
    for buyer in (BUYER, OTHER, SISTER):
        stage.ask(buyer, the_bid())
    found = ladders(stage)
    assert found[BUYER] == found[OTHER] != found[SISTER]


def test_in_a_book_of_one_seller_whoever_keeps_its_safeguard_buys_though_another_came_first() -> None:
    stage = a_market(frames(), cash_minor=1_000_000)
    stage.told(RecordParticipant(standing=a_standing(OTHER, "JP", "buyer"))).deposited(OTHER, 1_000_000)
    stage.told(
        BringSafeguard(safeguard=a_contract(BUYER, "I-31")),
        BringSafeguard(safeguard=a_contract(OTHER)),
        RecordProvenance(provenance=a_provenance()),
    )
    for buyer in (BUYER, OTHER):
        assert isinstance(stage.ask(buyer, the_bid())[-1], OrderAccepted)
    stage.told(BringSafeguard(safeguard=replace(a_contract(BUYER, "I-31"), status="revoked")))
    assert sold_to(stage) == [OTHER]


def test_a_group_that_may_split_is_put_to_people_however_harmless_the_seller_calls_it() -> None:
    stage = a_book().told(
        BringSafeguard(safeguard=a_contract(OTHER)),
        RecordProvenance(
            provenance=a_provenance(group_splitting="suspected", domestic_pi=True, origins=("CN", "SG"))
        ),
    )
    stage.ask(OTHER, the_bid())
    facts = stage.ask(SELLER, an_ask(PRICE, instrument_id=BOOK))
    decided = next(each for each in facts if isinstance(each, FenceDecided))
    assert "CN_SPLITTING" in decided.reason_codes


def test_nobody_but_the_exchange_brings_what_a_zone_says() -> None:
    no = refusal(a_book().ask(SELLER, RecordProvenance(provenance=a_provenance())))
    assert isinstance(no, Refused)
    assert no.reason == "NOT_PERMITTED"
