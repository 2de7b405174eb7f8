"""A party's word with evidence: who gives it of what, who doubts and upholds it, who takes it back."""

from typing import Any

import pytest

from exchange.kernel.attestation import ATTESTATIONS_MAX
from exchange.registry.attesting.commands import (
    Attest,
    DoubtAttestation,
    UpholdAttestation,
    WithdrawAttestation,
)
from exchange.registry.attesting.facts import (
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from exchange.registry.commands import Role
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
    with_registration,
)

BUYER = "BU-US-01"


def a_word(**changed: Any) -> Attest:
    """The seller's word of consents to P-07/1 going to Singapore."""
    values: dict[str, Any] = {
        "attestation_id": "AT-1",
        "kind": "JP_ART28_INFORMED",
        "places": ("SG",),
        "issuer": "Harbour Clinic",
        "evidence_digest": bytes(range(32)),
        "valid_from": "2026-11-02",
        "product_id": "P-07",
        "version": "1",
    }
    return Attest(**(values | changed))


CONTROLS = {"kind": "US_CONTROLS", "product_id": None, "version": None, "recipient_id": BUYER}
HANDBOOK = {"product_id": None, "version": None, "zone_id": "BZ-2", "handbook_no": "HB-1"}
BASIS = {"kind": "ART5_BASIS", "purpose": "contract"}


def a_stage() -> Stage[Registry]:
    stage = with_registration(a_registry())
    stage.given(
        OPERATOR,
        an_admission(BUYER, Role.BUYER),
        an_admission("AS-CN-02", Role.ASSESSOR, beneficial_owner=f"UBO-{SELLER}"),
        an_admission("MB-CN-01", Role.GOVERNANCE),
    )
    return stage


def test_a_party_gives_its_word_and_names_the_evidence() -> None:
    (given,) = a_stage().ask(SELLER, a_word(places=("SG", "JP", "SG")))
    assert isinstance(given, AttestationGiven)
    terms = given.attestation
    assert (terms.by_id, terms.about, terms.places, terms.status) == (
        SELLER,
        "P-07/1",
        ("SG", "JP"),
        "active",
    )
    assert (terms.issuer, terms.evidence_digest) == ("Harbour Clinic", bytes(range(32)))


@pytest.mark.parametrize(
    ("actor", "changed", "about"),
    [
        (BUYER, CONTROLS, ""),
        (BUYER, BASIS | {"recipient_id": BUYER}, "P-07/1"),
        (SELLER, BASIS, "P-07/1"),
        (SELLER, HANDBOOK, "BZ-2 HB-1"),
        (SELLER, {"kind": "IN_TRANSIT"}, "P-07/1"),
    ],
)
def test_each_kind_is_the_word_of_whoever_can_know(actor: str, changed: dict[str, Any], about: str) -> None:
    (given,) = a_stage().ask(actor, a_word(**changed))
    assert isinstance(given, AttestationGiven)
    assert (given.attestation.by_id, given.attestation.about) == (actor, about)


@pytest.mark.parametrize(
    ("actor", "changed", "said"),
    [
        (SELLER, {"tz": "Nowhere/At_all"}, "time zone"),
        (SELLER, {"valid_from": "2026-02-30"}, "day"),
        (SELLER, {"valid_to": "2026-11-01"}, "before it begins"),
        (SELLER, {"version": None}, "a product goes with its version"),
        (SELLER, HANDBOOK | {"handbook_no": None}, "a zone with its handbook"),
        (SELLER, HANDBOOK | {"product_id": "P-07", "version": "1"}, "not both"),
        (SELLER, {"product_id": None, "version": None}, "name what it is about"),
        (BUYER, CONTROLS | {"product_id": "P-07", "version": "1"}, "name no product"),
        (SELLER, {"version": "2"}, "no product version P-07/2 is registered"),
        (SELLER, {"product_id": "P-99"}, "no product version P-99/1 is registered"),
        (OTHER_SELLER, {}, f"is {SELLER}'s, whose word"),
        (BUYER, BASIS, "hands P-07 over to nobody"),
        (BUYER, CONTROLS | {"recipient_id": None}, "is its recipient's word"),
        (SELLER, {"recipient_id": "XX-1"}, "participant XX-1 was never admitted"),
        (SELLER, {"purpose": "contract"}, "goes with ART5_BASIS"),
        (SELLER, {"kind": "ART5_BASIS"}, "goes with ART5_BASIS"),
    ],
)
def test_a_word_that_contradicts_itself_is_refused(actor: str, changed: dict[str, Any], said: str) -> None:
    (fact,) = a_stage().ask(actor, a_word(**changed))
    assert refusal((fact,)) == ("ATTESTATION_UNFIT", "AT-1")
    assert said in fact.detail  # type: ignore[attr-defined]


