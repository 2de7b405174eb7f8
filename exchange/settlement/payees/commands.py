"""What may be asked about where participants are paid to."""

from exchange.kernel.bank_numbers import AccountNumber, Bic, Holder
from exchange.kernel.bases import Command
from exchange.kernel.ids import ParticipantId
from exchange.kernel.money import CurrencyCode


class NamePayee(Command, frozen=True):
    """Say to which bank account a participant is paid what it is owed in a currency, from the next run on.

    Shape: `account_number` is an IBAN, or the bank's own number; whoever need not pay to it is shown its ends.
    """

    participant_id: ParticipantId
    currency: CurrencyCode
    holder: Holder
    account_number: AccountNumber
    bic: Bic


COMMANDS: tuple[type[Command], ...] = (NamePayee,)
