"""What markets have to know of attestations, and business zones of these, of lists, of groups and of what there is."""

from collections.abc import Sequence

from exchange.bonded.bought.commands import RecordProductRegistered
from exchange.bonded.told.commands import (
    RecordAttestation,
    RecordCentreRegistration,
    RecordList,
    RecordSplitting,
)
from exchange.kernel.bases import Command, Recorded
from exchange.market.attested.commands import BringAttestation
from exchange.policies.policy import Ask, Policy
from exchange.registry.attesting.facts import (
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from exchange.registry.facts import ProductRegistered
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.persons.facts import SplittingConfirmed, SplittingWithdrawn


def react(recorded: Recorded) -> Sequence[Ask]:
    """Tell every market and zone whose word stands how, and every zone the rest of it."""
    match recorded.fact:
        case AttestationGiven() | AttestationDoubted() | AttestationUpheld() | AttestationWithdrawn():
            terms = recorded.fact.attestation
            return (
                Ask("market", None, BringAttestation(attestation=terms)),
                _told(RecordAttestation(attestation=terms)),
            )
        case ListPublished(terms=published) | ListEnded(terms=published):
            return (_told(RecordList(terms=published)),)
        case CentreRegistered() as named:
            return (_told(_registration(named)),)
        case SplittingConfirmed(beneficial_owner=owner, year=year):
            return (_told(RecordSplitting(beneficial_owner=owner, year=year, confirmed=True)),)
        case SplittingWithdrawn(beneficial_owner=owner, year=year):
            return (_told(RecordSplitting(beneficial_owner=owner, year=year, confirmed=False)),)
        case ProductRegistered() as registered:
            return (_told(_registered(registered)),)
    return ()


def _told(command: Command) -> Ask:
    return Ask("bonded", None, command)


def _registered(registered: ProductRegistered) -> RecordProductRegistered:
    return RecordProductRegistered(
        product_id=registered.product_id,
        version=registered.version,
        traits=registered.traits,
        received_under=registered.received_under,
    )


def _registration(named: CentreRegistered) -> RecordCentreRegistration:
    return RecordCentreRegistration(
        list_id=named.list_id,
        product_id=named.product_id,
        version=named.version,
        registered=named.registered,
    )


REGISTRY_TOLD = Policy("registry_told", "registry", react)
