"""Persons that are found in what was sold: whatever has left the mainland this year counts, also what is over."""

from typing import Any

import pytest

from exchange.kernel.time import DAY, instant
from exchange.market.commands import AcceptDelivery
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.reclassified.commands import RecordTraits
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_use,
    licence,
    sold_abroad,
    terms,
    the,
    traits,
)

PERSONAL = traits(contains_pi=True, persons=8_500, sensitive_persons=20)
WITHOUT = traits()


def found(becomes: Any = PERSONAL) -> RecordTraits:
    return RecordTraits(product_id="P-07", version="1", traits=becomes, inherited=(), counted_in="M-DATA")


def a_copy_sold(**use: Any) -> Stage:
    """A copy for ten days, accepted; its right ends by time."""
    stage = a_market(terms(source=True, unit="licence", subscription=False, licence=licence(term_days=10)))
    facts = stage.ask(BUYER, a_bid(use=a_use(**use)))
    assert the(EntitlementGranted, facts)
    stage.ask(BUYER, AcceptDelivery(trade_id=the(TradeMatched, facts).trade_id))
    return stage


@pytest.mark.parametrize("days", [1, 40])
def test_what_was_sold_abroad_this_year_counts_once_persons_are_found_in_it_whether_it_runs_or_not(
    days: int,
) -> None:
    stage = a_copy_sold()
    assert sold_abroad(stage, SELLER) == {}
    stage.at += days * DAY
    stage.told(found())
    assert sold_abroad(stage, SELLER) == {"P-07/1": (8_500, 20, 0)}
    owners = stage.market.persons.exported[SELLER].versions["P-07/1"].owners
    assert owners == [f"UBO-{BUYER}"]
    stage.told(found(PERSONAL))
    assert sold_abroad(stage, SELLER) == {"P-07/1": (8_500, 20, 0)}


@pytest.mark.parametrize("inherited", [("domestic", "personal"), ("personal",)])
def test_whom_nobody_has_looked_for_in_what_was_sold_nobody_can_count(inherited: Any) -> None:
    stage = a_copy_sold()
    stage.at += 40 * DAY
    inherits = RecordTraits(product_id="P-07", version="1", traits=None, inherited=inherited)
    stage.told(inherits)
    assert sold_abroad(stage, SELLER) == {"P-07/1": (None, None, None)}
    stage.told(found(WITHOUT))
    assert sold_abroad(stage, SELLER) == {"P-07/1": (0, 0, 0)}


def test_what_was_sold_last_year_counts_no_more() -> None:
    stage = a_copy_sold()
    stage.at = instant("2027-01-02T00:00:00Z")
    stage.told(found())
    assert sold_abroad(stage, SELLER) == {}


def test_what_stayed_in_the_mainland_counts_nobody() -> None:
    stage = a_market(
        terms(source=True, unit="licence", subscription=False, licence=licence(term_days=10)), cash_minor=0
    )
    stage.deposited("BU-CN-01", 5_000_000)
    assert the(TradeMatched, stage.ask("BU-CN-01", a_bid(use=a_use(place_of_use="CN"))))
    stage.at += 40 * DAY
    stage.told(found())
    assert sold_abroad(stage, SELLER) == {}


def test_what_is_still_data_without_persons_is_remembered_until_it_is_not() -> None:
    stage = a_copy_sold()
    stage.at += 40 * DAY
    stage.told(found(traits(sector="shipping")))
    assert sold_abroad(stage, SELLER) == {}
    stage.told(found())
    assert sold_abroad(stage, SELLER) == {"P-07/1": (8_500, 20, 0)}
