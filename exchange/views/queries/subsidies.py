"""Subsidies: what programmes have, and what participants have had of their caps."""

from typing import Any

from sqlalchemy import Select, func, select, true

from exchange.views.ledger.sides import total
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.subsidies import SUBSIDY_ADMISSIONS, SUBSIDY_CLAIMS, SUBSIDY_FUNDS, SUBSIDY_PROGRAMMES


def _usage(participant: str | None, programme: str | None) -> Select[Any]:
    claims = SUBSIDY_CLAIMS.c
    used = total(claims.amount_minor)
    key = (claims.programme_id, claims.participant_id, claims.period, claims.currency)
    return (
        select(
            *key,
            used.label("used_minor"),
            func.max(claims.cap_minor).label("cap_minor"),
            (func.max(claims.cap_minor) - used).label("cap_left_minor"),
        )
        .where(
            claims.state != "returned",
            true() if participant is None else claims.participant_id == participant,
            true() if programme is None else claims.programme_id == programme,
        )
        .group_by(*key)
        .order_by(*key)
    )


def _claims(participant: str | None, programme: str | None) -> Select[Any]:
    wanted = (
        true() if participant is None else SUBSIDY_CLAIMS.c.participant_id == participant,
        true() if programme is None else SUBSIDY_CLAIMS.c.programme_id == programme,
    )
    return select(*SUBSIDY_CLAIMS.c).where(*wanted).order_by(SUBSIDY_CLAIMS.c.seq)


def _admitted(programme: str | None) -> Select[Any]:
    wanted = true() if programme is None else SUBSIDY_ADMISSIONS.c.programme_id == programme
    return select(*SUBSIDY_ADMISSIONS.c).where(wanted).order_by(SUBSIDY_ADMISSIONS.c.seq)


def _programmes(programme: str | None) -> Select[Any]:
    lines = (
        select(
            SUBSIDY_FUNDS.c.programme_id,
            total(SUBSIDY_FUNDS.c.pledged_minor).label("pledged_minor"),
            total(SUBSIDY_FUNDS.c.funded_minor).label("funded_minor"),
        )
        .group_by(SUBSIDY_FUNDS.c.programme_id)
        .subquery("lines")
    )
    shown = [column for column in SUBSIDY_PROGRAMMES.c if column.name != "seq"]
    return (
        select(
            *shown,
            func.coalesce(lines.c.pledged_minor, 0).label("pledged_minor"),
            func.coalesce(lines.c.funded_minor, 0).label("funded_minor"),
        )
        .select_from(
            SUBSIDY_PROGRAMMES.outerjoin(lines, lines.c.programme_id == SUBSIDY_PROGRAMMES.c.programme_id)
        )
        .where(true() if programme is None else SUBSIDY_PROGRAMMES.c.programme_id == programme)
        .order_by(SUBSIDY_PROGRAMMES.c.seq)
    )


QUERIES = (
    NamedQuery(
        "subsidy_usage",
        "What participants have had of their caps in each window, and what is left (memo 9010).",
        _usage,
        (
            Parameter("participant", "only this one's", required=False),
            Parameter("programme", "only of this one", required=False),
        ),
    ),
    NamedQuery(
        "subsidy_claims",
        "What was claimed from programmes, what was paid, and what kept the rest.",
        _claims,
        (
            Parameter("participant", "only this one's", required=False),
            Parameter("programme", "only of this one", required=False),
        ),
    ),
    NamedQuery(
        "subsidy_admitted",
        "Who may claim from programmes.",
        _admitted,
        (Parameter("programme", "only of this one", required=False),),
    ),
    NamedQuery(
        "subsidy_programmes",
        "Programmes that sponsors fund: caps, what is promised still and what has come.",
        _programmes,
        (Parameter("programme", "only this one", required=False),),
    ),
)
