"""Files of banks as commands, and payment files out of their facts."""

import pytest

from exchange.banking.errors import AccountForeign
from exchange.banking.transfer_checks import check_transfers
from exchange.kernel.time import instant
from exchange.sdk.bank_files import payment_file, statements_in
from exchange.settlement.files.facts import OrderedPayment, PaymentFileIssued
from exchange.settlement.statements.commands import LINES_MAX
from streams.limits import COMMAND_BYTES_MAX
from tests.unit.banking.files import ACCOUNT, advice, balance, details, entry, statement

AT = instant("2026-11-30T10:00:00Z")
ISSUED = PaymentFileIssued(
    file_id="PF-0.9.0",
    bank_id="BK-HK-01",
    account_id=ACCOUNT,
    holder="Corridor Operator",
    bic="",
    currency="CNY",
    value_date="2026-12-01",
    payments=(
        OrderedPayment(
            set_id="PS-0.7.0",
            participant_id="SE-CN-02",
            amount_minor=1_170_000,
            payee_id="PA-0.5.0",
            holder="临港数据有限公司",
            account_number="6222000100008888",
            bic="PUDBCNSH",
        ),
    ),
)


def test_a_payment_file_follows_from_its_fact_to_the_byte() -> None:
    first, again = payment_file(ISSUED, AT), payment_file(ISSUED, AT)
    assert first == again
    count, message, sums = check_transfers(first.content, "f")
    assert (count, message, sums) == (1, first.message_id, {"CNY": 1_170_000})
    assert b"<PmtInfId>PF-0.9.0</PmtInfId>" in first.content
    assert payment_file(ISSUED, AT + 1).message_id != first.message_id


def numbered(count: int) -> tuple[str, ...]:
    return tuple(entry("1.00", reference=f"B-{number}") for number in range(count))


def test_a_statement_of_many_lines_comes_in_parts_with_a_balance_between_them() -> None:
    count = 2 * LINES_MAX + 1
    content = statement(balance("OPBD", "5.00"), balance("CLBD", f"{5 + count}.00"), *numbered(count))
    parts = statements_in(content, "f")
    assert [each.statement_id for each in parts] == [f"S-2026-11-30/{number}-of-3" for number in (1, 2, 3)]
    assert [(each.opening_minor, each.closing_minor) for each in parts] == [
        (500, 20_500),
        (20_500, 40_500),
        (40_500, 40_600),
    ]
    assert len({each.digest for each in parts}) == 1
    assert statements_in(content, "f") == parts


def test_an_advice_in_parts_has_no_balances() -> None:
    parts = statements_in(advice(*numbered(LINES_MAX + 1)), "f")
    assert [(each.kind, each.opening_minor, len(each.lines)) for each in parts] == [
        ("advice", None, LINES_MAX),
        ("advice", None, 1),
    ]


def test_a_statement_without_lines_is_one_command_and_what_moves_nothing_is_no_line() -> None:
    (one,) = statements_in(statement(balance("OPBD", "5.00"), balance("CLBD", "5.00"), entry("0.00")), "f")
    assert (one.statement_id, one.lines, one.closing_minor) == ("S-2026-11-30", (), 500)


def test_long_lines_make_shorter_parts() -> None:
    reason = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>" + "账" * 105 + "</AddtlInf></RtrInf>"
    told = details(("长" * 35, "", "X")).replace("</TxDtls>", f"{reason}</TxDtls>")
    parts = statements_in(advice(*[entry("1.00", details=told)] * LINES_MAX), "f")
    assert len(parts) == 2
    assert max(sum(len(str(line).encode()) for line in each.lines) for each in parts) < COMMAND_BYTES_MAX
    assert {len(line.grounds) for each in parts for line in each.lines} == {100}


def test_an_account_that_can_be_none_of_ours_is_told_with_its_statement() -> None:
    content = advice(entry("1.00")).replace(ACCOUNT.encode(), b"A B C")
    with pytest.raises(AccountForeign, match="advice S-2026-11-30 of account A B C cannot be one"):
        statements_in(content, "f")
