"""What an answer holds besides its outcome: grounds, duties, what to supply; and how it is read and written."""

import json
import operator
from typing import Any

import pytest

from exchange.fence import Crossing, Outcome, crossing_of, decide, inputs_digest, read_crossing, read_decision
from exchange.fence.predicates import compile_conditions, parse_conditions
from exchange.fence.sheet import Sheet
from exchange.kernel.errors import Misuse
from tests.unit.fence.cases import a_list, a_safeguard, decided, hop_of, rewritten, shipped, vector, vectors

ORDERS = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}


def holds(fact: str, op: str, value: Any, **changes: Any) -> bool:
    """Whether a condition holds of T-05 with `changes`."""
    sheet = Sheet(hop_of("T-05", **changes), shipped().terms, frozenset())
    return compile_conditions(parse_conditions([{"fact": fact, "op": op, "value": value}]))(sheet)


def test_outcomes_are_ordered_by_severity() -> None:
    assert sorted(Outcome, key=lambda each: each.severity) == sorted(Outcome) == list(Outcome)
    assert [each for each in Outcome if each.admitted] == [Outcome.ALLOW, Outcome.ALLOW_COND]


@pytest.mark.parametrize("found", [999, 1_000, 1_001])
@pytest.mark.parametrize("op", ORDERS)
def test_orderings_compare_numbers(op: str, found: int) -> None:
    assert holds("counts.pi_count_cum", op, 1_000, counts__pi_count_cum=found) == ORDERS[op](found, 1_000)


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [("eq", 0, False), ("ne", 0, True), ("in", [0], False), ("not_in", [0], True)]
    + [(op, 0, False) for op in ORDERS],
)
def test_a_fact_that_is_not_known_equals_nothing(op: str, value: Any, expected: bool) -> None:
    assert holds("counts.pi_count_cum", op, value, counts__pi_count_cum=None) is expected
    assert holds("licence.seats", op, value) is expected


def test_one_of_an_any_group_is_enough() -> None:
    group = [
        {"fact": "purpose", "op": "eq", "value": "hr"},
        {"fact": "exporter.ciio", "op": "eq", "value": False},
    ]
    sheet = Sheet(hop_of("T-05"), shipped().terms, frozenset())
    assert compile_conditions(parse_conditions([{"any": group}]))(sheet)
    assert not compile_conditions(parse_conditions(group))(sheet)
    assert compile_conditions(parse_conditions([]))(sheet)


def test_all_that_is_missing_is_named() -> None:
    decision = decided(
        hop_of("T-05", destination="XX", counts__pi_count_cum=None, purpose=None, exporter__ciio=None)
    )
    missing = ("destination", "counts.pi_count_cum", "exporter.ciio", "purpose")
    assert decision.per_hop[0].missing == missing
    assert set(decision.deciding_codes) == {"PLACE_UNKNOWN", "COUNTS_MISSING", "FACTS_MISSING"}
    assert "supply_missing_fact" in decision.obligations


def test_codes_of_every_regime_are_kept_and_the_most_severe_decides() -> None:
    decision = decided(hop_of("T-15", destination="CN-LG"))
    assert decision.reason_codes == ("US_DSP_PROHIBITED", "ZONE_COMMITMENT", "ZONE_NO_LINK")
    assert decision.deciding_codes == decision.reason_codes


def test_each_failed_safeguard_is_noted_with_its_own_reason() -> None:
    shown = (
        a_safeguard("CN-CERT", id="A", status="revoked"),
        a_safeguard("CN-CERT", id="B", scope_changed=True),
        a_safeguard("CN-CERT", id="C", exporter_id="SOMEONE-ELSE"),
        a_safeguard("CN-CERT", id="D", names_destinations=()),
        a_safeguard("CN-ASSESS", id="E", status="revoked"),
    )
    decision = decided(hop_of("T-06", safeguards=shown))
    notes = {each.safeguards: each.reason_code for each in decision.contributions if each.outcome is None}
    assert notes == {
        ("A",): "INSTRUMENT_REVOKED",
        ("B",): "SCOPE_CHANGED",
        ("C",): "INSTRUMENT_MISMATCH",
        ("D",): "INSTRUMENT_MISMATCH",
    }
    assert decision.outcome is Outcome.FILE


def test_the_first_failure_of_a_safeguard_is_the_one_noted() -> None:
    wrong_everywhere = a_safeguard("EU-SCC", recipient_id="X", status="revoked", tia_current=False)
    decision = decided(hop_of("T-17", safeguards=(wrong_everywhere,), consents=()))
    assert decision.note_codes == ("INSTRUMENT_MISMATCH",)
    without_assessment = a_safeguard("EU-SCC", tia_current=False)
    assert decided(hop_of("T-17", safeguards=(without_assessment,))).note_codes == ("TIA_MISSING",)


def test_a_mainland_safeguard_must_name_every_place_the_data_goes_to() -> None:
    names_one = a_safeguard("CN-CERT", names_destinations=("SG",))
    assert decided(hop_of("T-06", safeguards=(names_one,))).admitted
    elsewhere = hop_of("T-06", safeguards=(names_one,), remote_access_from=("JP",))
    assert decided(elsewhere).note_codes == ("CN_REMOTE_ACCESS", "INSTRUMENT_MISMATCH")


