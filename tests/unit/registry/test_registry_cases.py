"""Cases of the counter: opened once, with a clock; ruled on by three; appealed once."""

from typing import Any, Literal

import pytest

from exchange.kernel.panel import Constituency, PanelMember
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY, HOUR, instant
from exchange.registry.cases import opening, room
from exchange.registry.cases.appealing import APPEAL_DAYS
from exchange.registry.cases.commands import (
    AppealCase,
    Handbook,
    OpenCase,
    RuleOnCase,
    WithdrawCaseRuling,
)
from exchange.registry.cases.decider import AGAINST_DAYS
from exchange.registry.cases.facts import (
    CaseAppealed,
    CaseClosed,
    CaseJoined,
    CaseNotOpened,
    CaseOpened,
    CaseOverdue,
    CaseQueued,
    CaseRuled,
    CaseRulingWithdrawn,
)
from exchange.registry.cases.opening import QUESTIONS_KEPT
from exchange.registry.cases.room import OF_BUYER_MAX, OF_SELLER_MAX
from exchange.registry.cases.ruling import SCOPE_MAX
from exchange.registry.commands import Role, SuspendParticipant
from exchange.registry.state import Registry
from tests.support.stage import START, Stage, refusal
from tests.unit.registry.stage import COUNTER, OPERATOR, SELLER, a_registry, an_admission

BUYER = "BU-SG-01"
CODES = ("LOCAL_LAW_REVIEW", "EU_ART9")
DUE = instant("2026-11-23T16:00:00Z")
"""Fifteen working days after that of the tests are over in Shanghai."""
SEATS: tuple[Constituency, ...] = ("government", "institution", "industry")


def a_counter() -> Stage[Registry]:
    stage = a_registry()
    stage.given(OPERATOR, an_admission(BUYER, Role.BUYER, place="SG"))
    return stage


def a_panel(*names: str) -> tuple[PanelMember, ...]:
    chosen = names or ("Member 1", "Member 2", "Member 3")
    return tuple(PanelMember(name=name, constituency=seat) for name, seat in zip(chosen, SEATS, strict=True))


SECOND = a_panel("Member 4", "Member 5", "Member 6")


def a_question(number: int = 1, **changed: Any) -> OpenCase:
    values: dict[str, Any] = {
        "asked_in": "market",
        "decision_id": f"D-0.{number}.0",
        "subject": "P-04",
        "instrument_id": "L-0.4.0",
        "seller_id": SELLER,
        "buyer_id": BUYER,
        "codes": CODES,
        "question": "0" * 32,
        "asked_by": BUYER,
    }
    return OpenCase(**(values | changed))


def a_bonded_question() -> OpenCase:
    books = (Handbook(zone_id="BZ-2", handbook_no="HB-1"),)
    return a_question(7, asked_in="bonded", subject="X-0.4.0", instrument_id="", handbooks=books)


def a_case(stage: Stage[Registry], question: OpenCase | None = None) -> str:
    (opened,) = stage.ask(POLICY_ACTOR, question or a_question())
    assert isinstance(opened, CaseOpened), opened
    return opened.case_id


def a_ruling(case_id: str, verdict: Literal["lifted", "against"] = "lifted", **changed: Any) -> RuleOnCase:
    values: dict[str, Any] = {"panel": a_panel(), "grounds": "The papers show consent."}
    if verdict == "lifted":
        values |= {"codes": CODES, "valid_until": START + 90 * DAY}
    return RuleOnCase(case_id=case_id, verdict=verdict, **(values | changed))


def by_itself(stage: Stage[Registry], microseconds: int) -> list[Any]:
    """What time alone brings, seen by a command that changes nothing else."""
    stage.later(microseconds)
    before = len(stage.journal)
    stage.ask(SELLER, AppealCase(case_id="RC-0.0.0", grounds=""))
    return [recorded.fact for recorded in stage.journal[before:-1]]


def test_what_waits_for_people_is_before_the_counter_with_a_clock() -> None:
    stage = a_counter()
    (opened,) = stage.ask(POLICY_ACTOR, a_question())
    assert isinstance(opened, CaseOpened)
    assert (opened.subject, opened.buyer_id, opened.codes) == ("P-04", BUYER, CODES)
    assert (opened.due_at, opened.counted_in) == (DUE, "working_days")
    (again,) = stage.ask(POLICY_ACTOR, a_question(2, question="1" * 32))
    assert again == CaseJoined(case_id=opened.case_id, decision_id="D-0.2.0", question="1" * 32)


