"""The rules about published lists: known, ended, and who is registered under them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from exchange.fence.dates import known_zone
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import Misuse
from exchange.kernel.lists import ListTerms
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.commands import Role
from exchange.registry.lists.commands import COMMANDS, EndList, PublishList, RegisterAtCentre
from exchange.registry.lists.facts import FACTS, CentreRegistered, ListEnded, ListPublished
from exchange.registry.permission import lacking
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.state import Registry

LIST_BYTES_MAX: Final = 96 * 1024
"""What a list may take: all of it is brought to every market."""
LISTS_MAX: Final = 200
"""Versions that are remembered: each is looked at for every crossing of personal information."""


def publish(registry: Registry, command: PublishList, cause: Cause) -> Sequence[Fact]:
    """Record a version of a list that contradicts nothing."""
    if (refusal := lacking(registry, command, cause, Role.COUNTER, Role.OPERATOR)) is not None:
        return (refusal,)
    terms, published = command.terms, registry.lists.published
    if terms.list_id in published:
        detail = f"list {terms.list_id} was published before and never changes; record another version"
        return (refused(command, Reason.LIST_EXISTS, terms.list_id, detail),)
    size = len(msgspec.json.encode(terms))
    if size > LIST_BYTES_MAX or len(published) >= LISTS_MAX:
        detail = (
            f"it takes {size} of {LIST_BYTES_MAX} bytes, and {len(published)} of {LISTS_MAX} lists are there"
        )
        return (refused(command, Reason.LIST_TOO_LARGE, terms.list_id, detail),)
    if (fault := next(_faults(terms), None)) is not None:
        return (refused(command, Reason.LIST_UNFIT, terms.list_id, fault),)
    return (ListPublished(terms=terms, by_id=cause.actor),)


def _faults(terms: ListTerms) -> Iterator[str]:
    try:
        known_zone(terms.tz)
        begins = date.fromisoformat(terms.valid_from)
        ends = None if terms.valid_to is None else date.fromisoformat(terms.valid_to)
    except (Misuse, ValueError) as error:
        yield str(error)
        return
    if ends is not None and ends < begins:
        yield f"it ends on {ends}, before it begins on {begins}"
    if terms.kind == "LG-GENERAL" and any(each.route is not None for each in terms.entries):
        yield "a list of general data asks for no route; leave route out of its entries"


def end(registry: Registry, command: EndList, cause: Cause) -> Sequence[Fact]:
    """Let a list end earlier than it would."""
    terms = _found(registry, command, cause)
    if isinstance(terms, Refused):
        return (terms,)
    try:
        last = date.fromisoformat(command.valid_to).isoformat()
    except ValueError as error:
        return (refused(command, Reason.LIST_UNFIT, terms.list_id, f"{command.valid_to}: {error}"),)
    if last < terms.valid_from or (terms.valid_to is not None and last >= terms.valid_to):
        detail = (
            f"it holds from {terms.valid_from} to {terms.valid_to or 'an open end'}; it cannot end on {last}"
        )
        return (refused(command, Reason.LIST_UNFIT, terms.list_id, detail),)
    ended = msgspec.structs.replace(terms, valid_to=last)
    return (ListEnded(terms=ended, grounds=command.grounds, by_id=cause.actor),)


def register_at_centre(registry: Registry, command: RegisterAtCentre, cause: Cause) -> Sequence[Fact]:
    """Record whether a product version is registered under a list of general data."""
    terms = _found(registry, command, cause)
    if isinstance(terms, Refused):
        return (terms,)
    if terms.kind != "LG-GENERAL":
        detail = f"{terms.list_id} is a {terms.kind}; products are registered under lists of general data"
        return (refused(command, Reason.LIST_STATE, terms.list_id, detail),)
    product = registry.products.get(command.product_id)
    if product is None or command.version not in product.versions:
        detail = f"product {command.product_id} version {command.version} was never drafted; check the name"
        return (refused(command, Reason.PRODUCT_UNKNOWN, command.product_id, detail),)
    name = f"{command.product_id}/{command.version}"
    if (name in registry.lists.registered.get(command.list_id, ())) == command.registered:
        detail = f"it {'is registered already' if command.registered else 'is not registered'}; nothing is left to do"
        return (refused(command, Reason.LIST_STATE, terms.list_id, detail),)
    return (CentreRegistered(**msgspec.structs.asdict(command), by_id=cause.actor),)


def _found(registry: Registry, command: EndList | RegisterAtCentre, cause: Cause) -> ListTerms | Refused:
    if (refusal := lacking(registry, command, cause, Role.COUNTER, Role.OPERATOR)) is not None:
        return refusal
    terms = registry.lists.published.get(command.list_id)
    if terms is None:
        detail = f"list {command.list_id} was never published here; check the id"
        return refused(command, Reason.LIST_UNKNOWN, command.list_id, detail)
    return terms


def _stands(registry: Registry, fact: ListPublished | ListEnded, at: int) -> None:
    registry.lists.published[fact.terms.list_id] = fact.terms


def _registered(registry: Registry, fact: CentreRegistered, at: int) -> None:
    names = registry.lists.registered.setdefault(fact.list_id, [])
    name = f"{fact.product_id}/{fact.version}"
    if fact.registered:
        names.append(name)
    else:
        names.remove(name)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        PublishList: publish,
        EndList: end,
        RegisterAtCentre: register_at_centre,
    },
    folds={
        ListPublished: _stands,
        ListEnded: _stands,
        CentreRegistered: _registered,
    },
    due={},
)
