"""Rules: which net sets a bank is told to pay, in which file."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.files.commands import IssuePaymentFile
from exchange.settlement.files.facts import OrderedPayment, PaymentFileIssued
from exchange.settlement.numbers import wrong_number
from exchange.settlement.parties import KEEPERS, lacking
from exchange.settlement.payouts.state import Payout, released
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.statements.state import BankAccount


def issue(settlement: Settlement, command: IssuePaymentFile, cause: Cause) -> Sequence[Fact]:
    """Put sets into a file, all of them or none."""
    if (refusal := lacking(settlement, command, cause, *KEEPERS)) is not None:
        return (refusal,)
    account = settlement.banking.accounts.get(command.account_id)
    if account is None:
        detail = "no custodian bank keeps money of the exchange in this account; name one of those that were opened"
        return (refused(command, Reason.ACCOUNT_UNKNOWN, command.account_id, detail),)
    if (refusal := wrong_number(command, account.account_id, account.account_id)) is not None:
        return (refusal,)
    sets = [_payable(settlement, command, set_id) for set_id in command.set_ids]
    refusal = next((each for each in sets if isinstance(each, Refused)), None)
    payable = [each for each in sets if isinstance(each, Payout)]
    refusal = refusal or _not_together(command, account, payable)
    if refusal is not None:
        return (refusal,)
    return (
        PaymentFileIssued(
            file_id=derived_id("PF", cause.partition, cause.offset, 0),
            bank_id=account.bank_id,
            account_id=account.account_id,
            # The exchange is its operator, where the account was opened without a name.
            holder=account.holder or cause.actor,
            bic=account.bic,
            currency=account.currency,
            value_date=payable[0].net.value_date,
            payments=tuple(map(_ordered, payable)),
        ),
    )


def _payable(settlement: Settlement, command: IssuePaymentFile, set_id: str) -> Payout | Refused:
    payout = settlement.payouts.open.get(set_id)
    if payout is None:
        detail = "no such net set is under way: it was paid or undone, or never was; use a set_id of PayoutProposed"
        return refused(command, Reason.PAYOUT_UNKNOWN, set_id, detail)
    if not released(payout):
        detail = f"{len(payout.approved_by)} of {payout.releases_needed} persons have released it; nobody may pay it"
        return refused(command, Reason.PAYOUT_NOT_RELEASED, set_id, detail)
    if payout.file_id:
        detail = f"{payout.file_id} has it already, and it is paid once; write that file again"
        return refused(command, Reason.SET_IN_FILE, set_id, detail)
    if payout.payee is None:
        owner, currency = payout.net.participant_id, payout.net.currency
        detail = f"when its run was opened, {owner} had named no account for {currency}; let the bank fail it, name one"
        return refused(command, Reason.PAYEE_MISSING, set_id, f"{detail}, and run again")
    return payout


def _not_together(
    command: IssuePaymentFile, account: BankAccount, payable: Sequence[Payout]
) -> Refused | None:
    seen: set[str] = set()
    for set_id, payout in zip(command.set_ids, payable, strict=True):
        if set_id in seen:
            return refused(command, Reason.SETS_CONFLICT, set_id, "it is named twice; name each set once")
        seen.add(set_id)
        if payout.net.currency != account.currency:
            detail = f"it is of {payout.net.currency}, and the account holds {account.currency}"
            return refused(command, Reason.CURRENCY_DIFFERS, set_id, detail)
        if payout.net.value_date != payable[0].net.value_date:
            detail = f"{payout.net.value_date} is not {payable[0].net.value_date}; a file has one value date"
            return refused(command, Reason.SETS_CONFLICT, set_id, detail)
    return None


def _ordered(payout: Payout) -> OrderedPayment:
    payee, net = payout.payee, payout.net
    assert payee is not None  # it would have been refused
    return OrderedPayment(
        set_id=net.set_id,
        participant_id=net.participant_id,
        amount_minor=net.amount_minor,
        payee_id=payee.payee_id,
        holder=payee.holder,
        account_number=payee.account_number,
        bic=payee.bic,
    )
