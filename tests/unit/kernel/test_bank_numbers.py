"""Account numbers: which are IBANs, whether they can be, and how they are shown."""

import msgspec
import pytest

from exchange.kernel.bank_numbers import Bic, Holder, checked_iban, masked, reads_as_iban


@pytest.mark.parametrize("number", ["DE89370400440532013000", "GB29NWBK60161331926819", "NO9386011117947"])
def test_ibans_of_the_standard_hold(number: str) -> None:
    assert reads_as_iban(number)
    assert checked_iban(number)


@pytest.mark.parametrize("number", ["DE89370400440532013001", "DE98370400440532013000"])
def test_a_wrong_digit_is_found_and_so_are_two_that_changed_places(number: str) -> None:
    assert reads_as_iban(number)
    assert not checked_iban(number)


@pytest.mark.parametrize("number", ["6222000100008888", "HK-CNY-0001", "de89370400440532013000"])
def test_a_banks_own_number_is_no_iban(number: str) -> None:
    assert not reads_as_iban(number)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("DE89370400440532013000", "DE89…3000"), ("123456789", "…6789"), ("12345678", "…78"), ("1234", "…34")],
)
def test_a_number_is_shown_by_its_ends(number: str, shown: str) -> None:
    assert masked(number) == shown


@pytest.mark.parametrize("name", ["", " ", "A\nB", "A\x00", "x" * 141])
def test_a_holder_has_a_name_in_one_line(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(name, Holder)
    assert msgspec.convert("临港数据有限公司", Holder)


@pytest.mark.parametrize("bic", ["PUDBCNSH1", "pudbcnsh", "PUDBCNSHXXXX", ""])
def test_a_bic_has_eight_or_eleven_signs(bic: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bic, Bic)
    assert [msgspec.convert(each, Bic) for each in ("PUDBCNSH", "LGHBCNBJXXX")]
