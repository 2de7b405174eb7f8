"""What happened to payment files."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Fact, Line, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Day


class OrderedPayment(Value, frozen=True):
    """One net set as a bank is to pay it: how much, and to which account."""

    set_id: Id
    participant_id: ParticipantId
    amount_minor: BalanceMinor
    payee_id: Id
    holder: Line
    account_number: Line
    bic: Line


class PaymentFileIssued(Fact, frozen=True):
    """A bank is told to pay these net sets out of an account of the exchange.

    Units: amounts are minor units of `currency`. Shape: everything that the file says; its time is that of the fact.
    """

    file_id: Id
    bank_id: ParticipantId
    account_id: Line
    holder: Line
    bic: Line
    currency: Line
    value_date: Day
    payments: Annotated[tuple[OrderedPayment, ...], msgspec.Meta(max_length=200)]


FACTS: tuple[type[Fact], ...] = (PaymentFileIssued,)
