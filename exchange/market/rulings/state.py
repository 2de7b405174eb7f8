"""What a market remembers of rulings: those that hold."""

import msgspec

from exchange.kernel.ids import InstrumentId, ParticipantId, ProductId


class Ruling(msgspec.Struct, frozen=True):
    """One ruling. Shape: `buyer_id` None is any buyer; one of both scopes is set."""

    ruling_id: str
    codes: tuple[str, ...]
    product_id: ProductId | None
    instrument_id: InstrumentId | None
    buyer_id: ParticipantId | None
    valid_until: int


class Rulings(msgspec.Struct):
    """All that hold, by id, and the ids of each scope in the order they came."""

    held: dict[str, Ruling] = msgspec.field(default_factory=dict)
    by_scope: dict[str, list[str]] = msgspec.field(default_factory=dict)


def scope_of(product_id: ProductId | None, instrument_id: InstrumentId | None) -> str:
    """What a ruling is about, as one name."""
    return f"product {product_id}" if instrument_id is None else f"instrument {instrument_id}"
