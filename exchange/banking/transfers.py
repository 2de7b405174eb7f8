"""pain.001 written: a set of payments as a bank takes it, the same bytes however often it is written."""

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from exchange.banking.accounts import is_iban
from exchange.banking.errors import PaymentsWrong
from exchange.banking.messages import NAMESPACE, NOT_PROVIDED, TRANSFER, schema_path
from exchange.banking.values import BankAccount, Payment, PaymentSet
from exchange.documents.amounts import decimal_text, exponent_of
from exchange.documents.errors import AmountOverflows, DocumentRefused
from exchange.documents.schemas import check_schema
from exchange.kernel.money import AMOUNT_MAX
from exchange.kernel.time import iso

if TYPE_CHECKING:
    from lxml.etree import _Element

_ID_BYTES = 16


def write_transfers(wanted: PaymentSet) -> bytes:
    """A set of payments as pain.001.001.09.

    Raises: PaymentsWrong, AccountWrong, AmountOverflows; SchemaBroken if a value does not fit the message;
    SchemaMissing. Shape: all of it follows from `wanted`, the message's id too.
    """
    from lxml import etree

    _see(wanted)
    namespace = NAMESPACE + TRANSFER
    nsmap: Any = {None: namespace}  # its stub knows only names with a prefix
    root = etree.Element(f"{{{namespace}}}Document", nsmap=nsmap)
    initiation = _put(root, "CstmrCdtTrfInitn")
    _header(_put(initiation, "GrpHdr"), wanted)
    _instruction(_put(initiation, "PmtInf"), wanted)
    name = f"payment set {wanted.set_id}"
    content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    check_schema(root, schema_path(TRANSFER), name)
    return content


def message_id_of(wanted: PaymentSet) -> str:
    """What a bank knows a message by when it comes again: a digest of all that is in it."""
    return blake2b(msgspec.json.encode(wanted, order="deterministic"), digest_size=_ID_BYTES).hexdigest()


def _see(wanted: PaymentSet) -> None:
    exponent_of(wanted.currency, wanted.set_id)
    if not wanted.payments:
        raise PaymentsWrong(f"payment set {wanted.set_id} is empty; there is nothing to send")
    seen: set[str] = set()
    for each in wanted.payments:
        if each.end_to_end_id in seen:
            raise PaymentsWrong(
                f"payment set {wanted.set_id} has {each.end_to_end_id} twice; give each payment an id of its own"
            )
        seen.add(each.end_to_end_id)
        if each.amount_minor <= 0:
            raise PaymentsWrong(f"payment {each.end_to_end_id} pays nothing; leave it out")
        if each.amount_minor > AMOUNT_MAX:
            raise AmountOverflows(f"payment {each.end_to_end_id} is more than the books hold; split it")


def _header(header: "_Element", wanted: PaymentSet) -> None:
    _put(header, "MsgId", message_id_of(wanted))
    _put(header, "CreDtTm", iso(wanted.created_at))
    _totals(header, wanted)
    _put(_put(header, "InitgPty"), "Nm", wanted.debtor.holder)


def _totals(element: "_Element", wanted: PaymentSet) -> None:
    _put(element, "NbOfTxs", str(len(wanted.payments)))
    _put(
        element, "CtrlSum", decimal_text(sum(each.amount_minor for each in wanted.payments), wanted.currency)
    )


def _instruction(instruction: "_Element", wanted: PaymentSet) -> None:
    _put(instruction, "PmtInfId", wanted.set_id)
    _put(instruction, "PmtMtd", "TRF")
    # Each payment is a line of its own on the statement, under its own reference.
    _put(instruction, "BtchBookg", "false")
    _totals(instruction, wanted)
    _put(_put(instruction, "ReqdExctnDt"), "Dt", wanted.value_date)
    _put(_put(instruction, "Dbtr"), "Nm", wanted.debtor.holder)
    _account(_put(instruction, "DbtrAcct"), wanted.debtor, wanted.currency)
    _bank(_put(instruction, "DbtrAgt"), wanted.debtor)
    for each in wanted.payments:
        _payment(_put(instruction, "CdtTrfTxInf"), each, wanted.currency)


def _payment(element: "_Element", payment: Payment, currency: str) -> None:
    _put(_put(element, "PmtId"), "EndToEndId", payment.end_to_end_id)
    amount = _put(_put(element, "Amt"), "InstdAmt", decimal_text(payment.amount_minor, currency))
    amount.set("Ccy", currency)
    _bank(_put(element, "CdtrAgt"), payment.creditor)
    _put(_put(element, "Cdtr"), "Nm", payment.creditor.holder)
    _account(_put(element, "CdtrAcct"), payment.creditor, None)
    if payment.remittance:
        _put(_put(element, "RmtInf"), "Ustrd", payment.remittance)


def _account(element: "_Element", account: BankAccount, currency: str | None) -> None:
    identity = _put(element, "Id")
    if is_iban(account.account_id):
        _put(identity, "IBAN", account.account_id)
    else:
        _put(_put(identity, "Othr"), "Id", account.account_id)
    if currency is not None:
        _put(element, "Ccy", currency)


def _bank(element: "_Element", account: BankAccount) -> None:
    """Source: the Common Global Implementation of ISO 20022, by which a bank that has no BIC here is NOTPROVIDED."""
    institution = _put(element, "FinInstnId")
    if account.bic:
        _put(institution, "BICFI", account.bic)
    else:
        _put(_put(institution, "Othr"), "Id", NOT_PROVIDED)


def _put(parent: "_Element", name: str, text: str | None = None) -> "_Element":
    from lxml import etree

    element = etree.SubElement(parent, str(parent.tag).partition("}")[0] + "}" + name)
    try:
        element.text = text
    except ValueError as error:
        raise DocumentRefused(
            f"{name} {text!r} has a character that XML cannot hold; leave it out"
        ) from error
    return element
