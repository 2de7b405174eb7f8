"""What may be asked about paying participants what they are owed."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Digest, Text
from exchange.kernel.ids import Id
from exchange.kernel.money import AMOUNT_MAX, CurrencyCode
from exchange.kernel.net_set import NetSet
from exchange.kernel.time import Day

LimitMinor = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]


class SetReleaseLimit(Command, frozen=True):
    """An operator or the governance says up to which amount one person alone may release a payout.

    Units: minor units of `currency`. Shape: above it, and where none was set, it takes two; so does raising it.
    """

    currency: CurrencyCode
    limit_minor: LimitMinor


class OpenPayoutRun(Command, frozen=True):
    """An operator has everything netted that is owed in a currency, for a value date.

    Source: settlement.md section 7.
    """

    currency: CurrencyCode
    value_date: Day


class ProposePayout(Command, frozen=True):
    """Have a net set released and paid that a market holds the money of. Sent by a policy."""

    net: NetSet


class ReleasePayout(Command, frozen=True):
    """An operator or the governance lets a net set be paid, by naming its digest."""

    set_id: Id
    digest: Digest


class RejectPayout(Command, frozen=True):
    """An operator or the governance does not let a net set be paid; all of it is as it was before."""

    set_id: Id
    grounds: Text


class ConfirmPayment(Command, frozen=True):
    """The custodian bank says that it has paid a released net set."""

    set_id: Id
    reference: Id


class FailPayment(Command, frozen=True):
    """The custodian bank says that it could not pay a released net set; all of it is as it was before."""

    set_id: Id
    grounds: Text


class ReturnPayment(Command, frozen=True):
    """The custodian bank says that a payment which it had confirmed came back; all of its set is owed again."""

    set_id: Id
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (
    SetReleaseLimit,
    OpenPayoutRun,
    ProposePayout,
    ReleasePayout,
    RejectPayout,
    ConfirmPayment,
    FailPayment,
    ReturnPayment,
)
