"""Published lists: versions that never change but for their last day, and who is registered under them."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.lists import ListEntry, ListTerms
from exchange.registry.lists.commands import EndList, PublishList, RegisterAtCentre
from exchange.registry.lists.decider import LIST_BYTES_MAX, LISTS_MAX
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal
from tests.unit.registry.stage import COUNTER, SELLER, a_draft, a_registry

SHIPPING = ListTerms(
    list_id="I-13",
    kind="FTZ-NEG",
    version="Shanghai-2025-02-08",
    zone_scope=("CN-SH-FTZ", "CN-LG"),
    valid_from="2025-02-08",
    valid_to=None,
    tz="Asia/Shanghai",
    entries=(ListEntry(sector="shipping", scenario_id="SH-3", field_ids=("crew.passport",), route="FILE"),),
)
GENERAL = replace(
    SHIPPING,
    list_id="I-08",
    kind="LG-GENERAL",
    entries=(ListEntry(sector="shipping", scenario_id="LG-1", field_ids=("crew.rank",)),),
)
REGISTERED = RegisterAtCentre(list_id="I-08", product_id="P-07", version="1", reference="LG-7")


def with_lists() -> Stage[Registry]:
    stage = a_registry()
    stage.given(COUNTER, PublishList(terms=SHIPPING), PublishList(terms=GENERAL))
    stage.given(SELLER, a_draft())
    return stage


def test_the_counter_publishes_a_list_once() -> None:
    stage = with_lists()
    (fact,) = stage.ask(COUNTER, PublishList(terms=replace(SHIPPING, list_id="I-09")))
    assert isinstance(fact, ListPublished)
    assert fact.by_id == COUNTER
    assert refusal(stage.ask(COUNTER, PublishList(terms=SHIPPING))) == ("LIST_EXISTS", "I-13")
    assert refusal(stage.ask(SELLER, PublishList(terms=SHIPPING))) == ("ROLE_MISSING", SELLER)


@pytest.mark.parametrize(
    "changed",
    [
        {"tz": "Mars/Base"},
        {"valid_from": "2025-02-30"},
        {"valid_to": "2025-02-07"},
        {"kind": "LG-GENERAL"},
    ],
)
def test_a_list_that_contradicts_itself_is_refused(changed: dict[str, Any]) -> None:
    command = PublishList(terms=replace(SHIPPING, **changed))
    assert refusal(a_registry().ask(COUNTER, command)) == ("LIST_UNFIT", "I-13")


def test_lists_are_bounded_in_size_and_number() -> None:
    stage = with_lists()
    fields = tuple(f"{number:0200}" for number in range(LIST_BYTES_MAX // 400))
    entry = ListEntry(sector="shipping", scenario_id="SH-3", field_ids=fields)
    large = replace(SHIPPING, list_id="I-99", entries=(entry, entry, entry))
    assert refusal(stage.ask(COUNTER, PublishList(terms=large))) == ("LIST_TOO_LARGE", "I-99")
    for number in range(LISTS_MAX - 2):
        stage.given(COUNTER, PublishList(terms=replace(SHIPPING, list_id=f"L-{number}")))
    one_more = PublishList(terms=replace(SHIPPING, list_id="I-99"))
    assert refusal(stage.ask(COUNTER, one_more)) == ("LIST_TOO_LARGE", "I-99")


def test_a_list_ends_where_another_takes_its_place() -> None:
    stage = with_lists()
    (ended,) = stage.ask(COUNTER, EndList(list_id="I-13", valid_to="2026-04-23", grounds="A new one."))
    assert isinstance(ended, ListEnded)
    assert ended.terms == replace(SHIPPING, valid_to="2026-04-23")
    for day in ("2026-04-23", "2026-05-01", "2025-02-07", "2026-02-30"):
        command = EndList(list_id="I-13", valid_to=day, grounds="x")
        assert refusal(stage.ask(COUNTER, command)) == ("LIST_UNFIT", "I-13")
    unknown = EndList(list_id="I-99", valid_to="2026-04-23", grounds="x")
    assert refusal(stage.ask(COUNTER, unknown)) == ("LIST_UNKNOWN", "I-99")
    assert refusal(stage.ask(SELLER, unknown)) == ("ROLE_MISSING", SELLER)


def test_a_product_version_is_registered_at_the_centre_and_no_longer() -> None:
    stage = with_lists()
    (fact,) = stage.ask(COUNTER, REGISTERED)
    assert isinstance(fact, CentreRegistered)
    assert (fact.registered, fact.reference, fact.by_id) == (True, "LG-7", COUNTER)
    assert refusal(stage.ask(COUNTER, REGISTERED)) == ("LIST_STATE", "I-08")
    over = replace(REGISTERED, registered=False)
    stage.given(COUNTER, over)
    assert refusal(stage.ask(COUNTER, over)) == ("LIST_STATE", "I-08")
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_only_what_was_drafted_is_registered_under_a_list_of_general_data() -> None:
    stage = with_lists()
    assert refusal(stage.ask(COUNTER, replace(REGISTERED, list_id="I-13"))) == ("LIST_STATE", "I-13")
    for changed in ({"product_id": "P-99"}, {"version": "9"}):
        subject = changed.get("product_id", "P-07")
        assert refusal(stage.ask(COUNTER, replace(REGISTERED, **changed))) == ("PRODUCT_UNKNOWN", subject)
