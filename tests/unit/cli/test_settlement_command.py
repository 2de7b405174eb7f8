"""`exchange settlement`: from what is owed to what the bank says of it, over all contexts and their tables."""

import json
from pathlib import Path

import pytest

from exchange.banking.transfer_checks import check_transfers
from exchange.kernel.time import DAY, iso
from exchange.market.facts import PayoutExecuted
from exchange.settlement.statements.facts import LineSetAside
from tests.unit.banking.files import ACCOUNT, advice, balance, details, entry, statement
from tests.unit.cli.bourse_desk import BourseDesk
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BANK, BUYER, GOVERNANCE, IBAN, OPERATOR, SELLER

NET, GROSS = "11700.00", "12000.00"
PAY_TO = ("pay-to", SELLER, "CNY", "--holder", "Lingang Data", "--number", "DE89 3704 0044 0532 0130 00")
RUN = ("run", "CNY", "--as", OPERATOR)


class Paying(BourseDesk):
    """P-07 is sold and accepted; the bank keeps yuan in an account."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch, *expecting: str) -> None:
        bourse = Bourse(*expecting)
        super().__init__(bourse, directory, monkeypatch)
        assert "beginning with CNY 0.00" in self.account()
        bourse.deposited(BUYER, 1_200_000, "CNY", "IN-1")
        bourse.sold()

    def account(self) -> str:
        holder = ("--holder", "Corridor Operator", "--bic", "lghbcnbj")
        return self("open-account", ACCOUNT, "--bank", BANK, "--currency", "CNY", *holder, "--as", OPERATOR)

    def payee(self) -> str:
        return self(*PAY_TO, "--bic", "PUDBCNSH", "--as", SELLER)

    def proposed(self) -> tuple[str, str, str]:
        """Run, set and hash."""
        (told,) = json.loads(self(*RUN, "--json"))
        return told["net"]["run_id"], told["net"]["set_id"], told["digest"]

    def released(self) -> tuple[str, str]:
        run_id, set_id, digest = self.proposed()
        for person in (OPERATOR, GOVERNANCE):
            self("release", set_id, "--digest", digest, "--as", person)
        return run_id, set_id

    def file(self, content: bytes, name: str = "bank.xml") -> Path:
        path = self.directory / name
        path.write_bytes(content)
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paying:
    return Paying(tmp_path, monkeypatch)


def moved(reference: str, amount: str = NET, sign: str = "DBIT", told: str = "") -> str:
    """An entry with the payment's own name."""
    found = details((reference, "", "Lingang Data"))
    return entry(amount, sign, details=found.replace("</TxDtls>", f"{told}</TxDtls>"))


RETURNED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"


def test_from_a_sale_to_the_banks_statement(desk: Paying) -> None:
    told = desk.payee()
    assert "SE-CN-02 is paid CNY to DE89…3000 at PUDBCNSH" in told
    run = desk(*RUN)
    assert "1 to be released" in run
    assert "PA-" in run
    (row,) = json.loads(desk("sets", "--state", "proposed", "--json"))
    set_id, digest = row["set_id"], row["digest"]
    shown = desk("show", set_id)
    assert f"paid to  Lingang Data, DE89…3000 at PUDBCNSH\nhash     {digest}\n" in shown
    first = desk("release", set_id, "--digest", digest, "--as", OPERATOR)
    assert first.startswith(f"Approved by {OPERATOR}. A second person signs {digest}:\n")
    assert f"exchange settlement release {set_id} --digest {digest} --as NAME" in first
    second = desk("release", set_id, "--digest", digest, "--as", GOVERNANCE)
    assert second == f"Released: {set_id}, CNY 11,700.00 for {SELLER}, by {OPERATOR} and {GOVERNANCE}.\n"

    output = desk.directory / "payments.xml"
    issued = desk("payment-file", row["run_id"], "-o", output, "--as", OPERATOR)
    assert "1 payment of CNY 11,700.00 for BK-HK-01" in issued
    content = output.read_bytes()
    count, message, sums = check_transfers(content, "f")
    assert (count, sums) == (1, {"CNY": 1_170_000})
    assert f"message {message}" in issued
    for part in (f"<IBAN>{IBAN}</IBAN>", f"<EndToEndId>{set_id}</EndToEndId>", "<BICFI>LGHBCNBJ</BICFI>"):
        assert part.encode() in content

    closes = balance("CLBD", "300.00")
    path = desk.file(statement(balance("OPBD", "0.00"), closes, moved("IN-1", GROSS, "CRDT"), moved(set_id)))
    imported = desk("import", path, "--as", OPERATOR)
    assert imported == (
        f"Imported: statement S-2026-11-30 of {ACCOUNT}, 2 matched, 0 in suspense; closes with CNY 300.00.\n"
        f"  paid: {set_id}, CNY 11,700.00 to {SELLER}\n"
    )
    assert [fact.set_id for fact in desk.bourse.facts(PayoutExecuted)] == [set_id]
    books = desk.bourse.books()
    again = desk("import", path, "--as", BANK)
    assert again == f"Imported before: statement S-2026-11-30 of {ACCOUNT}; nothing changed.\n"
    assert desk.bourse.books() == books
    assert "paid" in desk("sets", "--run", row["run_id"])
    assert "30,000" not in desk("accounts")
    assert "300.00" in desk("accounts")


