"""`exchange purchase`, before a market that decides and tables that follow it."""

from pathlib import Path

import pytest

from tests.unit.cli.desk import Desk
from tests.unit.market.stage import BUYER, OPERATOR, SELLER, a_purchase

GROUNDS = ("--grounds", "Half is missing.")
PANEL = ("--government", "Ms Chen", "--institution", "Mr Sato", "--industry", "Ms Lim")


class Bought(Desk):
    """The words about one purchase of two months at CNY 12,000.00."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stage, self.trade = a_purchase(2)
        super().__init__("purchase", stage, directory, monkeypatch)

    def of_it(self, word: str, who: str, *more: object, code: int = 0) -> str:
        return self(word, self.trade, *more, "--as", who, code=code)


@pytest.fixture
def bought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bought:
    return Bought(tmp_path, monkeypatch)


def test_a_purchase_is_accepted_and_a_part_refunded_afterwards(bought: Bought) -> None:
    assert bought.of_it("accept", BUYER) == f"Accepted: {bought.trade}; {SELLER} is paid CNY 23,400.00.\n"
    told = bought.of_it("refund-part", SELLER, "500.00", "--reference", "R-7", *GROUNDS)
    assert (
        told == f"Refunded: CNY 500.00 of {bought.trade} went back to {BUYER}; CNY 23,500.00 of it is left.\n"
    )
    shown = bought("show", bought.trade)
    assert "12,000.00" in shown
    assert "R-7" in shown
    assert bought.of_it("bust", OPERATOR, *GROUNDS).startswith(f"Undone: {bought.trade}; its money went back")


def test_a_part_is_accepted_and_the_seller_concedes_the_rest(bought: Bought) -> None:
    told = bought.of_it("accept-part", BUYER, "--quantity", 1, *GROUNDS)
    assert told.startswith(
        f"Rejected: CNY 12,000.00 of {bought.trade} goes back, unless {SELLER} contests it by 2026-"
    )
    assert bought.of_it("concede", SELLER) == f"Conceded: CNY 12,000.00 went back to {BUYER}.\n"


def test_what_is_rejected_goes_back_whole(bought: Bought) -> None:
    assert "Rejected: CNY 24,000.00 of" in bought.of_it("reject", BUYER, *GROUNDS)
    assert bought.of_it("concede", SELLER) == f"Conceded: CNY 24,000.00 went back to {BUYER}.\n"


def test_a_seller_refunds_before_acceptance(bought: Bought) -> None:
    told = bought.of_it("refund", SELLER, *GROUNDS)
    assert told == f"Refunded: CNY 24,000.00 of {bought.trade} went back to {BUYER}.\n"


def test_a_dispute_has_documents_and_ends_when_both_propose_the_same(bought: Bought, tmp_path: Path) -> None:
    assert f"Disputed: CNY 24,000.00 of {bought.trade} is held" in bought.of_it("dispute", BUYER, *GROUNDS)
    (tmp_path / "log").write_text("what arrived")
    told = bought.of_it("evidence", BUYER, tmp_path / "log", "--description", "The log")
    assert told.startswith(f"Submitted: log in the dispute of {bought.trade}, as ")
    assert "the buyer gets CNY 6,000.00 back" in bought.of_it("settle", SELLER, "6,000.00")
    assert "6,000.00" in bought("show", bought.trade)
    bought.of_it("settle", BUYER, "6000")
    assert "resolved" in bought("show", bought.trade)
    assert bought.stage.purse(BUYER).cash == 600_000


def test_a_panel_may_give_the_buyer_nothing(bought: Bought) -> None:
    bought.of_it("dispute", BUYER, *GROUNDS)
    told = bought.of_it("rule", OPERATOR, "0.00", *PANEL, *GROUNDS)
    assert told == f"Ruled: the buyer gets CNY 0.00 of {bought.trade} back.\n"


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("accept-part", GROUNDS, "say how much is accepted: --amount or --quantity, one of them"),
        ("accept-part", ("--amount", "1", "--quantity", 1, *GROUNDS), "one of them"),
        (
            "accept-part",
            ("--amount", "0.001", *GROUNDS),
            "an amount of 0.001 is smaller than a minor unit; CNY has 2 decimals",
        ),
        ("evidence", ("missing.log",), "the document missing.log cannot be read: No such file"),
        ("settle", ("much",), "'much' is no amount of money; write it as 1234.50, without the currency"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    bought: Bought, word: str, more: tuple[object, ...], said: str
) -> None:
    assert said in " ".join(bought.of_it(word, BUYER, *more, code=2).split())


def test_a_trade_that_there_is_not_is_named(bought: Bought) -> None:
    for words in (("show", "T-9"), ("accept", "T-9", "--as", BUYER)):
        assert "the tables have no trade T-9; `exchange query trades` lists those there are" in bought.wrong(
            *words
        )
