"""What a market remembers of rulings: those that hold, and what is ending because of one."""

import msgspec

from exchange.kernel.ids import EntitlementId, InstrumentId, ParticipantId, ProductId, TradeId


class Ruling(msgspec.Struct, frozen=True):
    """One ruling. Shape: `buyer_id` None is any buyer; one of both scopes is set."""

    ruling_id: str
    codes: tuple[str, ...]
    product_id: ProductId | None
    instrument_id: InstrumentId | None
    buyer_id: ParticipantId | None
    valid_until: int
    reference: str = ""


class Ending(msgspec.Struct):
    """Purchases and their rights that end because of what was ruled, the older ones first.

    Shape: `codes` are those that it was ruled against.
    """

    grounds: str
    codes: tuple[str, ...]
    todo: list[tuple[TradeId, EntitlementId]]


class Rulings(msgspec.Struct):
    """All that hold, by id, the ids of each scope in the order they came, and what a case's end ends."""

    held: dict[str, Ruling] = msgspec.field(default_factory=dict)
    by_scope: dict[str, list[str]] = msgspec.field(default_factory=dict)
    ending: dict[str, Ending] = msgspec.field(default_factory=dict)


def scope_of(product_id: ProductId | None, instrument_id: InstrumentId | None) -> str:
    """What a ruling is about, as one name."""
    return f"product {product_id}" if instrument_id is None else f"instrument {instrument_id}"
