"""pain.001 checked: whether a bank would take a file of payments, before it is sent."""

from decimal import Decimal
from typing import TYPE_CHECKING

from exchange.banking.errors import PaymentsWrong, TotalsDisagree
from exchange.banking.messages import TRANSFER, all_at, message_of, text_at
from exchange.documents.amounts import minor_of
from exchange.documents.errors import VersionUnknown

if TYPE_CHECKING:
    from lxml.etree import _Element

_AMOUNTS = ("Amt/InstdAmt", "Amt/EqvtAmt/Amt")


def check_transfers(content: bytes, name: str) -> tuple[int, str, dict[str, int]]:
    """Check a pain.001: its schema, its counts and sums, each amount by its currency's exponent.

    Raises: DocumentRefused, a class for each cause. Shape: how many payments, under which message id, and minor
    units by currency.
    """
    kind, root = message_of(content, name)
    if kind != TRANSFER:
        raise VersionUnknown(f"{name} is a {kind}, no payment file; name one of {TRANSFER}")
    sums: dict[str, int] = {}
    group = all_at(root, "CstmrCdtTrfInitn/GrpHdr")[0]
    everything = all_at(root, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf")
    for place, payment in enumerate(everything, start=1):
        currency, minor = _paid(payment, f"{name}, payment {place}")
        sums[currency] = sums.get(currency, 0) + minor
    _see_totals(group, everything, name)
    for each in all_at(root, "CstmrCdtTrfInitn/PmtInf"):
        _see_totals(each, all_at(each, "CdtTrfTxInf"), f"{name}, {text_at(each, 'PmtInfId')}")
    return len(everything), text_at(group, "MsgId"), sums


def _paid(payment: "_Element", where: str) -> tuple[str, int]:
    for path in _AMOUNTS:
        for amount in all_at(payment, path):
            currency = str(amount.get("Ccy"))
            return currency, minor_of(amount.text or "", currency, where)
    raise PaymentsWrong(f"{where} has no amount; give it one")


def _see_totals(element: "_Element", payments: "list[_Element]", where: str) -> None:
    """Source: ISO 20022, the control sum adds amounts whatever their currencies."""
    count, said = text_at(element, "NbOfTxs"), text_at(element, "CtrlSum")
    if count and int(count) != len(payments):
        raise TotalsDisagree(f"{where} says {count} payments and has {len(payments)}; write it again")
    amounts = [each.text or "0" for one in payments for path in _AMOUNTS for each in all_at(one, path)]
    total = sum(map(Decimal, amounts), Decimal(0))
    if said and Decimal(said) != total:
        raise TotalsDisagree(f"{where} says a sum of {said} and its payments make {total}; write it again")
