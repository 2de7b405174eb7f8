"""The rules of the domain's reference: what is said of them as they stand, and that they decide alike once mended."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from exchange.fence import Hop, Ruleset, parse_ruleset
from exchange.fence.comparing import said_otherwise
from exchange.fence.parsing import ruleset_faults
from tests.unit.fence.cases import content, decided, hop_of, rewritten, shipped, vector, vectors
from tests.unit.fence.test_fence_rules import CASES

_TEXT = Path(__file__).with_name("reference.yaml").read_text(encoding="utf-8")
_RELIES_ON = {
    "SG-01": ("derived.sg.bound", ["SG-CONTRACT", "SG-BCR", "ASEAN-MCC"]),
    "SG-02": ("derived.sg.certified", ["CBPR", "PRP"]),
    "JP-02": ("derived.jp.equivalent", ["JP-EQUIV", "CBPR"]),
    "EU-01": ("derived.eu.adequate", ["EU-DPF"]),
    "EU-02": ("derived.eu.art46", ["EU-SCC", "EU-BCR"]),
    "SEA-01": ("derived.sea.th_safeguard", ["TH-CONTRACT", "TH-BCR"]),
}
_NOT_SAID = ("cn_assess_extension_working_days", "cn_assess_extension_years", "cn_cert_from", "eu_dpf_years")


@cache
def mended() -> Ruleset:
    """The reference with everything that `fence check` asks for, and nothing else."""
    written: dict[str, Any] = yaml.safe_load(_TEXT)
    ours = content()
    written |= {
        "id": "reference",
        "effective_from": "2026-11-02",
        "change_note": "Mended.",
        "regimes": ours["regimes"],
    }
    for name in ("cn_art7_rules", *_NOT_SAID):
        written["constants"][name] = ours["constants"][name]
    rules = {rule["id"]: rule for rule in written["rules"]}
    for name, (_, kinds) in _RELIES_ON.items():
        rules[name]["relies_on"] = kinds
    rules["GEN-02"]["stage"] = "last"
    rules["CN-19"]["stage"] = rules["CN-18"]["stage"] = "safeguards"
    del rules["CN-18"]["reason_code"]
    rules["CN-18"]["reason_code_from"] = "derived.safeguard_failure"
    written["rules"].append(next(rule for rule in ours["rules"] if rule["id"] == "GEN-05"))
    return parse_ruleset(yaml.safe_dump(written))


def test_every_entry_that_is_wanted_is_told_at_once_and_nothing_else() -> None:
    assert ruleset_faults(_TEXT) == (
        "the ruleset has no `id`: what the ruleset is called",
        "the ruleset has no `effective_from`: its first day",
        "the ruleset has no `change_note`: what is new in it",
        "the ruleset has no `regimes`: of each regime whether it `must_answer`",
        "constants has no `cn_art7_rules`: the rules whose match is an Article 7 trigger",
        *(
            f"constants has no `{name}`, and has scc_filing_working_days: terms of safeguards are said all or none"
            for name in _NOT_SAID
        ),
        "rule GEN-02 cannot be read: derived.contributions is not known before then: give it `stage: last`",
        "rule CN-18 cannot be read: it notes each failed safeguard by that one's code: give it"
        " `reason_code_from: derived.safeguard_failure` in place of reason_code, and `stage: safeguards`",
        "rule CN-19 cannot be read: derived.cn.scc_overdue is not known before then: give it `stage: safeguards`",
        *(
            f"rule {name} cannot be read: {fact} rests on safeguards: name those that count,"
            f" `relies_on: [{', '.join(kinds)}]`"
            for name, (fact, kinds) in _RELIES_ON.items()
        ),
        "no general rule (regime GEN) answers derived.facts_missing with REVIEW or DENY, always in force",
    )


def test_mended_its_thresholds_are_those_of_its_rules_and_one_that_is_off_is_minded() -> None:
    assert list(said_otherwise(mended())) == []
    off = rewritten(lambda written: written["constants"].update(cn_pi_file_from=99_999))
    assert list(said_otherwise(off)) == [
        "constants.cn_pi_file_from is 99999, by which nothing is decided: route FILE begins at 100000"
    ]


@pytest.mark.parametrize("name", sorted(vectors()))
def test_mended_it_decides_the_golden_vectors_as_the_shipped_one(name: str) -> None:
    for hop in vector(name).hops:
        _assert_alike(hop)


@pytest.mark.parametrize(("rule", "name", "changes"), [each[:3] for each in CASES])
def test_mended_it_decides_each_rule_s_own_case_as_the_shipped_one(
    rule: str, name: str, changes: dict[str, Any]
) -> None:
    _assert_alike(hop_of(name, **changes))


def _assert_alike(hop: Hop) -> None:
    ours, theirs = decided(hop, ruleset=shipped()), decided(hop, ruleset=mended())
    assert ours.contributions != ()
    for name in ("outcome", "reason_codes", "note_codes", "satisfied_by", "obligations", "per_hop"):
        assert getattr(ours, name) == getattr(theirs, name)
