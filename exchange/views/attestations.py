"""Whose word, with what evidence, crossings rest on: attestations as they stand, and the decisions made with them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from exchange.bonded.facts import FACTS as BONDED_FACTS
from exchange.bonded.facts import CrossingDecided
from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bases import Fact
from exchange.market.facts import FenceDecided
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.registry.attesting.facts import (
    AttestationDoubted,
    AttestationGiven,
    AttestationUpheld,
    AttestationWithdrawn,
)
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

_Judged: TypeAlias = AttestationDoubted | AttestationUpheld

ATTESTATIONS = table(
    "attestations",
    "A party's word, with evidence, of what no record here shows, as it stands",
    text("attestation_id", key=True),
    count("partition"),
    count("seq"),
    text("kind", comment="a consent, ART5_BASIS, US_CONTROLS or IN_TRANSIT"),
    text("by_id", comment="whose word it is"),
    text("about", comment="product/version, or a zone and its handbook; of controls empty"),
    text("recipient_id", null=True, comment="none: any"),
    text("places", comment="JSON array of countries that the data goes to, or only passed through"),
    text("purpose", null=True, comment="that of a basis under Article 5"),
    text("issuer", comment="who wrote the evidence"),
    text("evidence_digest", comment="BLAKE2b-256 of the evidence"),
    text("valid_from", comment="the first day on which it holds"),
    text("valid_to", null=True, comment="the last one; none: open"),
    text("tz", comment="the time zone of its days"),
    text("status", comment="active, doubted or withdrawn"),
    text("grounds", comment="why it was doubted, upheld or withdrawn last"),
    text("judged_by_id", null=True, comment="who doubted or upheld it last"),
    count("at"),
    count("changed_at"),
    indexes=[("about",), ("by_id",)],
)

DECISION_ATTESTATIONS = table(
    "decision_attestations",
    "The attestations that a decision of the fence was made with, as they stood",
    text("decision_id", key=True),
    text("attestation_id", key=True),
    count("partition"),
    count("seq"),
    text("kind"),
    text("by_id"),
    text("issuer"),
    text("evidence_digest"),
    count("at"),
    indexes=[("attestation_id",)],
    clustered=True,
)


def _given(here: Here, fact: AttestationGiven) -> Iterable[Change]:
    row: Row = {
        **_terms(fact.attestation),
        "partition": here.partition,
        "seq": here.seq,
        "grounds": "",
        "judged_by_id": None,
        "at": here.at,
        "changed_at": here.at,
    }
    yield Insert(ATTESTATIONS, row)


def _terms(terms: AttestationTerms) -> Row:
    return {
        "attestation_id": terms.attestation_id,
        "kind": terms.kind,
        "by_id": terms.by_id,
        "about": terms.about,
        "recipient_id": terms.recipient_id,
        "places": as_json_list(terms.places),
        "purpose": terms.purpose,
        "issuer": terms.issuer,
        "evidence_digest": terms.evidence_digest.hex(),
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "tz": terms.tz,
        "status": terms.status,
    }


def _judged(here: Here, fact: _Judged) -> Iterable[Change]:
    yield _stands(here, fact, judged_by_id=fact.by_id)


def _withdrawn(here: Here, fact: AttestationWithdrawn) -> Iterable[Change]:
    yield _stands(here, fact)


def _stands(here: Here, fact: _Judged | AttestationWithdrawn, **values: str) -> Change:
    terms = fact.attestation
    row: Row = {"status": terms.status, "grounds": fact.grounds, "changed_at": here.at, **values}
    return Update(ATTESTATIONS, {"attestation_id": terms.attestation_id}, row)


def _decided(here: Here, fact: FenceDecided | CrossingDecided) -> Iterable[Change]:
    for each in fact.attested:
        row: Row = {
            "decision_id": fact.decision_id,
            "attestation_id": each.attestation_id,
            "partition": here.partition,
            "seq": here.seq,
            "kind": each.kind,
            "by_id": each.by_id,
            "issuer": each.issuer,
            "evidence_digest": each.evidence_digest.hex(),
            "at": here.at,
        }
        yield Insert(DECISION_ATTESTATIONS, row)


_HANDLERS: dict[type[Fact], Callable[[Here, Any], Iterable[Change]]] = {
    AttestationGiven: _given,
    AttestationDoubted: _judged,
    AttestationUpheld: _judged,
    AttestationWithdrawn: _withdrawn,
    FenceDecided: _decided,
    CrossingDecided: _decided,
}

ATTESTATIONS_VIEW = View(
    name="attestations",
    contexts=("registry", "market", "bonded"),
    tables=(ATTESTATIONS, DECISION_ATTESTATIONS),
    handlers=_HANDLERS,
    # Everything else is told of in tables of its own.
    ignores=(COMMON_IGNORED | frozenset((*REGISTRY_FACTS, *MARKET_FACTS, *BONDED_FACTS))) - _HANDLERS.keys(),
)
