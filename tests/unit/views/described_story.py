"""What becomes otherwise of a participant and of a product version, as facts."""

from msgspec.structs import replace

from exchange.registry.commands import Role
from exchange.registry.participants.description import Description
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.reclassifying.facts import (
    DataReceived,
    Descendant,
    DescendantsFollowed,
    ProductReclassified,
)
from tests.support.traits import GENERAL
from tests.unit.views.story import Journal, a_draft, a_participant

MOVED, FOUND, JOINED, MERGED = "SE-HK-09", "P-91", "P-92", "P-93"
PERSONAL = replace(GENERAL, contains_pi=True, persons=8_500)


def an_update(*changed: str, **values: object) -> ParticipantUpdated:
    """The seller as it is now."""
    before = a_participant(MOVED, Role.SELLER)
    described = Description(**{name: getattr(before, name) for name in Description.__struct_fields__})
    return ParticipantUpdated(
        participant_id=MOVED,
        description=replace(described, **values),
        changed=changed,
        active=True,
        public_key=before.public_key,
        grounds="A notice.",
        by_id="OP-CN-01",
    )


def described_anew(partition: int = 3) -> Journal:
    """A seller moves and buys as well; persons are found in its data and in what was made of it, which is looked at."""
    journal = Journal("registry", partition)
    journal.add(a_participant(MOVED, Role.SELLER))
    for product_id in (FOUND, JOINED, MERGED):
        journal.add(a_draft(product_id=product_id, seller_id=MOVED))
    now = {"place": "HK", "roles": (Role.SELLER, Role.BUYER), "registered_zones": ("HK-1",)}
    journal.add(an_update(*now, **now))
    journal.add(an_update("ciio", **now, ciio=True))
    word = ProductReclassified(
        product_id=FOUND,
        version="1.0",
        seller_id=MOVED,
        before=GENERAL,
        traits=PERSONAL,
        changed=("contains_pi", "persons"),
        inherited=(),
        counted_in="M-SH",
        as_seller=True,
        grounds="Crew lists.",
        evidence_digest=bytes(32),
        by_id=MOVED,
    )
    journal.add(word)
    inherit = [
        Descendant(product_id=each, version="1.0", inherited=("domestic", "personal"))
        for each in (JOINED, MERGED)
    ]
    journal.add(
        DataReceived(participant_id="SE-CN-02", product_id=JOINED, version="1.0", received_under=("GBA-SC",))
    )
    journal.add(DescendantsFollowed(seen=(f"{JOINED}/1.0", f"{MERGED}/1.0"), changed=tuple(inherit), left=0))
    looked = replace(
        word,
        product_id=JOINED,
        traits=GENERAL,
        counted_in=None,
        as_seller=False,
        grounds="None.",
        by_id="CO-CN-01",
    )
    journal.add(looked)
    return journal
