"""What one fact moves between accounts."""

from typing import NamedTuple

from exchange.views.accounts import Account


class Posting(NamedTuple):
    """An amount moves between two accounts."""

    debit: Account
    credit: Account
    currency: str
    amount_minor: int


class Entry(NamedTuple):
    """What one fact moves, whole or not at all.

    Shape: `subject` is the order, the hold, the award, the trade, the share, the pool or the bank's reference that
    it is about; no posting is of 0.
    """

    subject: str
    postings: tuple[Posting, ...]
