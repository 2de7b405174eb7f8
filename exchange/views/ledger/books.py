"""The books kept in memory from postings in their order, and what must be true at the end of every outcome.

Source: settlement.md section 7.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from exchange.views.accounts import (
    CASH,
    CLAWBACK,
    COMMISSION,
    CREDIT,
    CUSTODIAN,
    DEPOSITS,
    DISPUTED,
    ESCROW,
    FX_CLEARING,
    IN_TRANSIT,
    PAYABLE,
    RESERVED,
    REVENUE_SHARE,
    SUBSIDY_FUND,
    WALLET,
    WITHDRAWING,
)

HELD = frozenset(
    (CASH, RESERVED, WITHDRAWING, ESCROW, DEPOSITS, PAYABLE, COMMISSION, REVENUE_SHARE, DISPUTED)
)
"""What is held for others, which is never less than nothing."""
# In transit, and in a programme's fund, is what another partition has: there it is more, where it is less here.
_OWED = frozenset(
    (CASH, RESERVED, WITHDRAWING, IN_TRANSIT, ESCROW, DEPOSITS, PAYABLE, DISPUTED, SUBSIDY_FUND)
)
# Between a deal's two legs what the bank owes lies in clearing; once it is settled that is nothing.
_BACKING = frozenset((CUSTODIAN, WALLET, CREDIT, CLAWBACK, FX_CLEARING))

Key: TypeAlias = tuple[int, str, str, str]
"""An account of the chart, a party, a currency, a settlement asset."""


class Fault(NamedTuple):
    """What is wrong, and where: an entry by its fact's place, or an account."""

    where: str
    said: str


class Sum(NamedTuple):
    """Debits and credits of an account."""

    debit_minor: int = 0
    credit_minor: int = 0


def named(key: Key) -> str:
    """An account as people name it."""
    account, party, currency, asset = key
    return f"account {account} {party} {currency if asset == currency else asset}"


class Books:
    """Every posting of a partition so far.

    Shape: `touched` are the accounts of the period that runs; `backed` says that what is owed there has to be backed
    there, as in markets: the settlement holds nothing for anybody, and its postings are of what banks say.
    """

    def __init__(self, backed: bool) -> None:
        self._backed = backed
        self.sums: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
        self.totals: defaultdict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.touched: set[Key] = set()
        self._of_outcome: set[Key] = set()
        self._clearing: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._uncovered: defaultdict[str, int] = defaultdict(int)

    def begin(self, key: Key, debit_minor: int, credit_minor: int) -> None:
        """Begin with what an account came to before the first posting."""
        self.sums[key] = [debit_minor, credit_minor]
        totals = self.totals[key[0], key[2], key[3]]
        for place, amount_minor in enumerate((debit_minor, credit_minor)):
            totals[place] += amount_minor
            self._cover(key, place, amount_minor)

    def post(self, row: Any) -> None:
        """Take a posting in, with the subject of its entry."""
        debit: Key = (row.debit_account, row.debit_party, row.currency, row.asset)
        credit: Key = (row.credit_account, row.credit_party, row.currency, row.asset)
        for place, key in enumerate((debit, credit)):
            self.sums[key][place] += row.amount_minor
            self.totals[key[0], key[2], key[3]][place] += row.amount_minor
            self._cover(key, place, row.amount_minor)
            if key[0] == FX_CLEARING:
                self._clearing[row.subject, row.asset] += -row.amount_minor if place else row.amount_minor
            self._of_outcome.add(key)
            self.touched.add(key)

    def _cover(self, key: Key, place: int, amount_minor: int) -> None:
        # Debits lower what is owed and raise what backs it; credits do the opposite.
        if key[0] in _OWED or key[0] in _BACKING:
            self._uncovered[key[3]] += amount_minor if place else -amount_minor

    def end_outcome(self, where: str, *, begun_before: bool = False) -> Iterator[Fault]:
        """What is not true though an outcome has ended.

        Shape: of one that had `begun_before` the first posting here, a deal's first side is not known.
        """
        for key in sorted(self._of_outcome):
            debit, credit = self.sums[key]
            if key[0] in HELD and debit > credit:
                yield Fault(where, f"{named(key)} is {debit - credit} minor units below zero after it")
        for asset in sorted({key[3] for key in self._of_outcome if self._backed}):
            if (missing := self._uncovered[asset]) > 0:
                yield Fault(where, f"{missing} minor units of {asset} are owed after it that nothing backs")
        # The customer's and the bank's side of a deal lie in one outcome: what one leaves in clearing the other takes.
        for (deal, asset), left in sorted(self._clearing.items()):
            if left and not begun_before:
                yield Fault(
                    where, f"{left} minor units of {asset} of the deal {deal} are left in clearing after it"
                )
        self._of_outcome.clear()
        self._clearing.clear()
