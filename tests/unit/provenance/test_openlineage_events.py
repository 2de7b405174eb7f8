"""Events of whole stories: valid by the published schemas, and saying what happened."""

import json
from collections import Counter, defaultdict
from copy import deepcopy
from typing import Any

from msgspec.structs import replace
from openlineage.client.serde import Serde

from exchange.delivery.facts import ReadingTaken
from exchange.lineage.kinds import DATA
from exchange.provenance import events_of
from exchange.provenance.events import run_id
from exchange.store import Insert
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.lineage import LINEAGE
from exchange.views.view import project_batch
from streams.lineage_targets import as_run_event
from tests.support.openlineage import facets, faults
from tests.unit.bonded.tables import a_story_of_consignments
from tests.unit.provenance.told import runs_in
from tests.unit.views.story import (
    BUYER,
    ENTITLEMENT,
    LISTING,
    PRODUCT,
    Journal,
    a_story,
    delivery_journal,
    registry_journal,
)

Event = dict[str, Any]
JOURNALS: tuple[Journal, ...] = (*a_story(), a_story_of_consignments())
EVENTS: tuple[Event, ...] = tuple(event for run in runs_in(JOURNALS) for event in events_of(run))


def states(key: str) -> list[str]:
    return [each["eventType"] for each in EVENTS if each["run"]["runId"] == str(run_id(key))]


def event(key: str, state: str = "COMPLETE") -> Event:
    (found,) = (
        each for each in EVENTS if each["run"]["runId"] == str(run_id(key)) and each["eventType"] == state
    )
    return found


def named(prefix: str, state: str = "COMPLETE") -> list[Event]:
    return [each for each in EVENTS if each["job"]["name"].startswith(prefix) and each["eventType"] == state]


def test_every_event_and_every_facet_is_valid() -> None:
    assert {fault for each in EVENTS for fault in faults(each)} == set()
    assert len(EVENTS) > 50


def test_the_standards_own_client_writes_the_same_bytes() -> None:
    for each in EVENTS:
        assert json.loads(Serde.to_json(as_run_event(each))) == each


def test_what_is_wrong_is_found() -> None:
    good = deepcopy(next(each for each in EVENTS if "hub_decision" in each["run"]["facets"]))
    for spoil in (
        lambda each: each["run"].update(runId="17"),
        lambda each: each.update(eventTime="yesterday"),
        lambda each: each["run"]["facets"]["hub_decision"].pop("ruleset"),
        lambda each: each["job"]["facets"]["jobType"].pop("_producer"),
        lambda each: each["job"]["facets"]["jobType"].pop("processingType"),
    ):
        bad = deepcopy(good)
        spoil(bad)
        assert faults(bad)
    assert not faults(good)


def test_a_run_begins_once_and_ends_at_most_once() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for each in EVENTS:
        found[each["run"]["runId"]].append(each["eventType"])
    assert {tuple(each) for each in found.values()} == {("START",), ("START", "COMPLETE"), ("START", "FAIL")}


def test_every_facet_of_the_domain_is_said_somewhere() -> None:
    assert Counter(key for each in EVENTS for key, _ in facets(each)).keys() == {
        *("schema", "version", "ownership", "tags", "lifecycleStateChange", "columnLineage", "documentation"),
        *("lineage", "symlinks"),
        *("inputStatistics", "outputStatistics", "dataQualityAssertions", "subset"),
        *("parent", "jobType", "nominalTime", "errorMessage"),
        *("hub_consignment", "hub_taint", "hub_decision", "hub_deletion"),
    }


def test_an_output_says_itself_what_it_is_made_from_and_what_a_listing_calls_it() -> None:
    published = named(f"publish/{PRODUCT}")[0]
    (made,), (source,) = published["outputs"], published["inputs"]
    lineage = made["facets"]["lineage"]
    assert lineage["inputs"] == [
        {"namespace": source["namespace"], "name": source["name"], "type": "DATASET"}
    ]
    columns = made["facets"]["columnLineage"]["fields"]
    assert lineage["fields"].keys() == columns.keys()
    for field, said in lineage["fields"].items():
        assert said["inputs"] == [{**each, "type": "DATASET"} for each in columns[field]["inputFields"]]
    (other,) = source["facets"]["symlinks"]["identifiers"]
    assert other == {"namespace": source["namespace"], "name": f"product/{LISTING}/1.0", "type": "LISTING"}
    drafted = named("make/")[0]
    assert "symlinks" not in drafted["outputs"][0]["facets"]


def test_whatever_the_tables_tie_together_the_events_name() -> None:
    told = {
        f"{each['namespace']}/{each['name']}"
        for event in EVENTS
        for each in event["inputs"] + event["outputs"]
    }
    changes = [
        change
        for journal in JOURNALS
        for change in project_batch([LINEAGE], journal.context, journal.partition, journal.outcomes)
    ]
    edges = [each.row for each in changes if isinstance(each, Insert) and each.table is LINEAGE_EDGES]
    tied = {row[end] for row in edges if row["kind"] in DATA for end in ("downstream", "upstream")}
    assert tied - told == set()
    assert len(tied) > 20


