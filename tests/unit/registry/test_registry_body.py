"""The management body: its seats, and the quorum that a ruleset takes."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.panel import CONSTITUENCIES
from exchange.kernel.time import DAY
from exchange.registry.approvals import Approval
from exchange.registry.body.decider import TERM_MAX
from exchange.registry.body.facts import MemberSeated
from exchange.registry.commands import ActivateRuleset, Role
from exchange.registry.facts import RulesetActivated
from exchange.registry.state import Registry
from tests.support.stage import START, Stage, refusal
from tests.unit.registry.body_stage import BODY, KEYS, NAMES, TERM, a_seat, agreed, approved, with_body
from tests.unit.registry.stage import OPERATOR, SELLER, a_registry, an_admission

MEMBERS = tuple(NAMES.values())
FRESH = bytes(range(32))


def a_ruleset(version: str = "2026-11", effective_at: int = START) -> ActivateRuleset:
    return ActivateRuleset(ruleset_version=version, ruleset_digest="ab" * 32, effective_at=effective_at)


def a_site(stage: Stage[Registry]) -> str:
    return stage.state.site


def test_the_first_ruleset_is_the_operator_s_while_no_body_is_complete() -> None:
    stage = a_registry()
    stage.given(OPERATOR, an_admission(BODY, Role.GOVERNANCE))
    stage.given(BODY, a_seat("government"), a_seat("industry"))
    (activated,) = stage.ask(OPERATOR, a_ruleset())
    assert activated == RulesetActivated(
        ruleset_version="2026-11", ruleset_digest="ab" * 32, effective_at=START
    )
    assert refusal(stage.ask(OPERATOR, a_ruleset("2026-12"))) == ("QUORUM_INCOMPLETE", "2026-12")


def test_with_a_body_a_ruleset_takes_one_approval_of_each_constituency_the_first_one_too() -> None:
    stage = with_body(a_registry())
    assert refusal(stage.ask(OPERATOR, a_ruleset())) == ("QUORUM_INCOMPLETE", "2026-11")
    (activated,) = stage.ask(OPERATOR, approved(a_site(stage), a_ruleset()))
    assert isinstance(activated, RulesetActivated)
    assert [each.member for each in activated.approvals] == list(MEMBERS)
    (second,) = stage.ask(BODY, approved(a_site(stage), a_ruleset("2026-12", START + DAY)))
    assert isinstance(second, RulesetActivated)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


@pytest.mark.parametrize("absent", MEMBERS)
def test_two_of_three_are_no_quorum(absent: str) -> None:
    stage = with_body(a_registry())
    others = [name for name in MEMBERS if name != absent]
    (fact,) = stage.ask(OPERATOR, approved(a_site(stage), a_ruleset(), *others))
    assert refusal((fact,)) == ("QUORUM_INCOMPLETE", "2026-11")
    assert absent in getattr(fact, "detail", "")


def test_one_member_does_not_count_twice() -> None:
    stage = with_body(a_registry())
    twice = approved(a_site(stage), a_ruleset(), MEMBERS[0], MEMBERS[1], MEMBERS[1])
    assert refusal(stage.ask(OPERATOR, twice)) == ("APPROVAL_TWICE", "2026-11")


def test_whoever_holds_no_seat_approves_nothing() -> None:
    stage = with_body(a_registry())
    signed = approved(a_site(stage), a_ruleset())
    stranger = replace(signed, approvals=(*signed.approvals, Approval(member="Nobody", signature=bytes(64))))
    assert refusal(stage.ask(OPERATOR, stranger)) == ("MEMBER_UNKNOWN", "2026-11")


@pytest.mark.parametrize(
    "changed",
    [{"ruleset_version": "2026-11b"}, {"effective_at": START + 1}],
)
def test_an_approval_is_of_this_very_proposal(changed: dict[str, Any]) -> None:
    stage = with_body(a_registry())
    other = replace(approved(a_site(stage), a_ruleset()), **changed)
    assert refusal(stage.ask(OPERATOR, other))[0] == "APPROVAL_INVALID"


def test_an_approval_for_another_exchange_is_none_here() -> None:
    stage = with_body(a_registry())
    assert refusal(stage.ask(OPERATOR, approved("cd" * 32, a_ruleset())))[0] == "APPROVAL_INVALID"


def test_a_seat_whose_term_is_over_approves_nothing() -> None:
    stage = with_body(a_registry())
    stage.given(BODY, agreed(a_site(stage), a_seat("industry", valid_until=stage.at + DAY), *MEMBERS[:2]))
    stage.later(DAY)
    signed = approved(a_site(stage), a_ruleset(effective_at=stage.at))
    assert refusal(stage.ask(OPERATOR, signed)) == ("MEMBER_UNKNOWN", "2026-11")
    without = approved(a_site(stage), a_ruleset(effective_at=stage.at), *MEMBERS[:2])
    (fact,) = stage.ask(OPERATOR, without)
    assert refusal((fact,))[0] == "QUORUM_INCOMPLETE"
    assert "nobody holds" in getattr(fact, "detail", "")


def test_a_seat_is_given_by_the_management_body_for_a_term() -> None:
    stage = a_registry()
    assert refusal(stage.ask(OPERATOR, a_seat("government"))) == ("ROLE_MISSING", OPERATOR)
    stage.given(OPERATOR, an_admission(BODY, Role.GOVERNANCE))
    (seated,) = stage.ask(BODY, a_seat("government"))
    assert isinstance(seated, MemberSeated)
    assert (seated.name, seated.valid_until, seated.by_id) == (MEMBERS[0], TERM, BODY)
    assert seated.site == stage.state.site != ""
    for until in (stage.at, stage.at + TERM_MAX + 2 * DAY):
        late = a_seat("industry", valid_until=until)
        assert refusal(stage.ask(BODY, late)) == ("SEAT_TERM", MEMBERS[2])


@pytest.mark.parametrize(
    "changed",
    [
        {"name": MEMBERS[0]},
        {"public_key": KEYS[MEMBERS[0]].public_key().public_bytes_raw()},
    ],
)
def test_nobody_holds_two_seats(changed: dict[str, Any]) -> None:
    stage = a_registry()
    stage.given(OPERATOR, an_admission(BODY, Role.GOVERNANCE))
    stage.given(BODY, a_seat("government"))
    assert refusal(stage.ask(BODY, a_seat("industry", **changed)))[0] == "SEAT_TAKEN"


def test_once_the_body_was_complete_a_seat_takes_the_word_of_the_other_two() -> None:
    stage = with_body(a_registry())
    newcomer = a_seat("industry", name="Member J", public_key=FRESH)
    assert refusal(stage.ask(BODY, newcomer)) == ("QUORUM_INCOMPLETE", "Member J")
    assert refusal(stage.ask(BODY, agreed(a_site(stage), newcomer, MEMBERS[0])))[0] == "QUORUM_INCOMPLETE"
    (seated,) = stage.ask(BODY, agreed(a_site(stage), newcomer, *MEMBERS[:2]))
    assert isinstance(seated, MemberSeated)
    assert refusal(stage.ask(OPERATOR, approved(a_site(stage), a_ruleset())))[0] == "MEMBER_UNKNOWN"


def test_a_body_whose_terms_are_all_over_is_founded_anew_and_the_operator_alone_activates_nothing() -> None:
    stage = with_body(a_registry())
    stage.given(OPERATOR, approved(a_site(stage), a_ruleset()))
    stage.later(731 * DAY)
    alone = a_ruleset("2029-01", stage.at)
    assert refusal(stage.ask(OPERATOR, alone))[0] == "QUORUM_INCOMPLETE"
    until = stage.at + 365 * DAY
    first = a_seat("government", valid_until=until)
    stage.given(BODY, first, agreed(a_site(stage), a_seat("institution", valid_until=until), MEMBERS[0]))
    stage.given(BODY, agreed(a_site(stage), a_seat("industry", valid_until=until), *MEMBERS[:2]))
    stage.given(OPERATOR, approved(a_site(stage), alone))


def test_every_exchange_has_a_site_of_its_own() -> None:
    assert a_site(a_registry()) == a_registry().state.site
    assert len(a_site(a_registry())) == 64
    assert set(NAMES) == set(CONSTITUENCIES)
    assert refusal(a_registry().ask(SELLER, a_ruleset())) == ("ROLE_MISSING", SELLER)


def test_what_was_decided_is_not_decided_again_by_whoever_has_its_signatures() -> None:
    stage = with_body(a_registry())
    first = approved(a_site(stage), a_ruleset("2026-12", START + DAY))
    stage.given(OPERATOR, first, approved(a_site(stage), a_ruleset("2027-01", START + DAY)))
    assert refusal(stage.ask(OPERATOR, first)) == ("APPROVAL_SPENT", "2026-12")
    seat = agreed(a_site(stage), a_seat("industry", name="Another", public_key=FRESH), *MEMBERS[:2])
    back = agreed(a_site(stage), a_seat("industry", valid_until=TERM - DAY), *MEMBERS[:2])
    stage.given(BODY, seat, back)
    assert refusal(stage.ask(BODY, seat)) == ("APPROVAL_SPENT", "Another")
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_nobody_sits_twice_by_writing_a_name_otherwise() -> None:
    stage = with_body(a_registry())
    seat = a_seat("industry", name="MEMBER g", public_key=FRESH)
    assert refusal(stage.ask(BODY, agreed(a_site(stage), seat, *MEMBERS[:2]))) == ("SEAT_TAKEN", "MEMBER g")
