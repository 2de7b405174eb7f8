"""A product version that is other data than its listing said: what was admitted is revoked, counted and asked again."""

from typing import Any

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked
from exchange.market.facts import EntitlementGranted, FenceDecided, TradeMatched
from exchange.market.reclassified.commands import RecordTraits
from tests.unit.market.people import EXPORTER, RECIPIENT, a_buy, a_certificate, a_union, brought, of_people
from tests.unit.market.people import a_market_of_people as of_people_sold
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_use,
    an_ask,
    decided_last,
    pack,
    refusal,
    sold_abroad,
    terms,
    the,
    traits,
)

IMPORTANT = traits(category="important", importance_basis="notified")
PERSONAL = traits(contains_pi=True, persons=8_500, sensitive_persons=0)


def told(told: Any = None, *inherited: Any, version: str = "1", **changed: Any) -> RecordTraits:
    """What the registry's policy says of P-07."""
    values: dict[str, Any] = {"product_id": "P-07", "version": version, "counted_in": None}
    return RecordTraits(traits=told, inherited=inherited, **(values | changed))


def berths(**changed: Any) -> Stage:
    """General data, made from nothing else, for licence in Japan."""
    return a_market(terms(source=True, **changed))


def turns(facts: list[Fact]) -> list[tuple[str, str]]:
    kinds = (DecisionRevoked, DecisionRestored)
    return [(type(each).__name__, each.basis) for each in facts if isinstance(each, kinds)]


def replays(stage: Stage) -> None:
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)


@pytest.mark.parametrize(
    ("becomes", "code"),
    [
        (IMPORTANT, "CN_IMPORTANT"),
        (PERSONAL, "FACTS_MISSING"),
        (traits(category="core", importance_basis="notified"), "CN_CORE_BARRED"),
        (traits(us_class="health", us_persons_12m=None), "COUNTS_MISSING"),
    ],
)
def test_a_sale_that_was_admitted_is_revoked_once_the_data_is_something_else(becomes: Any, code: str) -> None:
    stage = berths()
    right = the(EntitlementGranted, stage.ask(BUYER, a_bid()))
    stage.told(told(becomes))
    facts = stage.settle()
    assert turns(facts) == [("DecisionRevoked", "traits")]
    revoked = the(DecisionRevoked, facts)
    assert revoked.entitlement_id == right.entitlement_id
    assert code in revoked.codes
    assert code in refusal(stage.ask(BUYER, a_bid())).codes
    stage.told(told(traits()))
    assert turns(stage.settle()) == [("DecisionRestored", "traits")]
    replays(stage)


def test_a_description_that_the_rules_do_not_ask_less_of_restores_nothing() -> None:
    stage = berths()
    stage.ask(BUYER, a_bid(use=a_use(foreign_authority_request=False)))
    stage.told(told(traits(category="core", importance_basis="notified")))
    assert turns(stage.settle()) == [("DecisionRevoked", "traits")]
    stage.told(told(IMPORTANT))
    facts = stage.settle()
    assert turns(facts) == []
    assert the(FenceDecided, facts).outcome == "ASSESS"
    stage.told(told(traits(category="important", importance_basis="self_assessed")))
    assert turns(stage.settle()) == [("DecisionRestored", "traits")]


@pytest.mark.parametrize(
    ("inherited", "code"),
    [
        (("important",), "CN_IMPORTANT"),
        (("personal",), "FACTS_MISSING"),
        (("domestic", "personal"), "FACTS_MISSING"),
        (("us",), "FACTS_MISSING"),
    ],
)
def test_what_is_found_of_its_upstream_is_in_it_until_somebody_has_looked(inherited: Any, code: str) -> None:
    stage = a_market(terms())
    stage.ask(BUYER, a_bid())
    stage.told(told(None, *inherited))
    facts = stage.settle()
    assert code in the(DecisionRevoked, facts).codes
    stage.told(told(traits()))
    assert turns(stage.settle()) == [("DecisionRestored", "traits")]
    replays(stage)


