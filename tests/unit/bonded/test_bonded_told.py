"""What a zone is told of the world outside decides what enters and leaves it: words, lists, split groups, versions."""

from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.bought.commands import RecordProductRegistered
from exchange.bonded.crossing import year_of
from exchange.bonded.facts import ConsignmentAdmitted, CrossingDecided, EgressApproved, EgressHeld
from exchange.bonded.told.commands import (
    RecordAttestation,
    RecordCentreRegistration,
    RecordList,
    RecordSplitting,
)
from exchange.bonded.values import ItemRange
from exchange.fence import read_crossing
from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.lists import ListEntry, ListTerms
from exchange.kernel.protocol import Refused
from tests.support.stage import START
from tests.unit.bonded.stage import (
    EXCHANGE,
    OTHER,
    PLATES,
    PROCESSOR,
    SELLER,
    ZONE,
    ZoneStage,
    a_count,
    a_product,
    a_proposal,
    a_start,
    a_zone,
    an_export,
    digest,
    items,
    traits,
)

YEAR = year_of(START)
MANY = traits(
    collected_in=("CN",), persons=150_000, scenario_ids=("V-1",), field_ids=("vehicle.vin", "vehicle.speed")
)
"""Vehicles of the mainland, for whose export one of the routes is needed."""


def a_word(kind: Any = "EU_ART49", **changed: Any) -> RecordAttestation:
    values: dict[str, Any] = {
        "attestation_id": "AT-1",
        "kind": kind,
        "by_id": SELLER,
        "about": f"{ZONE} HB-9",
        "recipient_id": None,
        "places": ("CN",),
        "purpose": None,
        "issuer": "Harbour Clinic",
        "evidence_digest": bytes(32),
        "valid_from": "2026-01-01",
        "valid_to": None,
        "tz": "Asia/Shanghai",
    }
    return RecordAttestation(attestation=AttestationTerms(**(values | changed)))


def a_list(kind: Any = "FTZ-NEG", *fields: str, **changed: Any) -> RecordList:
    route = changed.pop("route", "FILE" if kind == "FTZ-NEG" else None)
    entry = ListEntry(sector="automobiles", scenario_id="V-1", field_ids=fields, route=route)
    values: dict[str, Any] = {
        "list_id": f"L-{kind}",
        "kind": kind,
        "version": "2026",
        "zone_scope": ("CN-LG",),
        "valid_from": "2026-01-01",
        "valid_to": None,
        "tz": "Asia/Shanghai",
        "entries": (entry,),
    }
    return RecordList(terms=ListTerms(**(values | changed)))


def the_answer(facts: Any) -> CrossingDecided:
    """The last one: what follows by itself from what was told comes before it."""
    return [fact for fact in facts if isinstance(fact, CrossingDecided)][-1]


def vehicles(stage: ZoneStage, *told: Any, **made: Any) -> str:
    """Vehicles of the mainland alone, made ready to leave: the output."""
    ranges: tuple[ItemRange, ...] = ()
    for number, each in enumerate(told or (MANY,)):
        name = stage.admitted(handbook_no=f"HB-{number}", key_id=f"K-{number}", traits=each)
        ranges += items(name, 0, 99)
    (output,) = stage.made(a_start(ranges, keeps_separable=True), a_product(ranges, **made))
    for each in ranges:
        stage.given(PROCESSOR, a_count(each.consignment_id, 9_900))
    return output


def leaving(stage: ZoneStage, output: str, **changed: Any) -> CrossingDecided:
    """What the fence says of its export."""
    return the_answer(stage.ask(PROCESSOR, an_export(output, **(changed or {"scenario_id": "V-1"}))))


def test_a_consent_about_a_handbook_lets_in_what_has_no_other_tool_and_no_other_handbook_with_it() -> None:
    stage = a_zone()
    proposed = a_proposal("HB-9", processor_id=OTHER)
    refused = stage.ask(OTHER, proposed)
    assert the_answer(refused).deciding_codes == ("EU_NO_TOOL",)
    stage.given(EXCHANGE, a_word())
    facts = stage.ask(OTHER, proposed)
    assert isinstance(facts[-1], ConsignmentAdmitted)
    decided = the_answer(facts)
    assert [each.attestation_id for each in decided.attested] == ["AT-1"]
    assert read_crossing(decided.crossing).hops[0].consents == ("EU_ART49",)
    other = stage.ask(OTHER, a_proposal("HB-10", processor_id=OTHER))
    assert (the_answer(other).deciding_codes, the_answer(other).attested) == (("EU_NO_TOOL",), ())
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize("status", ["doubted", "withdrawn"])
def test_what_was_admitted_on_a_word_is_worked_on_no_more_once_that_counts_for_nothing(status: Any) -> None:
    stage = a_zone()
    stage.given(EXCHANGE, a_word())
    name = stage.admitted_by(OTHER, "HB-9")
    stage.given(EXCHANGE, a_word(status=status))
    facts = stage.ask(OTHER, a_start(items(name, 0, 9)))
    assert isinstance(facts[-1], Refused)
    assert the_answer(facts).deciding_codes == ("EU_NO_TOOL",)


