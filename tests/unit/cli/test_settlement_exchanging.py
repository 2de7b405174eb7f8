"""`exchange settlement`: currencies exchanged at a quote, revenue shared."""

import json
from pathlib import Path

import pytest

from exchange.kernel.time import HOUR, iso
from tests.unit.cli.bourse_desk import BourseDesk
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BANK, BUYER, HOLDERS, LICENSEE, OPERATOR


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BourseDesk:
    return BourseDesk(Bourse(), tmp_path, monkeypatch)


def test_yen_become_yuan_at_a_quote_that_its_bank_takes_back(desk: BourseDesk) -> None:
    desk.bourse.deposited(BUYER, 250_000, "JPY")
    until = iso(desk.bourse.rooms.at + HOUR)
    quote = ("quote", "JPY/CNY", "--rate", "0.0480", "--sell", "JPY", "--max", "1000000", "--until", until)
    told = json.loads(desk(*quote, "--as", BANK, "--json"))
    quote_id = told["quote_id"]
    assert (told["max_minor"], told["buy_currency"], told["side"]) == (1_000_000, "CNY", "fixed_sell")
    assert quote_id in desk("quotes", "--state", "open")
    market = desk.bourse.listing.market_id
    told = desk("convert", quote_id, "250000", "--as", BUYER)
    assert told == f"Exchanged: JPY 250,000 for CNY 12,000.00 at 0.0480, in {market}.\n"
    assert desk.bourse.purse(BUYER).cash == 1_200_000
    withdrawn = desk("withdraw-quote", quote_id, "--as", BANK)
    assert withdrawn == f"Withdrawn: nobody takes {quote_id} any more.\n"
    assert "QUOTE_UNKNOWN" in desk("convert", quote_id, "1", "--as", BUYER, code=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("quote", "JPY", "--sell", "JPY"), "JPY is no pair with JPY in it"),
        (("quote", "JPY/CNY", "--sell", "USD"), "JPY/CNY is no pair with USD in it"),
        (("quote", "JPY/CNY", "--sell", "JPY", "--until", "soon"), "soon is no time"),
        (("quote", "JPY/CNY", "--sell", "JPY", "--max", "0.5"), "smaller than a minor unit"),
    ],
)
def test_a_quote_that_cannot_be_meant(desk: BourseDesk, words: tuple[str, ...], said: str) -> None:
    given = ("--rate", "0.048", "--max", "1", "--until", "2026-12-01T09:00:00Z", "--as", BANK)
    assert said in desk.wrong(words[0], *given, *words[1:])


def test_a_licensee_shares_its_revenue(desk: BourseDesk) -> None:
    desk.bourse.deposited(LICENSEE, 2_000_000, "USD")
    weights = zip(("RS-01", "RS-02", "RS-03"), HOLDERS, (50, 30, 20), strict=True)
    parts = [word for share, who, weight in weights for word in ("--share", f"{share}={who}:{weight}")]
    agree = ("agree", "RA-P-23", "P-23", "--payer", LICENSEE, "--currency", "USD", "--guarantee", "5000.00")
    told = desk(*agree, "--percent", "30", *parts, "--as", OPERATOR)
    assert told == "Agreed: RA-P-23, 30 % of P-23; USD 5,000.00 is guaranteed and paid.\n"
    told = desk("report", "RA-P-23", "2026-10", "64321.50", "--as", LICENSEE)
    assert told == "Reported: USD 19,296.45 of 2026-10 is shared, USD 14,296.45 of it is paid now.\n"
    assert "14,296.45" in desk("shares", "RA-P-23")
    assert "the tables have no agreement RA-9" in desk.wrong(
        "report", "RA-9", "2026-10", "1", "--as", LICENSEE
    )
    assert "12,5 is no percentage" in desk.wrong(*agree, "--percent", "12,5", *parts, "--as", OPERATOR)
    assert "'RS-01' is no share" in desk.wrong(
        *agree, "--percent", "12.5", "--share", "RS-01", "--as", OPERATOR
    )
