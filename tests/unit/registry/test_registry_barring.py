"""Listings that could be sold nowhere: off sale for good, on the word of their market."""

import pytest
from msgspec.structs import replace

from exchange.kernel.bases import Command
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.registry.barring.commands import BarListing
from exchange.registry.barring.facts import ListingBarred
from exchange.registry.commands import ListProduct, ResumeListing, SuspendListing, WithdrawListing
from exchange.registry.facts import ListingPublished
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal
from tests.support.traits import GENERAL
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    SELLER,
    a_draft,
    a_listing,
    a_registration,
    a_registry,
    an_opinion,
    with_listing,
)

GROUNDS = "Under ruleset 2026.11.0 the fence bars every place that its licence permits."


def barring(listing_id: str) -> BarListing:
    return BarListing(listing_id=listing_id, codes=("CN_CORE_BARRED",), grounds=GROUNDS)


def barred() -> tuple[Stage[Registry], str]:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(POLICY_ACTOR, barring(listing_id))
    return stage, listing_id


def test_what_a_market_found_no_place_for_is_off_sale_with_the_codes() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    (fact,) = stage.ask(POLICY_ACTOR, barring(listing_id))
    assert fact == ListingBarred(
        listing_id=listing_id,
        product_id="P-07",
        version="1",
        seller_id=SELLER,
        market_id="M-DATA",
        codes=("CN_CORE_BARRED",),
        grounds=GROUNDS,
    )
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_its_seller_may_list_it_again() -> None:
    stage, _ = barred()
    (again,) = stage.ask(SELLER, a_listing())
    assert isinstance(again, ListingPublished)


def test_a_listing_that_its_seller_took_off_sale_meanwhile_is_barred_too() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(SELLER, SuspendListing(listing_id=listing_id, grounds="Later."))
    (fact,) = stage.ask(POLICY_ACTOR, barring(listing_id))
    assert isinstance(fact, ListingBarred)


@pytest.mark.parametrize("command", [ResumeListing, SuspendListing, WithdrawListing])
def test_nothing_more_becomes_of_it(command: type[Command]) -> None:
    stage, listing_id = barred()
    grounds = {} if command is ResumeListing else {"grounds": "Later."}
    asked = command(listing_id=listing_id, **grounds)
    assert refusal(stage.ask(SELLER, asked)) == ("LISTING_STATE", listing_id)
    assert refusal(stage.ask(POLICY_ACTOR, barring(listing_id))) == ("LISTING_STATE", listing_id)


def test_what_was_withdrawn_is_not_barred() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(SELLER, WithdrawListing(listing_id=listing_id, grounds="Over."))
    assert refusal(stage.ask(POLICY_ACTOR, barring(listing_id))) == ("LISTING_STATE", listing_id)


def test_nobody_bars_a_listing_by_itself() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    assert refusal(stage.ask(OPERATOR, barring(listing_id))) == ("NOT_PERMITTED", listing_id)


def test_a_listing_that_never_was_cannot_be_barred() -> None:
    assert refusal(a_registry().ask(POLICY_ACTOR, barring("L-9"))) == ("LISTING_UNKNOWN", "L-9")


def test_personal_information_is_in_no_market_for_having_been_barred_there() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft(traits=replace(GENERAL, contains_pi=True)))
    stage.given(ASSESSOR, an_opinion("compliance"), an_opinion("quality"))
    stage.given(OPERATOR, a_registration())
    (first,) = stage.ask(SELLER, a_listing())
    assert isinstance(first, ListingPublished)
    elsewhere: ListProduct = a_listing(market_id="M-OTHER")
    assert refusal(stage.ask(SELLER, elsewhere)) == ("PERSONS_ELSEWHERE", "P-07")
    stage.given(POLICY_ACTOR, barring(first.listing_id))
    (second,) = stage.ask(SELLER, elsewhere)
    assert isinstance(second, ListingPublished)