def test_a_documented_basis_about_a_version_lets_out_what_is_offered_as_it() -> None:
    stage = a_zone()
    output = vehicles(stage)
    assert leaving(stage, output, purpose="contract").deciding_codes == ("CN_ART8_FILE",)
    basis = a_word("ART5_BASIS", by_id=PROCESSOR, about="P-9/1", places=("DE",), purpose="contract")
    stage.given(EXCHANGE, basis)
    assert leaving(stage, output, purpose="contract").deciding_codes == ("CN_ART8_FILE",)
    stage.given(PROCESSOR, asked.OfferOutput(output_id=output, product_id="P-9", version="1"))
    decided = leaving(stage, output, purpose="contract")
    assert decided.deciding_codes == ("CN_ART5_CONTRACT",)
    assert [each.kind for each in decided.attested] == ["ART5_BASIS"]
    assert leaving(stage, output, purpose="sale").deciding_codes == ("CN_ART8_FILE",)


def test_an_egress_on_a_word_is_held_or_falls_once_the_word_is_doubted_and_passes_once_it_stands() -> None:
    stage = a_zone()
    output = vehicles(stage)
    basis: dict[str, Any] = {"by_id": PROCESSOR, "about": "P-9/1", "places": ("DE",), "purpose": "contract"}
    stage.given(PROCESSOR, asked.OfferOutput(output_id=output, product_id="P-9", version="1"))
    stage.given(EXCHANGE, a_word("ART5_BASIS", **basis))
    egress_id = stage.requested(an_export(output, purpose="contract"))
    stage.given(EXCHANGE, a_word("ART5_BASIS", status="doubted", **basis))
    (held,) = [fact for fact in stage.settled() if isinstance(fact, EgressHeld)]
    assert (held.egress_id, held.outcome) == (egress_id, "FILE")
    stage.given(EXCHANGE, a_word("ART5_BASIS", **basis))
    assert [fact for fact in stage.settled() if isinstance(fact, EgressApproved)]


def test_a_negative_list_makes_an_export_easier_or_harder_by_what_its_fields_are() -> None:
    stage = a_zone()
    output = vehicles(stage)
    assert leaving(stage, output).deciding_codes == ("CN_ART8_FILE",)
    stage.given(EXCHANGE, a_list("FTZ-NEG", "vehicle.location"))
    assert leaving(stage, output).deciding_codes == ("CN_ART6_OUTSIDE_LIST",)
    stage.given(EXCHANGE, a_list("FTZ-NEG", "vehicle.speed", route="ASSESS"))
    decided = leaving(stage, output)
    assert (decided.outcome, decided.deciding_codes) == ("ASSESS", ("CN_ART6_LISTED",))


@pytest.mark.parametrize(
    "changed",
    [
        {"zone_scope": ("CN-BJ-FTZ",)},
        {"valid_to": "2026-02-01"},
        {"entries": (ListEntry(sector="shipping", scenario_id="V-1", field_ids=("x",)),)},
        {"entries": (ListEntry(sector="automobiles", scenario_id="V-2", field_ids=("x",)),)},
    ],
)
def test_a_list_of_another_zone_time_sector_or_scenario_says_nothing(changed: Any) -> None:
    stage = a_zone()
    output = vehicles(stage)
    stage.given(EXCHANGE, a_list("FTZ-NEG", "x", **changed))
    assert leaving(stage, output).deciding_codes == ("CN_ART8_FILE",)


def test_without_a_scenario_no_list_speaks() -> None:
    stage = a_zone()
    output = vehicles(stage)
    stage.given(EXCHANGE, a_list("FTZ-NEG", "vehicle.location"))
    assert leaving(stage, output, scenario_id=None).deciding_codes == ("CN_ART8_FILE",)


def test_what_is_mixed_is_outside_a_list_only_with_all_of_it_and_listed_with_any_of_it() -> None:
    stage = a_zone()
    output = vehicles(stage, PLATES, MANY)
    stage.given(EXCHANGE, a_list("FTZ-NEG", "vehicle.location"))
    assert "CN_ART6_OUTSIDE_LIST" not in leaving(stage, output).reason_codes
    stage.given(EXCHANGE, a_list("FTZ-NEG", "vehicle.vin"))
    assert "CN_ART6_LISTED" in leaving(stage, output).reason_codes


