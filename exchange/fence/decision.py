"""What the fence answers, and everything the answer rests on."""

from typing import Protocol

from exchange.fence.outcome import Outcome
from exchange.kernel.bases import Value
from exchange.kernel.time import Instant


class Contribution(Value, frozen=True, kw_only=True):
    """What one rule said of one hop.

    Shape: `outcome` None is a note, which decides nothing; `safeguards` are those the rule relied on, or for a note
    the one it is about; `rests_on` names the facts the rule asks for.
    """

    rule_id: str
    regime: str
    hop_no: int
    outcome: Outcome | None
    reason_code: str
    citation: str
    evidence: str
    obligations: tuple[str, ...]
    safeguards: tuple[str, ...]
    rests_on: tuple[str, ...]


class HopDecision(Value, frozen=True, kw_only=True):
    """The answer for one hop; `missing` names facts to supply."""

    hop_no: int
    outcome: Outcome
    reason_codes: tuple[str, ...]
    note_codes: tuple[str, ...]
    missing: tuple[str, ...]


class FenceDecision(Value, frozen=True, kw_only=True):
    """The answer for a crossing: its most severe hop, with all codes of all hops.

    Shape: lists of codes, obligations and safeguards are sorted and hold each entry once. `deciding_codes` are those
    whose outcome is the answer. The answer to the same crossing, asked at any later moment before `holds_until`,
    differs in nothing but that moment; None is for ever.
    """

    outcome: Outcome
    reason_codes: tuple[str, ...]
    deciding_codes: tuple[str, ...]
    note_codes: tuple[str, ...]
    obligations: tuple[str, ...]
    satisfied_by: tuple[str, ...]
    per_hop: tuple[HopDecision, ...]
    contributions: tuple[Contribution, ...]
    ruleset_version: str
    ruleset_digest: str
    inputs_digest: str
    holds_until: Instant | None

    @property
    def admitted(self) -> bool:
        """Whether the data may move."""
        return self.outcome.admitted


class Coded(Protocol):
    """What has reason codes: an answer, or a fact that records one."""

    @property
    def reason_codes(self) -> tuple[str, ...]: ...
    @property
    def deciding_codes(self) -> tuple[str, ...]: ...


def codes_of(decision: Coded) -> tuple[str, ...]:
    """Its reason codes, those that decided first."""
    return tuple(dict.fromkeys((*decision.deciding_codes, *decision.reason_codes)))