def test_a_version_made_in_bond_is_said_to_be_of_its_output() -> None:
    (offered,) = named("offer/P-01/1.1")
    assert [each["name"] for each in offered["inputs"]] == ["output/O-0.32.0"]
    assert [each["name"] for each in offered["outputs"]] == ["product/P-01/1.1"]


def test_a_job_run_begins_with_what_went_in_and_ends_with_what_it_made() -> None:
    begun, done = event("job/J-0.18.0", "START"), event("job/J-0.18.0")
    assert [each["name"] for each in begun["inputs"]] == ["consignment/C-0.15.0/L-1"]
    assert [each["name"] for each in begun["outputs"]] == ["wip/J-0.18.0"]
    assert [each["name"] for each in done["outputs"]] == ["output/O-0.19.0", "output/O-0.19.1"]
    product = done["outputs"][0]
    assert product["outputFacets"]["outputStatistics"]["rowCount"] == 9_640
    assert product["facets"]["hub_taint"]["domesticPi"] is False
    consigned = begun["inputs"][0]["facets"]["hub_consignment"]
    assert (consigned["handbookNo"], consigned["treatment"]) == ("HB-0001", "processed")
    assert begun["run"]["facets"]["parent"]["run"]["runId"] == str(run_id("consignment/C-0.15.0"))
    assert begun["run"]["facets"]["hub_decision"]["decisionId"].startswith("BD-")


def test_a_job_run_that_failed_says_why() -> None:
    failed = event("job/J-0.16.0", "FAIL")
    assert failed["run"]["facets"]["errorMessage"]["message"]
    assert failed["outputs"] == []


def test_a_deletion_lasts_from_the_operators_word_to_the_verifiers() -> None:
    (done,) = named("delete/")
    assert done["run"]["facets"]["hub_deletion"]["certificateId"] == "DC-0.26.0"
    lot = done["inputs"][0]
    assert lot["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "TRUNCATE"
    within = lot["inputFacets"]["subset"]["inputCondition"]
    assert (within["left"]["right"]["value"], within["right"]["right"]["value"]) == ("9950", "9999")
    assert done["outputs"][0]["name"] == "certificate/DC-0.26.0"
    assert states("deletion/DC-0.26.0") == ["START", "COMPLETE"]
    assert states("consignment/C-0.15.0") == ["START", "COMPLETE"]


def test_a_field_says_which_it_was_made_from() -> None:
    made = named(f"make/{PRODUCT}")[0]["outputs"][0]["facets"]["columnLineage"]["fields"]
    (source,) = made["ship"]["inputFields"]
    assert (source["namespace"], source["name"], source["field"]) == (
        "hub://external",
        "port-office/berths/2026",
        "imo",
    )
    assert source["transformations"][0] | {"description": ""} == {
        "type": "DIRECT",
        "subtype": "TRANSFORMATION",
        "description": "",
        "masking": True,
    }
    assert made.keys() == {
        "ship"
    }  # what the upstream's fields are is not declared, and one is made from nothing
    delivered = named(f"receive/{PRODUCT}")[0]["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert delivered["berth"]["inputFields"][0]["transformations"][0]["subtype"] == "IDENTITY"


def test_a_delivery_is_part_of_its_entitlement_and_was_tested() -> None:
    (failed,) = named(f"receive/{PRODUCT}", "FAIL")
    (tested,) = failed["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert (tested["success"], tested["expected"] == tested["actual"]) == (False, False)
    received = named(f"receive/{PRODUCT}")[0]
    assert received["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"][0]["success"] is True
    parent = received["run"]["facets"]["parent"]["run"]["runId"]
    assert parent == str(run_id("entitlement/E-0.20.0"))
    assert received["run"]["facets"]["nominalTime"]["nominalStartTime"] == "2026-11-02T00:00:00Z"
    assert states("entitlement/E-0.20.0") == ["START", "COMPLETE"]


def test_reading_it_all_again_tells_the_same_events() -> None:
    assert tuple(event for run in runs_in(JOURNALS) for event in events_of(run)) == EVENTS


def test_a_gateways_readings_are_deliveries() -> None:
    journal = Journal("delivery")
    recorded, opened = (journal.outcomes[n][0].fact for n in (0, 1) for journal in (delivery_journal(),))
    journal.add(replace(recorded, product_type="api"), opened)
    journal.add(
        ReadingTaken(
            entitlement_id=ENTITLEMENT,
            market_id="main",
            product_id=PRODUCT,
            instrument_id=PRODUCT,
            buyer_id=BUYER,
            counts="calls",
            before=100,
            total=350,
        )
    )
    told = [event for run in runs_in((registry_journal(), journal)) for event in events_of(run)]
    assert {fault for each in told for fault in faults(each)} == set()
    used = next(
        each for each in told if each["job"]["name"] == f"use/{PRODUCT}" and each["eventType"] == "COMPLETE"
    )
    assert [each["name"] for each in used["inputs"]] == [f"gateway/{PRODUCT}"]
    (made,) = used["outputs"]
    assert (made["name"], made["outputFacets"]["outputStatistics"]["rowCount"]) == (
        f"delivery/{ENTITLEMENT}/100-349",
        250,
    )