def test_a_general_list_lets_out_what_it_covers_whole_and_what_is_registered_under_it() -> None:
    stage = a_zone()
    output = vehicles(stage)
    stage.given(EXCHANGE, a_list("LG-GENERAL", "vehicle.vin"))
    assert leaving(stage, output).note_codes == ()
    stage.given(EXCHANGE, a_list("LG-GENERAL", "vehicle.vin", "vehicle.speed"))
    assert leaving(stage, output).note_codes == ("LG_GENERAL_UNREGISTERED",)
    stage.given(PROCESSOR, asked.OfferOutput(output_id=output, product_id="P-9", version="1"))
    named = RecordCentreRegistration(list_id="L-LG-GENERAL", product_id="P-9", version="1", registered=True)
    stage.given(EXCHANGE, named)
    assert leaving(stage, output).deciding_codes == ("LG_GENERAL_OK",)
    stage.given(
        EXCHANGE,
        RecordCentreRegistration(list_id="L-LG-GENERAL", product_id="P-9", version="1", registered=False),
    )
    assert leaving(stage, output).note_codes == ("LG_GENERAL_UNREGISTERED",)
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_an_answer_by_no_list_holds_until_one_begins_to_be_in_force() -> None:
    stage = a_zone()
    output = vehicles(stage)
    stage.given(EXCHANGE, a_list("FTZ-NEG", "x", valid_from="2027-03-01"))
    assert leaving(stage, output).holds_until == 1_798_732_800_000_000  # 1 January: persons count anew
    stage.given(EXCHANGE, a_list("FTZ-NEG", "x", valid_from="2026-12-01"))
    assert leaving(stage, output).holds_until == 1_796_054_400_000_000
    assert leaving(stage, output, scenario_id=None).holds_until == 1_798_732_800_000_000


@pytest.mark.parametrize("recipient", ["before", "after"])
def test_a_group_that_was_found_to_split_lets_nothing_about_persons_out_in_that_year(recipient: str) -> None:
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product(items(name, 0, 99)))
    stage.given(PROCESSOR, a_count(name, 9_900))
    found = RecordSplitting(beneficial_owner=f"UBO-{PROCESSOR}", year=YEAR, confirmed=True)
    if recipient == "after":
        egress_id = stage.requested(an_export(output))
        stage.given(EXCHANGE, found)
        (held,) = [fact for fact in stage.settled() if isinstance(fact, EgressHeld)]
        assert (held.egress_id, held.codes[0]) == (egress_id, "CN_SPLITTING")
        stage.given(
            EXCHANGE,
            RecordSplitting(beneficial_owner=f"UBO-{PROCESSOR}", year=YEAR, confirmed=False),
        )
        assert [fact for fact in stage.settled() if isinstance(fact, EgressApproved)]
        return
    stage.given(EXCHANGE, found)
    decided = leaving(stage, output, purpose="sale")
    assert (decided.outcome, decided.deciding_codes) == ("DENY", ("CN_SPLITTING",))


@pytest.mark.parametrize(("owner", "year"), [(f"UBO-{OTHER}", YEAR), (f"UBO-{PROCESSOR}", YEAR - 1)])
def test_another_group_or_another_year_hinders_nobody(owner: str, year: int) -> None:
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product(items(name, 0, 99)))
    stage.given(PROCESSOR, a_count(name, 9_900))
    stage.given(EXCHANGE, RecordSplitting(beneficial_owner=owner, year=year, confirmed=True))
    assert leaving(stage, output, purpose="sale").outcome == "ALLOW_COND"


def test_data_is_of_a_product_version_only_once_there_is_one() -> None:
    stage = a_zone()
    named = asked.RegisterSource(
        zone_id=ZONE, title="Plates", sha256=digest("p"), traits=PLATES, made_from="hub://CN/product/P-07/1"
    )
    (refused,) = stage.ask(PROCESSOR, named)
    assert isinstance(refused, Refused)
    assert refused.reason == "VERSION_UNKNOWN"
    stage.given(EXCHANGE, RecordProductRegistered(product_id="P-07", version="1"))
    stage.given(PROCESSOR, named)
    proposed = a_proposal("HB-7", made_from="hub://CN/product/P-07/2")
    assert stage.ask(PROCESSOR, proposed)[-1].reason == "VERSION_UNKNOWN"  # type: ignore[attr-defined]
