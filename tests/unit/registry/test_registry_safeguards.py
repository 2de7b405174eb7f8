"""Safeguards: what fits its type, when it is filed, extended, changed and revoked, by mainland working days."""

from datetime import date
from typing import Any

import pytest

from exchange.kernel.bases import Command
from exchange.kernel.errors import Misuse
from exchange.kernel.safeguard import SAFEGUARDS_MAX
from exchange.registry.calendars import mainland, read_calendar
from exchange.registry.commands import Role
from exchange.registry.safeguards.commands import (
    ChangeSafeguard,
    ExtendSafeguard,
    FileSafeguard,
    RegisterSafeguard,
    RevokeSafeguard,
)
from exchange.registry.safeguards.facts import (
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal
from tests.unit.registry.stage import (
    ASSESSOR,
    COUNTER,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_registry,
    an_admission,
)

HARBOUR = "SE-HK-01"
GOVERNANCE = "MB-CN-01"


def a_safeguard(safeguard_id: str = "I-12", **changed: Any) -> RegisterSafeguard:
    """A standard contract of a seller with another one, in force from 2 March 2026."""
    values: dict[str, Any] = {
        "safeguard_id": safeguard_id,
        "kind": "CN-SCC",
        "exporter_id": SELLER,
        "recipient_id": OTHER_SELLER,
        "names_destinations": ("DE",),
        "valid_from": "2026-03-02",
        "valid_to": "2029-03-01",
        "tz": "Asia/Shanghai",
        "evidence_digest": bytes(32),
    }
    return RegisterSafeguard(**(values | changed))


def an_assessment(**changed: Any) -> RegisterSafeguard:
    """An assessment that ends ten days after the tests begin."""
    values = {"kind": "CN-ASSESS", "recipient_id": None, "valid_from": "2023-11-13", "valid_to": "2026-11-12"}
    return a_safeguard("I-05", **(values | changed))


def an_extension(**changed: Any) -> ExtendSafeguard:
    values: dict[str, Any] = {
        "safeguard_id": "I-05",
        "sought_on": "2026-10-20",
        "valid_to": "2029-11-12",
        "evidence_digest": bytes(32),
    }
    return ExtendSafeguard(**(values | changed))


def with_safeguard(command: RegisterSafeguard | None = None) -> Stage[Registry]:
    stage = a_registry()
    stage.given(COUNTER, command or a_safeguard())
    return stage


def the_one(stage: Stage[Registry], actor: str, command: Command) -> Any:
    (fact,) = stage.ask(actor, command)
    return fact


# The calendar.


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-03-02", 10, "2026-03-16"),
        ("2026-02-13", 1, "2026-02-14"),  # A Saturday that is worked for the Spring Festival.
        ("2026-02-14", 1, "2026-02-24"),
        ("2025-09-26", 3, "2025-09-30"),  # Sunday 28 September is worked.
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2026-12-31", 1, None),
        ("2024-12-31", 0, "2024-12-31"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: str, count: int, expected: str | None) -> None:
    found = mainland().after(date.fromisoformat(day), count)
    assert found == (None if expected is None else date.fromisoformat(expected))


def test_the_last_working_days_include_the_last_day_itself() -> None:
    assert mainland().before(date(2026, 10, 12), 2) == date(2026, 10, 10)
    assert mainland().before(date(2025, 1, 2), 1) == date(2025, 1, 2)
    assert mainland().before(date(2025, 1, 2), 2) is None


def test_a_calendar_that_is_none_is_told_of() -> None:
    for text in ("years: [", "holidays: {}", "years: {2026: {source: x, days_off: [], workdays: [soon]}}"):
        with pytest.raises(Misuse, match="the calendar cannot be read"):
            read_calendar(text)


# Registered.


def test_the_counter_registers_what_it_has_seen_and_the_due_date_follows() -> None:
    stage = a_registry()
    fact = the_one(stage, COUNTER, a_safeguard(reference="Lingang 2026/12"))
    assert isinstance(fact, SafeguardRegistered)
    assert (fact.by_id, fact.reference, fact.evidence_digest) == (COUNTER, "Lingang 2026/12", bytes(32))
    assert (fact.safeguard.filing_due_on, fact.safeguard.filed_on) == ("2026-03-16", None)
    assert isinstance(the_one(stage, OPERATOR, a_safeguard("I-13")), SafeguardRegistered)


def test_neither_a_seller_nor_an_assessor_registers_safeguards() -> None:
    stage = with_safeguard()
    for actor in (SELLER, ASSESSOR):
        assert refusal(stage.ask(actor, a_safeguard("I-99"))) == ("ROLE_MISSING", actor)
    revoking = RevokeSafeguard(safeguard_id="I-12", grounds="It ended.")
    assert refusal(stage.ask(SELLER, revoking)) == ("ROLE_MISSING", SELLER)


def test_a_name_is_given_once() -> None:
    stage = with_safeguard()
    stage.given(COUNTER, RevokeSafeguard(safeguard_id="I-12", grounds="It ended."))
    assert refusal(stage.ask(COUNTER, a_safeguard())) == ("SAFEGUARD_EXISTS", "I-12")


def test_its_parties_take_part() -> None:
    stranger = a_safeguard(recipient_id="BU-XX-01")
    assert refusal(a_registry().ask(COUNTER, stranger)) == ("PARTICIPANT_UNKNOWN", "BU-XX-01")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"tz": "Mars/Base"}, "Mars/Base"),
        ({"valid_from": "2026-02-30"}, "day"),
        ({"exporter_id": None}, "name the exporter_id"),
        ({"recipient_id": SELLER}, "both sides"),
        ({"valid_to": "2026-03-01"}, "before it begins"),
        ({"kind": "CN-ASSESS"}, "holds until 2029-03-01"),
        ({"kind": "CN-CERT", "valid_to": None}, "for ever"),
        ({"kind": "CN-CERT", "valid_to": "2029-03-02"}, "holds until 2029-03-01"),
        ({"kind": "CN-CERT", "valid_from": "2025-12-31", "valid_to": "2026-12-31"}, "from 2026-01-01"),
        ({"kind": "EU-DPF", "valid_to": "2027-03-02"}, "holds until 2027-03-01"),
        ({"kind": "EU-DPF", "recipient_id": None, "valid_to": "2027-03-01"}, "name the recipient_id"),
        ({"kind": "CBPR"}, "recognised_in"),
        ({"kind": "SG-CONTRACT", "exporter_id": None, "recipient_id": None}, "nobody's"),
        ({"kind": "SG-CONTRACT", "filed_on": "2026-03-03"}, "not filed"),
        ({"filed_on": "2026-11-03"}, "today is 2026-11-02"),
        ({"filing_due_on": "2026-03-17"}, "are 2026-03-16"),
        ({"kind": "GBA-SC"}, "Greater Bay Area"),
    ],
)
def test_what_does_not_fit_its_type_is_refused(changed: dict[str, Any], why: str) -> None:
    stage = a_registry()
    if changed.get("kind") == "CN-ASSESS":
        changed = changed | {"valid_to": "2029-03-02"}
    (fact,) = stage.ask(COUNTER, a_safeguard(**changed))
    assert (fact.reason, fact.subject) == ("SAFEGUARD_UNFIT", "I-12")  # type: ignore[attr-defined]
    assert why in fact.detail  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("2024-02-29", "2027-02-28"), ("2023-11-13", "2026-11-12"), ("2026-02-01", "2026-02-01")],
)
def test_an_assessment_holds_for_three_years_at_the_longest(begins: str, ends: str) -> None:
    assert isinstance(
        the_one(a_registry(), COUNTER, an_assessment(valid_from=begins, valid_to=ends)), SafeguardRegistered
    )


