"""What is remembered of where participants are paid to."""

from typing import Final

import msgspec

KEPT: Final = 8
"""Accounts of one participant and currency that are remembered: runs that were opened before still use earlier ones."""


class Payee(msgspec.Struct, frozen=True):
    """One bank account. Shape: `number` counts all that were ever named."""

    payee_id: str
    number: int
    holder: str
    account_number: str
    bic: str


class Payees(msgspec.Struct):
    """Accounts by currency and participant, the newest last; `made` numbers them."""

    made: int = 0
    named: dict[str, list[Payee]] = msgspec.field(default_factory=dict)


def payee_key(participant_id: str, currency: str) -> str:
    """What accounts are named for."""
    return f"{currency} {participant_id}"


def payee_of(payees: Payees, participant_id: str, currency: str, before: int | None = None) -> Payee | None:
    """The account that is used: the newest, or the newest of those numbered below `before`."""
    named = payees.named.get(payee_key(participant_id, currency), ())
    fit = (each for each in reversed(named) if before is None or each.number < before)
    return next(fit, None)
