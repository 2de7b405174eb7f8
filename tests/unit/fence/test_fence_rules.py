"""Each rule of the shipped ruleset: a crossing that it decides, and a near one on which it does not even speak."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import FenceDecision, Rule
from tests.unit.fence.cases import DAY_ONE, a_list, a_safeguard, decided, hop_of, shipped
from tests.unit.fence.crossings import GENEROUS

OVERDUE = a_safeguard("CN-SCC", filing_due_on=date(2026, 3, 16))
EXPIRED = a_safeguard("CN-CERT", valid_to=date(2026, 3, 1))
VENDOR = {"txn_type": "vendor", "us_security_controls": True}
US_OMIC = {"data__us_class": "genomic", "data__us_persons_12m": 101}
SEPARABLE = {
    "collected_in": ("CN", "DE"),
    "lineage__domestic_pi_introduced": True,
    "lineage__separable": True,
}
LISTED = a_list("FTZ-NEG", field_listed=True, listed_route="FILE")
THAI = {"origin": "TH", "collected_in": ("TH",)}
ELSEWHERE = replace(GENEROUS, spatial=("KR",))

# Rule; vector; what makes it speak; what silences it again.
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("GEN-00", "T-18", {"destination": "XX"}, {"destination": "JP"}),
    ("GEN-00", "T-18", {"collected_in": ()}, {"collected_in": ("CN",)}),
    ("GEN-01", "T-17", {"origin": "AE"}, {"origin": "DE"}),
    ("GEN-01", "T-17", {"origin": "AE", "collected_in": ("AE",)}, {"origin": "DE"}),
    ("GEN-01", "T-17", {"collected_in": ("TW",)}, {"collected_in": ("TW",), "data__contains_pi": False}),
    ("GEN-02", "T-17", {"data__contains_pi": False}, {}),
    ("GEN-03", "T-18", {"as_of": 1_700_000_000_000_000}, {}),
    ("GEN-04", "T-05", {"counts__pi_count_cum": None}, {}),
    ("GEN-04", "T-05", {"counts__sensitive_count_cum": None}, {"counts__foreign_count_cum": None}),
    ("GEN-04", "T-15", {"data__us_persons_12m": None}, {"counts__pi_count_cum": None}),
    ("GEN-04", "T-05", {"counts__pi_count_cum": -1}, {"counts__pi_count_cum": 0}),
    ("GEN-05", "T-18", {"data__contains_pi": None}, {}),
    ("CN-23D", "T-18", {"received_under": ("GBA-SC",)}, {"received_under": ("CN-SCC",)}),
    ("CN-23", "T-10", {}, {"recipient__gba_registered": True, "destination": "CN"}),
    ("CN-00", "T-18", {"data__category": "core"}, {"data__category": "important"}),
    ("CN-20", "T-18", {"foreign_authority_request": True}, {}),
    ("CN-21", "T-19", {}, {"remote_access_from": ("CN-LG",)}),
    ("CN-22", "T-05", {"data__anonymisation": "claimed"}, {"data__anonymisation": "report_passed"}),
    ("CN-03", "T-18", {"data__category": "important", "data__importance_basis": "self_assessed"}, {}),
    (
        "CN-03",
        "T-18",
        {"data__category": "important"},
        {"data__category": "important", "data__importance_basis": "published"},
    ),
    ("CN-17D", "T-05", {"group_splitting": "confirmed"}, {"group_splitting": "suspected"}),
    ("CN-17", "T-05", {"group_splitting": "suspected"}, {"group_splitting": "none"}),
    ("CN-07", "T-18", {"purpose": "marketing"}, {"purpose": "sale"}),
    ("CN-07", "T-18", {}, {"lineage__important_introduced": True}),
    ("CN-08", "T-18", {"purpose": "other"}, {"purpose": "trade"}),
    ("CN-08", "T-05", {"data__anonymisation": "report_passed"}, {}),
    ("CN-06", "T-02", {"lineage__complete": False}, {}),
    ("CN-06", "T-02", {"lineage__complete": None}, {}),
    ("CN-06", "T-02", {"collected_in": ("CN", "DE")}, SEPARABLE),
    ("CN-06", "T-03", {}, {"lineage__separable": True}),
    ("CN-04", "T-02", {}, {"data__anonymisation": "report_passed"}),
    ("CN-05", "T-02", SEPARABLE, SEPARABLE | {"lineage__separable": None}),
    ("CN-09a", "T-05", {"purpose": "contract", "art5_basis_documented": True}, {"purpose": "contract"}),
    ("CN-09b", "T-05", {"purpose": "hr", "art5_basis_documented": True}, {"purpose": "hr"}),
    ("CN-09c", "T-05", {"purpose": "emergency", "art5_basis_documented": True}, {"purpose": "emergency"}),
    ("CN-14", "T-05", {"list_refs": (LISTED,)}, {"list_refs": (a_list("FTZ-NEG"),)}),
    ("CN-14", "T-05", {"list_refs": (LISTED,)}, {"list_refs": (replace(LISTED, zone_scope=("CN-BJ",)),)}),
    (
        "CN-15",
        "T-05",
        {"list_refs": (a_list("LG-GENERAL"),)},
        {"list_refs": (a_list("LG-GENERAL", covers_scenario=False),)},
    ),
    (
        "CN-16",
        "T-05",
        {"list_refs": (a_list("LG-GENERAL", valid_to=DAY_ONE),)},
        {"list_refs": (a_list("LG-GENERAL"),)},
    ),
    (
        "CN-16U",
        "T-05",
        {"list_refs": (a_list("LG-GENERAL", registered_with_centre=False),)},
        {"list_refs": (a_list("LG-GENERAL"),)},
    ),
    (
        "CN-13V",
        "T-05",
        {"list_refs": (a_list("FTZ-NEG", valid_to=DAY_ONE),)},
        {"list_refs": (a_list("FTZ-NEG"),)},
    ),
    ("CN-13", "T-05", {"list_refs": (a_list("FTZ-NEG"),)}, {"list_refs": (LISTED,)}),
    ("CN-01", "T-05", {"exporter__ciio": True}, {}),
    (
        "CN-02",
        "T-18",
        {"data__category": "important", "data__importance_basis": "notified"},
        {"data__category": "important"},
    ),
    ("CN-02", "T-18", {"lineage__important_introduced": True}, {}),
    ("CN-12", "T-05", {"counts__pi_count_cum": 1_000_000}, {"counts__pi_count_cum": 999_999}),
    ("CN-12", "T-05", {"counts__sensitive_count_cum": 10_000}, {"counts__sensitive_count_cum": 9_999}),
    ("CN-12", "T-08", {}, {"exporter__ciio": True}),
    ("CN-11", "T-05", {}, {"counts__pi_count_cum": 99_999}),
    ("CN-11", "T-06", {}, {"counts__sensitive_count_cum": 0}),
    ("CN-11", "T-05", {}, {"exporter__ciio": True}),
    ("CN-10", "T-05", {"counts__pi_count_cum": 99_999}, {}),
    ("CN-10", "T-06", {"counts__sensitive_count_cum": 0}, {}),
    ("CN-18", "T-05", {"safeguards": (EXPIRED,)}, {"safeguards": (a_safeguard("CN-CERT"),)}),
    ("CN-19", "T-05", {"safeguards": (OVERDUE,)}, {"safeguards": (OVERDUE, a_safeguard("CN-CERT"))}),
    ("CN-19", "T-05", {"safeguards": (OVERDUE,)}, {"safeguards": (OVERDUE,), "counts__pi_count_cum": 1}),
    ("HK-01", "T-10", {}, {"data__contains_pi": False}),
    ("SG-03T", "T-13", {"in_transit_at_origin": True}, {}),
    ("SG-03P", "T-13", {"data__publicly_available_in": ("SG",)}, {"data__publicly_available_in": ("JP",)}),
    ("SG-01", "T-13", {"recipient__bound_by_comparable_law": True}, {}),
    ("SG-01", "T-13", {"safeguards": (a_safeguard("ASEAN-MCC"),)}, {"safeguards": (a_safeguard("CBPR"),)}),
    (
        "SG-02",
        "T-13",
        {"safeguards": (a_safeguard("CBPR"),)},
        {"safeguards": (a_safeguard("CBPR", recognised_in=("JP",)),)},
    ),
    (
        "SG-02",
        "T-13",
        {"safeguards": (a_safeguard("PRP"),), "recipient__is_intermediary": True},
        {"safeguards": (a_safeguard("PRP"),)},
    ),
    ("SG-04", "T-13", {"consents": ("SG_S26_SUMMARY",)}, {"consents": ("TH_S28",)}),
    ("SG-05", "T-13", {}, {"consents": ("SG_S26_SUMMARY",)}),
    ("JP-01", "T-17", {"origin": "JP", "destination": "GB"}, {"origin": "JP", "destination": "US"}),
    (
        "JP-02",
        "T-17",
        {"origin": "JP", "collected_in": ("JP",), "safeguards": (a_safeguard("JP-EQUIV"),)},
        {"origin": "JP", "collected_in": ("JP",)},
    ),
    (
        "JP-02",
        "T-17",
        {"origin": "JP", "collected_in": ("JP",), "safeguards": (a_safeguard("CBPR"),)},
        {"origin": "JP", "collected_in": ("DE",), "safeguards": (a_safeguard("CBPR"),)},
    ),
    ("JP-03", "T-17", {"origin": "JP", "consents": ("JP_ART28_INFORMED",)}, {"origin": "JP"}),
    ("JP-04", "T-17", {"origin": "JP"}, {"origin": "JP", "collected_in": ("JP",)}),
    ("JP-05", "T-17", {"origin": "JP", "collected_in": ("JP",)}, {"origin": "JP"}),
    ("EU-04", "T-17", {"destination": "CH", "data__eu_special_category": True}, {"destination": "CH"}),
    (
        "EU-04",
        "T-17",
        {"data__eu_special_category": True},
        {"data__eu_special_category": True, "data__eu_art9_condition": True},
    ),
    ("EU-01", "T-17", {"destination": "CH"}, {"destination": "US"}),
    (
        "EU-01",
        "T-17",
        {"destination": "US", "safeguards": (a_safeguard("EU-DPF"),)},
        {"destination": "SG", "safeguards": (a_safeguard("EU-DPF"),)},
    ),
    ("EU-02", "T-01", {}, {"destination": "FR"}),
    (
        "EU-02",
        "T-17",
        {"safeguards": (a_safeguard("EU-BCR"),)},
        {"safeguards": (a_safeguard("EU-BCR", tia_current=None),)},
    ),
    ("EU-03D", "T-17", {}, {"delivery_shape": "single"}),
    ("EU-03", "T-17", {"delivery_shape": "single"}, {"delivery_shape": None}),
    ("EU-05", "T-17", {"consents": ()}, {}),
    ("EU-05", "T-17", {"consents": (), "safeguards": (a_safeguard("CBPR"),)}, {"destination": "JP"}),
    (
        "US-03",
        "T-15",
        {"data__us_government_related": True, "data__us_persons_12m": 1},
        {"data__us_government_related": True, "recipient__place": "SG"},
    ),
    ("US-01", "T-15", {}, {"data__us_persons_12m": 10_000}),
    ("US-01", "T-15", {"recipient__place": "MO"}, {"recipient__place": "SG"}),
    ("US-01", "T-15", {"recipient__place": "SG", "recipient__us_covered_person": True}, {"txn_type": "none"}),
    ("US-02G", "T-16", US_OMIC, US_OMIC | {"data__us_class": "omic"}),
    ("US-02", "T-16", VENDOR, VENDOR | {"us_security_controls": False}),
    ("US-02N", "T-16", {"us_security_controls": False}, VENDOR),
    ("US-05", "T-15", {"txn_type": "intra-group"}, {"txn_type": "investment"}),
    ("US-04", "T-15", {"data__us_persons_12m": 10_000}, {}),
    (
        "SEA-01",
        "T-17",
        {"origin": "TH", "safeguards": (a_safeguard("TH-BCR"),)},
        {"origin": "TH", "safeguards": (a_safeguard("SG-BCR"),)},
    ),
    ("SEA-01", "T-17", {"origin": "TH", "consents": ("TH_S28",)}, {"origin": "TH"}),
    ("SEA-01", "T-17", THAI | {"consents": ("TH_S28",)}, THAI),
    ("SEA-01N", "T-17", THAI, THAI | {"consents": ("TH_S28",)}),
    ("SEA-01N", "T-17", {"collected_in": ("TH",)}, {"collected_in": ("TH",), "destination": "TH"}),
    ("SEA-02", "T-17", {"origin": "VN", "collected_in": ("VN",)}, {"origin": "VN", "destination": "VN"}),
    ("SEA-02", "T-17", {"collected_in": ("VN",)}, {"collected_in": ("VN",), "data__contains_pi": False}),
    ("ZC-01", "T-02", {"storage__wrote_outside_fence": True}, {}),
    ("ZC-02", "T-02", {"link__link_ids": ()}, {}),
    ("ZC-02", "T-02", {"link__state": "down"}, {"destination": "CN-LG"}),
    ("ZC-02", "T-20", {}, {"link__kind": "dedicated", "link__link_ids": ("LK-DE",)}),
    ("ZC-03", "T-02", {"zone__return_list": ()}, {"zone__return_list": (), "zone__consignment_id": None}),
    (
        "ZC-03",
        "T-02",
        {"destination": "CN", "zone__return_list": ("CN",)},
        {"destination": "CN-LG", "zone__return_list": ()},
    ),
    ("ZC-03", "T-02", {"remote_access_from": ("SG",)}, {"remote_access_from": ("CN",)}),
    (
        "ZC-04",
        "T-02",
        {"zone__retention_until": date(2026, 11, 1)},
        {"zone__retention_until": date(2026, 11, 1), "intent_kind": "return"},
    ),
    ("ZC-05", "T-02", {"zone__commitment_state": "draft"}, {}),
    ("ZC-05", "T-02", {"zone__commitment_state": None}, {}),
    (
        "ZC-06",
        "T-02",
        {"zone__balance_state": "unbalanced"},
        {"zone__balance_state": "unbalanced", "intent_kind": "job"},
    ),
    ("LIC-01", "T-18", {"licence": ELSEWHERE}, {"licence": GENEROUS}),
    ("LIC-01", "T-18", {"licence": replace(GENEROUS, status="suspended")}, {}),
]


def decision(vector: str, changes: dict[str, Any]) -> FenceDecision:
    """What is said of `vector` after `changes`."""
    return decided(hop_of(vector, **changes))


def spoken(found: FenceDecision) -> set[str]:
    """The rules that speak in a decision."""
    return {each.rule_id for each in found.contributions}


def decides(rule: Rule, found: FenceDecision) -> bool:
    """Whether the answer is this rule's; a note, which answers nothing, has to stand in it."""
    notes = rule.outcome is None and rule.route is None and rule.route_from is None
    mine = [each for each in found.contributions if each.rule_id == rule.id]
    return bool(mine) if notes else any(each.outcome is found.outcome for each in mine)


@pytest.mark.parametrize(("rule", "vector", "speaks", "silent"), CASES)
def test_a_rule_speaks_where_it_should_and_not_next_door(
    rule: str, vector: str, speaks: dict[str, Any], silent: dict[str, Any]
) -> None:
    assert rule in spoken(decision(vector, speaks))
    assert rule not in spoken(decision(vector, silent))


@pytest.mark.parametrize("rule", shipped().rules, ids=lambda rule: rule.id)
def test_every_rule_decides_one_of_these_crossings(rule: Rule) -> None:
    """And by the test above there is one that it does not. A rule without a case fails here."""
    assert any(
        decides(rule, decision(vector, speaks)) for name, vector, speaks, _ in CASES if name == rule.id
    )
