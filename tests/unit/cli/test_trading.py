"""`exchange trades` and `candles` of an instrument that is sold in more than one way."""

from pathlib import Path

import pytest

from tests.contract.test_projections_market import BOOK
from tests.contract.test_projections_sold_by import a_listing
from tests.unit.cli.desk import Desk


def test_the_tape_says_of_each_trade_how_it_was_sold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk("trades", a_listing(), tmp_path, monkeypatch)
    lines = [" ".join(line.split()[1:]) for line in desk(BOOK).splitlines()]
    assert lines[1:4] == ["3.00 1 CNY 3.00 bid", "7.00 4 CNY 28.00 by plan", "9.00 2 CNY 18.00 by quotes"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), "3.00 3.00 3.00 3.00 1 CNY 3.00 1"),
        (("--sold-by", "plan"), "7.00 7.00 7.00 7.00 4 CNY 28.00 1"),
        (("--sold-by", "quotes"), "9.00 9.00 9.00 9.00 2 CNY 18.00 1"),
    ],
)
def test_candles_are_those_of_one_way_to_sell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], told: str
) -> None:
    desk = Desk("candles", a_listing(), tmp_path, monkeypatch)
    lines = desk(BOOK, "--interval", "1d", *given).splitlines()
    assert [" ".join(line.split()[1:]) for line in lines[1:2]] == [told]