def test_the_same_codes_in_another_order_are_the_same_matter() -> None:
    stage = a_counter()
    a_case(stage)
    (again,) = stage.ask(POLICY_ACTOR, a_question(2, codes=CODES[::-1]))
    assert isinstance(again, CaseJoined)


@pytest.mark.parametrize(
    "changed",
    [{"buyer_id": "BU-JP-01"}, {"instrument_id": "L-0.5.0"}, {"codes": CODES[:1]}, {"subject": "P-05"}],
)
def test_another_matter_is_another_case(changed: dict[str, Any]) -> None:
    stage = a_counter()
    assert a_case(stage) != a_case(stage, a_question(2, **changed))


def test_nobody_but_the_exchange_opens_a_case() -> None:
    assert refusal(a_counter().ask(BUYER, a_question())) == ("NOT_PERMITTED", "P-04")


def test_one_buyer_cannot_flood_the_counter_and_others_are_heard() -> None:
    stage = a_counter()
    for number in range(OF_BUYER_MAX):
        a_case(stage, a_question(number, instrument_id=f"L-{number}"))
    (full,) = stage.ask(POLICY_ACTOR, a_question(99))
    assert isinstance(full, CaseQueued)
    assert (full.decision_id, full.basis) == ("D-0.99.0", "too_many_of_buyer")
    a_case(stage, a_question(100, buyer_id="BU-JP-01"))


def test_what_one_seller_offers_does_not_fill_the_counter() -> None:
    stage = a_counter()
    for number in range(OF_SELLER_MAX):
        a_case(stage, a_question(number, buyer_id=f"BU-{number}"))
    (full,) = stage.ask(POLICY_ACTOR, a_question(999))
    assert isinstance(full, CaseQueued)
    assert (full.decision_id, full.basis) == ("D-0.999.0", "too_many_of_seller")
    a_case(stage, a_question(1_000, seller_id="SE-DE-01"))


def test_of_all_no_more_are_open_than_anyone_can_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "OPEN_MAX", 2)
    stage = a_counter()
    for number in range(2):
        a_case(stage, a_question(number, buyer_id=f"BU-{number}", seller_id=f"SE-{number}"))
    (full,) = stage.ask(POLICY_ACTOR, a_question(9))
    assert isinstance(full, CaseQueued)
    assert (full.decision_id, full.basis) == ("D-0.9.0", "too_many")


def test_a_ruling_makes_room_for_another_case() -> None:
    stage = a_counter()
    first, *_ = [a_case(stage, a_question(n, instrument_id=f"L-{n}")) for n in range(OF_BUYER_MAX)]
    stage.given(COUNTER, a_ruling(first))
    a_case(stage, a_question(99))


def test_what_is_overdue_is_said_once_and_decides_nothing() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    (overdue,) = by_itself(stage, DUE - stage.at)
    assert isinstance(overdue, CaseOverdue)
    assert (overdue.case_id, overdue.on_appeal) == (case_id, False)
    assert by_itself(stage, 400 * DAY) == []
    stage.given(COUNTER, a_ruling(case_id, valid_until=stage.at + DAY))


def test_a_panel_lifts_the_codes_it_names_in_its_scope_until_a_time() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    (ruled,) = stage.ask(COUNTER, a_ruling(case_id, codes=CODES[:1], any_buyer=True, reference="2026/9"))
    assert isinstance(ruled, CaseRuled)
    assert (ruled.verdict, ruled.codes, ruled.any_buyer, ruled.whole_product) == (
        "lifted",
        CODES[:1],
        True,
        False,
    )
    assert (ruled.panel, ruled.by_id, ruled.on_appeal, ruled.replaces) == (a_panel(), COUNTER, False, False)
    assert refusal(stage.ask(COUNTER, a_ruling(case_id))) == ("CASE_RULED", case_id)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_what_was_ruled_on_is_not_opened_again_until_something_changes() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    stage.given(POLICY_ACTOR, a_question(2, question="1" * 32))
    stage.given(COUNTER, a_ruling(case_id, "against"))
    for question in ("0" * 32, "1" * 32):
        (same,) = stage.ask(POLICY_ACTOR, a_question(3, question=question))
        assert same == CaseNotOpened(decision_id="D-0.3.0", basis="ruled", case_id=case_id)
    other = a_case(stage, a_question(4, question="2" * 32))
    assert other != case_id
    stage.given(COUNTER, a_ruling(other))


