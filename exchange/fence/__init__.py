"""The cross-border rule engine: a crossing and a dated ruleset in, a decision with all its grounds out. Pure."""

from exchange.fence.crossing import (
    Counts,
    Crossing,
    DataTraits,
    Exporter,
    Hop,
    Licence,
    Lineage,
    LinkPath,
    ListRef,
    Recipient,
    Safeguard,
    Storage,
    ZoneState,
)
from exchange.fence.decision import Contribution, FenceDecision, HopDecision
from exchange.fence.engine import decide, inputs_digest
from exchange.fence.lineage import LineageEntity, LineageGraph, LineageJob
from exchange.fence.loading import load_rulesets
from exchange.fence.outcome import Outcome
from exchange.fence.parsing import parse_ruleset
from exchange.fence.ruleset import Rule, Ruleset, newest, ruleset_in_force
from exchange.fence.wire import crossing_of, read_crossing, read_decision, written

__all__ = [
    "Contribution",
    "Counts",
    "Crossing",
    "DataTraits",
    "Exporter",
    "FenceDecision",
    "Hop",
    "HopDecision",
    "Licence",
    "Lineage",
    "LineageEntity",
    "LineageGraph",
    "LineageJob",
    "LinkPath",
    "ListRef",
    "Outcome",
    "Recipient",
    "Rule",
    "Ruleset",
    "Safeguard",
    "Storage",
    "ZoneState",
    "crossing_of",
    "decide",
    "inputs_digest",
    "load_rulesets",
    "newest",
    "parse_ruleset",
    "read_crossing",
    "read_decision",
    "ruleset_in_force",
    "written",
]
