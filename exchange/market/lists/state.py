"""What a market remembers of published lists."""

import msgspec

from exchange.kernel.ids import Id
from exchange.kernel.lists import ListTerms


class Lists(msgspec.Struct):
    """All versions that were brought, by id, and the product versions registered under each."""

    brought: dict[Id, ListTerms] = msgspec.field(default_factory=dict)
    registered: dict[Id, list[str]] = msgspec.field(default_factory=dict)
