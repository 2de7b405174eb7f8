"""camt.053 and camt.054 read: lines as they are booked, and every way in which a file is not believed."""

from hashlib import sha256

import pytest

from exchange.banking.errors import BalanceMissing, BalancesDisagree, CurrencyDiffers, DateMissing
from exchange.banking.statements import read_statements
from exchange.banking.values import BankStatement
from exchange.documents.errors import (
    AmountOverflows,
    CurrencyNotKnown,
    DocumentRefused,
    ExponentWrong,
    SchemaBroken,
    VersionUnknown,
)
from tests.unit.banking.files import ACCOUNT, advice, balance, details, entry, payment, payments, statement


def read(content: bytes) -> BankStatement:
    (found,) = read_statements(content, "s.xml")
    return found


def test_a_statement_says_account_balances_and_lines() -> None:
    content = statement(
        balance("OPBD", "100.00"),
        balance("CLBD", "12040.50"),
        entry("12000.00", details=details(("BU-1/7", "", "Orchid Analytics"))),
        entry("59.50", "DBIT", reference="B-2"),
    )
    found = read(content)
    assert (found.kind, found.message_id, found.statement_id) == ("statement", "M-1", "S-2026-11-30")
    assert (found.account_id, found.currency, found.digest) == (ACCOUNT, "CNY", sha256(content).digest())
    assert (found.opening_minor, found.closing_minor) == (10_000, 1_204_050)
    first, second = found.lines
    assert (first.reference, first.end_to_end_id, first.bank_reference) == ("BU-1/7", "BU-1/7", "B-1")
    assert (first.amount_minor, first.direction, first.value_date) == (1_200_000, "credit", "2026-12-01")
    assert (first.party, first.remittance) == ("Orchid Analytics", "for data")
    assert (second.reference, second.amount_minor, second.direction) == ("B-2", 5_950, "debit")


def test_an_account_that_is_overdrawn_has_a_negative_balance() -> None:
    found = read(statement(balance("OPBD", "5.00", sign="DBIT"), balance("CLBD", "0.00"), entry("5.00")))
    assert (found.opening_minor, found.closing_minor) == (-500, 0)


def test_an_advice_has_lines_and_no_balances() -> None:
    found = read(advice(entry("7.00")))
    assert (found.kind, found.opening_minor, found.closing_minor) == ("advice", None, None)
    assert [each.amount_minor for each in found.lines] == [700]


def test_a_batch_that_adds_up_is_a_line_a_payment() -> None:
    batch = details(("P-1", "4.00", "A"), ("P-2", "6.00", "B"))
    found = read(advice(entry("10.00", "DBIT", details=batch)))
    assert [(each.reference, each.amount_minor, each.direction) for each in found.lines] == [
        ("P-1", 400, "debit"),
        ("P-2", 600, "debit"),
    ]


def test_a_batch_that_does_not_add_up_is_one_line_under_the_banks_reference() -> None:
    batch = details(("P-1", "4.00", "A"), ("P-2", "5.00", "B"))
    (line,) = read(advice(entry("10.00", details=batch))).lines
    assert (line.reference, line.amount_minor, line.end_to_end_id) == ("B-1", 1_000, "")


def test_what_is_not_booked_is_counted_and_left_out() -> None:
    found = read(advice(entry("1.00"), entry("2.00", status="PDNG")))
    assert (len(found.lines), found.not_booked) == (1, 1)


def test_a_reference_that_was_not_provided_is_none() -> None:
    (line,) = read(advice(entry("1.00", details=details(("NOTPROVIDED", "", "A"))))).lines
    assert (line.end_to_end_id, line.reference) == ("", "B-1")


def test_a_reversal_is_told_and_keeps_the_direction_in_which_money_moved() -> None:
    (line,) = read(advice(entry("1.00", "DBIT", reversal="<RvslInd>true</RvslInd>"))).lines
    assert (line.reversal, line.direction) == (True, "debit")


def test_a_booking_date_stands_in_for_a_value_date() -> None:
    dates = "<BookgDt><DtTm>2026-11-30T09:00:00+08:00</DtTm></BookgDt>"
    (line,) = read(advice(entry("1.00", dates=dates))).lines
    assert line.value_date == "2026-11-30"


