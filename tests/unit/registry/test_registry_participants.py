"""What is known of a participant after its admission."""

from typing import Any

import pytest

from exchange.kernel.protocol import Refused
from exchange.registry.commands import ReinstateParticipant, Role, SuspendParticipant, WithdrawListing
from exchange.registry.participants.commands import UpdateParticipant
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.persons.commands import ConfirmSplitting, WithdrawSplitting
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal, sound
from tests.unit.registry.stage import (
    COUNTER,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_registry,
    an_admission,
    with_listing,
)

GOVERNANCE = "GO-CN-01"


def an_update(participant_id: str = SELLER, **changed: Any) -> UpdateParticipant:
    """What the operator has learnt of a participant."""
    return UpdateParticipant(participant_id=participant_id, grounds="A notice of its own.", **changed)


def updated(stage: Stage[Registry], command: UpdateParticipant) -> ParticipantUpdated:
    """It is granted."""
    (fact,) = stage.ask(OPERATOR, command)
    assert isinstance(fact, ParticipantUpdated), fact
    assert sound(fact)
    return fact


def with_a_split_group() -> Stage[Registry]:
    """The seller's group was found to split in the year of the tests."""
    stage = a_registry()
    stage.given(OPERATOR, an_admission(GOVERNANCE, Role.GOVERNANCE))
    stage.given(GOVERNANCE, found_to_split(f"UBO-{SELLER}"))
    return stage


def found_to_split(owner: str) -> ConfirmSplitting:
    return ConfirmSplitting(beneficial_owner=owner, year=2026, grounds="Two halves.", reference="F-1")


def test_what_changed_is_named_and_the_whole_description_is_said_again() -> None:
    stage = a_registry()
    fact = updated(
        stage, an_update(place="SG", ciio=True, roles=(Role.SELLER, Role.BUYER, Role.SELLER), currency="CNY")
    )
    said = fact.description
    assert fact.changed == ("place", "roles", "ciio")
    assert (said.place, said.roles, said.ciio) == ("SG", (Role.SELLER, Role.BUYER), True)
    assert (said.beneficial_owner, said.currency, said.gba_registered) == (f"UBO-{SELLER}", "CNY", False)
    assert (fact.active, fact.by_id, len(fact.public_key)) == (True, OPERATOR, 32)
    again = updated(stage, an_update(ciio=False))
    assert (again.changed, again.description.place) == (("ciio",), "SG")
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_the_registry_decides_by_what_is_known_now() -> None:
    stage = a_registry()
    updated(stage, an_update(COUNTER, roles=(Role.BUYER,)))
    assert stage.state.participants[COUNTER].roles == (Role.BUYER,)
    updated(stage, an_update(OTHER_SELLER, beneficial_owner=f"UBO-{SELLER}"))
    assert stage.state.participants[OTHER_SELLER].beneficial_owner == f"UBO-{SELLER}"


def test_a_suspended_participant_is_described_anew_and_stays_suspended() -> None:
    stage = a_registry()
    stage.given(OPERATOR, SuspendParticipant(participant_id=SELLER, grounds="Late."))
    assert not updated(stage, an_update(place="HK")).active
    assert not stage.state.participants[SELLER].active
    stage.given(OPERATOR, ReinstateParticipant(participant_id=SELLER))
    assert stage.state.participants[SELLER].described.place == "HK"


@pytest.mark.parametrize(
    ("actor", "command", "refused"),
    [
        (SELLER, an_update(place="SG"), ("ROLE_MISSING", SELLER)),
        (COUNTER, an_update(place="SG"), ("ROLE_MISSING", COUNTER)),
        (OPERATOR, an_update("BU-XX-01", place="SG"), ("PARTICIPANT_UNKNOWN", "BU-XX-01")),
        (OPERATOR, an_update(), ("PARTICIPANT_SAME", SELLER)),
        (OPERATOR, an_update(place="CN", roles=(Role.SELLER,)), ("PARTICIPANT_SAME", SELLER)),
        (OPERATOR, an_update(currency="XXX"), ("CURRENCY_UNKNOWN", "XXX")),
        (OPERATOR, an_update(registered_zones=("Z" * 199,) * 20), ("VALUE_OUT_OF_RANGE", SELLER)),
        (OPERATOR, an_update(OPERATOR, roles=(Role.COUNTER,)), ("OPERATOR_LAST", OPERATOR)),
    ],
)
def test_what_cannot_be_is_refused(actor: str, command: UpdateParticipant, refused: tuple[str, str]) -> None:
    assert refusal(a_registry().ask(actor, command)) == refused


def test_an_operator_steps_down_once_there_is_another_that_is_active() -> None:
    stage, other = a_registry(), "OP-CN-02"
    step_down = an_update(OPERATOR, roles=(Role.OBSERVER,))
    stage.given(OPERATOR, an_admission(other, Role.OPERATOR))
    stage.given(OPERATOR, SuspendParticipant(participant_id=other, grounds="Late."))
    assert refusal(stage.ask(OPERATOR, step_down)) == ("OPERATOR_LAST", OPERATOR)
    stage.given(OPERATOR, ReinstateParticipant(participant_id=other))
    updated(stage, step_down)
    assert refusal(stage.ask(OPERATOR, an_update(place="SG"))) == ("ROLE_MISSING", OPERATOR)


def test_who_sells_something_stays_a_seller_until_it_is_withdrawn() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    no_seller = an_update(roles=(Role.BUYER,))
    (fact,) = stage.ask(OPERATOR, no_seller)
    assert isinstance(fact, Refused)
    assert (fact.reason, fact.subject) == ("ROLE_IN_USE", SELLER)
    assert listing_id in fact.detail
    updated(stage, an_update(roles=(Role.BUYER, Role.SELLER)))
    stage.given(SELLER, WithdrawListing(listing_id=listing_id, grounds="Over."))
    updated(stage, no_seller)


def test_nobody_leaves_a_group_that_was_found_to_split_but_for_one_that_was_too() -> None:
    stage = with_a_split_group()
    leaves = an_update(beneficial_owner=f"UBO-{OTHER_SELLER}")
    assert refusal(stage.ask(OPERATOR, leaves)) == ("OWNER_SPLITS", SELLER)
    updated(stage, an_update(place="HK"))
    stage.given(GOVERNANCE, found_to_split(f"UBO-{OTHER_SELLER}"))
    updated(stage, leaves)


def test_it_leaves_once_the_finding_is_withdrawn_or_its_year_is_over() -> None:
    leaves = an_update(beneficial_owner="UBO-NEW")
    stage = with_a_split_group()
    stage.given(
        GOVERNANCE, WithdrawSplitting(beneficial_owner=f"UBO-{SELLER}", year=2026, grounds="It did not.")
    )
    updated(stage, leaves)
    stage = with_a_split_group()
    stage.later(60 * 86_400_000_000)
    updated(stage, leaves)
