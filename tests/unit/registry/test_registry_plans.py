"""A listing that comes with a price plan."""

from typing import Any

import msgspec
import pytest

from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.registry.facts import ListingPublished
from tests.support.stage import Stage, refusal, sound
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    SELLER,
    a_draft,
    a_listing,
    a_price,
    a_registration,
    a_registry,
    an_opinion,
    with_registration,
)


def a_plan(**changed: Any) -> PlanTerms:
    """CNY 18.000000 a gigabyte, prepaid."""
    values: dict[str, Any] = {
        "sale": "once",
        "counts": "bytes",
        "unit": "GB",
        "model": "flat",
        "tiers": (PriceTier(from_units=0, unit_micros=18_000_000),),
    }
    return PlanTerms(**(values | changed))


def listed(plan: PlanTerms | None, book: Any = "plan", stage: Stage[Any] | None = None) -> Any:
    stage = stage or with_registration(a_registry())
    return stage.ask(SELLER, a_listing(a_price(book=book), plan=plan))


@pytest.mark.parametrize("book", ["plan", "posted", "orders"])
def test_a_listing_says_by_which_plan_its_units_are_sold(book: str) -> None:
    (published,) = listed(a_plan(), book)
    assert isinstance(published, ListingPublished)
    assert (published.plan, published.price.book) == (a_plan(), book)
    assert sound(published)


def test_a_listing_without_a_plan_has_none() -> None:
    (published,) = listed(None, "posted")
    assert published.plan is None


def test_what_is_sold_by_plan_alone_needs_one() -> None:
    assert refusal(listed(None)) == ("PLAN_FORM", "P-07")


@pytest.mark.parametrize("book", ["auction", "quotes", "pool"])
def test_what_has_a_form_of_its_own_has_no_plan(book: str) -> None:
    assert refusal(listed(a_plan(), book)) == ("PLAN_FORM", "P-07")


def test_what_is_traded_in_lots_of_a_capacity_has_no_plan_beside_its_book() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft(product_type="storage"))
    stage.given(ASSESSOR, an_opinion("compliance"), an_opinion("quality"))
    stage.given(OPERATOR, a_registration())
    assert refusal(listed(a_plan(), "orders", stage)) == ("PLAN_FORM", "P-07")
    assert isinstance(listed(a_plan(), "plan", stage)[0], ListingPublished)


@pytest.mark.parametrize(
    ("model", "tiers"), [("flat", ((0, 9), (10, 8))), ("volume", ((1, 9),)), ("graduated", ((0, 9), (0, 8)))]
)
def test_a_plan_s_tiers_begin_at_nothing_and_rise(model: Any, tiers: Any) -> None:
    prices = tuple(PriceTier(from_units=units, unit_micros=micros) for units, micros in tiers)
    assert refusal(listed(a_plan(model=model, tiers=prices))) == ("PLAN_TIERS", "P-07")


@pytest.mark.parametrize(
    "changed",
    [
        {"sale": "subscription"},
        {"sale": "subscription", "period": "month"},
        {"counts": "seats", "unused": "refunded"},
    ],
    ids=["no period", "prepaid by the month", "seats that are left over"],
)
def test_a_plan_does_not_contradict_itself(changed: dict[str, Any]) -> None:
    assert refusal(listed(a_plan(**changed))) == ("PLAN_TERMS", "P-07")


def test_the_same_product_is_listed_with_another_plan_in_another_market() -> None:
    stage = with_registration(a_registry())
    listed(a_plan(), stage=stage)
    dearer = a_plan(tiers=(PriceTier(from_units=0, unit_micros=19_000_000),))
    other = msgspec.structs.replace(a_listing(a_price(book="plan"), plan=dearer), market_id="M-OTHER")
    (published,) = stage.ask(SELLER, other)
    assert published.plan == dearer