def test_a_contract_of_the_bay_area_is_between_two_who_are_registered_there() -> None:
    stage = a_registry()
    stage.given(
        OPERATOR,
        an_admission(HARBOUR, Role.SELLER, place="HK", gba_registered=True),
        an_admission("SE-CN-05", Role.SELLER, gba_registered=True),
    )
    contract = a_safeguard(kind="GBA-SC", exporter_id="SE-CN-05", recipient_id=HARBOUR)
    assert isinstance(the_one(stage, COUNTER, contract), SafeguardRegistered)
    assert (
        the_one(
            stage, COUNTER, FileSafeguard(safeguard_id="I-12", filed_on="2026-03-30", reference="GD")
        ).late
        is False
    )


def test_where_working_days_were_not_published_the_due_date_has_to_be_named() -> None:
    stage = a_registry()
    late = {"valid_from": "2026-12-28", "valid_to": None}
    assert refusal(stage.ask(COUNTER, a_safeguard(**late))) == ("WORKING_DAYS_UNKNOWN", "I-12")
    for day in ("2026-12-28", "2027-01-29"):
        far = a_safeguard(filing_due_on=day, **late)
        assert refusal(stage.ask(COUNTER, far)) == ("SAFEGUARD_UNFIT", "I-12")
    fact = the_one(stage, COUNTER, a_safeguard(filing_due_on="2027-01-12", **late))
    assert fact.safeguard.filing_due_on == "2027-01-12"


