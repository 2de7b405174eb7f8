"""The rules about data that is a product version: described no milder than that, and re-classified with it."""

from collections.abc import Sequence, Set

from msgspec.structs import asdict

from exchange.bonded.bought.binding import bought_as
from exchange.bonded.bought.commands import (
    RecordProductCarried,
    RecordProductReceived,
    RecordProductRegistered,
    RecordProductTraits,
)
from exchange.bonded.bought.facts import (
    ProductCarriedRecorded,
    ProductReceivedRecorded,
    ProductRegisteredRecorded,
    ProductTraitsRecorded,
)
from exchange.bonded.bought.state import Bought
from exchange.bonded.facts import SourceReclassified
from exchange.bonded.fencing import Rulesets, ruleset_that_holds
from exchange.bonded.parties import not_a_policy
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.taint import carried_by_source, with_unsaid
from exchange.bonded.traits import that_fit
from exchange.bonded.values import Carried
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.descent import Inherited, carried_by
from exchange.kernel.graver import OF_A_PART, milder
from exchange.kernel.product import DataTraits
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.refusals import refused
from exchange.lineage.names import product_in

DESCRIBED_MAX = 20
"""Consignments and sources re-classified in one step."""
_NO_EVIDENCE = b""
"""The registry has it."""


def record(bonded: Bonded, command: RecordProductTraits, cause: Cause) -> Sequence[Fact]:
    """Remember what the registry says of a product version."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    return (
        ProductTraitsRecorded(
            product_id=command.product_id,
            version=command.version,
            traits=command.traits and that_fit(command.traits),
            inherited=command.inherited,
            grounds=command.grounds,
            received_under=command.received_under,
        ),
    )


def record_carried(bonded: Bonded, command: RecordProductCarried, cause: Cause) -> Sequence[Fact]:
    """Remember what the zone that made a product version says of it."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    return (ProductCarriedRecorded(**asdict(command)),)


def record_registered(bonded: Bonded, command: RecordProductRegistered, cause: Cause) -> Sequence[Fact]:
    """Remember that there is such a version."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    return (
        ProductRegisteredRecorded(
            product_id=command.product_id,
            version=command.version,
            traits=command.traits and that_fit(command.traits),
            received_under=command.received_under,
        ),
    )


def record_received(bonded: Bonded, command: RecordProductReceived, cause: Cause) -> Sequence[Fact]:
    """Remember under which safeguards a participant has a product version."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    return (ProductReceivedRecorded(**asdict(command)),)


def describe(bonded: Bonded, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Re-classify the first of those that are of product versions that are other data."""
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    return [
        _reclassified(bonded, origin_id, name, mainland)
        for name, origin_id in bonded.work.describe[:DESCRIBED_MAX]
    ]


def _reclassified(bonded: Bonded, origin_id: str, name: str, mainland: Set[str]) -> SourceReclassified:
    product = bonded.bought[name]
    traits = product.traits or bonded.origins[origin_id].traits
    return SourceReclassified(
        source_id=origin_id,
        traits=traits,
        carried=with_unsaid(carried_by_source(traits, mainland), _unsaid(product, traits)),
        grounds=f"It is of {name}. {product.grounds}"[:2_000],
        evidence_sha256=_NO_EVIDENCE,
        by_id=POLICY_ACTOR,
    )


def carried_as(bonded: Bonded, made_from: str | None, traits: DataTraits, mainland: Set[str]) -> Carried:
    """What data carries by its description, and by what was found of the product version that it is of."""
    product = bought_as(bonded, made_from)
    return with_unsaid(
        carried_by_source(traits, mainland), () if product is None else _unsaid(product, traits)
    )


def misdescribed(
    bonded: Bonded, command: Command, subject: str, made_from: str | None, traits: DataTraits
) -> Refused | None:
    """Why data cannot be described so: there is no such product version, or it is known to be graver."""
    product = bought_as(bonded, made_from)
    if made_from is not None and (product is None or not (product.registered or product.traits)):
        detail = f"no product version {product_in(made_from) or made_from} was registered"
        return refused(command, Reason.VERSION_UNKNOWN, subject, detail)
    known = None if product is None else product.traits or product.registered_as
    if known is None:
        return None
    less = [name for name in milder(known, traits) if name not in OF_A_PART]
    if not less:
        return None
    detail = f"less would be asked of it than of {made_from} by {', '.join(less)}"
    return refused(command, Reason.TRAITS_OUTDATED, subject, detail)


def _unsaid(product: Bought, traits: DataTraits) -> Inherited:
    """What was found of a product version, and may be in data of it that is described so."""
    return tuple(sorted({*product.inherited, *set(product.carried).difference(carried_by(traits))}))
