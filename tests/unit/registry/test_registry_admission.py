"""Who takes part, and who says so."""

from typing import Any

import msgspec
import pytest

from exchange.kernel.time import DAY
from exchange.registry.commands import (
    ActivateRuleset,
    ReinstateParticipant,
    Role,
    SuspendListing,
    SuspendParticipant,
)
from exchange.registry.decider import commitment_bytes, decider
from exchange.registry.facts import (
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    RulesetActivated,
)
from tests.support.stage import START, Stage, refusal, sound
from tests.unit.registry.body_stage import approved, with_body
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    RULESETS,
    SELLER,
    TEXT,
    a_commitment,
    a_draft,
    a_registry,
    an_admission,
)


def test_the_first_participant_is_an_operator_who_admits_itself() -> None:
    (admitted,) = Stage(decider(RULESETS)).ask(OPERATOR, an_admission(OPERATOR, Role.OPERATOR, Role.COUNTER))
    assert isinstance(admitted, ParticipantAdmitted)
    assert admitted.roles == (Role.OPERATOR, Role.COUNTER)
    assert admitted.commitment_digest == TEXT
    assert sound(admitted)


@pytest.mark.parametrize(
    ("actor", "role"), [(SELLER, Role.OPERATOR), (OPERATOR, Role.SELLER)], ids=["another", "no operator"]
)
def test_nobody_else_is_admitted_first(actor: str, role: Role) -> None:
    stage = Stage(decider(RULESETS))
    assert refusal(stage.ask(actor, an_admission(OPERATOR, role))) == ("ROLE_MISSING", actor)


def test_only_an_operator_admits_afterwards() -> None:
    stage = a_registry()
    newcomer = an_admission("BU-JP-01", Role.BUYER)
    assert refusal(stage.ask(SELLER, newcomer)) == ("ROLE_MISSING", SELLER)
    assert refusal(stage.ask("BU-JP-01", newcomer)) == ("PARTICIPANT_UNKNOWN", "BU-JP-01")
    (admitted,) = stage.ask(OPERATOR, newcomer)
    assert isinstance(admitted, ParticipantAdmitted)


def test_a_participant_is_admitted_once() -> None:
    stage = a_registry()
    assert refusal(stage.ask(OPERATOR, an_admission(SELLER, Role.SELLER))) == ("PARTICIPANT_EXISTS", SELLER)


def test_nobody_takes_the_name_of_the_exchange_itself() -> None:
    stage = a_registry()
    assert refusal(stage.ask(OPERATOR, an_admission("exchange", Role.BUYER)))[0] == "PARTICIPANT_EXISTS"


@pytest.mark.parametrize("currency", ["ZZZ", "XAU"])
def test_a_participant_needs_a_currency_with_a_minor_unit(currency: str) -> None:
    stage = a_registry()
    newcomer = an_admission("BU-JP-01", Role.BUYER, currency=currency)
    assert refusal(stage.ask(OPERATOR, newcomer)) == ("CURRENCY_UNKNOWN", currency)


def _commitments() -> list[Any]:
    good = a_commitment("BU-JP-01", "Participant BU-JP-01")
    change = msgspec.structs.replace
    return [
        pytest.param(change(good, signature=bytes(64)), id="no signature"),
        pytest.param(change(good, text_digest=bytes(32)), id="another text"),
        pytest.param(a_commitment("BU-JP-02", "Participant BU-JP-01"), id="another participant"),
        pytest.param(a_commitment("BU-JP-01", "Participant"), id="another name"),
        pytest.param(change(good, public_key=a_commitment("x", "y", seed=2).public_key), id="another key"),
        pytest.param(change(good, public_key=b"\xff" * 32), id="no key"),
    ]


@pytest.mark.parametrize("commitment", _commitments())
def test_a_commitment_must_be_signed_by_its_key(commitment: Any) -> None:
    stage = a_registry()
    newcomer = an_admission("BU-JP-01", Role.BUYER, commitment=commitment)
    assert refusal(stage.ask(OPERATOR, newcomer)) == ("COMMITMENT_INVALID", "BU-JP-01")


def test_what_is_signed_tells_its_parts_apart() -> None:
    assert commitment_bytes("ab", "c", TEXT) != commitment_bytes("a", "bc", TEXT)
    assert commitment_bytes("é", "c", TEXT)[35:41] == b"\0\0\0\x02\xc3\xa9"


