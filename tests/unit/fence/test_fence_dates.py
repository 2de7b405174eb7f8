"""Whole days: rules, safeguards, lists, licences and deadlines turn at midnight of their own zone, not before."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import Licence, Outcome
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant
from tests.unit.fence.cases import a_list, a_safeguard, decided, hop_of, rewritten, shipped

LICENCE = Licence(
    spatial=("JP",),
    purposes=("transport",),
    valid_from=date(2026, 11, 1),
    valid_to=date(2026, 11, 30),
    tz="Asia/Tokyo",
    status="active",
    seats=5,
    seats_used=5,
)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2024-03-21T15:59:59.999999Z", "RULESET_NOT_IN_FORCE"),
        ("2024-03-21T16:00:00Z", "CN_ART3"),
    ],
)
def test_mainland_rules_begin_at_midnight_in_shanghai(at: str, code: str) -> None:
    assert decided(hop_of("T-18", as_of=instant(at))).reason_codes == (code,)


@pytest.mark.parametrize(
    ("tz", "at", "held"),
    [
        ("Asia/Shanghai", "2026-11-30T15:59:59.999999Z", True),
        ("Asia/Shanghai", "2026-11-30T16:00:00Z", False),
        ("Europe/Berlin", "2026-11-30T22:59:59.999999Z", True),
        ("Europe/Berlin", "2026-11-30T23:00:00Z", False),
        ("America/New_York", "2026-12-01T04:59:59.999999Z", True),
        ("America/New_York", "2026-12-01T05:00:00Z", False),
    ],
)
def test_a_safeguard_holds_through_its_last_day_in_its_own_zone(tz: str, at: str, held: bool) -> None:
    certificate = a_safeguard("CN-CERT", valid_to=date(2026, 11, 30), tz=tz)
    decision = decided(hop_of("T-06", safeguards=(certificate,), as_of=instant(at)))
    assert decision.outcome is (Outcome.ALLOW_COND if held else Outcome.FILE)
    assert decision.note_codes == (() if held else ("INSTRUMENT_EXPIRED",))


def test_a_safeguard_does_not_hold_before_its_first_day() -> None:
    certificate = a_safeguard("CN-CERT", valid_from=date(2026, 11, 2))
    early = hop_of("T-06", safeguards=(certificate,), as_of=instant("2026-11-01T15:59:59.999999Z"))
    assert decided(early).note_codes == ("INSTRUMENT_EXPIRED",)
    assert decided(replace(early, as_of=early.as_of + 1)).admitted


@pytest.mark.parametrize(
    ("at", "outcome"),
    [("2026-11-16T15:59:59.999999Z", Outcome.ALLOW_COND), ("2026-11-16T16:00:00Z", Outcome.DENY)],
)
def test_an_unfiled_contract_counts_through_its_due_date(at: str, outcome: Outcome) -> None:
    contract = a_safeguard("CN-SCC", filing_due_on=date(2026, 11, 16))
    decision = decided(hop_of("T-06", safeguards=(contract,), as_of=instant(at)))
    assert decision.outcome is outcome
    assert ("CN_SCC_NOT_FILED" in decision.deciding_codes) == (outcome is Outcome.DENY)


def test_a_contract_filed_late_counts_from_the_day_it_was_filed() -> None:
    contract = a_safeguard("CN-SCC", filing_due_on=date(2026, 10, 1), filed_on=date(2026, 11, 3))
    hop = hop_of("T-06", safeguards=(contract,), as_of=instant("2026-11-02T15:59:59.999999Z"))
    assert decided(hop).outcome is Outcome.DENY
    assert decided(replace(hop, as_of=hop.as_of + 1)).satisfied_by == ("X-CN-SCC",)


def test_an_unfiled_contract_without_a_known_due_date_does_not_count() -> None:
    assert decided(hop_of("T-06", safeguards=(a_safeguard("CN-SCC"),))).outcome is Outcome.DENY


@pytest.mark.parametrize(
    ("at", "code"),
    [("2025-05-16T15:59:59.999999Z", "LG_GENERAL_OK"), ("2025-05-16T16:00:00Z", "CN_ART8_FILE")],
)
def test_the_general_list_is_usable_through_its_last_day(at: str, code: str) -> None:
    assert decided(hop_of("T-12", as_of=instant(at))).deciding_codes == (code,)


def test_retention_passes_at_the_end_of_its_last_day_in_shanghai() -> None:
    hop = hop_of("T-02", as_of=instant("2027-01-31T15:59:59.999999Z"))
    assert decided(hop).admitted
    assert decided(replace(hop, as_of=hop.as_of + 1)).deciding_codes == ("ZONE_RETENTION",)


@pytest.mark.parametrize(
    ("changes", "at", "ok"),
    [
        ({}, "2026-11-02T00:00:00Z", True),
        ({}, "2026-10-31T14:59:59.999999Z", False),
        ({}, "2026-10-31T15:00:00Z", True),
        ({}, "2026-11-30T14:59:59.999999Z", True),
        ({}, "2026-11-30T15:00:00Z", False),
        ({"valid_from": None, "valid_to": None}, "2026-12-30T15:00:00Z", True),
        ({"spatial": ("SG",)}, "2026-11-02T00:00:00Z", False),
        ({"purposes": ("sale",)}, "2026-11-02T00:00:00Z", False),
        ({"status": "suspended"}, "2026-11-02T00:00:00Z", False),
        ({"seats_used": 6}, "2026-11-02T00:00:00Z", False),
        ({"seats_used": None}, "2026-11-02T00:00:00Z", False),
        ({"seats": None, "seats_used": None}, "2026-11-02T00:00:00Z", True),
    ],
)
def test_a_licence_limits_place_purpose_time_and_seats(changes: dict[str, Any], at: str, ok: bool) -> None:
    decision = decided(hop_of("T-18", licence=replace(LICENCE, **changes), as_of=instant(at)))
    assert decision.admitted == ok
    assert decision.deciding_codes == (("CN_ART3",) if ok else ("LICENCE",))


def test_a_licence_limits_remote_access_too() -> None:
    hop = hop_of("T-18", licence=LICENCE, remote_access_from=("SG",))
    assert decided(hop).deciding_codes == ("LICENCE",)


def until(**changes: Any) -> int | None:
    """Until when the answer to T-06 with `changes` holds."""
    return decided(hop_of("T-06", **changes)).holds_until


def test_an_answer_holds_until_its_next_input_turns() -> None:
    new_year = instant("2027-01-01T00:00:00+08:00")
    assert until() == new_year
    assert until(data__contains_pi=False) is None
    ends = a_safeguard("CN-CERT", valid_to=date(2026, 11, 30), tz="Europe/Berlin")
    assert until(safeguards=(ends,)) == instant("2026-12-01T00:00:00+01:00")
    begins = a_safeguard("CN-CERT", valid_from=date(2026, 12, 24))
    assert until(safeguards=(begins,)) == instant("2026-12-24T00:00:00+08:00")
    unfiled = a_safeguard("CN-SCC", filing_due_on=date(2026, 11, 9))
    assert until(safeguards=(unfiled,)) == instant("2026-11-10T00:00:00+08:00")
    listed = a_list("FTZ-NEG", valid_to=date(2026, 11, 4))
    assert until(list_refs=(listed,)) == instant("2026-11-05T00:00:00+08:00")
    assert until(licence=LICENCE) == instant("2026-12-01T00:00:00+09:00")
    assert until(zone__retention_until=date(2026, 11, 7)) == instant("2026-11-08T00:00:00+08:00")


def test_an_end_that_no_calendar_holds_is_never_reached() -> None:
    forever = a_safeguard("CN-CERT", valid_to=date.max, tz="Pacific/Honolulu")
    assert until(safeguards=(forever,), data__contains_pi=False) is None


def test_an_answer_holds_until_a_rule_comes_or_goes_or_the_ruleset_ends() -> None:
    def end_it(content: dict[str, Any]) -> None:
        content["effective_to"] = date(2026, 12, 31)
        next(rule for rule in content["rules"] if rule["id"] == "CN-07")["valid_to"] = date(2026, 11, 15)

    ending = rewritten(end_it)
    hop = hop_of("T-18")
    assert decided(hop, ruleset=ending).holds_until == instant("2026-11-16T00:00:00+08:00")
    hop = replace(hop, as_of=instant("2026-11-16T00:00:00+08:00"))
    assert decided(hop, ruleset=ending).reason_codes == ("CN_NO_TRIGGER",)
    assert decided(hop, ruleset=ending).holds_until == instant("2027-01-01T00:00:00+08:00")
    hop = replace(hop, as_of=instant("2027-01-01T00:00:00+08:00"))
    decision = decided(hop, ruleset=ending)
    assert decision.deciding_codes == ("RULESET_NOT_IN_FORCE",)
    assert decision.holds_until is None


def test_an_unknown_time_zone_is_refused_at_once() -> None:
    with pytest.raises(Misuse, match="Asia/Lingang"):
        a_safeguard("CN-CERT", tz="Asia/Lingang")


def test_the_shipped_ruleset_takes_effect_on_its_day_in_shanghai() -> None:
    assert not shipped().effective(instant("2026-11-01T15:59:59.999999Z"))
    assert shipped().effective(instant("2026-11-01T16:00:00Z"))
