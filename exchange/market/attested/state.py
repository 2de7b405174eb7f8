"""What a market remembers of attestations, found by what they are about."""

from collections.abc import Iterator

import msgspec

from exchange.kernel.attestation import AttestationTerms, controls_of, subject_of
from exchange.kernel.ids import Id, ParticipantId


class Attestations(msgspec.Struct):
    """All that were brought and may count again, by id.

    Shape: `by_subject` has the ids of those about a product version, or about a participant's controls; `by_recipient`
    those that name a recipient, and so tell it apart from all others.
    """

    held: dict[Id, AttestationTerms] = msgspec.field(default_factory=dict)
    by_subject: dict[str, list[Id]] = msgspec.field(default_factory=dict)
    by_recipient: dict[ParticipantId, list[Id]] = msgspec.field(default_factory=dict)


def about(attestations: Attestations, version: str, recipient_id: str) -> Iterator[AttestationTerms]:
    """Those that may matter to what a recipient takes over of a product version."""
    for subject in (version, controls_of(recipient_id)):
        for name in attestations.by_subject.get(subject, ()):
            terms = attestations.held[name]
            if terms.recipient_id in (None, recipient_id):
                yield terms


def own_attestations(attestations: Attestations, recipient_id: str) -> tuple[str, ...]:
    """Those that name a recipient."""
    return tuple(attestations.by_recipient.get(recipient_id, ()))


def keep(attestations: Attestations, terms: AttestationTerms) -> None:
    """Remember one as it stands; one that was withdrawn is forgotten."""
    name, subject = terms.attestation_id, subject_of(terms)
    if terms.status == "withdrawn":
        if attestations.held.pop(name, None) is not None:
            _drop(attestations.by_subject, subject, name)
            _drop(attestations.by_recipient, terms.recipient_id, name)
        return
    if name not in attestations.held:
        attestations.by_subject.setdefault(subject, []).append(name)
        if terms.recipient_id is not None:
            attestations.by_recipient.setdefault(terms.recipient_id, []).append(name)
    attestations.held[name] = terms


def _drop(found: dict[str, list[Id]], key: str | None, name: Id) -> None:
    if key is not None:
        found[key].remove(name)
        if not found[key]:
            del found[key]
