"""Data that participants have under safeguards that bind them onward, and so bind what they make of it."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.registry.reclassifying.commands import RecordReceived
from exchange.registry.reclassifying.descent import look_at_descendants
from exchange.registry.reclassifying.facts import DataReceived
from exchange.registry.state import Registry


def record_received(registry: Registry, command: RecordReceived, cause: Cause) -> Sequence[Fact]:
    """Remember it beside what was received of the version before."""
    if cause.actor != POLICY_ACTOR:
        detail = f"the exchange itself does this when data is sold; {cause.actor} may not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)
    before = registry.descent.received.get(_key(command), ())
    return (
        DataReceived(
            participant_id=command.participant_id,
            product_id=command.product_id,
            version=command.version,
            received_under=tuple(sorted({*before, *command.received_under})),
        ),
    )


def received(registry: Registry, fact: DataReceived, at: int) -> None:
    """What was made from it is looked at again, where this is new."""
    if registry.descent.received.get(_key(fact)) == fact.received_under:
        return
    registry.descent.received[_key(fact)] = fact.received_under
    look_at_descendants(registry, f"{fact.product_id}/{fact.version}", at)


def _key(about: RecordReceived | DataReceived) -> str:
    return f"{about.participant_id} {about.product_id}/{about.version}"
