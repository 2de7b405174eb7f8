"""Which safeguards are held, how many persons product versions hold together, and which groups split them."""

from collections.abc import Iterable
from typing import TypeAlias

from exchange.kernel.persons import PersonSet
from exchange.kernel.safeguard import SafeguardTerms
from exchange.registry.persons.facts import FACTS as PERSONS_FACTS
from exchange.registry.persons.facts import PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.safeguards.facts import FACTS as SAFEGUARD_FACTS
from exchange.registry.safeguards.facts import (
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.store import Change, Insert, Merge, Row, Update
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

_Known: TypeAlias = (
    SafeguardRegistered | SafeguardFiled | SafeguardChanged | SafeguardExtended | SafeguardRevoked
)

SAFEGUARDS = table(
    "safeguards",
    "Legal tools that participants hold, as they stand",
    text("safeguard_id", key=True),
    count("partition"),
    count("seq"),
    text("kind"),
    text("exporter_id", null=True, comment="none: any"),
    text("recipient_id", null=True, comment="none: any"),
    text("names_destinations", comment="JSON array of countries, or ANY"),
    text("valid_from", null=True, comment="the first day in force"),
    text("valid_to", null=True, comment="the last one; none: open"),
    text("tz", comment="the time zone of its days"),
    text("status", comment="active or revoked"),
    flag("scope_changed", comment="what is done has left what it covers"),
    text("recognised_in", comment="JSON array of countries"),
    flag("tia_current", null=True, comment="whether its transfer impact assessment is current"),
    flag("continuing_checks", null=True),
    text("filed_on", null=True, comment="the day it was filed with the authority"),
    text("filing_due_on", null=True, comment="the last day on which that is in time"),
    flag("filed_late"),
    text("filing_reference", null=True),
    text("reference"),
    text("evidence_digest", comment="BLAKE2b-256 of the document that was seen"),
    text("grounds", comment="why it last changed or was revoked"),
    text("by_id", comment="who recorded that it stands so"),
    count("at"),
    count("changed_at"),
    indexes=[("exporter_id",), ("recipient_id",)],
)

PERSONS_DECLARED = table(
    "persons_declared",
    "How many distinct persons product versions of one exporter hold together",
    text("exporter_id", key=True),
    count("year", key=True, comment="calendar year in Asia/Shanghai"),
    text("versions", key=True, comment="JSON array of product/version, in order"),
    count("partition"),
    count("seq"),
    text("declaration_id", comment="the last declaration of these versions, which counts"),
    count("persons", comment="collected in the mainland"),
    count("sensitive_persons", comment="those of them whose information is sensitive"),
    count("foreign_persons", comment="collected elsewhere"),
    text("sets", comment="JSON array of the sets that show it; empty: exact counts were supplied"),
    count("at"),
    clustered=True,
)

SPLITTING_FINDINGS = table(
    "splitting_findings",
    "Groups that were found to split personal information to stay below a threshold",
    text("beneficial_owner", key=True),
    count("year", key=True, comment="calendar year in Asia/Shanghai"),
    count("partition"),
    count("seq"),
    text("state", comment="confirmed or withdrawn"),
    text("grounds"),
    text("reference", comment="the counter's case, of a finding that stands"),
    text("by_id"),
    count("at"),
    clustered=True,
)


def _registered(here: Here, fact: SafeguardRegistered) -> Iterable[Change]:
    row: Row = {
        "partition": here.partition,
        "seq": here.seq,
        **_terms(fact.safeguard),
        "filed_late": False,
        "filing_reference": None,
        "reference": fact.reference,
        "evidence_digest": fact.evidence_digest.hex(),
        "grounds": "",
        "by_id": fact.by_id,
        "at": here.at,
        "changed_at": here.at,
    }
    yield Insert(SAFEGUARDS, row)


def _terms(terms: SafeguardTerms) -> Row:
    return {
        "safeguard_id": terms.safeguard_id,
        "kind": terms.kind,
        "exporter_id": terms.exporter_id,
        "recipient_id": terms.recipient_id,
        "names_destinations": as_json_list(terms.names_destinations),
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "tz": terms.tz,
        "status": terms.status,
        "scope_changed": terms.scope_changed,
        "recognised_in": as_json_list(terms.recognised_in),
        "tia_current": terms.tia_current,
        "continuing_checks": terms.continuing_checks,
        "filed_on": terms.filed_on,
        "filing_due_on": terms.filing_due_on,
    }


def _stands(here: Here, fact: _Known, **values: str | bool) -> Iterable[Change]:
    row = {**_terms(fact.safeguard), **values, "by_id": fact.by_id, "changed_at": here.at}
    yield Update(SAFEGUARDS, {"safeguard_id": row.pop("safeguard_id")}, row)


def _filed(here: Here, fact: SafeguardFiled) -> Iterable[Change]:
    return _stands(here, fact, filed_late=fact.late, filing_reference=fact.reference)


def _changed(here: Here, fact: SafeguardChanged | SafeguardRevoked) -> Iterable[Change]:
    return _stands(here, fact, grounds=fact.grounds)


def _extended(here: Here, fact: SafeguardExtended) -> Iterable[Change]:
    return _stands(here, fact, evidence_digest=fact.evidence_digest.hex())


def _declared(here: Here, fact: PersonsDeclared) -> Iterable[Change]:
    united = fact.united
    key: Row = {
        "exporter_id": united.exporter_id,
        "year": united.year,
        "versions": as_json_list(tuple(map(str, united.versions))),
    }
    last: Row = {
        "partition": here.partition,
        "seq": here.seq,
        "declaration_id": united.declaration_id,
        "persons": united.persons,
        "sensitive_persons": united.sensitive_persons,
        "foreign_persons": united.foreign_persons,
        "sets": sets_as_json(united.sets),
        "at": here.at,
    }
    yield Merge(PERSONS_DECLARED, key, last=last)


def sets_as_json(sets: Iterable[PersonSet]) -> str:
    """The sets that show a union."""
    return as_json([_set(each.of, each.digest, each.salt_id, each.count) for each in sets])


def _set(of: str, digest: bytes, salt_id: str, count: int) -> dict[str, str | int]:
    return {"of": of, "digest": digest.hex(), "salt_id": salt_id, "count": count}


def _split(here: Here, fact: SplittingConfirmed) -> Iterable[Change]:
    yield _finding(here, fact, "confirmed", fact.reference)


def _not_split(here: Here, fact: SplittingWithdrawn) -> Iterable[Change]:
    yield _finding(here, fact, "withdrawn", "")


def _finding(here: Here, fact: SplittingConfirmed | SplittingWithdrawn, state: str, reference: str) -> Change:
    key: Row = {"beneficial_owner": fact.beneficial_owner, "year": fact.year}
    last: Row = {
        "partition": here.partition,
        "seq": here.seq,
        "state": state,
        "grounds": fact.grounds,
        "reference": reference,
        "by_id": fact.by_id,
        "at": here.at,
    }
    return Merge(SPLITTING_FINDINGS, key, last=last)


SAFEGUARDS_VIEW = View(
    name="safeguards",
    contexts=("registry",),
    tables=(SAFEGUARDS, PERSONS_DECLARED, SPLITTING_FINDINGS),
    handlers={
        SafeguardRegistered: _registered,
        SafeguardFiled: _filed,
        SafeguardChanged: _changed,
        SafeguardExtended: _extended,
        SafeguardRevoked: _changed,
        PersonsDeclared: _declared,
        SplittingConfirmed: _split,
        SplittingWithdrawn: _not_split,
    },
    # Who takes part and what is on offer is the catalogue's; what lists say has tables of its own.
    ignores=COMMON_IGNORED | (frozenset(REGISTRY_FACTS) - frozenset((*SAFEGUARD_FACTS, *PERSONS_FACTS))),
)