def test_what_was_lifted_and_ended_by_a_clock_that_is_ahead_finds_another_case() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    stage.given(COUNTER, a_ruling(case_id, valid_until=stage.at + DAY))
    stage.later(DAY - opening.CLOCKS_DIFFER - 2_000_001)
    (ruled,) = stage.ask(POLICY_ACTOR, a_question(2))
    assert isinstance(ruled, CaseNotOpened)
    other = a_case(stage, a_question(3))
    assert by_itself(stage, DAY)[0] == CaseClosed(case_id=case_id)
    (joined,) = stage.ask(POLICY_ACTOR, a_question(4))
    assert isinstance(joined, CaseJoined)
    assert joined.case_id == other
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_of_the_questions_of_a_case_the_latest_are_remembered() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    for number in range(QUESTIONS_KEPT + 5):
        stage.given(POLICY_ACTOR, a_question(number, question=f"{number:032x}"))
    assert len(stage.state.cases.held[case_id].questions) == QUESTIONS_KEPT


@pytest.mark.parametrize(("verdict", "ends"), [("lifted", 90 * DAY), ("against", AGAINST_DAYS * DAY)])
def test_once_a_ruling_s_time_is_over_the_same_is_looked_at_again(verdict: Any, ends: int) -> None:
    stage = a_counter()
    case_id = a_case(stage)
    stage.given(COUNTER, a_ruling(case_id, verdict))
    assert CaseClosed(case_id=case_id) in by_itself(stage, ends)
    assert a_case(stage, a_question(2)) != case_id


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"codes": ("CN_SPLITTING",)}, "RULING_UNFIT"),
        ({"codes": ()}, "RULING_UNFIT"),
        ({"valid_until": None}, "RULING_UNFIT"),
        ({"verdict": "against", "codes": CODES}, "RULING_UNFIT"),
        ({"verdict": "against", "valid_until": START + DAY}, "RULING_UNFIT"),
        ({"valid_until": START + HOUR}, "RULING_TERM"),
        ({"valid_until": START + 1_100 * DAY}, "RULING_TERM"),
        ({"panel": a_panel("Member 1", "Member 2", "member 1")}, "PANEL_UNFIT"),
        ({"panel": a_panel("Member 1", SELLER, "Member 3")}, "PANEL_UNFIT"),
        ({"panel": a_panel("Member 1", "Member 2", f"ubo-{BUYER}")}, "PANEL_UNFIT"),
        (
            {"panel": tuple(PanelMember(name=f"M {n}", constituency="industry") for n in range(3))},
            "PANEL_UNFIT",
        ),
    ],
)
def test_a_ruling_has_to_fit_its_case(changed: dict[str, Any], reason: str) -> None:
    stage = a_counter()
    case_id = a_case(stage)
    assert refusal(stage.ask(COUNTER, a_ruling(case_id, **changed))) == (reason, case_id)


def test_only_the_counter_rules_and_on_no_case_of_its_own() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    assert refusal(stage.ask(OPERATOR, a_ruling(case_id))) == ("ROLE_MISSING", OPERATOR)
    assert refusal(stage.ask(COUNTER, a_ruling("RC-9"))) == ("CASE_UNKNOWN", "RC-9")
    sister = an_admission("CO-CN-02", Role.COUNTER, beneficial_owner=f"UBO-{BUYER}")
    stage.given(OPERATOR, sister)
    for command in (a_ruling(case_id), WithdrawCaseRuling(case_id=case_id, grounds="Ours.")):
        assert refusal(stage.ask("CO-CN-02", command)) == ("CASE_PARTY", case_id)


def test_what_is_about_consignments_holds_for_nothing_beside() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_bonded_question())
    for scope in ("whole_product", "any_buyer"):
        wider: dict[str, Any] = {scope: True}
        assert refusal(stage.ask(COUNTER, a_ruling(case_id, **wider))) == ("RULING_UNFIT", case_id)
    (ruled,) = stage.ask(COUNTER, a_ruling(case_id))
    assert isinstance(ruled, CaseRuled)
    assert ruled.handbooks == (Handbook(zone_id="BZ-2", handbook_no="HB-1"),)


