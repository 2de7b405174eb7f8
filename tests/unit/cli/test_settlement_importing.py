"""`exchange settlement import`: bad files change nothing, half of one goes on where it stopped."""

from pathlib import Path

import pytest

from exchange.settlement.statements.commands import LINES_MAX
from exchange.settlement.statements.facts import BankAccountOpened, StatementImported
from tests.unit.banking.files import ACCOUNT, HEAD, advice, balance, entry, statement
from tests.unit.cli.bourse_desk import BourseDesk
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BANK, OPERATOR

BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE b SYSTEM "file:///etc/passwd">'
BALANCED = (balance("OPBD", "0.00"), balance("CLBD", "1.00"))


class Importing(BourseDesk):
    """A bank keeps yuan in an account, and yen in another."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(Bourse(), directory, monkeypatch)
        for account, currency in ((ACCOUNT, "CNY"), ("HK-JPY-1", "JPY")):
            self("open-account", account, "--bank", BANK, "--currency", currency, "--as", OPERATOR)

    def imported(self, content: bytes, *more: object, code: int = 0, actor: str = OPERATOR) -> str:
        path = self.directory / "bank.xml"
        path.write_bytes(content)
        return " ".join(self("import", path, "--as", actor, *more, code=code).split())

    @property
    def facts(self) -> list[StatementImported]:
        return self.bourse.facts(StatementImported)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importing:
    return Importing(tmp_path, monkeypatch)


def test_what_is_no_good_file_changes_nothing(desk: Importing) -> None:
    for content, said in (
        (b"not XML", "Document"),
        (statement(*BALANCED, entry("1.00"), head=BOMB), "DoctypeRefused"),
        (statement(*BALANCED, entry("1.00"), head=EXTERNAL), "DoctypeRefused"),
        (statement(*BALANCED, entry("2.00")), "BalancesDisagree"),
        (statement(balance("OPBD", "0.00"), entry("1.00")), "BalanceMissing"),
        (advice(entry("33.10", currency="JPY"), currency="JPY"), "ExponentWrong"),
        (advice(entry("1.00", currency="USD")), "CurrencyDiffers"),
        (advice(entry("99999999999999.00")), "AmountOverflows"),
    ):
        told = desk.imported(content, "--json", code=1)
        assert said in told, told
    assert desk.facts == []
    assert "cannot be read" in desk.wrong("import", desk.directory / "none.xml", "--as", OPERATOR)


def test_what_the_settlement_refuses_is_told_with_its_reason(desk: Importing) -> None:
    foreign = advice(entry("1.00")).replace(ACCOUNT.encode(), b"XX-1")
    assert "ACCOUNT_UNKNOWN, XX-1" in desk.imported(foreign, code=1)
    yen = advice(entry("1", currency="JPY"), currency="JPY")
    assert f"CURRENCY_DIFFERS, {ACCOUNT}" in desk.imported(yen, code=1)
    gap = statement(balance("OPBD", "5.00"), balance("CLBD", "6.00"), entry("1.00"))
    assert "STATEMENT_GAP" in desk.imported(gap, code=1)
    assert "ROLE_MISSING" in desk.imported(advice(entry("1.00")), code=1, actor="BU-JP-01")
    assert desk.facts == []
    desk.imported(statement(*BALANCED, entry("1.00")))
    other = statement(*BALANCED, entry("1.00"), head="<!-- sent anew -->")
    assert "STATEMENT_CONFLICT" in desk.imported(other, code=1)


def several(*statements: tuple[str, str, str]) -> bytes:
    """A camt.053 of one-line statements: id, account, opening balance."""
    told = "".join(
        f"<Stmt><Id>{name}</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
        f"{balance('OPBD', f'{opening}.00')}{balance('CLBD', f'{int(opening) + 1}.00')}"
        f"{entry('1.00', reference=name)}</Stmt>"
        for name, account, opening in statements
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        f"<BkToCstmrStmt>{HEAD}{told}</BkToCstmrStmt></Document>"
    ).encode()


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (("S-2", "XX-1", "1"), "no bank keeps money of the exchange in this account"),
        (("S-2", "HK-JPY-1", "0"), "the account holds JPY, and this is of CNY"),
        (("S-2", ACCOUNT, "7"), "it opens with CNY 7.00, and the one before it closed with CNY 1.00"),
    ],
)
def test_a_file_of_several_statements_is_imported_whole_or_not_at_all(
    desk: Importing, last: tuple[str, str, str], said: str
) -> None:
    told = desk.imported(several(("S-1", ACCOUNT, "0"), last), code=1)
    assert said in told
    assert "nothing was imported" in told
    assert desk.facts == []
    told = desk.imported(several(("S-1", ACCOUNT, "0"), ("S-2", ACCOUNT, "1")))
    assert told.count("Imported: statement") == 2


def test_half_of_a_file_goes_on_where_it_stopped(desk: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    count = LINES_MAX + 2
    lines = [entry("1.00", reference=f"B-{number}") for number in range(count)]
    content = statement(balance("OPBD", "0.00"), balance("CLBD", f"{count}.00"), *lines)
    asking = desk.bourse.rooms.ask
    seen: list[object] = []

    def stopping(context: str, actor: str, command: object) -> object:
        seen.append(command)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return asking(context, actor, command)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.bourse.rooms, "ask", stopping)
    desk.imported(content, code=130)
    monkeypatch.setattr(desk.bourse.rooms, "ask", asking)
    assert [fact.closing_minor for fact in desk.facts] == [100 * LINES_MAX]
    told = desk.imported(content)
    assert f"Imported before: statement S-2026-11-30/1-of-2 of {ACCOUNT}; nothing changed." in told
    assert f"Imported: statement S-2026-11-30/2-of-2 of {ACCOUNT}, 0 matched, 2 in suspense" in told
    assert [fact.closing_minor for fact in desk.facts] == [100 * LINES_MAX, 100 * count]
    assert "all of it was imported before" in desk.imported(content, "--dry-run")
    assert len(desk.bourse.facts(BankAccountOpened)) == 2
