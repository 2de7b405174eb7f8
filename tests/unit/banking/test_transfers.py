"""pain.001 written: by the schema, from nothing but the set, and read back by its check."""

import re

import pytest
from lxml import etree

from exchange.banking.errors import AccountWrong, PaymentsWrong, TotalsDisagree
from exchange.banking.messages import TRANSFER, schema_path
from exchange.banking.transfer_checks import check_transfers
from exchange.banking.transfers import message_id_of, write_transfers
from exchange.documents.errors import AmountOverflows, ExponentWrong, SchemaBroken, VersionUnknown
from tests.unit.banking.files import advice, payment, payments

IBAN = "DE89370400440532013000"


def test_a_set_of_payments_is_written_by_the_schema_and_read_back() -> None:
    wanted = payments(payment(), payment("N-0.12.0/2", 50, account_id=IBAN, bic="NORDDEFF"))
    content = write_transfers(wanted)
    assert etree.XMLSchema(etree.parse(schema_path(TRANSFER))).validate(etree.fromstring(content))
    assert check_transfers(content, "p.xml") == (2, message_id_of(wanted), {"CNY": 1_170_050})
    text = content.decode()
    for part in (
        f"<IBAN>{IBAN}</IBAN>",
        "<Id>6222000100008888</Id>",
        '<InstdAmt Ccy="CNY">11700.00</InstdAmt>',
        "<EndToEndId>N-0.12.0/1</EndToEndId>",
        "<Nm>临港数据有限公司</Nm>",
        "<BICFI>PUDBCNSH</BICFI>",
        "<CtrlSum>11700.50</CtrlSum>",
        "<CreDtTm>2026-11-30T10:00:00Z</CreDtTm>",
    ):
        assert part in text
    assert re.search(r"<ReqdExctnDt>\s*<Dt>2026-12-01</Dt>", text)


def test_the_same_set_is_the_same_file_and_another_amount_another_message() -> None:
    first, other = payments(payment()), payments(payment(amount_minor=1))
    assert write_transfers(first) == write_transfers(first)
    assert message_id_of(first) != message_id_of(other)
    assert len(message_id_of(first)) <= 35


def test_yen_are_written_whole() -> None:
    assert b'<InstdAmt Ccy="JPY">175500</InstdAmt>' in write_transfers(
        payments(payment(amount_minor=175_500), currency="JPY")
    )


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (payments(), PaymentsWrong, "is empty"),
        (payments(payment(), payment()), PaymentsWrong, "twice"),
        (payments(payment(amount_minor=0)), PaymentsWrong, "pays nothing"),
        (payments(payment(amount_minor=10**15 + 1)), AmountOverflows, "more than the books hold"),
        (payments(payment(account_id="DE88370400440532013000")), AccountWrong, "check digits of DE88"),
        (payments(payment(holder="x" * 141)), SchemaBroken, "Nm"),
        (payments(payment(bic="nobank")), SchemaBroken, "BICFI"),
        (payments(payment("e" * 36)), SchemaBroken, "EndToEndId"),
    ],
)
def test_what_a_bank_would_not_take_is_not_written(
    wanted: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as refused:
        write_transfers(wanted)  # type: ignore[arg-type]
    assert type(refused.value) is error


@pytest.mark.parametrize(
    ("was", "becomes", "error"),
    [
        (b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>2</NbOfTxs>", TotalsDisagree),
        (b"<CtrlSum>11700.00</CtrlSum>", b"<CtrlSum>11700.01</CtrlSum>", TotalsDisagree),
        (b'Ccy="CNY">11700.00', b'Ccy="JPY">11700.10', ExponentWrong),
        (b"<EndToEndId>N-0.12.0/1</EndToEndId>", b"", SchemaBroken),
    ],
)
def test_a_payment_file_that_was_changed_does_not_hold(
    was: bytes, becomes: bytes, error: type[Exception]
) -> None:
    content = write_transfers(payments(payment()))
    assert was in content
    with pytest.raises(error):
        check_transfers(content.replace(was, becomes), "p.xml")


def test_an_advice_is_no_payment_file() -> None:
    with pytest.raises(VersionUnknown, match="no payment file"):
        check_transfers(advice(), "a.xml")


def test_a_bank_whose_bic_is_not_known_is_said_not_to_be_provided() -> None:
    content = write_transfers(payments(payment(bic="")))
    assert content.count(b"NOTPROVIDED") == 1
    assert content.count(b"<BICFI>") == 1
