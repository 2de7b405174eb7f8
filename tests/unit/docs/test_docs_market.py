"""docs/market.md: every reason for which an order is refused, the words of the command line, the queries."""

import re

from exchange.cli.trading import INTERVALS, TIMES, TYPES, WAYS
from exchange.kernel.intervals import INTERVALS as KNOWN_INTERVALS
from exchange.market.commands import OrderType, SelfTrade, TimeInForce
from exchange.views.queries import QUERIES
from exchange.views.sold_by import WAYS as KNOWN_WAYS
from tests.unit.docs.page import ROOT, parts
from tests.unit.docs.said import RULES, said_by

PAGE = (ROOT / "docs" / "market.md").read_text(encoding="utf-8")


def column(heading: str, place: int) -> list[str]:
    """A column of the tables under a heading."""
    rows = [line.split("|") for line in parts("##", PAGE)[heading].splitlines() if line.startswith("| ")]
    return [row[place].strip() for row in rows]


def test_the_table_of_reasons_has_each_one_once_and_no_other() -> None:
    named = [cell.strip("`") for cell in column("Why an order is refused", 1)[1:]]
    rules = (RULES["market"][name] for name in ("PlaceOrder", "ReplaceOrder", "CancelOrder"))
    assert sorted(named) == sorted(frozenset().union(*(said_by(rule).reasons for rule in rules)))


def test_the_words_for_types_and_times_are_those_of_fix() -> None:
    shown = dict(zip(column("Orders", 1), column("Orders", 2), strict=True))
    assert {word: shown[word] for word in (*TYPES, *TIMES)} == TYPES | TIMES
    assert set(TYPES.values()) == {each.value for each in OrderType}
    assert set(TIMES.values()) == {each.value for each in TimeInForce}
    assert all(f"`{each.value}`" in PAGE for each in SelfTrade)


def test_the_intervals_of_the_command_line_are_those_there_are() -> None:
    assert tuple(KNOWN_INTERVALS) == INTERVALS
    assert KNOWN_WAYS == WAYS


def test_the_queries_the_page_names_are_there() -> None:
    told = [part for part in PAGE.split("\n\n") if part.startswith("In SQL:")]
    named = [re.findall(r"`(?:exchange query )?([a-z_]+)`", part) for part in told]
    assert [len(names) for names in named] == [19, 12]
    assert set().union(*named) <= set(QUERIES)
