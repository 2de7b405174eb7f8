"""Attestations as the contexts remember them, as the fence is told of them.

Whoever hands data over attests to consents, and to a mere passage; either party to the basis under Article 5; whoever
takes it over to its own controls. One counts on the days that it names, for the places that it names and all of them
from which the data can be seen. Source: rules.md section 1, and docs/decisions/2026-11-29-attestations.md.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from exchange.fence.crossing import Hop
from exchange.fence.dates import covers, day_ends, edges
from exchange.fence.safeguards import country
from exchange.kernel.attestation import AttestationTerms, Attested

CONSENTS: Final = frozenset({"SG_S26_SUMMARY", "JP_ART28_INFORMED", "EU_ART49", "TH_S28"})
BY_EXPORTER: Final = CONSENTS | {"ART5_BASIS", "IN_TRANSIT"}
BY_RECIPIENT: Final = frozenset({"ART5_BASIS", "US_CONTROLS"})
"""Of which kinds it is whose word."""


def with_attested(hop: Hop, known: Iterable[AttestationTerms]) -> Hop:
    """A hop as it is with all that counts for it."""
    counting = [each for each in known if counts_for(each, hop)]
    if not counting:
        return hop
    kinds = {each.kind for each in counting}
    return replace(
        hop,
        consents=tuple(sorted(kinds & CONSENTS)),
        art5_basis_documented="ART5_BASIS" in kinds,
        us_security_controls="US_CONTROLS" in kinds,
        in_transit_at_origin="IN_TRANSIT" in kinds,
    )


def counts_for(terms: AttestationTerms, hop: Hop) -> bool:
    """Whether an attestation about the data of a hop counts for it."""
    return (
        terms.status == "active"
        and _days(terms, hop.as_of)
        and _spoken_by_a_party(terms, hop)
        and terms.recipient_id in (None, hop.recipient.id)
        and _placed(terms, hop)
        and (terms.kind != "ART5_BASIS" or terms.purpose == hop.purpose)
    )


def shown(hops: Sequence[Hop], known: Sequence[Sequence[AttestationTerms]]) -> tuple[Attested, ...]:
    """What the record of a decision holds of those that count: by id, one of a kind, party and subject.

    Shape: `known` has for each hop those that may matter to it.
    """
    counting = {
        each.attestation_id: each
        for hop, some in zip(hops, known, strict=True)
        for each in some
        if counts_for(each, hop)
    }
    found: dict[tuple[str, str, str], AttestationTerms] = {}
    for _, each in sorted(counting.items()):
        found.setdefault((each.kind, each.by_id, each.about), each)
    return tuple(
        Attested(
            attestation_id=each.attestation_id,
            kind=each.kind,
            by_id=each.by_id,
            issuer=each.issuer,
            evidence_digest=each.evidence_digest,
        )
        for each in found.values()
    )


def next_attested_at(known: Iterable[AttestationTerms], at: int) -> int | None:
    """When by time alone one of them begins to count, or counts no more."""
    turns = (turn for each in known if each.status == "active" for turn in edges(*_dated(each)))
    return min((turn for turn in turns if turn > at), default=None)


def is_over(terms: AttestationTerms, at: int) -> bool:
    """Whether it can never count again from `at` on."""
    if terms.status == "withdrawn":
        return True
    return terms.valid_to is not None and at >= day_ends(date.fromisoformat(terms.valid_to), terms.tz)


def _dated(terms: AttestationTerms) -> tuple[date, date | None, str]:
    ends = None if terms.valid_to is None else date.fromisoformat(terms.valid_to)
    return date.fromisoformat(terms.valid_from), ends, terms.tz


def _days(terms: AttestationTerms, at: int) -> bool:
    return covers(*_dated(terms), at)


def _spoken_by_a_party(terms: AttestationTerms, hop: Hop) -> bool:
    if terms.kind in BY_EXPORTER and terms.by_id == hop.exporter.id:
        return True
    return terms.kind in BY_RECIPIENT and terms.by_id == hop.recipient.id


def _placed(terms: AttestationTerms, hop: Hop) -> bool:
    if terms.kind == "IN_TRANSIT":
        return hop.origin in terms.places
    countries: Container[str | None] = {country(place) for place in terms.places}
    return all(country(place) in countries for place in (hop.destination, *hop.remote_access_from))
