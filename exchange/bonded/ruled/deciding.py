"""The rules about what was ruled against: which requests end, and a few of them at a time."""

from collections.abc import Sequence

from exchange.bonded.parties import not_a_policy
from exchange.bonded.ruled.commands import RuleAgainst
from exchange.bonded.ruled.facts import EgressEnded, RuledAgainst
from exchange.bonded.ruled.resting import resting_on
from exchange.bonded.state import Bonded, ruling_key
from exchange.bonded.surroundings import unknown_zone
from exchange.kernel.bases import Cause, Fact

ENDED_MAX = 50
"""Requests that end in one step: each says on what grounds."""


def rule_against(bonded: Bonded, command: RuleAgainst, cause: Cause) -> Sequence[Fact]:
    """End the rulings of a case, and begin to end what rests on what it was about."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    if command.zone_id not in bonded.zones:
        return (unknown_zone(command, command.zone_id),)
    held = bonded.rulings.get(ruling_key(command.zone_id, command.handbook_no), ())
    return (
        RuledAgainst(
            zone_id=command.zone_id,
            handbook_no=command.handbook_no,
            case_id=command.case_id,
            codes=command.codes,
            grounds=command.grounds,
            ruling_ids=tuple(each.ruling_id for each in held if each.reference == command.case_id),
            egresses=len(resting_on(bonded, command.zone_id, command.handbook_no, command.codes)),
        ),
    )


def endings(bonded: Bonded) -> Sequence[Fact]:
    """The first requests of those that end."""
    return tuple(
        EgressEnded(egress_id=name, case_id=case.case_id, codes=case.codes, grounds=case.grounds)
        for name, case in bonded.work.against[:ENDED_MAX]
    )
