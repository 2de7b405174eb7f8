"""Entries of a bank's message as lines: one each, or one for every payment of a batch that adds up."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from exchange.banking.errors import CurrencyDiffers, DateMissing
from exchange.banking.messages import NOT_PROVIDED, all_at, first_at, text_at
from exchange.banking.values import Direction, StatementLine
from exchange.documents.amounts import minor_of

if TYPE_CHECKING:
    from lxml.etree import _Element

BOOKED = "BOOK"
_DAY_CHARACTERS = len("2026-11-30")
_RETURNED = "RRTN"
"""A payment that came back. Source: ISO 20022, bank transaction codes."""


def status_of(entry: "_Element") -> str:
    """Whether an entry is booked, pending, or for information only."""
    return text_at(entry, "Sts/Cd") or text_at(entry, "Sts/Prtry")


def lines_of(entry: "_Element", currency: str, where: str) -> Iterator[StatementLine]:
    """The lines of a booked entry.

    Raises: CurrencyDiffers, DateMissing, and what `minor_of` raises. Shape: an entry of several payments gives a line
    for each where their amounts add up to its own, so that each is found by its reference; else one for the whole.
    """
    whole = _signed(entry, currency, where)
    parts = all_at(entry, "NtryDtls/TxDtls")
    amounts = [_part(each, entry, currency, where) for each in parts] if len(parts) > 1 else []
    known = [each for each in amounts if each is not None]
    if known and len(known) == len(parts) and sum(known) == whole:
        for part, amount in zip(parts, known, strict=True):
            yield _line(entry, part, amount, where)
    else:
        yield _line(entry, parts[0] if len(parts) == 1 else None, whole, where)


def _signed(entry: "_Element", currency: str, where: str) -> int:
    """What an entry moves, positive where the account gains."""
    amount = first_at(entry, "Amt")
    assert amount is not None  # the schema asks for it
    if amount.get("Ccy") != currency:
        raise CurrencyDiffers(
            f"{where} is in {amount.get('Ccy')} and the account in {currency}; have the bank book it in {currency}"
        )
    minor = minor_of(amount.text or "", currency, where)
    return minor if text_at(entry, "CdtDbtInd") == "CRDT" else -minor


def _part(part: "_Element", entry: "_Element", currency: str, where: str) -> int | None:
    """What one payment of an entry moves; None where it does not say so in the account's currency."""
    amount = first_at(part, "Amt")
    if amount is None or amount.get("Ccy") != currency:
        return None
    minor = minor_of(amount.text or "", currency, where)
    direction = text_at(part, "CdtDbtInd") or text_at(entry, "CdtDbtInd")
    return minor if direction == "CRDT" else -minor


def _line(entry: "_Element", part: "_Element | None", amount: int, where: str) -> StatementLine:
    direction: Direction = "credit" if amount > 0 or _gains(entry, amount) else "debit"
    end_to_end = _known(text_at(part, "Refs/EndToEndId")) if part is not None else ""
    instruction = _known(text_at(part, "Refs/InstrId")) if part is not None else ""
    of_part = text_at(part, "Refs/AcctSvcrRef") if part is not None else ""
    bank = of_part or text_at(entry, "AcctSvcrRef") or text_at(entry, "NtryRef")
    return StatementLine(
        reference=end_to_end or instruction or _batch(entry) or bank,
        amount_minor=abs(amount),
        direction=direction,
        value_date=_day(entry, where),
        bank_reference=bank,
        end_to_end_id=end_to_end,
        instruction_id=instruction,
        party=_party(part, direction) if part is not None else "",
        remittance=" ".join(_remittance(part)) if part is not None else "",
        reversal=_reversal(entry),
        returned_for=_returned_for(entry, part),
    )


def _reversal(entry: "_Element") -> bool:
    return text_at(entry, "RvslInd") in ("true", "1")


def _returned_for(entry: "_Element", part: "_Element | None") -> str:
    """Why a payment came back, or only that it did; empty where the bank does not say that."""
    where = part if part is not None else entry
    told = first_at(where, "RtrInf") if part is not None else None
    if told is not None:
        reason = text_at(told, "Rsn/Cd") or text_at(told, "Rsn/Prtry")
        words = [reason, *((each.text or "").strip() for each in all_at(told, "AddtlInf"))]
        return " ".join(filter(None, words)) or _RETURNED
    codes = {text_at(each, "BkTxCd/Domn/Fmly/SubFmlyCd") for each in (entry, where)}
    return _RETURNED if _RETURNED in codes or _reversal(entry) else ""


def _gains(entry: "_Element", amount: int) -> bool:
    return amount == 0 and text_at(entry, "CdtDbtInd") == "CRDT"


def _known(reference: str) -> str:
    return "" if reference == NOT_PROVIDED else reference


def _batch(entry: "_Element") -> str:
    """The id under which a batch was sent, where the entry is the whole of it."""
    return text_at(entry, "NtryDtls/Btch/PmtInfId") or text_at(entry, "NtryDtls/Btch/MsgId")


def _day(entry: "_Element", where: str) -> str:
    for path in ("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm"):
        found = text_at(entry, path)
        if found:
            return found[:_DAY_CHARACTERS]
    raise DateMissing(f"{where} has neither a value date nor a booking date; ask the bank for one")


def _party(part: "_Element", direction: Direction) -> str:
    """Who is on the other side."""
    role = "Dbtr" if direction == "credit" else "Cdtr"
    return text_at(part, f"RltdPties/{role}/Pty/Nm") or text_at(part, f"RltdPties/{role}/Agt/FinInstnId/Nm")


def _remittance(part: "_Element") -> Iterator[str]:
    for each in all_at(part, "RmtInf/Ustrd"):
        yield (each.text or "").strip()
    for each in all_at(part, "RmtInf/Strd/CdtrRefInf/Ref"):
        yield (each.text or "").strip()
