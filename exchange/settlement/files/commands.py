"""What may be asked about payment files."""

from typing import Annotated, Final

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id
from exchange.settlement.statements.commands import AccountId

PAYMENTS_MAX: Final = 200
"""Payments of one file: all of them are in one outcome."""


class IssuePaymentFile(Command, frozen=True):
    """An operator or the governance puts released net sets of one currency and value date into one file for a bank.

    Shape: `account_id` is the exchange's account that pays. A set is in one file only; the file itself follows from the
    fact, so that it is the same however often it is written.
    """

    account_id: AccountId
    set_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=PAYMENTS_MAX)]


COMMANDS: tuple[type[Command], ...] = (IssuePaymentFile,)
