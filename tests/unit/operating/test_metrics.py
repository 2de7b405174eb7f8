"""What is measured: named, explained and documented; counted right; bounded in its labels."""

import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from exchange.kernel.bases import FactMeta, Recorded
from exchange.kernel.protocol import Passed, PassedRun, Refused, Tick
from streams.metrics.instruments import REGISTRY
from streams.metrics.tally import OTHER, Tally
from tests.support.exported import families

PAGE = Path(__file__).parents[3] / "docs" / "operating.md"
NAME = re.compile(r"(corridor_[a-z_]+[a-z]|process_[a-z_]+[a-z])")


def test_every_metric_is_named_as_prometheus_wants_and_explained(tmp_path: Path) -> None:
    for family in families(tmp_path / "node"):
        assert NAME.fullmatch(family.name), family.name
        assert family.documentation.endswith("."), family.name
        assert not family.name.endswith("_total"), "the suffix is the form's"


def test_the_page_lists_every_metric_and_no_other(tmp_path: Path) -> None:
    shown = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families(tmp_path / "node")
        if family.name.startswith("corridor_")
    }
    table = PAGE.read_text().split("### Every metric", 1)[1].split("\n## ", 1)[0]
    assert {
        name for line in table.splitlines() for name in re.findall(r"^\| `(corridor_\w+)`", line)
    } == shown


def value(name: str, **labels: object) -> float:
    return REGISTRY.get_sample_value(name, {key: str(each) for key, each in labels.items()}) or 0.0


def recorded(fact: Any, seq: int = 0) -> Recorded:
    meta = FactMeta(
        seq=seq, claim=0, cause=0, index=0, last=0, command_id="c", actor="a", at=0, content=b"", source=None
    )
    return Recorded(meta, fact)


def test_a_batch_is_counted_by_what_became_of_its_commands() -> None:
    refused = Refused(command="PlaceOrder", reason="ORDER_UNKNOWN", subject="o", detail="d")
    unheard = Refused(command="PlaceOrder", reason="NEVER_HEARD_OF", subject="o", detail="d")
    passed = Passed(runs=(PassedRun(first=3, last=9, count=7, reason="NOTHING_DUE"),))
    names = [
        ("corridor_commands_total", {"context": "market", "partition": 77}),
        ("corridor_outcomes_total", {"context": "market", "kind": "refused"}),
        ("corridor_outcomes_total", {"context": "market", "kind": "passed"}),
        ("corridor_outcomes_total", {"context": "market", "kind": "decided"}),
        ("corridor_refusals_total", {"context": "market", "reason": "ORDER_UNKNOWN"}),
        ("corridor_refusals_total", {"context": "market", "reason": OTHER}),
        ("corridor_passed_commands_total", {"context": "market", "reason": "NOTHING_DUE"}),
        ("corridor_seals_total", {"context": "market", "partition": 77}),
    ]
    before = [value(name, **labels) for name, labels in names]
    outcomes = [(recorded(refused),), (recorded(unheard, 1),), (recorded(passed, 2),), (recorded(Tick(), 3),)]
    Tally("market", 77).batch(10, outcomes, seals=2)
    after = [value(name, **labels) for name, labels in names]
    assert [new - old for new, old in zip(after, before, strict=True)] == [10, 2, 1, 1, 1, 1, 7, 2]


def test_an_outcome_counts_once_however_many_of_its_facts_are_refusals() -> None:
    refused = recorded(Refused(command="PlaceOrder", reason="ORDER_UNKNOWN", subject="o", detail="d"))
    labels = [{"context": "market", "kind": kind} for kind in ("refused", "decided")]
    before = [value("corridor_outcomes_total", **each) for each in labels]
    Tally("market", 77).batch(2, [(refused, refused, refused), (recorded(Tick()), recorded(Tick()))], seals=0)
    after = [value("corridor_outcomes_total", **each) for each in labels]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1]


def test_what_is_exported_reads_back() -> None:
    found = {
        family.name: family for family in text_string_to_metric_families(generate_latest(REGISTRY).decode())
    }
    assert found["corridor_commands"].type == "counter"
    assert found["corridor_append_seconds"].type == "histogram"


@pytest.mark.parametrize("context", ["registry", "market", "delivery", "bonded", "settlement"])
def test_labels_are_bounded_whatever_comes(context: str) -> None:
    for number in range(100):
        refused = Refused(command="X", reason=f"REASON-{number}", subject="s", detail="d")
        Tally(context, 78).batch(1, [(recorded(refused),)], seals=0)
    reasons = [
        sample
        for family in REGISTRY.collect()
        if family.name == "corridor_refusals"
        for sample in family.samples
        if sample.labels["reason"].startswith("REASON-")
    ]
    assert reasons == []


@pytest.mark.parametrize(
    ("context", "kind"), [("settlement", "SuspenseOverdue"), ("market", "TransferDelayed")]
)
def test_facts_whose_rise_is_an_alert_are_there_before_they_happen(context: str, kind: str) -> None:
    Tally(context, 79)
    labels = {"context": context, "type": kind}
    assert REGISTRY.get_sample_value("corridor_facts_total", labels) == 0
