"""How facts about items between business zones change what is remembered."""

from exchange.bonded.agenda import arm, tell
from exchange.bonded.between import facts as happened
from exchange.bonded.facts import ConsignmentProposed
from exchange.bonded.fold_leaving import ended, release
from exchange.bonded.fold_work import enter, leave, nobody_sees
from exchange.bonded.ranges import joined, without
from exchange.bonded.state import Bonded, HandedOn, by_lot, lots_of
from exchange.bonded.values import ItemRange


def dispatched(bonded: Bonded, fact: happened.TransferDispatched, at: int) -> None:
    """Its items are in no room of the zone, and nothing else may become of them meanwhile."""
    handed = fact.handed
    ended(bonded, handed.egress_id, at).phase = "in_transit"
    bonded.consignments[handed.from_consignment_id].transit_ids.append(handed.egress_id)
    nobody_sees(bonded, handed.items, at)
    for (name, lot), intervals in by_lot(handed.items).items():
        book = bonded.consignments[name].lots[lot]
        book.transit = joined(book.transit, intervals)


def concluded(bonded: Bonded, fact: happened.TransferConcluded, at: int) -> None:
    """Its items are the other zone's."""
    _arrived(bonded, fact.egress_id, fact.from_consignment_id, fact.items)
    egress = bonded.egresses[fact.egress_id]
    egress.phase = "left"
    leave(bonded, fact.items, "transferred_out", at)
    before = bonded.consignments[fact.from_consignment_id]
    before.handed_on.append(HandedOn(fact.to_zone_id, fact.consignment_id, lots_of(fact.items)))
    for told in egress.meanwhile:
        tell(bonded, told, before.handed_on[-1:], at)


def returned(bonded: Bonded, fact: happened.TransferReturned, at: int) -> None:
    """Its items are on hand and free again."""
    _arrived(bonded, fact.egress_id, fact.from_consignment_id, fact.items)
    bonded.egresses[fact.egress_id].phase = "withdrawn"


def passed_on(bonded: Bonded, fact: happened.ReclassificationPassedOn, at: int) -> None:
    """Its zone is told."""
    del bonded.work.pass_on[0]
    arm(bonded, at)


def taken_in(bonded: Bonded, fact: happened.TransferTakenIn, at: int) -> None:
    """Its items are one lot of a new consignment, under the terms of the one that they were of."""
    handed = fact.handed
    entered = ConsignmentProposed(
        consignment_id=fact.consignment_id,
        zone_id=handed.to_zone_id,
        handbook_no=handed.handbook_no,
        title=handed.title,
        consignor_id=handed.consignor_id,
        processor_id=handed.processor_id,
        origin=handed.origin,
        link_ids=handed.link_ids,
        unit=handed.unit,
        lots=(handed.lot,),
        return_list=handed.return_list,
        retention_until=handed.retention_until,
        key_id=handed.key_id,
        traits=handed.traits,
        purpose=handed.purpose,
        transaction_type=handed.transaction_type,
        group_splitting=handed.group_splitting,
        foreign_authority_request=handed.foreign_authority_request,
        carried=handed.carried,
    )
    after = enter(bonded, entered, handed.handed_over_by, transferred=True)
    after.phase, after.decision_id = "admitted", handed.decision_id
    after.received_under = handed.received_under


def turned_away(bonded: Bonded, fact: happened.TransferTurnedAway, at: int) -> None:
    """Nothing came."""


def _arrived(bonded: Bonded, egress_id: str, consignment_id: str, items: tuple[ItemRange, ...]) -> None:
    bonded.consignments[consignment_id].transit_ids.remove(egress_id)
    release(bonded, items)
    for (name, lot), intervals in by_lot(items).items():
        book = bonded.consignments[name].lots[lot]
        book.transit = without(book.transit, intervals)