def test_whole_yen_with_decimals_of_nothing_are_whole_yen() -> None:
    (line,) = read(advice(entry("250000.00", currency="JPY"), currency="JPY")).lines
    assert line.amount_minor == 250_000


OPENING, CLOSING = balance("OPBD", "0.00"), balance("CLBD", "1.00")
WRONG: list[tuple[str, bytes, type[DocumentRefused], str]] = [
    (
        "fraction of a yen",
        advice(entry("33.10", currency="JPY"), currency="JPY"),
        ExponentWrong,
        "JPY 33.10 is finer",
    ),
    ("fraction of a cent", advice(entry("1.001")), ExponentWrong, "booked entry 1"),
    ("currency of nobody", advice(entry("1.00", currency="QQQ"), currency="QQQ"), CurrencyNotKnown, "'QQQ'"),
    ("gold", advice(entry("1.00", currency="XAU"), currency="XAU"), CurrencyNotKnown, "'XAU'"),
    ("more than the books hold", advice(entry("99999999999999.99")), AmountOverflows, "more than the books"),
    (
        "balance beyond 63 bits",
        statement(balance("OPBD", "100000000000000000"), CLOSING),
        AmountOverflows,
        "opening",
    ),
    ("no opening", statement(CLOSING, entry("1.00")), BalanceMissing, "no opening balance"),
    ("no closing", statement(OPENING, entry("1.00")), BalanceMissing, "no closing balance"),
    ("a line is missing", statement(OPENING, CLOSING, entry("0.40")), BalancesDisagree, "CNY 0.60 apart"),
    ("line in another currency", advice(entry("1.00", currency="EUR")), CurrencyDiffers, "in EUR"),
    (
        "balance in another",
        statement(balance("OPBD", "0.00", "EUR"), CLOSING),
        CurrencyDiffers,
        "opening balance is",
    ),
    ("no date", advice(entry("1.00", dates="")), DateMissing, "neither"),
    ("no amount", advice(entry("")), SchemaBroken, "Amt"),
    ("no account", advice().replace(b"<Acct>", b"<Akt>").replace(b"</Acct>", b"</Akt>"), SchemaBroken, "Akt"),
    (
        "a newer version",
        advice(entry("1.00")).replace(b"001.08", b"001.13"),
        VersionUnknown,
        "camt.054.001.13",
    ),
    ("another kind", b"<a/>", VersionUnknown, "'a'"),
]


@pytest.mark.parametrize(
    ("content", "error", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_file_that_cannot_be_believed_is_refused_whole(
    content: bytes, error: type[DocumentRefused], words: str
) -> None:
    with pytest.raises(error) as refused:
        read_statements(content, "s.xml")
    assert type(refused.value) is error
    assert words in str(refused.value)
    assert "; " in str(refused.value)


def test_a_payment_file_is_no_statement() -> None:
    from exchange.banking.transfers import write_transfers

    with pytest.raises(VersionUnknown, match="not from a bank"):
        read_statements(write_transfers(payments(payment())), "p.xml")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed.</AddtlInf></RtrInf>",
            "AC04 Account closed.",
        ),
        ("<RtrInf><Rsn><Prtry>RTRN</Prtry></Rsn></RtrInf>", "RTRN"),
        ("<RtrInf/>", "RRTN"),
        ("", ""),
    ],
)
def test_a_payment_that_came_back_is_told_with_its_reason(told: str, reason: str) -> None:
    payment = f"<NtryDtls><TxDtls><Refs><EndToEndId>PS-0.7.0</EndToEndId></Refs>{told}</TxDtls></NtryDtls>"
    (found,) = read_statements(advice(entry("5.00", details=payment)), "f")
    (line,) = found.lines
    assert (line.reference, line.returned_for) == ("PS-0.7.0", reason)


def test_a_code_of_a_return_and_a_reversal_say_it_too() -> None:
    code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>"
    by_code = entry("5.00").replace("<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>", code)
    reversed_ = entry("6.00", reversal="<RvslInd>true</RvslInd>")
    (found,) = read_statements(advice(by_code, reversed_, entry("7.00")), "f")
    assert [line.returned_for for line in found.lines] == ["RRTN", "RRTN", ""]
