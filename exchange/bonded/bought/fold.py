"""How what is known of product versions changes what is remembered. No rule is here."""

from exchange.bonded.agenda import arm
from exchange.bonded.bought.facts import (
    ProductCarriedRecorded,
    ProductReceivedRecorded,
    ProductRegisteredRecorded,
    ProductTraitsRecorded,
)
from exchange.bonded.bought.state import Bought
from exchange.bonded.state import Bonded
from exchange.lineage.names import product_in


def link(bonded: Bonded, origin_id: str, made_from: str | None) -> None:
    """A consignment or a source is of a product version."""
    name = None if made_from is None else product_in(made_from)
    if name is not None:
        bonded.bought.setdefault(name, Bought()).origin_ids.append(origin_id)


def registered(bonded: Bonded, fact: ProductRegisteredRecorded, at: int) -> None:
    """There is such a version."""
    product = bonded.bought.setdefault(f"{fact.product_id}/{fact.version}", Bought())
    product.registered, product.registered_as = True, fact.traits
    product.bound = fact.received_under


def recorded(bonded: Bonded, fact: ProductTraitsRecorded, at: int) -> None:
    """Remember it; whatever is of it is re-classified next."""
    name = f"{fact.product_id}/{fact.version}"
    product = bonded.bought.setdefault(name, Bought())
    product.traits = fact.traits or product.traits
    product.inherited, product.grounds = fact.inherited, fact.grounds
    product.bound = fact.received_under
    _describe(bonded, name, at)


def carried(bonded: Bonded, fact: ProductCarriedRecorded, at: int) -> None:
    """Remember it; where it is something else than before, whatever is of it is re-classified next."""
    name = f"{fact.product_id}/{fact.version}"
    product = bonded.bought.setdefault(name, Bought())
    if product.carried == fact.carried:
        return
    product.carried, product.grounds = fact.carried, fact.grounds
    _describe(bonded, name, at)


def received(bonded: Bonded, fact: ProductReceivedRecorded, at: int) -> None:
    """Remember it; where it is news, every answer about what is of the version is given anew."""
    name = f"{fact.product_id}/{fact.version}"
    product = bonded.bought.setdefault(name, Bought())
    if product.received.get(fact.participant_id) == fact.received_under:
        return
    product.received[fact.participant_id] = fact.received_under
    _describe(bonded, name, at)


def _describe(bonded: Bonded, name: str, at: int) -> None:
    waiting = set(bonded.work.describe)
    bonded.work.describe += [
        (name, origin_id) for origin_id in bonded.bought[name].origin_ids if (name, origin_id) not in waiting
    ]
    arm(bonded, at)


def described(bonded: Bonded, origin_id: str, at: int) -> None:
    """A consignment or a source was re-classified: it waits for that no more."""
    if bonded.work.describe:
        bonded.work.describe = [each for each in bonded.work.describe if each[1] != origin_id]
        arm(bonded, at)