def test_a_greater_bay_contract_works_in_both_directions_between_registered_parties() -> None:
    parties = {
        "destination": "HK",
        "exporter__gba_registered": True,
        "recipient__gba_registered": True,
        "recipient__id": "SE-HK-01",
        "exporter__id": "SE-CN-05",
    }
    contract = a_safeguard("GBA-SC", exporter_id="SE-HK-01", recipient_id="SE-CN-05")
    decision = decided(hop_of("T-06", safeguards=(contract,), **parties))
    assert decision.satisfied_by == ("X-GBA-SC",)
    outside = decided(hop_of("T-06", safeguards=(contract,), **parties | {"destination": "SG"}))
    assert (outside.outcome, outside.note_codes) == (Outcome.FILE, ("GBA_SCOPE",))


def test_of_several_lists_the_severe_route_is_needed_and_none_stated_is_read_as_severe() -> None:
    def listed(route: Any) -> Any:
        return a_list("FTZ-NEG", field_listed=True, listed_route=route)

    assert decided(hop_of("T-05", list_refs=(listed("FILE"),))).outcome is Outcome.FILE
    assert decided(hop_of("T-05", list_refs=(listed("FILE"), listed("ASSESS")))).outcome is Outcome.ASSESS
    assert decided(hop_of("T-05", list_refs=(listed(None),))).outcome is Outcome.ASSESS


def test_switches_change_what_they_say() -> None:
    foreign = rewritten(lambda content: content["switches"].update(count_art4_foreign_persons=True))
    assert decide(vector("T-04"), foreign).outcome is Outcome.FILE
    unknown = hop_of("T-04", counts__foreign_count_cum=None)
    assert "COUNTS_MISSING" in decided(unknown, ruleset=foreign).deciding_codes
    covering = rewritten(lambda content: content["switches"].update(assess_covers_file=True))
    assessed = hop_of("T-06", safeguards=(a_safeguard("CN-ASSESS"),))
    assert decided(assessed).outcome is Outcome.FILE
    assert decided(assessed, ruleset=covering).satisfied_by == ("X-CN-ASSESS",)


@pytest.mark.parametrize(
    ("us_class", "threshold"),
    [
        ("omic", 1_000),
        ("genomic", 100),
        ("biometric", 1_000),
        ("geolocation", 1_000),
        ("health", 10_000),
        ("financial", 10_000),
        ("identifiers", 100_000),
    ],
)
def test_us_data_is_bulk_above_the_threshold_of_its_class(us_class: str, threshold: int) -> None:
    at = hop_of("T-15", data__us_class=us_class, data__us_persons_12m=threshold)
    assert decided(at).reason_codes == ("US_OK",)
    above = hop_of("T-15", data__us_class=us_class, data__us_persons_12m=threshold + 1)
    assert decided(above).reason_codes == ("US_DSP_PROHIBITED",)


def test_no_two_crossings_are_taken_for_each_other() -> None:
    assert len({inputs_digest(vector(name)) for name in vectors()}) == len(vectors())
    assert inputs_digest(vector("T-05")) == inputs_digest(vector("T-05"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origin": 5}, "origin"),
        ({"as_of": "2026-11-02"}, "names no offset"),
        ({"as_of": "soon"}, "'soon' is not written as ISO 8601"),
        ({"as_of": "1969-12-31T23:59:59Z"}, "lies before 1970"),
        ({"as_of": -1}, "as_of"),
        ({"surprise": 1}, "surprise"),
        ({"exporter": {"id": "X"}}, "exporter"),
        ({"instruments": [{"type": "PINKY-SWEAR"}]}, "instruments"),
    ],
)
def test_a_hop_that_cannot_be_read_says_where(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Misuse, match=message):
        crossing_of([vectors()["T-05"]["hops"][0] | change])


@pytest.mark.parametrize("field", ["origin", "counts", "licence", "remote_access_from", "group_splitting"])
def test_a_hop_must_say_everything_that_matters(field: str) -> None:
    hop = dict(vectors()["T-05"]["hops"][0])
    del hop[field]
    with pytest.raises(Misuse, match=field):
        crossing_of([hop])


@pytest.mark.parametrize("hops", [[], None, {}, "T-05", ["T-05"]])
def test_a_crossing_has_hops(hops: Any) -> None:
    with pytest.raises(Misuse, match="hop"):
        crossing_of(hops)


def test_a_crossing_without_hops_is_not_decided() -> None:
    with pytest.raises(Misuse, match="at least one hop"):
        decide(Crossing(hops=()), shipped())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hops": []}'])
def test_text_that_is_no_crossing_is_refused(text: str) -> None:
    with pytest.raises(Misuse):
        read_crossing(text)
    with pytest.raises(Misuse):
        read_decision(text)


def test_a_crossing_is_read_from_the_form_of_the_vectors() -> None:
    assert read_crossing(json.dumps({"hops": vectors()["T-14"]["hops"]})) == vector("T-14")


@pytest.mark.parametrize("place", ["ID", "MY", "VN"])
def test_thailand_s_tools_are_looked_at_only_where_its_law_applies(place: str) -> None:
    stray = a_safeguard("TH-CONTRACT", status="revoked")
    elsewhere = decided(hop_of("T-17", origin=place, collected_in=(place,), safeguards=(stray,)))
    assert (elsewhere.note_codes, "renew_instrument" in elsewhere.obligations) == ((), False)
    at_home = decided(hop_of("T-17", origin="TH", collected_in=("TH",), safeguards=(stray,)))
    assert at_home.note_codes == ("INSTRUMENT_REVOKED",)