def test_a_suspended_participant_may_ask_for_nothing_until_it_is_reinstated() -> None:
    stage = a_registry()
    (suspended,) = stage.ask(OPERATOR, SuspendParticipant(participant_id=SELLER, grounds="Late."))
    assert suspended == ParticipantSuspended(participant_id=SELLER, grounds="Late.")
    assert refusal(stage.ask(SELLER, a_draft())) == ("PARTICIPANT_SUSPENDED", SELLER)
    (reinstated,) = stage.ask(OPERATOR, ReinstateParticipant(participant_id=SELLER))
    assert reinstated == ParticipantReinstated(participant_id=SELLER)
    stage.given(SELLER, a_draft())


def test_a_suspended_participant_cannot_be_suspended_again() -> None:
    stage = a_registry()
    stage.given(OPERATOR, SuspendParticipant(participant_id=SELLER, grounds=""))
    again = SuspendParticipant(participant_id=SELLER, grounds="")
    assert refusal(stage.ask(OPERATOR, again)) == ("PARTICIPANT_SUSPENDED", SELLER)


def test_an_active_participant_cannot_be_reinstated() -> None:
    stage = a_registry()
    assert (
        refusal(stage.ask(OPERATOR, ReinstateParticipant(participant_id=SELLER)))[0] == "PARTICIPANT_ACTIVE"
    )


@pytest.mark.parametrize("command", [SuspendParticipant, ReinstateParticipant])
def test_standing_is_a_matter_of_known_participants_and_of_operators(command: Any) -> None:
    stage = a_registry()
    more = {"grounds": ""} if command is SuspendParticipant else {}
    nobody = command(participant_id="BU-XX-01", **more)
    assert refusal(stage.ask(OPERATOR, nobody)) == ("PARTICIPANT_UNKNOWN", "BU-XX-01")
    assert refusal(stage.ask(SELLER, command(participant_id=ASSESSOR, **more))) == ("ROLE_MISSING", SELLER)


def test_nobody_suspends_itself_so_that_somebody_is_left_to_reinstate() -> None:
    stage = a_registry()
    itself = SuspendParticipant(participant_id=OPERATOR, grounds="")
    assert refusal(stage.ask(OPERATOR, itself)) == ("NOT_PERMITTED", OPERATOR)


def a_ruleset(version: str, effective_at: int) -> ActivateRuleset:
    return ActivateRuleset(ruleset_version=version, ruleset_digest="ab" * 32, effective_at=effective_at)


def test_a_ruleset_is_activated_by_an_operator() -> None:
    stage = a_registry()
    assert refusal(stage.ask(SELLER, a_ruleset("2026-11", START))) == ("ROLE_MISSING", SELLER)
    (activated,) = stage.ask(OPERATOR, a_ruleset("2026-11", START))
    assert activated == RulesetActivated(
        ruleset_version="2026-11", ruleset_digest="ab" * 32, effective_at=START
    )


def test_a_ruleset_takes_effect_no_earlier_than_the_one_before_it() -> None:
    stage = with_body(a_registry())
    stage.given(OPERATOR, approved(stage.state.site, a_ruleset("2026-12", START + DAY)))
    assert refusal(stage.ask(OPERATOR, a_ruleset("2026-11", START + DAY - 1))) == (
        "RULESET_EARLIER",
        "2026-11",
    )
    stage.given(OPERATOR, approved(stage.state.site, a_ruleset("2026-12b", START + DAY)))


def test_the_zones_a_participant_is_registered_in_are_bounded() -> None:
    zones = tuple("z" * 200 for _ in range(20))
    crowded = an_admission("SE-CN-09", Role.SELLER, registered_zones=zones)
    assert refusal(a_registry().ask(OPERATOR, crowded)) == ("VALUE_OUT_OF_RANGE", "SE-CN-09")


def test_a_ruleset_that_is_not_installed_is_not_activated() -> None:
    typo = ActivateRuleset(ruleset_version="2026-11", ruleset_digest="ba" * 32, effective_at=START)
    assert refusal(a_registry().ask(OPERATOR, typo)) == ("RULESET_UNKNOWN", "2026-11")


def test_a_ruleset_takes_effect_within_a_year_so_that_a_typo_blocks_no_later_one() -> None:
    stage = with_body(a_registry())
    ahead = START + 367 * DAY
    assert refusal(stage.ask(OPERATOR, a_ruleset("2027-11", ahead))) == ("RULESET_TOO_FAR", "2027-11")
    both = (a_ruleset("2026-11", START), a_ruleset("2027-11", START + 366 * DAY))
    stage.given(OPERATOR, *(approved(stage.state.site, each) for each in both))


def test_the_state_comes_back_from_the_journal_and_from_its_bytes() -> None:
    stage = a_registry()
    stage.given(OPERATOR, SuspendParticipant(participant_id=SELLER, grounds=""), a_ruleset("2026-11", START))
    stage.ask(OPERATOR, SuspendListing(listing_id="L-9", grounds=""))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
