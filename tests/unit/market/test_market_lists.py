"""Published lists in a market: what they say of a product in a scenario, and of what they say nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.lists import ListEntry, ListTerms
from exchange.kernel.time import instant
from exchange.market.facts import FenceDecided
from exchange.market.lists.commands import BringCentreRegistration, BringList
from tests.unit.market.people import EXPORTER, RECIPIENT, a_buy, a_market_of_people, a_purpose, of_people
from tests.unit.market.stage import Stage, decided_last, names, refusal

FIELDS = ("trial.arm", "trial.site")
NEGATIVE = ListTerms(
    list_id="I-09",
    kind="FTZ-NEG",
    version="Shanghai-2026-04-24",
    zone_scope=("CN-SH",),
    valid_from="2026-04-24",
    valid_to=None,
    tz="Asia/Shanghai",
    entries=(ListEntry(sector="healthcare", scenario_id="SH-7", field_ids=("trial.genome",), route="FILE"),),
)
LISTED = replace(NEGATIVE.entries[0], field_ids=("trial.arm",))
GENERAL = replace(
    NEGATIVE,
    list_id="I-08",
    kind="LG-GENERAL",
    zone_scope=("CN-LG",),
    entries=(ListEntry(sector="healthcare", scenario_id="SH-7", field_ids=FIELDS),),
)
REGISTERED = BringCentreRegistration(list_id="I-08", product_id="P-20", version="1", registered=True)


def a_market_of_trials(*told: Any, **traits: Any) -> Stage:
    """P-20 of a scenario and with two fields, and no safeguard."""
    traits = {"scenario_ids": ("SH-7",), "field_ids": FIELDS} | traits
    stage = a_market_of_people(of_people(told=traits))
    return stage.told(*(BringList(terms=each) if isinstance(each, ListTerms) else each for each in told))


def decided(stage: Stage, scenario: str | None = "SH-7") -> FenceDecided:
    return decided_last(stage, RECIPIENT, a_buy(use=a_purpose(scenario_id=scenario)))


def codes(stage: Stage, scenario: str | None = "SH-7") -> tuple[str, ...]:
    found = decided(stage, scenario)
    return (found.outcome, *found.deciding_codes, *found.note_codes)


def test_only_the_exchange_itself_brings_lists() -> None:
    for command in (BringList(terms=NEGATIVE), REGISTERED):
        assert refusal(a_market_of_people().ask(EXPORTER, command)).reason == "NOT_PERMITTED"


def test_what_is_outside_a_negative_list_leaves_without_a_safeguard() -> None:
    stage = a_market_of_trials()
    assert codes(stage) == ("FILE", "CN_ART8_FILE")
    stage.told(BringList(terms=NEGATIVE))
    assert codes(stage) == ("ALLOW_COND", "CN_ART6_OUTSIDE_LIST")
    stage.told(BringList(terms=replace(NEGATIVE, valid_to="2026-11-01")))
    assert codes(stage) == ("FILE", "CN_ART8_FILE", "FTZ_LIST_VERSION")


@pytest.mark.parametrize(("route", "outcome"), [("FILE", "FILE"), ("ASSESS", "ASSESS"), (None, "ASSESS")])
def test_what_is_listed_takes_the_route_that_the_list_names(route: Any, outcome: str) -> None:
    listed = replace(NEGATIVE, entries=(NEGATIVE.entries[0], replace(LISTED, route=route)))
    assert codes(a_market_of_trials(listed)) == (outcome, "CN_ART6_LISTED")


@pytest.mark.parametrize(
    ("changed", "traits", "scenario"),
    [
        ({"zone_scope": ("CN-BJ",)}, {}, "SH-7"),
        ({"entries": (replace(LISTED, sector="shipping"),)}, {}, "SH-7"),
        ({"entries": (replace(LISTED, scenario_id="SH-8"),)}, {}, "SH-7"),
        ({}, {}, None),
        ({}, {"scenario_ids": ()}, "SH-7"),
        ({}, {"field_ids": ()}, "SH-7"),
    ],
)
def test_of_other_zones_sectors_scenarios_and_of_unknown_fields_a_list_says_nothing(
    changed: dict[str, Any], traits: dict[str, Any], scenario: str | None
) -> None:
    stage = a_market_of_trials(replace(NEGATIVE, **changed), **traits)
    assert codes(stage, scenario) == ("FILE", "CN_ART8_FILE")


def test_a_list_of_general_data_covers_who_is_registered_under_it() -> None:
    stage = a_market_of_trials(GENERAL)
    assert codes(stage) == ("FILE", "CN_ART8_FILE", "LG_GENERAL_UNREGISTERED")
    stage.told(REGISTERED)
    assert codes(stage) == ("ALLOW_COND", "LG_GENERAL_OK")
    stage.told(replace(REGISTERED, registered=False))
    assert codes(stage)[-1] == "LG_GENERAL_UNREGISTERED"
    assert stage.market.lists.registered == {}


def test_a_product_with_a_field_that_the_list_lacks_is_not_covered() -> None:
    stage = a_market_of_trials(GENERAL, REGISTERED, field_ids=(*FIELDS, "trial.genome"))
    assert codes(stage) == ("FILE", "CN_ART8_FILE")


def test_of_several_lists_of_general_data_the_one_in_force_counts() -> None:
    over = replace(GENERAL, list_id="I-07", valid_from="2024-05-17", valid_to="2025-05-16")
    stage = a_market_of_trials(over, replace(REGISTERED, list_id="I-07"))
    assert codes(stage)[-1] == "LG_GENERAL_EXPIRED"
    to_come = replace(GENERAL, valid_from="2026-11-10")
    stage.told(BringList(terms=to_come), REGISTERED)
    found = decided(stage)
    assert found.note_codes == ("LG_GENERAL_EXPIRED",)
    assert found.holds_until == instant("2026-11-09T16:00:00Z")
    stage.at = instant("2026-11-09T16:00:00Z")
    assert codes(stage) == ("ALLOW_COND", "LG_GENERAL_OK")
    assert "TradeMatched" in names(stage.ask(RECIPIENT, a_buy(use=a_purpose(scenario_id="SH-7"))))
