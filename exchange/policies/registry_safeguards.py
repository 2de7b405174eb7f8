"""What markets and business zones have to know of safeguards, and markets of lists and of persons."""

from collections.abc import Sequence

from exchange.bonded.commands import RecordSafeguard
from exchange.kernel.bases import Recorded
from exchange.market.lists.commands import BringCentreRegistration, BringList
from exchange.market.persons.commands import BringPersons, BringSplitting
from exchange.market.safeguards.commands import BringSafeguard
from exchange.policies.policy import Ask, Policy
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.persons.facts import PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.safeguards.facts import (
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)


def react(recorded: Recorded) -> Sequence[Ask]:
    """Tell every market and zone how a safeguard stands, and every market how persons are counted."""
    match recorded.fact:
        case (
            SafeguardRegistered()
            | SafeguardFiled()
            | SafeguardChanged()
            | SafeguardExtended()
            | SafeguardRevoked()
        ):
            terms = recorded.fact.safeguard
            return (
                Ask("market", None, BringSafeguard(safeguard=terms)),
                Ask("bonded", None, RecordSafeguard(safeguard=terms)),
            )
        case ListPublished(terms=published) | ListEnded(terms=published):
            return (Ask("market", None, BringList(terms=published)),)
        case CentreRegistered() as named:
            return (Ask("market", None, _registration(named)),)
        case PersonsDeclared(united=united):
            return (Ask("market", None, BringPersons(united=united)),)
        case SplittingConfirmed(beneficial_owner=owner, year=year):
            return (Ask("market", None, BringSplitting(beneficial_owner=owner, year=year, confirmed=True)),)
        case SplittingWithdrawn(beneficial_owner=owner, year=year):
            return (Ask("market", None, BringSplitting(beneficial_owner=owner, year=year, confirmed=False)),)
    return ()


def _registration(named: CentreRegistered) -> BringCentreRegistration:
    return BringCentreRegistration(
        list_id=named.list_id,
        product_id=named.product_id,
        version=named.version,
        registered=named.registered,
    )


REGISTRY_SAFEGUARDS = Policy("registry_safeguards", "registry", react)
