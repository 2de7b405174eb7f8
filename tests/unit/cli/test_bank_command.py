"""`exchange bank`: files of banks, read and checked from a terminal."""

import json
from pathlib import Path

from click.testing import CliRunner

from exchange.banking.transfers import write_transfers
from exchange.cli.root import root
from tests.unit.banking.files import advice, balance, entry, payment, payments, statement

STATEMENT = statement(
    balance("OPBD", "0.00"), balance("CLBD", "12000.00"), entry("12000.00"), entry("1.00", status="PDNG")
)


def called(word: str, directory: Path, content: bytes, *more: str, code: int = 0) -> str:
    path = directory / "file.xml"
    path.write_bytes(content)
    ended = CliRunner().invoke(root, ["bank", word, str(path), *more])
    assert ended.exit_code == code, ended.output
    return (ended.stdout if code == 0 else ended.stderr).replace(str(path), "FILE")


def test_a_statement_is_shown(tmp_path: Path) -> None:
    told = called("read", tmp_path, STATEMENT)
    assert "opens with CNY 0.00, closes with CNY 12,000.00" in told
    assert "2026-12-01  credit     12,000.00  B-1" in told
    assert "1 entry not booked yet" in told


def test_a_statement_is_given_to_programs_in_minor_units(tmp_path: Path) -> None:
    (found,) = json.loads(called("read", tmp_path, STATEMENT, "--json"))
    assert found["lines"][0]["amount_minor"] == 1_200_000
    assert len(found["digest"]) == 64


def test_files_that_hold_are_told_in_a_line(tmp_path: Path) -> None:
    assert (
        called("check", tmp_path, STATEMENT) == "FILE holds: camt.053.001.08, 1 booked line in 1 statement.\n"
    )
    told = called("check", tmp_path, write_transfers(payments(payment())))
    assert told.startswith("FILE holds: pain.001.001.09, 1 payment of CNY 11,700.00 in message ")
    found = json.loads(called("check", tmp_path, write_transfers(payments(payment())), "--json"))
    assert found["sums_minor"] == {"CNY": 1_170_000}


def test_a_file_that_does_not_hold_ends_with_one_and_says_what_next(tmp_path: Path) -> None:
    wrong = advice(entry("33.10", currency="JPY"), currency="JPY")
    for word in ("read", "check"):
        told = called(word, tmp_path, wrong, code=1)
        assert "JPY 33.10 is finer than JPY goes, which has 0 decimals; have it written" in told
    found = json.loads(called("check", tmp_path, wrong, "--json", code=1))["error"]
    assert found["kind"] == "ExponentWrong"
    assert found["remedy"].startswith("Have it written with no more decimals")


def test_a_file_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    ended = CliRunner().invoke(root, ["bank", "read", str(tmp_path / "none.xml")])
    assert ended.exit_code == 2
    assert "cannot be read" in ended.stderr
