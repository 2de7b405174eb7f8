"""The checker of invoices: the official examples hold, what was changed in them does not, and no engine is no pass."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exchange.cli.root import root
from exchange.documents.errors import DoctypeRefused, SchemaMissing
from exchange.invoicing import rules
from exchange.invoicing.checks import check_invoice, require
from exchange.invoicing.errors import ProfileUnknown, RulesBroken
from exchange.invoicing.ubl import write_ubl
from tests.unit.invoicing.made import invoice

OFFICIAL = Path(__file__).parents[2] / "standards" / "en16931"
EXAMPLES = sorted(path for path in OFFICIAL.iterdir() if path.suffix.lower() == ".xml")
NEGATIVE = OFFICIAL / "ubl-tc434-example9.xml"


def called(path: Path, *more: str) -> Result:
    return CliRunner().invoke(root, ["invoice", "check", str(path), *more])


def test_there_are_eight_official_examples() -> None:
    assert len(EXAMPLES) == 8


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_official_example_holds(path: Path) -> None:
    assert check_invoice(path.read_bytes(), path.name).findings == ()


def test_an_example_with_another_payable_amount_breaks_one_rule(tmp_path: Path) -> None:
    text = NEGATIVE.read_text(encoding="utf-8")
    start = text.index(">", text.index("<cbc:PayableAmount")) + 1
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(text[:start] + "1.00" + text[text.index("<", start) :], encoding="utf-8")
    checked = check_invoice(wrong.read_bytes(), "wrong.xml")
    assert [(each.rule, each.severity) for each in checked.findings] == [("BR-CO-16", "fatal")]
    with pytest.raises(RulesBroken, match="BR-CO-16"):
        require(checked, "wrong.xml")
    ended = called(wrong)
    assert ended.exit_code == 1
    assert "fatal    BR-CO-16" in ended.stdout
    assert "breaks 1 of the rules of EN 16931" in ended.stderr
    told = called(wrong, "--json")
    assert json.loads(told.stdout)["findings"][0]["rule"] == "BR-CO-16"
    assert json.loads(told.stderr)["error"]["kind"] == "RulesBroken"


def test_an_invoice_that_holds_is_told_in_a_line() -> None:
    ended = called(EXAMPLES[0])
    assert ended.exit_code == 0
    assert ended.stdout.endswith("holds: invoice 12345 by Peppol BIS Billing 3.\n")
    told = json.loads(called(EXAMPLES[0], "--json").stdout)
    assert (told["holds"], told["findings"]) == (True, [])


def test_what_breaks_the_schema_is_said_with_its_line() -> None:
    checked = check_invoice(write_ubl(invoice()).replace(b"cbc:IssueDate", b"cbc:IssuedOn"), "i.xml")
    (found,) = checked.fatal
    assert (found.rule, found.text.startswith("line ")) == ("XSD", True)


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        (b"<cbc:BuyerReference>T-0.10.0</cbc:BuyerReference>", b"", "R003"),
        (b' schemeID="0199"', b"", "ENDPOINT"),
        (b"urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", b"urn:other", "PROFILE"),
        (b"<cbc:DueDate>2026-12-30</cbc:DueDate>", b"", "BR-CO-25"),
        (b"<cbc:CompanyID>DE123456789", b"<cbc:CompanyID>123456789", "BR-CO-09"),
    ],
)
def test_what_breaks_peppol_or_en_16931_is_named_by_its_rule(was: bytes, becomes: bytes, rule: str) -> None:
    content = write_ubl(invoice())
    assert was in content
    assert rule in {each.rule for each in check_invoice(content.replace(was, becomes), "i.xml").fatal}


def test_rules_that_are_not_known_are_no_pass() -> None:
    other = write_ubl(invoice()).replace(b"urn:cen.eu:en16931:2017#compliant#", b"urn:other#")
    with pytest.raises(ProfileUnknown, match="not known here"):
        check_invoice(other, "i.xml")
    with pytest.raises(ProfileUnknown, match="no invoice"):
        check_invoice(b"<Order/>", "o.xml")


def test_an_invoice_with_a_document_type_is_refused() -> None:
    with pytest.raises(DoctypeRefused):
        check_invoice(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "i.xml")


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose rules are not where they should be."""
    monkeypatch.setattr(rules, "CARRIER", ("facturx", "nowhere"))
    monkeypatch.setattr(rules, "_compiled", rules._compiled.__wrapped__)


@pytest.mark.usefixtures("no_rules")
def test_rules_that_cannot_be_run_are_no_pass() -> None:
    with pytest.raises(SchemaMissing, match="is not installed"):
        check_invoice(EXAMPLES[0].read_bytes(), "i.xml")
    assert called(EXAMPLES[0]).exit_code == 3


def test_an_engine_that_stops_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _ = rules._compiled()
    sheet = (
        '<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        '<xsl:template match="/"><a/></xsl:template></xsl:stylesheet>'
    )
    silent = engine.new_xslt30_processor().compile_stylesheet(stylesheet_text=sheet)
    monkeypatch.setattr(rules, "_compiled", lambda: (engine, silent))
    with pytest.raises(SchemaMissing, match="no rule looked at it"):
        check_invoice(EXAMPLES[0].read_bytes(), "i.xml")
    failing = sheet.replace("<a/>", '<xsl:sequence select="error()"/>')
    stopped = engine.new_xslt30_processor().compile_stylesheet(stylesheet_text=failing)
    monkeypatch.setattr(rules, "_compiled", lambda: (engine, stopped))
    with pytest.raises(SchemaMissing, match="could not be run"):
        check_invoice(EXAMPLES[0].read_bytes(), "i.xml")


def test_a_sheet_that_is_none_is_no_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "rules.xslt").write_text("<nonsense/>")
    monkeypatch.setattr(rules, "carried", lambda *parts: tmp_path / "rules.xslt")
    monkeypatch.setattr(rules, "_compiled", rules._compiled.__wrapped__)
    with pytest.raises(SchemaMissing, match="could not be run"):
        check_invoice(EXAMPLES[0].read_bytes(), "i.xml")
