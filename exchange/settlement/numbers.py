"""Account numbers that cannot be right."""

from typing import Final

from exchange.kernel.bank_numbers import checked_iban, masked, reads_as_iban
from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.reasons import Reason

_LENGTH_MAX: Final = 34
"""What a payment file takes. Source: ISO 20022, Max34Text."""


def wrong_number(command: Command, subject: str, number: str) -> Refused | None:
    """The refusal of a number that no bank would take."""
    if len(number) > _LENGTH_MAX:
        detail = f"{masked(number)} has {len(number)} signs, and payment files take {_LENGTH_MAX}; compare it"
        return refused(command, Reason.ACCOUNT_WRONG, subject, detail)
    if reads_as_iban(number) and not checked_iban(number):
        detail = f"the check digits of {masked(number)} are wrong: a digit is wrong, or two changed places; compare it"
        return refused(command, Reason.ACCOUNT_WRONG, subject, detail)
    return None
