"""What one fact moves between accounts: an entry that cannot be posted cannot be made."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, Self

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import ECNY, known_currency
from exchange.views.accounts import CHART, CUSTODIAN, WALLET, Account, settles
from exchange.views.ledger.tables import INT64_MAX


class Unpostable(InvariantBroken):
    """An entry that cannot be: it moves nothing that there is, or from nowhere, or more than 63 bits hold."""

    remedy = "Report it with the fact that it names: its template is wrong, or the decider that wrote it."


class Posting(NamedTuple):
    """An amount moves between two accounts, so that it balances whatever it says.

    Shape: `asset` is what settles it, where that is not the currency's own money.
    """

    debit: Account
    credit: Account
    currency: str
    amount_minor: int
    asset: str = ""

    @property
    def settled_in(self) -> str:
        """What settles it."""
        return self.asset or self.currency


class _Entry(NamedTuple):
    subject: str
    postings: tuple[Posting, ...]


class Entry(_Entry):
    """What one fact moves, whole or not at all.

    Shape: `subject` is the order, the hold, the award, the trade, the share, the pool or the bank's reference that
    it is about; postings of 0 are left out.
    Raises: Unpostable for an amount below 0 or past 63 bits, an account that the chart does not have or that gives to
    itself, a currency that is none, and an asset that does not settle it.
    """

    __slots__ = ()

    def __new__(cls, subject: str, postings: Iterable[Posting]) -> Self:
        """Make an entry that can be posted."""
        kept = tuple(each for each in postings if each.amount_minor)
        for each in kept:
            fault = _fault(each.debit.code, each.credit.code, each.currency, each.settled_in)
            if fault is None and not 0 < each.amount_minor <= INT64_MAX:
                fault = f"an amount is between 1 and {INT64_MAX}"
            if fault is None and each.debit == each.credit:
                fault = "an account gives to itself"
            if fault is not None:
                raise Unpostable(f"{subject} cannot be posted: {fault}: {each}")
        return super().__new__(cls, subject, kept)


@cache
def _fault(debit: int, credit: int, currency: str, asset: str) -> str | None:
    """Why nothing moves between two accounts of the chart in this currency and asset."""
    if unknown := {debit, credit}.difference(CHART):
        return f"the chart has no account {min(unknown)}"
    if not known_currency(currency):
        return f"{currency!r} is no currency that money is held in"
    if not settles(asset, currency):
        return f"{asset} does not settle {currency}"
    if (WALLET in (debit, credit) and asset != ECNY) or (CUSTODIAN in (debit, credit) and asset == ECNY):
        return "e-CNY lies in the wallet, other money with a custodian"
    return None