def test_a_file_written_again_has_the_same_bytes_and_a_set_is_in_one_only(desk: Paying) -> None:
    desk.payee()
    run_id, set_id = desk.released()
    outputs = [desk.directory / name for name in ("1.xml", "2.xml", "3.xml")]
    told = json.loads(desk("payment-file", set_id, "-o", outputs[0], "--as", OPERATOR, "--json"))
    desk("payment-file", run_id, "-o", outputs[1], "--as", OPERATOR)
    desk("payment-file", told["file_id"], "-o", outputs[2], "--as", OPERATOR)
    assert len({path.read_bytes() for path in outputs}) == 1
    again = desk("payment-file", set_id, "-o", outputs[0], "--as", OPERATOR)
    assert again.startswith(f"Written again: {told['file_id']}, 1 payment")
    outputs[1].write_text("something else")
    assert "is there; name another file" in desk.wrong(
        "payment-file", run_id, "-o", outputs[1], "--as", OPERATOR
    )
    plan = desk("payment-file", run_id, "-o", desk.directory / "4.xml", "--as", OPERATOR, "--dry-run")
    assert f"write {told['file_id']} again as" in plan
    assert not (desk.directory / "4.xml").exists()


def test_what_cannot_be_written_is_said_before_anything_is_asked(desk: Paying) -> None:
    output = ("-o", desk.directory / "p.xml", "--as", OPERATOR)
    assert "no run, net set or payment file PR-9" in desk.wrong("payment-file", "PR-9", *output)
    run_id, set_id, digest = desk.proposed()
    assert f"nothing of {run_id} is released" in desk.wrong("payment-file", run_id, *output)
    assert "no account" in desk("show", set_id)
    for person in (OPERATOR, GOVERNANCE):
        desk("release", set_id, "--digest", digest, "--as", person)
    assert f"{SELLER} had named no account" in desk.wrong("payment-file", run_id, *output)
    assert "PAYEE_MISSING" in desk("payment-file", set_id, *output, code=1)
    told = desk("fail", set_id, "--grounds", "AC01", "--as", BANK)
    assert told == f"Failed: {set_id}; all of it is as it was before the run.\n"
    assert not (desk.directory / "p.xml").exists()


def test_a_payment_that_comes_back_is_told_and_owed_again(desk: Paying) -> None:
    desk.payee()
    run_id, set_id = desk.released()
    desk("payment-file", run_id, "-o", desk.directory / "p.xml", "--as", OPERATOR)
    desk("import", desk.file(advice(moved(set_id))), "--as", OPERATOR)
    desk.bourse.rooms.at += 4 * DAY
    back = advice(moved(set_id, sign="CRDT", told=RETURNED)).replace(b"S-2026-11-30", b"S-2026-12-04")
    told = desk("import", desk.file(back, "back.xml"), "--as", OPERATOR)
    assert f"  came back: {set_id}, CNY 11,700.00 of {SELLER}: AC04\n" in told
    assert "returned" in desk("sets", "--state", "returned")
    assert desk.bourse.purse(SELLER).payable == 1_170_000


def test_a_bank_answers_by_hand_too(desk: Paying) -> None:
    _, set_id = desk.released()
    told = desk("confirm", set_id, "--reference", "OUT-7", "--as", BANK)
    assert told == f"Paid: {set_id}, CNY 11,700.00 to {SELLER}, by {BANK}.\n"
    back = desk("return", set_id, "--grounds", "AC04", "--as", BANK)
    assert back == f"Came back: {set_id}; CNY 11,700.00 is owed to {SELLER} again.\n"
    assert "PAYMENT_UNKNOWN" in desk("return", set_id, "--grounds", "AC04", "--as", BANK, code=1)
    assert desk("sets", "--state", "paid") == "No net set.\n"


