"""Rules: money in suspense that is credited to a participant, sent back, or booked as the exchange's own."""

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.parties import KEEPERS, lacking, no_grounds, not_a_policy, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.statements.accounts import being_credited, cleared, suspended_line
from exchange.settlement.statements.facts import MovementExpected
from exchange.settlement.statements.state import Suspended, Wish
from exchange.settlement.suspense.commands import (
    CreditSuspense,
    KeepSuspense,
    ResolveSuspense,
    ReturnSuspense,
)
from exchange.settlement.suspense.facts import SuspenseCredited, SuspenseKept, SuspenseProposed

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
"""What a deposit may be called."""
_NOBODYS: Final = "NOTPROVIDED"
"""What banks say where a payer gave no reference. Source: ISO 20022, by custom."""
_TAKEN: Final = "REFERENCE_TAKEN"
_Taken: TypeAlias = CreditSuspense | ReturnSuspense | ResolveSuspense


def credit(settlement: Settlement, command: CreditSuspense, cause: Cause) -> Sequence[Fact]:
    """Have a market put a line into a purse, once as many persons want it as it takes."""
    suspended = _suspended(settlement, command, cause)
    if isinstance(suspended, Refused):
        return (suspended,)
    if command.participant_id not in settlement.parties:
        return (unknown(command, command.participant_id),)
    line = suspended.line
    if line.direction != "credit":
        detail = (
            "this movement took money out of the account, and nobody is credited for that; have it sent back"
        )
        return (refused(command, Reason.SUSPENSE_DIRECTION, command.line_id, detail),)
    wish = Wish(cause.actor, command.participant_id, command.market_id)
    persons = _persons(settlement, command, suspended, wish)
    if not isinstance(persons, tuple):
        return (persons,)
    return (
        SuspenseCredited(
            line_id=line.line_id,
            account_id=line.account_id,
            statement_id=line.statement_id,
            line=line.line,
            bank_id=line.bank_id,
            participant_id=command.participant_id,
            market_id=command.market_id,
            currency=line.currency,
            amount_minor=line.amount_minor,
            reference=_deposited_as(suspended),
            by_ids=persons,
            grounds=command.grounds,
        ),
    )


def send_back(settlement: Settlement, command: ReturnSuspense, cause: Cause) -> Sequence[Fact]:
    """The bank is to send it back; its statement will show that."""
    suspended = _suspended(settlement, command, cause)
    if isinstance(suspended, Refused):
        return (suspended,)
    persons = _persons(settlement, command, suspended, Wish(cause.actor))
    if not isinstance(persons, tuple):
        return (persons,)
    line = suspended.line
    return (
        cleared(suspended, "returned", command.grounds),
        MovementExpected(
            account_id=line.account_id,
            bank_id=line.bank_id,
            currency=line.currency,
            amount_minor=line.amount_minor,
            direction="debit" if line.direction == "credit" else "credit",
            reference=line.line_id,
        ),
    )


def resolve(settlement: Settlement, command: ResolveSuspense, cause: Cause) -> Sequence[Fact]:
    """Book it to where it belongs."""
    suspended = _suspended(settlement, command, cause)
    if isinstance(suspended, Refused):
        return (suspended,)
    persons = _persons(settlement, command, suspended, Wish(cause.actor, book_to=command.book_to))
    if not isinstance(persons, tuple):
        return (persons,)
    return (cleared(suspended, command.book_to, command.grounds),)


def keep(settlement: Settlement, command: KeepSuspense, cause: Cause) -> Sequence[Fact]:
    """A market did not do it: the line stays where it is."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    suspended = suspended_line(settlement, command, command.line_id)
    if isinstance(suspended, Refused):
        return (suspended,)
    line = suspended.line
    return (
        SuspenseKept(
            line_id=line.line_id,
            account_id=line.account_id,
            statement_id=line.statement_id,
            line=line.line,
            reason=command.reason,
            detail=command.detail,
        ),
    )


def _suspended(settlement: Settlement, command: _Taken, cause: Cause) -> Suspended | Refused:
    refusal = lacking(settlement, command, cause, *KEEPERS) or no_grounds(
        command, command.line_id, command.grounds
    )
    if refusal is not None:
        return refusal
    suspended = suspended_line(settlement, command, command.line_id)
    if isinstance(suspended, Suspended) and suspended.crediting:
        return being_credited(command, command.line_id)
    return suspended


def _persons(
    settlement: Settlement, command: _Taken, suspended: Suspended, wish: Wish
) -> tuple[str, ...] | SuspenseProposed | Refused:
    """Those who want the same, if they are enough. Shape: another wish takes the place of the one before."""
    line = suspended.line
    if line.amount_minor <= settlement.payouts.limits.get(line.currency, 0):
        return (wish.by_id,)
    before = suspended.wish
    if before is None or replace(before, by_id=wish.by_id) != wish:
        return SuspenseProposed(
            line_id=line.line_id,
            account_id=line.account_id,
            statement_id=line.statement_id,
            line=line.line,
            by_id=wish.by_id,
            participant_id=wish.participant_id,
            market_id=wish.market_id,
            book_to=wish.book_to,
        )
    if before.by_id == wish.by_id:
        detail = f"{wish.by_id} has asked for it; the second person has to be another one"
        return refused(command, Reason.RELEASED_BY_SAME, line.line_id, detail)
    return before.by_id, wish.by_id


def _deposited_as(suspended: Suspended) -> str:
    """The bank's own reference, so that its word for the same money is known again; the line's where that is none."""
    reference = suspended.line.reference
    fits = _NAME.fullmatch(reference) is not None and reference != _NOBODYS and suspended.kept != _TAKEN
    return reference if fits else suspended.line.line_id
