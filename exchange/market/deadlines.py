"""What may fall due in a market's books. At one instant they come in the order of these names."""

from typing import Final

EXPIRE: Final = "1-expire"
"""Orders whose time is over; the subject is the instant."""
AUCTION: Final = "2-auction"
"""A call auction finds its price, and trades on at it; the subject is the instrument, as in those below."""
BEGIN: Final = "3-begin"
"""An announced instrument trades first."""
GATE: Final = "4-gate"
"""An instrument trades last."""
CLOSE: Final = "5-close"
"""A closing book ends more of its orders."""
CANCEL: Final = "6-cancel"
"""More orders are cancelled; the subject names the piece of work."""
SWEEP: Final = "7-sweep"
"""Orders that stand crossed are tried again."""
TELL_ZONE: Final = "8-tell-zone"
"""A business zone is to be told of a sale of what it made; the subject names the sale."""
FIRST: Final = 0
"""Before whatever else is due: between an auction's price and its trades nothing may end an order, or the book."""