def test_sets_are_rejected_and_the_limit_says_how_many_it_takes(desk: Paying) -> None:
    told = desk("limit", "CNY", "11700.00", "--as", OPERATOR)
    assert told == "Set: one person releases up to CNY 11,700.00; above, it takes two.\n"
    told = desk("limit", "CNY", "99999.00", "--as", OPERATOR)
    assert told.startswith(f"Proposed by {OPERATOR}. A second person has to say the same:\n")
    assert "  exchange settlement limit CNY 99999.00 --as NAME" in told
    _, set_id, digest = desk.proposed()
    told = desk("reject", set_id, "--grounds", "Looked into.", "--as", GOVERNANCE)
    assert told.startswith(f"Rejected: {set_id}")
    assert "RUN_EXISTS" in desk(*RUN, code=1)
    day = iso(desk.bourse.rooms.at + DAY)[:10]
    (again,) = json.loads(desk(*RUN, "--value-date", day, "--json"))
    assert (again["net"]["amount_minor"], again["releases_needed"]) == (1_170_000, 1)
    assert "NET_SET_DIFFERS" in desk(
        "release", again["net"]["set_id"], "--digest", digest, "--as", OPERATOR, code=1
    )
    assert "no hash" in desk.wrong("release", set_id, "--digest", "soon", "--as", OPERATOR)
    assert "the tables have no net set PS-9" in desk.wrong("show", "PS-9")
    assert desk("run", "USD", "--as", OPERATOR) == "Nobody is owed anything in USD.\n"


def in_suspense(desk: Paying, amount: str = "700.00") -> str:
    desk("import", desk.file(advice(entry(amount, reference="RE 7/11"))), "--as", OPERATOR)
    (line,) = desk.bourse.facts(LineSetAside)
    line_id: str = line.line_id
    return line_id


def test_what_is_in_suspense_is_seen_and_after_a_day_it_is_overdue(desk: Paying) -> None:
    assert desk("suspense") == "Nothing is in suspense.\n"
    line_id = in_suspense(desk)
    told = desk("suspense")
    assert all(word in told for word in (line_id, "suspense", BANK, "700.00", "RE 7/11"))
    assert "1 in suspense, 0 of them for more than a day: CNY 700.00 in\n" in told
    assert desk("suspense", "--overdue") == "Nothing is overdue.\n"
    desk.bourse.rooms.at += DAY
    desk("limit", "CNY", "0.00", "--as", OPERATOR)
    late = desk("suspense", "--overdue")
    assert "1 in suspense, 1 of them for more than a day" in late
    (row,) = json.loads(desk("suspense", "--json"))
    assert (row["line_id"], row["state"], row["amount_minor"]) == (line_id, "overdue", 70_000)


def test_what_is_in_suspense_is_credited_by_two(desk: Paying) -> None:
    line_id = in_suspense(desk)
    credit = ("credit", line_id, "--to", BUYER, "--grounds", "Its letter.")
    told = desk(*credit, "--as", OPERATOR)
    assert told.startswith(f"Proposed by {OPERATOR}. A second person has to say the same:\n")
    assert (
        f"exchange settlement credit {line_id} --to {BUYER} --market {desk.bourse.listing.market_id}" in told
    )
    assert BUYER in desk("suspense")
    assert (
        desk(*credit, "--as", GOVERNANCE)
        == f"Credited: CNY 700.00 to {BUYER} in {desk.bourse.listing.market_id}.\n"
    )
    assert desk.bourse.purse(BUYER).cash == 70_000
    assert desk("suspense") == "Nothing is in suspense.\n"


def test_what_is_in_suspense_is_sent_back_or_booked(desk: Paying) -> None:
    line_id = in_suspense(desk)
    desk("limit", "CNY", "700.00", "--as", OPERATOR)
    told = desk("send-back", line_id, "--grounds", "An error.", "--as", OPERATOR)
    assert told.startswith(f"Sent back: {line_id}; the bank's statement is expected to show it")
    other = advice(entry("5.00", "DBIT", reference="FEE")).replace(b"S-2026-11-30", b"S-2026-12-01")
    desk("import", desk.file(other, "fee.xml"), "--as", BANK)
    fee = desk.bourse.facts(LineSetAside)[-1].line_id
    booked = desk("book", fee, "--to", "provider_cost", "--grounds", "November.", "--as", OPERATOR)
    assert booked == f"Booked: CNY 5.00 of {fee} to provider cost.\n"
    large = advice(entry("700.01", "CRDT", reference="X")).replace(b"S-2026-11-30", b"S-2026-12-02")
    desk("import", desk.file(large, "large.xml"), "--as", BANK)
    ours = desk.bourse.facts(LineSetAside)[-1].line_id
    book = ("book", ours, "--to", "operator_equity", "--grounds", "Ours.")
    told = desk(*book, "--as", OPERATOR)
    assert told.startswith(f"Proposed by {OPERATOR}. A second person has to say the same:\n")
    assert f"exchange settlement book {ours} --to operator_equity" in told
    assert "operator_equity" in desk("suspense")
    assert desk(*book, "--as", GOVERNANCE) == f"Booked: CNY 700.01 of {ours} to operator equity.\n"
    assert "SUSPENSE_UNKNOWN" in desk("send-back", fee, "--grounds", "An error.", "--as", OPERATOR, code=1)
