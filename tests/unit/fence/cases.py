"""Golden vectors and builders for the fence's tests."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from msgspec.structs import replace

from exchange.fence import (
    Crossing,
    FenceDecision,
    Hop,
    ListRef,
    Ruleset,
    Safeguard,
    crossing_of,
    decide,
    load_rulesets,
    newest,
    parse_ruleset,
)

DAY_ONE, LAST_DAY = date(2026, 1, 1), date(2027, 12, 31)
_VECTORS = Path(__file__).with_name("vectors.yaml")


@cache
def vectors() -> dict[str, dict[str, Any]]:
    """The golden vectors by id."""
    return {each["id"]: each for each in yaml.safe_load(_VECTORS.read_text(encoding="utf-8"))["vectors"]}


@cache
def shipped() -> Ruleset:
    """The newest ruleset of the package."""
    ruleset = newest(load_rulesets())
    return ruleset


@cache
def content() -> dict[str, Any]:
    """What the shipped ruleset says, as plain values."""
    text = (files("exchange.fence") / "rulesets" / "2026-11-29.yaml").read_text("utf-8")
    written: dict[str, Any] = yaml.safe_load(text)
    return written


def rewritten(change: Callable[[dict[str, Any]], None]) -> Ruleset:
    """The shipped ruleset after `change` has edited its content."""
    edited = deepcopy(content())
    change(edited)
    # JSON is YAML, and quicker to write; dates become texts that read as dates either way.
    return parse_ruleset(json.dumps(edited, default=str))


@cache
def without(*regimes: str) -> Ruleset:
    """The shipped ruleset with these regimes left out."""

    def drop(content: dict[str, Any]) -> None:
        content["rules"] = [rule for rule in content["rules"] if rule["regime"] not in regimes]
        for regime in regimes:
            del content["regimes"][regime]
        if "CN" in regimes:
            content["constants"]["cn_art7_rules"] = []

    return rewritten(drop)


@cache
def mainland_only_up_to(rule_id: str) -> Ruleset:
    """The shipped ruleset with the mainland's rules cut off after `rule_id`."""

    def cut(content: dict[str, Any]) -> None:
        mainland = [rule["id"] for rule in content["rules"] if rule["regime"] == "CN"]
        beyond = mainland[mainland.index(rule_id) + 1 :]
        content["rules"] = [rule for rule in content["rules"] if rule["id"] not in beyond]
        content["constants"]["cn_art7_rules"] = []

    return rewritten(cut)


def vector(name: str) -> Crossing:
    """The crossing of a golden vector."""
    return crossing_of(vectors()[name]["hops"])


def hop_of(name: str, **changes: Any) -> Hop:
    """The only hop of a golden vector, some of its fields changed."""
    (hop,) = vector(name).hops
    return changed(hop, **changes)


def changed(hop: Hop, **changes: Any) -> Hop:
    """`hop` with fields replaced; `data__us_class=...` reaches into a part of it."""
    for path, value in changes.items():
        outer, _, inner = path.partition("__")
        part = replace(getattr(hop, outer), **{inner: value}) if inner else value
        hop = replace(hop, **{outer: part})
    return hop


def decided(*hops: Hop, ruleset: Ruleset | None = None) -> FenceDecision:
    """What the shipped ruleset, or another, says of a crossing over these hops."""
    return decide(Crossing(hops=hops), ruleset or shipped())


def answer(decision: FenceDecision) -> dict[str, Any]:
    """A decision in the form of a vector's `expected`."""
    found: dict[str, Any] = {
        "outcome": decision.outcome.value,
        "reason_codes": list(decision.reason_codes),
        "deciding_codes": list(decision.deciding_codes),
        "note_codes": list(decision.note_codes),
        "satisfied_by": list(decision.satisfied_by),
    }
    if len(decision.per_hop) > 1:
        found["per_hop"] = [
            {"hop_no": hop.hop_no, "outcome": hop.outcome.value, "reason_codes": list(hop.reason_codes)}
            for hop in decision.per_hop
        ]
    return found


def a_safeguard(kind: Any, **changes: Any) -> Safeguard:
    """One that any party may use anywhere, in force at the vectors' moment, everything about it in order."""
    safeguard = Safeguard(
        id=f"X-{kind}",
        type=kind,
        exporter_id=None,
        recipient_id=None,
        names_destinations=("ANY",),
        valid_from=DAY_ONE,
        valid_to=LAST_DAY,
        tz="Asia/Shanghai",
        status="active",
        scope_changed=False,
        recognised_in=("CN", "JP", "SG", "US", "DE", "HK", "TH"),
        tia_current=True,
        continuing_checks=True,
    )
    return replace(safeguard, **changes)


def a_list(kind: Any, **changes: Any) -> ListRef:
    """One that speaks of the data and is in force; the field is not on it."""
    ref = ListRef(
        list_id="L",
        kind=kind,
        version="1",
        zone_scope=("CN-SH",),
        valid_from=DAY_ONE,
        valid_to=LAST_DAY,
        tz="Asia/Shanghai",
        covers_scenario=True,
        field_listed=False,
        listed_route=None,
        registered_with_centre=True,
    )
    return replace(ref, **changes)
