"""Product versions that were made in bond: what their zone finds in them is in whatever was made from them too."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.registry.reclassifying.commands import RecordCarried
from exchange.registry.reclassifying.descent import look_at_descendants
from exchange.registry.reclassifying.facts import CarriedInBond
from exchange.registry.state import Registry


def record_carried(registry: Registry, command: RecordCarried, cause: Cause) -> Sequence[Fact]:
    """Remember it, as the zone says it now."""
    if cause.actor != POLICY_ACTOR:
        detail = f"the exchange itself does this when a zone says what it made; {cause.actor} may not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)
    return (
        CarriedInBond(
            product_id=command.product_id,
            version=command.version,
            seller_id=command.seller_id,
            carried=command.carried,
        ),
    )


def carried(registry: Registry, fact: CarriedInBond, at: int) -> None:
    """What was made from it is looked at again, where this is new."""
    name = f"{fact.product_id}/{fact.version}"
    key = f"{fact.seller_id} {name}"
    if registry.descent.in_bond.get(key, ()) == fact.carried:
        return
    registry.descent.in_bond[key] = fact.carried
    look_at_descendants(registry, name, at)