def test_a_draft_is_nothing_that_anybody_gives_its_word_of() -> None:
    stage = a_registry()
    assert refusal(stage.ask(SELLER, a_word())) == ("ATTESTATION_UNFIT", "AT-1")


def test_only_who_trades_or_processes_gives_its_word_and_a_name_is_given_once() -> None:
    stage = a_stage()
    assert refusal(stage.ask(COUNTER, a_word())) == ("ROLE_MISSING", COUNTER)
    stage.given(SELLER, a_word())
    assert refusal(stage.ask(SELLER, a_word())) == ("ATTESTATION_EXISTS", "AT-1")


def test_what_is_doubted_counts_again_once_it_is_upheld_and_no_more_once_it_is_withdrawn() -> None:
    stage = a_stage()
    stage.given(SELLER, a_word())
    (doubted,) = stage.ask(ASSESSOR, DoubtAttestation(attestation_id="AT-1", grounds="No summary."))
    assert isinstance(doubted, AttestationDoubted)
    assert (doubted.attestation.status, doubted.by_id) == ("doubted", ASSESSOR)
    (upheld,) = stage.ask("MB-CN-01", UpholdAttestation(attestation_id="AT-1", grounds="It is there."))
    assert isinstance(upheld, AttestationUpheld)
    assert upheld.attestation.status == "active"
    (withdrawn,) = stage.ask(SELLER, WithdrawAttestation(attestation_id="AT-1", grounds="Over."))
    assert isinstance(withdrawn, AttestationWithdrawn)
    assert refusal(stage.ask(COUNTER, DoubtAttestation(attestation_id="AT-1", grounds="?"))) == (
        "ATTESTATION_STATE",
        "AT-1",
    )


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (BUYER, DoubtAttestation(attestation_id="AT-1", grounds="?"), "ROLE_MISSING"),
        ("AS-CN-02", DoubtAttestation(attestation_id="AT-1", grounds="?"), "ATTESTATION_CONFLICT"),
        (ASSESSOR, DoubtAttestation(attestation_id="AT-9", grounds="?"), "ATTESTATION_UNKNOWN"),
        (ASSESSOR, UpholdAttestation(attestation_id="AT-1", grounds="!"), "ROLE_MISSING"),
        (COUNTER, UpholdAttestation(attestation_id="AT-1", grounds="!"), "ATTESTATION_STATE"),
        (COUNTER, UpholdAttestation(attestation_id="AT-9", grounds="!"), "ATTESTATION_UNKNOWN"),
        (BUYER, WithdrawAttestation(attestation_id="AT-1", grounds="."), "ATTESTATION_NOT_OWN"),
        (COUNTER, WithdrawAttestation(attestation_id="AT-1", grounds="."), "ROLE_MISSING"),
        (SELLER, WithdrawAttestation(attestation_id="AT-9", grounds="."), "ATTESTATION_UNKNOWN"),
    ],
)
def test_who_may_not_judge_a_word_is_refused(actor: str, command: Any, reason: str) -> None:
    stage = a_stage()
    stage.given(SELLER, a_word())
    assert refusal(stage.ask(actor, command))[0] == reason


def test_no_more_are_about_one_thing_than_a_decision_looks_at() -> None:
    stage = a_stage()
    for number in range(ATTESTATIONS_MAX):
        stage.given(SELLER, a_word(attestation_id=f"AT-{number}"))
    assert refusal(stage.ask(SELLER, a_word(attestation_id="AT-X"))) == ("ATTESTATIONS_TOO_MANY", "AT-X")
    stage.given(SELLER, WithdrawAttestation(attestation_id="AT-0", grounds="One less."))
    (given,) = stage.ask(SELLER, a_word(attestation_id="AT-X"))
    assert isinstance(given, AttestationGiven)