def test_a_listing_may_inherit_from_its_beginning() -> None:
    stage = a_market(terms(inherited=("important",)))
    assert "CN_IMPORTANT" in refusal(stage.ask(BUYER, a_bid())).codes


def test_another_version_and_another_product_are_left_alone() -> None:
    stage = berths()
    stage.ask(BUYER, a_bid())
    stage.told(told(IMPORTANT, version="2"), told(IMPORTANT, product_id="P-08"))
    assert not turns(stage.settle())


def test_a_book_is_ordered_anew_by_what_its_data_is() -> None:
    stage = berths(posted_price=None, seller_id=None, unit="licence")
    stage.ask(SELLER, an_ask(10))
    stage.told(told(PERSONAL))
    assert not [each for each in stage.ask(BUYER, a_bid(12)) if isinstance(each, TradeMatched)]
    stage.told(told(traits()))
    assert the(TradeMatched, stage.settle()).price == 10
    replays(stage)


def test_orders_that_rest_are_told_apart_by_what_the_data_is_now_and_keep_their_places() -> None:
    stage = berths(posted_price=None, seller_id=None, unit="licence").deposited("BU-SG-01", 100)
    for buyer in (BUYER, "BU-SG-01", BUYER):
        stage.ask(buyer, a_bid(9))
    before = [each.standing for each in stage.market.orders.values()]
    stage.told(told(PERSONAL))
    after = [each.standing for each in stage.market.orders.values()]
    assert set(before).isdisjoint(after)
    assert after[0] == after[2] != after[1]
    stage.told(told(traits()))
    assert [each.standing for each in stage.market.orders.values()] == before
    replays(stage)


def test_what_was_sold_abroad_counts_with_the_persons_that_are_in_it() -> None:
    stage = of_people_sold(of_people("1"), of_people("2", 1_900))
    brought(stage, a_certificate())
    stage.ask(RECIPIENT, a_buy("1"))
    assert sold_abroad(stage, EXPORTER) == {"P-20/1": (8_500, 8_500, 0)}
    more = of_people("1", 12_000).traits
    stage.told(told(more, product_id="P-20", counted_in="M-DATA"))
    assert sold_abroad(stage, EXPORTER) == {"P-20/1": (12_000, 12_000, 0)}
    assert the(DecisionRevoked, stage.settle()).codes[0].startswith("CN_ART7")


def test_a_right_that_runs_is_counted_once_persons_are_found_in_it() -> None:
    stage = of_people_sold(of_people("1"), of_people("2", 1_900))
    nobody = traits(sector="healthcare")
    stage.told(told(nobody, product_id="P-20"))
    assert not isinstance(stage.ask(RECIPIENT, a_buy("1"))[-1], Refused)
    assert sold_abroad(stage, EXPORTER) == {}
    stage.told(told(of_people("1").traits, product_id="P-20", counted_in="M-DATA"))
    assert sold_abroad(stage, EXPORTER) == {"P-20/1": (8_500, 8_500, 0)}
    replays(stage)


def test_persons_that_another_market_counts_are_unknown_here() -> None:
    stage = brought(of_people_sold(of_people("1")), a_certificate())
    stage.told(told(of_people("1").traits, product_id="P-20", counted_in="M-OTHER"))
    assert "COUNTS_MISSING" in decided_last(stage, RECIPIENT, a_buy("1")).reason_codes


def test_a_union_is_never_smaller_than_a_part_that_became_larger() -> None:
    stage = brought(
        of_people_sold(of_people("1"), of_people("2", 100)), a_certificate(), a_union("1", "2", persons=8_550)
    )
    stage.told(told(of_people("1", 12_000).traits, product_id="P-20", counted_in="M-DATA"))
    decided = decided_last(stage, RECIPIENT, a_buy("1"))
    assert decided.reason_codes[0].startswith("CN_ART7")


def test_only_the_exchange_brings_it() -> None:
    assert refusal(berths().ask(SELLER, told(IMPORTANT))).reason == "NOT_PERMITTED"
