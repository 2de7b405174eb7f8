"""What may be asked about e-CNY."""

from typing import Literal, TypeAlias

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import AmountMinor

Direction: TypeAlias = Literal["to_ecny", "to_cny"]
"""Which money becomes which."""


class OpenEcnyWallet(Command, frozen=True):
    """An operator names a custodian bank at which the exchange keeps e-CNY for this market."""

    bank_id: ParticipantId


class ConvertEcny(Command, frozen=True):
    """A participant turns free CNY of its purse into e-CNY at a bank's wallet, or back, at par. Units: fen."""

    bank_id: ParticipantId
    direction: Direction
    amount_minor: AmountMinor


class CreditEcnyInterest(Command, frozen=True):
    """A custodian bank says that the exchange's e-CNY wallet there has borne interest. Units: fen."""

    amount_minor: AmountMinor
    reference: Id


COMMANDS: tuple[type[Command], ...] = (OpenEcnyWallet, ConvertEcny, CreditEcnyInterest)
