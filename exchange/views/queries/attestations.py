"""Whose word crossings rest on."""

from typing import Any

from sqlalchemy import Select, or_, select, true

from exchange.views.attestations import ATTESTATIONS, DECISION_ATTESTATIONS
from exchange.views.queries.query import NamedQuery, Parameter


def _attestations(party: str | None, about: str | None) -> Select[Any]:
    given = ATTESTATIONS.c
    return (
        select(
            given.attestation_id,
            given.kind,
            given.by_id,
            given.about,
            given.recipient_id,
            given.places,
            given.purpose,
            given.status,
            given.valid_from,
            given.valid_to,
            given.issuer,
            given.changed_at,
        )
        .where(
            true() if party is None else or_(given.by_id == party, given.recipient_id == party),
            true() if about is None else given.about == about,
        )
        .order_by(given.attestation_id)
    )


def _attestation(attestation: str) -> Select[Any]:
    return select(ATTESTATIONS).where(ATTESTATIONS.c.attestation_id == attestation)


def _decisions_attested(attestation: str) -> Select[Any]:
    made = DECISION_ATTESTATIONS.c
    return (
        select(made.decision_id, made.at)
        .where(made.attestation_id == attestation)
        .order_by(made.at, made.partition, made.seq)
    )


_ONE = (Parameter("attestation", "its id"),)

QUERIES = (
    NamedQuery(
        "attestations",
        "Who has given their word of what, with whose evidence, and how it stands.",
        _attestations,
        (
            Parameter("party", "of this party, or for this recipient", required=False),
            Parameter("about", "about this product/version, or zone and handbook", required=False),
        ),
    ),
    NamedQuery("attestation", "All that is known of one attestation.", _attestation, _ONE),
    NamedQuery(
        "decisions_attested",
        "Which decisions of the fence were made with an attestation.",
        _decisions_attested,
        _ONE,
    ),
)
