"""Rows as text: aligned, whole, and harmless to the terminal."""

from exchange.cli.grid import Figure, laid_out
from exchange.cli.readable import readable_rows

COLUMNS = ("name", "pieces", "amount")


def test_columns_are_aligned_numbers_to_the_right() -> None:
    rows = [("berths", 7, Figure("12,000.00")), ("calls", 1_200, Figure("0.50")), ("none", None, None)]
    assert laid_out(COLUMNS, rows, None) == [
        "name    pieces     amount",
        "berths       7  12,000.00",
        "calls     1200       0.50",
        "none",
    ]


def test_wide_letters_take_two_places() -> None:
    lines = laid_out(("title", "n"), [("航班", 1), ("abcd", 2)], None)
    assert lines == ["title  n", "航班   1", "abcd   2"]


def test_what_does_not_fit_is_shown_row_by_row() -> None:
    lines = laid_out(("listing_id", "title"), [("L-1", "x" * 40), ("L-2", "y" * 40)], 40)
    assert lines == [
        "── 1 " + "─" * 35,
        "listing_id  L-1",
        "title       " + "x" * 40,
        "── 2 " + "─" * 35,
        "listing_id  L-2",
        "title       " + "y" * 40,
    ]


def test_columnswithout_rows_are_still_named() -> None:
    assert laid_out(("a", "b"), [], 1) == ["a  b"]


def test_nothing_in_a_cell_moves_the_cursor() -> None:
    (_, line) = laid_out(("title",), [("\x1b[2Jgone\r\nnext\x07",)], None)
    assert line == r"\x1b[2Jgone\x0d⏎next\x07"


def test_people_read_times_amounts_lists_and_the_beginnings_of_digests() -> None:
    columns = ("version", "price_minor", "currency", "codes", "digest", "at", "holds_until", "through")
    row = (
        "1.0",
        1_200_000,
        "CNY",
        '["CN_ART3","X"]',
        "ab" * 32,
        1_793_577_600_000_000,
        None,
        1_793_577_600_000_000,
    )
    names, (cells,) = readable_rows(columns, [row])
    assert names[1] == "price"
    assert cells == [
        "1.0", "12,000.00", "CNY", "CN_ART3 X", "abababababab…", "2026-11-02T00:00:00Z", None, 1_793_577_600_000_000,
    ]  # fmt: skip
    assert isinstance(cells[1], Figure)


def test_amounts_whose_currency_is_unknown_stay_minor_units() -> None:
    assert readable_rows(("amount_minor",), [(5,)]) == (["amount_minor"], [[5]])
    assert readable_rows(("amount_minor", "currency"), [(5, "???")]) == (["amount", "currency"], [[5, "???"]])
