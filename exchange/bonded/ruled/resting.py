"""What rests on a REVIEW of a handbook."""

from collections.abc import Sequence

from exchange.bonded.state import Bonded


def resting_on(bonded: Bonded, zone_id: str, handbook_no: str, codes: Sequence[str]) -> list[str]:
    """The open requests of a handbook that wait for one of the codes, or that rulings let out in spite of it."""
    consignment_id = bonded.zones[zone_id].handbooks.get(handbook_no, "")
    consignment = bonded.consignments.get(consignment_id)
    return [
        name
        for name in (() if consignment is None else consignment.egress_ids)
        if not set(codes).isdisjoint(bonded.egresses[name].review_codes)
    ]
