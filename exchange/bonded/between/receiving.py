"""The zone that takes in: it opens a handbook for the items, or says why it cannot.

The fence was asked where the items come from, and admitted the hand-over to this processor: both zones lie on the
bonded side, so no other answer is due here. What that zone cannot know is looked at here.
"""

from collections.abc import Sequence
from datetime import date

from exchange.bonded.admission import unfit_processor
from exchange.bonded.between.commands import TakeInTransfer
from exchange.bonded.between.facts import TransferTakenIn, TransferTurnedAway
from exchange.bonded.between.values import HandedOver
from exchange.bonded.egress import taken
from exchange.bonded.parties import active, not_a_policy
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import unknown_zone
from exchange.fence.dates import day_ends
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

_RETENTION_ZONE = "Asia/Shanghai"


def take_in(bonded: Bonded, command: TakeInTransfer, cause: Cause) -> Sequence[Fact]:
    """Open a handbook for what another zone has handed over."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    handed = command.handed
    if no := _unfit(bonded, command, cause):
        return (
            TransferTurnedAway(
                egress_id=handed.egress_id,
                from_zone_id=handed.from_zone_id,
                to_zone_id=handed.to_zone_id,
                handbook_no=handed.handbook_no,
                reason=no.reason,
                detail=no.detail,
            ),
        )
    consignment_id = derived_id("C", cause.partition, cause.offset, 0)
    return (TransferTakenIn(consignment_id=consignment_id, handed=handed),)


def _unfit(bonded: Bonded, command: TakeInTransfer, cause: Cause) -> Refused | None:
    """What of zone, handbook, parties and term speaks against it."""
    handed = command.handed
    zone = bonded.zones.get(handed.to_zone_id)
    if zone is None:
        return unknown_zone(command, handed.to_zone_id)
    if no := taken(bonded, command, handed.to_zone_id, handed.handbook_no):
        return no
    for name in (handed.processor_id, handed.handed_over_by, handed.consignor_id):
        party = active(bonded, command, name)
        if isinstance(party, Refused):
            return party
    return unfit_processor(bonded, command, handed.processor_id, zone.place) or _over(command, handed, cause)


def _over(command: TakeInTransfer, handed: HandedOver, cause: Cause) -> Refused | None:
    """Why it may be worked on no more: its last day is over."""
    if day_ends(date.fromisoformat(handed.retention_until), _RETENTION_ZONE) > cause.at:
        return None
    return refused(command, Reason.RETENTION_OVER, handed.retention_until, "that day is over")
