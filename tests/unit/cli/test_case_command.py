"""`exchange case`, before a registry that decides and tables that follow it."""

import json
from pathlib import Path

import pytest

from exchange.kernel.time import DAY
from tests.unit.cli.registry_desk import RegistryDesk
from tests.unit.registry.stage import COUNTER
from tests.unit.registry.test_registry_cases import (
    BUYER,
    CODES,
    a_bonded_question,
    a_case,
    a_counter,
    by_itself,
)

PANEL = ("--government", "Member 1", "--institution", "Member 2", "--industry", "Member 3")
OTHERS = ("--government", "Member 4", "--institution", "Member 5", "--industry", "Member 6")
GROUNDS = ("--grounds", "The papers show consent.")
UNTIL = ("--until", "2027-01-31T00:00:00Z")


class Counted(RegistryDesk):
    """A case that waits for the counter."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(a_counter(), directory, monkeypatch)
        self.case = a_case(self.stage)

    def rule(self, *more: object, code: int = 0) -> str:
        return self("case", "rule", self.case, "--as", COUNTER, *GROUNDS, *more, code=code)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(tmp_path, monkeypatch)


def test_what_waits_is_listed_ruled_on_and_listed_no_more(desk: Counted) -> None:
    listed = desk("case", "list")
    assert all(word in listed for word in (desk.case, "P-04", BUYER, "open"))
    told = desk.rule(*UNTIL, *PANEL)
    assert told == (f"Lifted: {', '.join(CODES)} of L-0.4.0 for {BUYER} until 2027-01-31T00:00:00Z.\n")
    assert desk("case", "list") == "No case waits for a panel.\n"
    assert "lifted" in desk("case", "list", "--all", "--participant", BUYER)
    shown = desk("case", "show", desk.case)
    assert all(word in shown for word in ("decisions", "D-0.1.0", "rulings", "Member 2", "institution"))
    document = json.loads(desk("case", "show", desk.case, "--json"))
    assert document["case"]["state"] == "lifted"
    assert [each["verdict"] for each in document["rulings"]] == ["lifted"]


def test_a_panel_lifts_some_codes_for_all(desk: Counted) -> None:
    wide = ("--code", CODES[0], "--whole-product", "--any-buyer", "--reference", "2026/9")
    assert desk.rule(*UNTIL, *PANEL, *wide).startswith(f"Lifted: {CODES[0]} of P-04 for any buyer until")


def test_a_ruling_against_is_appealed_and_withdrawn_in_the_end(desk: Counted) -> None:
    assert desk.rule("--against", *PANEL).startswith(f"Ruled against: {', '.join(CODES)} of L-0.4.0")
    appealed = desk("case", "appeal", desk.case, "--as", BUYER, *GROUNDS)
    assert appealed.startswith("Appealed: another panel has until 2026-11-23")
    assert "appealed" in desk("case", "list")
    assert "PANEL_REPEATED" in desk.rule(*UNTIL, *PANEL, code=1)
    desk.rule(*UNTIL, *OTHERS)
    told = desk("case", "withdraw", desk.case, "--as", COUNTER, "--grounds", "It ended.")
    assert told == f"Withdrawn: what {desk.case} let pass does not any more.\n"
    assert "It ended." in desk("case", "show", desk.case)


def test_what_is_overdue_is_found(desk: Counted) -> None:
    assert desk("case", "list", "--overdue") == "No case waits for a panel.\n"
    by_itself(desk.stage, 22 * DAY)
    assert desk.case in desk("case", "list", "--overdue")


def test_a_case_about_a_handbook_is_told_by_it(desk: Counted) -> None:
    case = a_case(desk.stage, a_bonded_question())
    assert "BZ-2/HB-1" in desk("case", "show", case)
    told = desk("case", "rule", case, "--as", COUNTER, *UNTIL, *PANEL, *GROUNDS)
    assert told.startswith(f"Lifted: {', '.join(CODES)} of X-0.4.0 for {BUYER} until")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "say what was ruled: --until TIME lets it pass until then, --against does not; one of them"),
        (("--against", *UNTIL), "one of them"),
        (("--against", "--code", "EU_ART9"), "--against is about all codes of the case; leave --code out"),
        (("--until", "soon"), "soon is no time"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    desk: Counted, more: tuple[str, ...], said: str
) -> None:
    assert said in " ".join(desk.rule(*PANEL, *more, code=2).split())


def test_a_case_that_there_is_not_is_named(desk: Counted) -> None:
    assert "the tables have no case RC-9" in desk.wrong("case", "show", "RC-9")
    words = ("case", "rule", "RC-9", "--as", COUNTER, *UNTIL, *PANEL, *GROUNDS)
    assert "the tables have no case RC-9" in desk.wrong(*words)