def test_a_pair_has_only_so_many_safeguards_that_have_not_ended() -> None:
    stage = a_registry()
    stage.given(OPERATOR, an_admission("BU-SG-01", Role.BUYER), an_admission("BU-JP-01", Role.BUYER))
    for number in range(SAFEGUARDS_MAX):
        stage.given(COUNTER, a_safeguard(f"S-{number}"))
        stage.given(COUNTER, a_safeguard(f"E-{number}", valid_to="2026-04-01"))
    assert refusal(stage.ask(COUNTER, a_safeguard("S-99"))) == ("SAFEGUARDS_TOO_MANY", "S-99")
    for_all: dict[str, Any] = {"kind": "CN-CERT", "recipient_id": None, "valid_to": "2028-01-01"}
    assert refusal(stage.ask(COUNTER, a_safeguard("S-99", **for_all))) == ("SAFEGUARDS_TOO_MANY", "S-99")
    of_all: dict[str, Any] = {"kind": "SG-CONTRACT", "exporter_id": None}
    assert refusal(stage.ask(COUNTER, a_safeguard("S-99", **of_all))) == ("SAFEGUARDS_TOO_MANY", "S-99")
    stage.given(COUNTER, a_safeguard("T-1", recipient_id="BU-SG-01"))
    stage.given(COUNTER, RevokeSafeguard(safeguard_id="S-0", grounds="Not needed."))
    stage.given(COUNTER, a_safeguard("S-99", **for_all))
    for number in range(1, SAFEGUARDS_MAX):
        stage.given(COUNTER, a_safeguard(f"U-{number}", recipient_id="BU-JP-01"))
    assert refusal(stage.ask(COUNTER, a_safeguard("U-99", recipient_id="BU-JP-01"))) == (
        "SAFEGUARDS_TOO_MANY",
        "U-99",
    )


# Filed, changed, extended, revoked.


@pytest.mark.parametrize(("filed_on", "late"), [("2026-03-16", False), ("2026-03-17", True)])
def test_a_filing_that_comes_late_is_told_to_be(filed_on: str, late: bool) -> None:
    stage = with_safeguard()
    fact = the_one(stage, COUNTER, FileSafeguard(safeguard_id="I-12", filed_on=filed_on, reference="SH-1"))
    assert isinstance(fact, SafeguardFiled)
    assert (fact.safeguard.filed_on, fact.late) == (filed_on, late)
    again = FileSafeguard(safeguard_id="I-12", filed_on=filed_on, reference="SH-2")
    assert refusal(stage.ask(COUNTER, again)) == ("SAFEGUARD_STATE", "I-12")


@pytest.mark.parametrize("filed_on", ["2026-11-03", "2026-02-30"])
def test_nothing_is_filed_on_a_day_that_has_not_come_or_is_none(filed_on: str) -> None:
    filing = FileSafeguard(safeguard_id="I-12", filed_on=filed_on, reference="SH-1")
    assert refusal(with_safeguard().ask(COUNTER, filing)) == ("SAFEGUARD_UNFIT", "I-12")


def test_only_contracts_are_filed() -> None:
    filing = FileSafeguard(safeguard_id="I-05", filed_on="2026-03-03", reference="SH-1")
    assert refusal(with_safeguard(an_assessment()).ask(COUNTER, filing)) == ("SAFEGUARD_STATE", "I-05")


def test_what_has_changed_is_told_and_nothing_else_changes() -> None:
    stage = with_safeguard(a_safeguard(kind="EU-SCC", tia_current=True))
    change = ChangeSafeguard(safeguard_id="I-12", grounds="The assessment is out of date.", tia_current=False)
    fact = the_one(stage, OPERATOR, change)
    assert isinstance(fact, SafeguardChanged)
    assert (fact.safeguard.tia_current, fact.safeguard.scope_changed) == (False, False)
    assert refusal(stage.ask(COUNTER, change)) == ("SAFEGUARD_STATE", "I-12")
    scope = ChangeSafeguard(
        safeguard_id="I-12", grounds="Other fields.", scope_changed=True, continuing_checks=True
    )
    changed = the_one(stage, COUNTER, scope).safeguard
    assert (changed.scope_changed, changed.tia_current, changed.continuing_checks) == (True, False, True)


