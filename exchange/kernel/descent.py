"""What is found of data after something was made from it, and so is in that too unless somebody has looked."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.persons import MAINLAND
from exchange.kernel.product import DataTraits

Carried: TypeAlias = Literal["domestic", "important", "personal", "us"]
"""Personal information of the mainland; important data; personal information; data that the United States ask about."""
Inherited: TypeAlias = Annotated[tuple[Carried, ...], msgspec.Meta(max_length=4)]


def carried_by(traits: DataTraits) -> frozenset[Carried]:
    """What data carries into whatever is made from it, by its own description. Source: rules.md section 6 (1)."""
    found: set[Carried] = set()
    if traits.contains_pi:
        found.add("personal")
        if not traits.collected_in or MAINLAND.intersection(traits.collected_in):
            found.add("domestic")
    notified = traits.importance_basis in ("notified", "published")
    if traits.category == "core" or (traits.category == "important" and notified):
        found.add("important")
    if traits.us_class != "none" or traits.us_government_related:
        found.add("us")
    return frozenset(found)
