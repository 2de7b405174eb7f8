"""The rules about attestations: given by a party, doubted and upheld by those in office, withdrawn."""

from collections.abc import Sequence

from msgspec.structs import replace

from exchange.fence.attested import is_over
from exchange.kernel.attestation import ATTESTATIONS_MAX, AttestationTerms, subject_of
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.attesting.commands import (
    COMMANDS,
    Attest,
    DoubtAttestation,
    UpholdAttestation,
    WithdrawAttestation,
)
from exchange.registry.attesting.facts import (
    FACTS,
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from exchange.registry.attesting.fitting import about_of, misfits
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.state import Registry

_PARTIES = (Role.SELLER, Role.BUYER, Role.PROCESSOR)
_OFFICES = (Role.COUNTER, Role.GOVERNANCE, Role.ASSESSOR, Role.OPERATOR)


def attest(registry: Registry, command: Attest, cause: Cause) -> Sequence[Fact]:
    """Take down a party's word."""
    if (refusal := lacking(registry, command, cause, *_PARTIES)) is not None:
        return (refusal,)
    name = command.attestation_id
    if name in registry.attestations:
        detail = f"attestation {name} was given before; choose another name"
        return (refused(command, Reason.ATTESTATION_EXISTS, name, detail),)
    fault = next(misfits(registry, command, cause.actor), None)
    if fault is not None:
        return (refused(command, Reason.ATTESTATION_UNFIT, name, fault),)
    terms = _terms(command, cause.actor)
    if (refusal := _crowded(registry, command, terms, cause)) is not None:
        return (refusal,)
    return (AttestationGiven(attestation=terms),)


def doubt(registry: Registry, command: DoubtAttestation, cause: Cause) -> Sequence[Fact]:
    """Let a word count for nothing, for the time being."""
    if (refusal := lacking(registry, command, cause, *_OFFICES)) is not None:
        return (refusal,)
    terms = _of_others(registry, command, cause, "active")
    if isinstance(terms, Refused):
        return (terms,)
    doubted = replace(terms, status="doubted")
    return (AttestationDoubted(attestation=doubted, grounds=command.grounds, by_id=cause.actor),)


def uphold(registry: Registry, command: UpholdAttestation, cause: Cause) -> Sequence[Fact]:
    """Let it count again."""
    if (refusal := lacking(registry, command, cause, Role.COUNTER, Role.GOVERNANCE)) is not None:
        return (refusal,)
    terms = _of_others(registry, command, cause, "doubted")
    if isinstance(terms, Refused):
        return (terms,)
    upheld = replace(terms, status="active")
    return (AttestationUpheld(attestation=upheld, grounds=command.grounds, by_id=cause.actor),)


def withdraw(registry: Registry, command: WithdrawAttestation, cause: Cause) -> Sequence[Fact]:
    """Let a party take its own word back."""
    if (refusal := lacking(registry, command, cause, *_PARTIES)) is not None:
        return (refusal,)
    terms = _found(registry, command, "active", "doubted")
    if isinstance(terms, Refused):
        return (terms,)
    if terms.by_id != cause.actor:
        detail = f"{terms.attestation_id} is {terms.by_id}'s word, which nobody else takes back"
        return (refused(command, Reason.ATTESTATION_NOT_OWN, terms.attestation_id, detail),)
    return (AttestationWithdrawn(attestation=replace(terms, status="withdrawn"), grounds=command.grounds),)


def _of_others(
    registry: Registry, command: DoubtAttestation | UpholdAttestation, cause: Cause, status: str
) -> AttestationTerms | Refused:
    """An attestation that stands so, of a party of another owner than the actor's."""
    terms = _found(registry, command, status)
    if isinstance(terms, Refused):
        return terms
    who, party = registry.participants[cause.actor], registry.participants[terms.by_id]
    if who.beneficial_owner == party.beneficial_owner:
        detail = f"{terms.attestation_id} is {terms.by_id}'s word, and {cause.actor} has the same owner"
        return refused(command, Reason.ATTESTATION_CONFLICT, terms.attestation_id, detail)
    return terms


def _found(
    registry: Registry, command: DoubtAttestation | UpholdAttestation | WithdrawAttestation, *statuses: str
) -> AttestationTerms | Refused:
    name = command.attestation_id
    terms = registry.attestations.get(name)
    if terms is None:
        detail = f"attestation {name} was never given; check the name"
        return refused(command, Reason.ATTESTATION_UNKNOWN, name, detail)
    if terms.status not in statuses:
        detail = f"{name} is {terms.status}; this is for one that is {' or '.join(statuses)}"
        return refused(command, Reason.ATTESTATION_STATE, name, detail)
    return terms


def _crowded(registry: Registry, command: Attest, terms: AttestationTerms, cause: Cause) -> Refused | None:
    """Why there are enough about it: a decision about the data looks at all of them."""
    beside = sum(
        subject_of(each) == subject_of(terms) and not is_over(each, cause.at)
        for each in registry.attestations.values()
    )
    if beside < ATTESTATIONS_MAX:
        return None
    detail = f"{ATTESTATIONS_MAX} that have not ended are about {subject_of(terms)}; withdraw one"
    return refused(command, Reason.ATTESTATIONS_TOO_MANY, terms.attestation_id, detail)


def _terms(command: Attest, actor: str) -> AttestationTerms:
    return AttestationTerms(
        attestation_id=command.attestation_id,
        kind=command.kind,
        by_id=actor,
        about=about_of(command),
        recipient_id=command.recipient_id,
        places=tuple(dict.fromkeys(command.places)),
        purpose=command.purpose,
        issuer=command.issuer,
        evidence_digest=command.evidence_digest,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        tz=command.tz,
    )


def _stands(
    registry: Registry,
    fact: AttestationGiven | AttestationDoubted | AttestationUpheld | AttestationWithdrawn,
    at: int,
) -> None:
    registry.attestations[fact.attestation.attestation_id] = fact.attestation


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        Attest: attest,
        DoubtAttestation: doubt,
        UpholdAttestation: uphold,
        WithdrawAttestation: withdraw,
    },
    folds={
        AttestationGiven: _stands,
        AttestationDoubted: _stands,
        AttestationUpheld: _stands,
        AttestationWithdrawn: _stands,
    },
    due={},
)
