"""`exchange invoice write`: from a description to what the other side reads, and never over a file."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from exchange.cli.root import root
from exchange.invoicing.values import Invoice
from tests.unit.invoicing.made import CHINESE, DUTCH, invoice, line, party, singapore


def called(directory: Path, wanted: Invoice, name: str, *more: str) -> Result:
    described = directory / "described.json"
    described.write_bytes(msgspec.json.encode(wanted))
    return CliRunner().invoke(
        root, ["invoice", "write", str(described), "--to", str(directory / name), *more]
    )


@pytest.mark.parametrize(
    ("name", "begins"), [("i.xml", b"<?xml"), ("i.html", b"<!DOCTYPE html>"), ("i.pdf", b"%PDF")]
)
def test_an_invoice_is_written_in_the_form_that_its_name_asks_for(
    tmp_path: Path, name: str, begins: bytes
) -> None:
    ended = called(tmp_path, singapore(), name)
    assert ended.exit_code == 0, ended.output
    assert "invoice 2026-SE-CN-02-000001 of SGD 13,080.00 as " in ended.stdout
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["described.json", name])


def test_what_is_written_as_ubl_holds(tmp_path: Path) -> None:
    assert called(tmp_path, singapore(), "i.xml", "--json").exit_code == 0
    ended = CliRunner().invoke(root, ["invoice", "check", str(tmp_path / "i.xml")])
    assert "by PINT-SG" in ended.stdout


def test_a_draft_of_an_e_fapiao_is_not_issued(tmp_path: Path) -> None:
    wanted = invoice(line(rate="6"), seller=CHINESE, buyer=party("甲", "CN"), currency="CNY")
    assert called(tmp_path, wanted, "i.json").exit_code == 0
    assert json.loads((tmp_path / "i.json").read_bytes())["status"] == "not issued"


def test_a_rehearsal_checks_and_writes_nothing(tmp_path: Path) -> None:
    ended = called(tmp_path, singapore(), "i.xml", "--dry-run")
    assert ended.stdout.startswith("Nothing was done. It would")
    assert not (tmp_path / "i.xml").exists()
    assert called(tmp_path, invoice(line(rate="6"), seller=CHINESE), "i.xml", "--dry-run").exit_code == 1


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "i.xml").write_text("mine")
    ended = called(tmp_path, singapore(), "i.xml")
    assert (ended.exit_code, (tmp_path / "i.xml").read_text()) == (2, "mine")


@pytest.mark.parametrize(
    ("name", "words"), [("i.doc", "ends with none of"), ("no/i.xml", "cannot be written")]
)
def test_a_place_that_will_not_do_is_misuse(tmp_path: Path, name: str, words: str) -> None:
    ended = called(tmp_path, singapore(), name)
    assert ended.exit_code == 2
    assert words in ended.stderr


def test_what_breaks_a_rule_is_not_written(tmp_path: Path) -> None:
    wrong = msgspec.structs.replace(
        invoice(), seller=msgspec.structs.replace(DUTCH, tax_id="12", legal_id="1")
    )
    ended = called(tmp_path, wrong, "i.xml")
    assert ended.exit_code == 1
    assert "BR-" in ended.stderr
    assert not (tmp_path / "i.xml").exists()


def test_a_description_that_does_not_fit_names_its_field(tmp_path: Path) -> None:
    ended = called(tmp_path, msgspec.structs.replace(invoice(), due_date="soon"), "i.xml")
    assert ended.exit_code == 2
    assert "due_date" in ended.stderr


@pytest.mark.parametrize("name", ["i.xml", "i.html", "i.pdf"])
def test_the_example_of_the_page_can_be_written(tmp_path: Path, name: str) -> None:
    example = Path(__file__).parents[3] / "docs" / "examples" / "invoice.json"
    ended = CliRunner().invoke(root, ["invoice", "write", str(example), "--to", str(tmp_path / name)])
    assert ended.exit_code == 0, ended.output
