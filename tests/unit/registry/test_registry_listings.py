"""On sale, off sale, withdrawn."""

from typing import Any

import pytest

from exchange.registry.commands import ResumeListing, SuspendListing, WithdrawListing
from exchange.registry.digests import licence_digest
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
)
from tests.support.stage import refusal, sound
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_listing,
    a_price,
    a_registry,
    licence,
    with_listing,
    with_opinions,
    with_registration,
)


def suspension(listing_id: str) -> SuspendListing:
    return SuspendListing(listing_id=listing_id, grounds="Looking into it.")


def withdrawal(listing_id: str) -> WithdrawListing:
    return WithdrawListing(listing_id=listing_id, grounds="Out of date.")


def test_a_listing_carries_what_was_drafted_and_its_own_certificate() -> None:
    stage = with_registration(a_registry())
    (published,) = stage.ask(SELLER, a_listing(acceptance_days=3))
    assert isinstance(published, ListingPublished)
    assert published.listing_id == f"L-0.{stage.offset}.0"
    assert published.certificate_id == f"C-0.{stage.offset}.0"
    assert published.licence_digest == licence_digest(licence())
    assert published.assessor_ids == (ASSESSOR,)
    assert published.acceptance_days == 3
    assert published.stored_in == "CN"
    assert sound(published)


def test_only_a_registered_version_is_listed() -> None:
    stage = a_registry()
    assert refusal(stage.ask(SELLER, a_listing())) == ("PRODUCT_UNKNOWN", "P-07")
    with_opinions(stage)
    assert refusal(stage.ask(SELLER, a_listing())) == ("PRODUCT_STATE", "P-07")


def test_only_its_seller_lists_a_product() -> None:
    stage = with_registration(a_registry())
    assert refusal(stage.ask(OTHER_SELLER, a_listing())) == ("PRODUCT_NOT_OWN", "P-07")
    assert refusal(stage.ask(OPERATOR, a_listing())) == ("ROLE_MISSING", OPERATOR)


def test_a_price_needs_a_currency_with_a_minor_unit() -> None:
    stage = with_registration(a_registry())
    unknown = a_listing(a_price(currency="ZZZ"))
    assert refusal(stage.ask(SELLER, unknown)) == ("CURRENCY_UNKNOWN", "ZZZ")


def test_a_version_is_listed_once_in_a_market_at_a_time() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    assert refusal(stage.ask(SELLER, a_listing())) == ("LISTING_STATE", listing_id)
    stage.given(SELLER, a_listing(market_id="M-OTHER"))
    stage.given(SELLER, suspension(listing_id))
    assert refusal(stage.ask(SELLER, a_listing())) == ("LISTING_STATE", listing_id)
    stage.given(SELLER, withdrawal(listing_id), a_listing())


@pytest.mark.parametrize("actor", [SELLER, OPERATOR])
def test_a_listing_is_suspended_and_resumed_and_withdrawn_by_its_seller_or_an_operator(actor: str) -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    (suspended,) = stage.ask(actor, suspension(listing_id))
    assert suspended == ListingSuspended(
        listing_id=listing_id,
        market_id="M-DATA",
        grounds="Looking into it.",
        by_operator=actor == OPERATOR,
    )
    (resumed,) = stage.ask(actor, ResumeListing(listing_id=listing_id))
    assert resumed == ListingResumed(listing_id=listing_id, market_id="M-DATA")
    (withdrawn,) = stage.ask(actor, withdrawal(listing_id))
    assert withdrawn == ListingWithdrawn(listing_id=listing_id, market_id="M-DATA", grounds="Out of date.")


def _commands(listing_id: str) -> list[Any]:
    return [suspension(listing_id), ResumeListing(listing_id=listing_id), withdrawal(listing_id)]


def test_another_seller_and_other_roles_cannot_touch_a_listing() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    for command in _commands(listing_id):
        assert refusal(stage.ask(OTHER_SELLER, command)) == ("PRODUCT_NOT_OWN", listing_id)
        assert refusal(stage.ask(ASSESSOR, command)) == ("ROLE_MISSING", ASSESSOR)


def test_there_is_nothing_to_be_done_with_a_listing_that_does_not_exist() -> None:
    stage = a_registry()
    for command in _commands("L-0.99.0"):
        assert refusal(stage.ask(SELLER, command)) == ("LISTING_UNKNOWN", "L-0.99.0")


def test_there_is_nothing_to_be_done_with_a_withdrawn_listing() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(SELLER, withdrawal(listing_id))
    for command in _commands(listing_id):
        assert refusal(stage.ask(OPERATOR, command)) == ("LISTING_STATE", listing_id)


def test_a_listing_is_suspended_once_and_resumed_once() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    assert refusal(stage.ask(SELLER, ResumeListing(listing_id=listing_id))) == ("LISTING_STATE", listing_id)
    stage.given(SELLER, suspension(listing_id))
    assert refusal(stage.ask(SELLER, suspension(listing_id))) == ("LISTING_STATE", listing_id)


def test_what_an_operator_suspended_only_an_operator_resumes_or_withdraws() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(SELLER, suspension(listing_id))
    stage.given(OPERATOR, suspension(listing_id))
    assert refusal(stage.ask(SELLER, ResumeListing(listing_id=listing_id))) == ("ROLE_MISSING", SELLER)
    assert refusal(stage.ask(SELLER, withdrawal(listing_id))) == ("ROLE_MISSING", SELLER)
    assert refusal(stage.ask(OPERATOR, suspension(listing_id))) == ("LISTING_STATE", listing_id)
    stage.given(OPERATOR, ResumeListing(listing_id=listing_id))
    stage.given(SELLER, suspension(listing_id), ResumeListing(listing_id=listing_id))


def test_the_state_comes_back_from_the_journal_and_from_its_bytes() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(SELLER, a_listing(market_id="M-OTHER"), withdrawal(listing_id))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