def test_an_assessment_is_extended_in_its_last_working_days_by_three_years() -> None:
    stage = with_safeguard(an_assessment())
    fact = the_one(stage, COUNTER, an_extension())
    assert isinstance(fact, SafeguardExtended)
    assert (fact.valid_before, fact.safeguard.valid_to) == ("2026-11-12", "2029-11-12")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sought_on": "2026-08-01"}, "SAFEGUARD_WINDOW"),
        ({"sought_on": "2026-11-03"}, "SAFEGUARD_UNFIT"),
        ({"sought_on": "2026-10-32"}, "SAFEGUARD_UNFIT"),
        ({"valid_to": "2029-11-13"}, "SAFEGUARD_UNFIT"),
        ({"valid_to": "2026-11-12"}, "SAFEGUARD_UNFIT"),
        ({"valid_to": "2028-02-31"}, "SAFEGUARD_UNFIT"),
    ],
)
def test_an_extension_comes_in_time_and_is_no_longer(changed: dict[str, Any], reason: str) -> None:
    assert refusal(with_safeguard(an_assessment()).ask(COUNTER, an_extension(**changed))) == (reason, "I-05")


def test_the_window_opens_on_the_sixtieth_working_day_before_the_end() -> None:
    opens = mainland().before(date(2026, 11, 12), 60)
    assert opens == date(2026, 8, 17)
    assert isinstance(
        the_one(with_safeguard(an_assessment()), COUNTER, an_extension(sought_on="2026-08-17")),
        SafeguardExtended,
    )
    early = an_extension(sought_on="2026-08-16")
    assert refusal(with_safeguard(an_assessment()).ask(COUNTER, early)) == ("SAFEGUARD_WINDOW", "I-05")


def test_an_assessment_that_has_ended_is_not_brought_back_beside_as_many_as_there_may_be() -> None:
    stage = with_safeguard(an_assessment(valid_from="2023-10-30", valid_to="2026-10-29"))
    for number in range(SAFEGUARDS_MAX):
        stage.given(COUNTER, a_safeguard(f"S-{number}"))
    extension = an_extension(valid_to="2029-10-29")
    assert refusal(stage.ask(COUNTER, extension)) == ("SAFEGUARDS_TOO_MANY", "I-05")


def test_nothing_but_an_assessment_is_extended() -> None:
    extension = an_extension(safeguard_id="I-12")
    assert refusal(with_safeguard().ask(COUNTER, extension)) == ("SAFEGUARD_STATE", "I-12")


def test_where_working_days_were_not_published_the_window_has_to_be_named() -> None:
    stage = with_safeguard(an_assessment(valid_from="2024-03-01", valid_to="2027-02-26"))
    extension = an_extension(sought_on="2026-11-02", valid_to="2030-02-26")
    assert refusal(stage.ask(COUNTER, extension)) == ("WORKING_DAYS_UNKNOWN", "I-05")
    for window, reason in (("2026-02-30", "SAFEGUARD_UNFIT"), ("2026-12-01", "SAFEGUARD_WINDOW")):
        named = an_extension(sought_on="2026-11-02", valid_to="2030-02-26", window_from=window)
        assert refusal(stage.ask(COUNTER, named)) == (reason, "I-05")
    early = an_extension(sought_on="2026-10-28", valid_to="2030-02-26", window_from="2026-01-01")
    assert refusal(stage.ask(COUNTER, early)) == ("SAFEGUARD_WINDOW", "I-05")
    named = an_extension(sought_on="2026-11-02", valid_to="2030-02-26", window_from="2026-11-02")
    assert isinstance(the_one(stage, COUNTER, named), SafeguardExtended)


def test_what_is_revoked_is_revoked_for_good() -> None:
    stage = with_safeguard()
    stage.given(OPERATOR, an_admission(GOVERNANCE, Role.GOVERNANCE))
    revoking = RevokeSafeguard(safeguard_id="I-12", grounds="The recipient broke it.")
    fact = the_one(stage, GOVERNANCE, revoking)
    assert isinstance(fact, SafeguardRevoked)
    assert fact.safeguard.status == "revoked"
    filing = FileSafeguard(safeguard_id="I-12", filed_on="2026-03-05", reference="SH-1")
    change = ChangeSafeguard(safeguard_id="I-12", grounds="x", scope_changed=True)
    for command in (revoking, filing, change):
        assert refusal(stage.ask(COUNTER, command)) == ("SAFEGUARD_STATE", "I-12")
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize(
    "command",
    [
        FileSafeguard(safeguard_id="I-12", filed_on="2026-03-05", reference="SH-1"),
        ChangeSafeguard(safeguard_id="I-12", grounds="x", scope_changed=True),
        an_extension(safeguard_id="I-12"),
        RevokeSafeguard(safeguard_id="I-12", grounds="x"),
    ],
)
def test_nothing_happens_to_a_safeguard_that_was_never_registered(command: Command) -> None:
    assert refusal(a_registry().ask(COUNTER, command)) == ("SAFEGUARD_UNKNOWN", "I-12")
