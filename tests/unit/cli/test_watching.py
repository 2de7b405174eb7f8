"""`--watch`: in a terminal in the same place, elsewhere one after another, until Ctrl-C."""

import io

import pytest
from rich.console import Console

from exchange.cli import watching
from exchange.cli.watching import in_place, watch


def test_it_looks_until_it_is_interrupted_and_keeps_what_it_saw_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "_EVERY_S", 0)
    told: list[int] = []

    async def look() -> int:
        if len(told) == 3:
            raise KeyboardInterrupt
        return len(told)

    assert watch(look, told.append) == 2
    assert told == [0, 1, 2]


def test_what_goes_wrong_ends_it() -> None:
    async def look() -> int:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        watch(look, print)


def test_a_terminal_is_written_over_in_place_and_long_lines_are_cut() -> None:
    screen = io.StringIO()
    with in_place(Console(file=screen, force_terminal=True, width=20, height=10)) as show:
        show(["first", "x" * 50])
        show(["second", "y"])
    text = screen.getvalue()
    before, _, after = text.partition("\x1b[1A")
    assert "first" in before
    assert "x" * 19 + "…" in before
    assert "second" in after
    assert "\x1b[?25h" in after, "the cursor is shown again"


def test_elsewhere_each_look_stands_below_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    with in_place(Console(file=io.StringIO(), force_terminal=False)) as show:
        show(["first", "x" * 500])
        show(["second"])
    assert capsys.readouterr().out == "first\n" + "x" * 500 + "\n\nsecond\n\n"
