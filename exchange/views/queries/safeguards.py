"""Which safeguards are held, which end soon, what lists say, and how many persons exporters have declared."""

from typing import Any

from sqlalchemy import Select, case, or_, select, true

from exchange.views.published_lists import CENTRE_REGISTRATIONS, PUBLISHED_LISTS
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.safeguards import PERSONS_DECLARED, SAFEGUARDS, SPLITTING_FINDINGS

_SHOWN = (
    "safeguard_id",
    "kind",
    "exporter_id",
    "recipient_id",
    "names_destinations",
    "status",
    "valid_from",
    "valid_to",
    "tz",
    "filed_on",
    "filing_due_on",
    "scope_changed",
    "tia_current",
    "continuing_checks",
    "recognised_in",
    "reference",
    "changed_at",
)


def _safeguards(party: str | None) -> Select[Any]:
    held = SAFEGUARDS.c
    about = true() if party is None else or_(held.exporter_id == party, held.recipient_id == party)
    return select(*(held[name] for name in _SHOWN)).where(about).order_by(held.safeguard_id)


def _safeguard(safeguard: str) -> Select[Any]:
    return select(SAFEGUARDS).where(SAFEGUARDS.c.safeguard_id == safeguard)


def _safeguards_ending(until: str) -> Select[Any]:
    held = SAFEGUARDS.c
    unfiled = (held.filed_on.is_(None)) & (held.filing_due_on <= until)
    reason = case((unfiled, "filing due"), else_="ends")
    day = case((unfiled, held.filing_due_on), else_=held.valid_to)
    return (
        select(
            held.safeguard_id,
            held.kind,
            held.exporter_id,
            held.recipient_id,
            reason.label("what"),
            day.label("on_day"),
        )
        .where(held.status == "active", or_(unfiled, held.valid_to <= until))
        .order_by(day, held.safeguard_id)
    )


def _persons_declared(exporter: str | None, year: int | None) -> Select[Any]:
    told = PERSONS_DECLARED.c
    return (
        select(
            told.exporter_id,
            told.year,
            told.versions,
            told.persons,
            told.sensitive_persons,
            told.foreign_persons,
            told.sets,
            told.declaration_id,
            told.at,
        )
        .where(
            true() if exporter is None else told.exporter_id == exporter,
            true() if year is None else told.year == year,
        )
        .order_by(told.exporter_id, told.year, told.persons, told.versions)
    )


def _splitting_findings() -> Select[Any]:
    found = SPLITTING_FINDINGS.c
    return select(SPLITTING_FINDINGS).order_by(found.year, found.beneficial_owner)


def _published_lists() -> Select[Any]:
    return select(PUBLISHED_LISTS).order_by(PUBLISHED_LISTS.c.kind, PUBLISHED_LISTS.c.valid_from)


def _centre_registrations() -> Select[Any]:
    named = CENTRE_REGISTRATIONS.c
    return select(CENTRE_REGISTRATIONS).order_by(named.list_id, named.product_id, named.version)


QUERIES = (
    NamedQuery(
        "safeguards",
        "Which safeguards are known, and how each stands.",
        _safeguards,
        (Parameter("party", "of this exporter or recipient alone", required=False),),
    ),
    NamedQuery(
        "safeguard", "All that is known of one safeguard.", _safeguard, (Parameter("safeguard", "its id"),)
    ),
    NamedQuery(
        "safeguards_ending",
        "Which safeguards end, or have to be filed, by a day.",
        _safeguards_ending,
        (Parameter("until", "the day, as 2026-12-31"),),
    ),
    NamedQuery(
        "persons_declared",
        "How many distinct persons product versions hold together, as their exporters have declared it.",
        _persons_declared,
        (
            Parameter("exporter", "of this exporter alone", required=False),
            Parameter("year", "of this calendar year alone", "whole number", required=False),
        ),
    ),
    NamedQuery(
        "splitting_findings",
        "Which groups were found to split personal information, in which year.",
        _splitting_findings,
    ),
    NamedQuery("published_lists", "Which lists of zones are known, and when each holds.", _published_lists),
    NamedQuery(
        "centre_registrations",
        "Which product versions are registered under lists of general data.",
        _centre_registrations,
    ),
)
