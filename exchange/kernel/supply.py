"""Tax on what is sold that the exchange collects in its seller's place."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Line, Value


class CollectedTax(Value, frozen=True):
    """Whose tax is in what a buyer pays, and at which rate. Units: basis points of the price without it.

    Shape: `on_top` says whether it came on top of the price that was agreed on, or was in it.
    Source: settlement.md section 3 (5).
    """

    authority: Line
    rate_bp: Annotated[int, msgspec.Meta(ge=1, le=9_999)]
    on_top: bool = False
