"""How something was sold: a trade names its bid, which is an order of a book, or what was held in another room."""

from typing import Final, Literal, TypeAlias

SoldBy: TypeAlias = Literal["book", "auction", "quotes", "pool", "plan"]

WAYS: Final[tuple[SoldBy, ...]] = ("book", "auction", "quotes", "pool", "plan")
"""A book's call auctions and posted prices are the book's; `auction` is what is sealed, or falls."""

_HELD: Final[dict[str, SoldBy]] = {"B": "auction", "AW": "quotes", "SH": "pool", "H": "plan"}


def sold_by(bid_id: str) -> SoldBy:
    """How the bid of this id bought: in a book, unless another room held its money."""
    return _HELD.get(bid_id.partition("-")[0], "book")
