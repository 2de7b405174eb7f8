"""What the markets have to know of product versions that were made in bond."""

from collections.abc import Sequence

from exchange.bonded.facts import OutputOffered, ProvenancesRestated
from exchange.bonded.persons.facts import PersonsCounted
from exchange.kernel.bases import Recorded
from exchange.market.persons.commands import BringExport
from exchange.market.provenance.commands import RecordProvenance
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Tell every market what is behind a product version, and again whenever that is another; and who was let out."""
    match recorded.fact:
        case OutputOffered(provenance=provenance):
            return (Ask("market", None, RecordProvenance(provenance=provenance)),)
        case ProvenancesRestated(changed=changed):
            return tuple(Ask("market", None, RecordProvenance(provenance=each)) for each in changed)
        case PersonsCounted(persons=(_, *_)) as counted:
            return (Ask("market", None, _export(counted)),)
    return ()


def _export(counted: PersonsCounted) -> BringExport:
    return BringExport(
        exporter_id=counted.exporter_id,
        year=counted.year,
        owner=counted.owner,
        by=counted.by,
        persons=counted.persons,
    )


BONDED_MARKET = Policy("bonded_market", "bonded", react)