def test_so_many_rulings_hold_for_one_instrument_and_no_more() -> None:
    stage = a_counter()
    for number in range(SCOPE_MAX):
        stage.given(COUNTER, a_ruling(a_case(stage, a_question(number, buyer_id=f"BU-{number}"))))
    last = a_case(stage)
    assert refusal(stage.ask(COUNTER, a_ruling(last))) == ("RULINGS_TOO_MANY", last)
    stage.given(COUNTER, a_ruling(last, whole_product=True))


def test_what_was_lifted_is_taken_back_and_asked_again() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    withdraw = WithdrawCaseRuling(case_id=case_id, grounds="The consent was withdrawn.")
    assert refusal(stage.ask(OPERATOR, withdraw)) == ("ROLE_MISSING", OPERATOR)
    assert refusal(stage.ask(COUNTER, withdraw)) == ("CASE_NOT_LIFTED", case_id)
    stage.given(COUNTER, a_ruling(case_id))
    (withdrawn,) = stage.ask(COUNTER, withdraw)
    assert isinstance(withdrawn, CaseRulingWithdrawn)
    assert (withdrawn.subject, withdrawn.instrument_id, withdrawn.by_id) == ("P-04", "L-0.4.0", COUNTER)
    assert refusal(stage.ask(COUNTER, withdraw)) == ("CASE_UNKNOWN", case_id)
    assert a_case(stage, a_question(2)) != case_id


def test_a_party_appeals_once_and_another_panel_has_the_last_word() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    appeal = AppealCase(case_id=case_id, grounds="The consent covers it.")
    assert refusal(stage.ask(BUYER, appeal)) == ("CASE_NOT_RULED", case_id)
    stage.given(COUNTER, a_ruling(case_id, "against"))
    assert refusal(stage.ask(OPERATOR, appeal)) == ("NOT_PERMITTED", case_id)
    (appealed,) = stage.ask(BUYER, appeal)
    assert appealed == CaseAppealed(
        case_id=case_id, by_id=BUYER, grounds=appeal.grounds, due_at=DUE, counted_in="working_days"
    )
    (joined,) = stage.ask(POLICY_ACTOR, a_question(2))
    assert isinstance(joined, CaseJoined)
    assert refusal(stage.ask(SELLER, appeal)) == ("CASE_FINAL", case_id)
    assert refusal(stage.ask(COUNTER, a_ruling(case_id))) == ("PANEL_REPEATED", case_id)
    (ruled,) = stage.ask(COUNTER, a_ruling(case_id, panel=SECOND))
    assert isinstance(ruled, CaseRuled)
    assert (ruled.on_appeal, ruled.replaces) == (True, False)
    assert refusal(stage.ask(COUNTER, a_ruling(case_id, panel=SECOND))) == ("CASE_FINAL", case_id)
    assert refusal(stage.ask(BUYER, appeal)) == ("CASE_FINAL", case_id)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_an_appeal_against_what_was_lifted_ends_it_if_the_second_panel_says_so() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    stage.given(COUNTER, a_ruling(case_id))
    stage.given(SELLER, AppealCase(case_id=case_id, grounds="It is our data."))
    (overdue,) = by_itself(stage, DUE - stage.at)
    assert isinstance(overdue, CaseOverdue)
    assert overdue.on_appeal
    (ruled,) = stage.ask(COUNTER, a_ruling(case_id, "against", panel=SECOND))
    assert isinstance(ruled, CaseRuled)
    assert (ruled.verdict, ruled.replaces, ruled.codes) == ("against", True, CODES)


def test_an_appeal_comes_within_its_time_and_from_whoever_takes_part() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    stage.given(COUNTER, a_ruling(case_id, "against"))
    stage.given(OPERATOR, SuspendParticipant(participant_id=BUYER, grounds="Late."))
    appeal = AppealCase(case_id=case_id, grounds="")
    assert refusal(stage.ask(BUYER, appeal)) == ("PARTICIPANT_SUSPENDED", BUYER)
    stage.later(APPEAL_DAYS * DAY)
    assert refusal(stage.ask(SELLER, appeal)) == ("APPEAL_LATE", case_id)


def test_a_ruling_whose_time_ends_during_an_appeal_takes_the_case_with_it() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    stage.given(COUNTER, a_ruling(case_id, valid_until=stage.at + DAY))
    stage.given(BUYER, AppealCase(case_id=case_id, grounds=""))
    assert by_itself(stage, DAY) == [CaseClosed(case_id=case_id)]
    assert (stage.state.cases.held, stage.state.cases.of_buyer, stage.state.agenda) == ({}, {}, [])
