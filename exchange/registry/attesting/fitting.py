"""Whether an attestation's party, subject, days and words fit its kind. Source: rules.md sections 1 and 5."""

from collections.abc import Iterator
from datetime import date

from exchange.fence.attested import BY_EXPORTER, BY_RECIPIENT
from exchange.fence.dates import known_zone
from exchange.kernel.attestation import handbook_about, version_about
from exchange.kernel.errors import Misuse
from exchange.registry.attesting.commands import Attest
from exchange.registry.state import Registry, VersionState


def about_of(command: Attest) -> str:
    """What it is about; of one's own controls nothing."""
    if command.product_id is not None and command.version is not None:
        return version_about(command.product_id, command.version)
    if command.zone_id is not None and command.handbook_no is not None:
        return handbook_about(command.zone_id, command.handbook_no)
    return ""


def misfits(registry: Registry, command: Attest, actor: str) -> Iterator[str]:
    """Everything about an attestation that contradicts its kind, or itself."""
    yield from _unreadable(command)
    yield from _subject(command)
    yield from _party(registry, command, actor)
    if (command.kind == "ART5_BASIS") != (command.purpose is not None):
        yield "purpose (contract, hr or emergency) goes with ART5_BASIS, and only with it"


def _unreadable(command: Attest) -> Iterator[str]:
    try:
        known_zone(command.tz)
        begins = date.fromisoformat(command.valid_from)
        ends = begins if command.valid_to is None else date.fromisoformat(command.valid_to)
    except (Misuse, ValueError) as error:
        yield str(error)
        return
    if ends < begins:
        yield f"it ends on {ends}, before it begins on {begins}"


def _subject(command: Attest) -> Iterator[str]:
    version = (command.product_id, command.version)
    handbook = (command.zone_id, command.handbook_no)
    if any(None in pair and pair != (None, None) for pair in (version, handbook)):
        yield "a product goes with its version, a zone with its handbook"
    named = [pair for pair in (version, handbook) if pair != (None, None)]
    if command.kind == "US_CONTROLS" and named:
        yield "US_CONTROLS are about one's own systems, whatever they receive; name no product and no handbook"
    if command.kind != "US_CONTROLS" and len(named) != 1:
        yield "name what it is about: a product and its version, or a zone and its handbook, not both"


def _party(registry: Registry, command: Attest, actor: str) -> Iterator[str]:
    """Only who hands over, or takes over, speaks of it; of a handbook only its zone knows who that is."""
    kind, product = command.kind, registry.products.get(command.product_id or "")
    if command.product_id is not None:
        found = None if product is None else product.versions.get(command.version or "")
        if found is None or found.state is not VersionState.REGISTERED:
            yield f"no product version {about_of(command)} is registered; check the name, or have it registered"
    owner = product is not None and product.seller_id == actor
    if product is not None and not owner and kind not in BY_RECIPIENT:
        yield f"product {command.product_id} is {product.seller_id}'s, whose word a {kind} is"
    if product is not None and not owner and command.recipient_id != actor:
        yield f"{actor} hands {command.product_id} over to nobody; name it in recipient_id if it receives"
    if kind not in BY_EXPORTER and command.recipient_id != actor:
        yield f"a {kind} is its recipient's word; name {actor} in recipient_id"
    if command.recipient_id is not None and command.recipient_id not in registry.participants:
        yield f"participant {command.recipient_id} was never admitted; check the name"
