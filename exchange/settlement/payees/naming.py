"""Rules: who says where a participant is paid to."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.refusals import refused
from exchange.settlement.numbers import wrong_number
from exchange.settlement.parties import KEEPERS, lacking, no_such_currency, unknown
from exchange.settlement.payees.commands import NamePayee
from exchange.settlement.payees.facts import PayeeNamed
from exchange.settlement.payees.state import payee_of
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement


def name_payee(settlement: Settlement, command: NamePayee, cause: Cause) -> Sequence[Fact]:
    """A participant speaks for itself; operators and the governance for everybody."""
    roles = () if cause.actor == command.participant_id else KEEPERS
    refusal = (
        lacking(settlement, command, cause, *roles)
        or no_such_currency(command, command.currency)
        or wrong_number(command, command.participant_id, command.account_number)
    )
    if refusal is not None:
        return (refusal,)
    if command.participant_id not in settlement.parties:
        return (unknown(command, command.participant_id),)
    before = payee_of(settlement.payees, command.participant_id, command.currency)
    wanted = (command.holder, command.account_number, command.bic)
    if before is not None and wanted == (before.holder, before.account_number, before.bic):
        detail = f"{before.payee_id} is this very account, and is used already"
        return (refused(command, Reason.PAYEE_UNCHANGED, command.participant_id, detail),)
    return (
        PayeeNamed(
            payee_id=derived_id("PA", cause.partition, cause.offset, 0),
            participant_id=command.participant_id,
            currency=command.currency,
            holder=command.holder,
            account_number=command.account_number,
            bic=command.bic,
            before_id="" if before is None else before.payee_id,
        ),
    )
