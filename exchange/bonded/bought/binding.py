"""Safeguards that bind data of a product version in where it goes, since it was received under them."""

from collections.abc import Iterator

from exchange.bonded.bought.state import Bought
from exchange.bonded.state import Bonded
from exchange.kernel.safeguard import SafeguardType
from exchange.lineage.names import product_in


def binding(bonded: Bonded, made_from: str | None, *party_ids: str) -> Iterator[SafeguardType]:
    """The kinds that bind data of a product version: whoever has it, and these parties, as far as they received it."""
    product = bought_as(bonded, made_from)
    if product is not None:
        yield from product.bound
        for name in party_ids:
            yield from product.received.get(name, ())


def bought_as(bonded: Bonded, made_from: str | None) -> Bought | None:
    """What is remembered of the product version that data is of, if it is of one."""
    name = None if made_from is None else product_in(made_from)
    return None if name is None else bonded.bought.get(name)
