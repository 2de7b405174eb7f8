"""What business zones have to know of each other: what is handed over and what became of it, and who was let out."""

from collections.abc import Sequence

from exchange.bonded.between.commands import ConcludeTransfer, FollowReclassification, TakeInTransfer
from exchange.bonded.between.facts import (
    ReclassificationPassedOn,
    TransferDispatched,
    TransferTakenIn,
    TransferTurnedAway,
)
from exchange.bonded.persons.commands import RecordLetOut
from exchange.bonded.persons.facts import PersonsCounted
from exchange.kernel.bases import Recorded
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Offer what was handed over to the other zone, bring its answer back, and tell every zone who was let out."""
    match recorded.fact:
        case TransferDispatched(handed=handed):
            return (Ask("bonded", handed.to_zone_id, TakeInTransfer(handed=handed)),)
        case TransferTakenIn(consignment_id=consignment_id, handed=handed):
            taken = ConcludeTransfer(egress_id=handed.egress_id, consignment_id=consignment_id)
            return (Ask("bonded", handed.from_zone_id, taken),)
        case TransferTurnedAway() as away:
            back = ConcludeTransfer(
                egress_id=away.egress_id, consignment_id="", reason=away.reason, detail=away.detail
            )
            return (Ask("bonded", away.from_zone_id, back),)
        case ReclassificationPassedOn() as told:
            return (Ask("bonded", told.to_zone_id, _follow(told)),)
        case PersonsCounted(persons=(_, *_)) as counted:
            return (Ask("bonded", None, _let_out(counted)),)
    return ()


def _let_out(counted: PersonsCounted) -> RecordLetOut:
    return RecordLetOut(
        exporter_id=counted.exporter_id, year=counted.year, owner=counted.owner, persons=counted.persons
    )


def _follow(told: ReclassificationPassedOn) -> FollowReclassification:
    return FollowReclassification(
        consignment_id=told.consignment_id,
        traits=told.traits,
        grounds=told.grounds,
        evidence_sha256=told.evidence_sha256,
        by_id=told.by_id,
        unsaid=told.unsaid,
    )


BONDED_BONDED = Policy("bonded_bonded", "bonded", react)
