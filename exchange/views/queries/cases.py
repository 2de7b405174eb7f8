"""What is before the counter, how it was ruled, and who sits in the management body."""

from typing import Any

from sqlalchemy import Select, func, or_, select, true

from exchange.views.cases import (
    BODY_SEATS,
    REVIEW_CASE_ANSWERS,
    REVIEW_CASE_DECISIONS,
    REVIEW_CASE_EFFECTS,
    REVIEW_CASE_RULINGS,
    REVIEW_CASES,
)
from exchange.views.queries.query import NamedQuery, Parameter

WAITING = ("open", "appealed")
_SHOWN = (
    "case_id",
    "subject",
    "instrument_id",
    "handbooks",
    "seller_id",
    "buyer_id",
    "codes",
    "missing",
    "demanded",
    "state",
    "overdue",
    "asked_again",
    "due_at",
    "valid_until_at",
    "at",
)
_RULED = (
    "case_id",
    "verdict",
    "codes",
    "whole_product",
    "any_buyer",
    "panel",
    "grounds",
    "reference",
    "by_id",
    "on_appeal",
    "valid_until_at",
    "at",
)


def _review_cases(state: str, participant: str | None, subject: str | None) -> Select[Any]:
    table = REVIEW_CASES.c
    wanted = {
        "waiting": table.state.in_(WAITING),
        "overdue": table.overdue & table.state.in_(WAITING),
        "all": true(),
    }[state]
    found = select(*(table[name] for name in _SHOWN)).where(wanted)
    if participant is not None:
        found = found.where(or_(table.buyer_id == participant, table.seller_id == participant))
    if subject is not None:
        found = found.where(table.subject == subject)
    return found.order_by(table.due_at, table.at, table.seq)


def _review_case(case: str) -> Select[Any]:
    return select(REVIEW_CASES).where(REVIEW_CASES.c.case_id == case)


def _case_rulings(case: str) -> Select[Any]:
    table = REVIEW_CASE_RULINGS.c
    found = select(*(table[name] for name in _RULED)).where(table.case_id == case)
    return found.order_by(table.at, table.seq)


def _case_decisions(case: str) -> Select[Any]:
    table = REVIEW_CASE_DECISIONS.c
    shown = (table.decision_id, table.basis, table.at)
    return select(*shown).where(table.case_id == case).order_by(table.at, table.seq)


def _case_answers(case: str) -> Select[Any]:
    table = REVIEW_CASE_ANSWERS.c
    shown = (table.decision_id, table.answered_by, table.outcome, table.at)
    return select(*shown).where(table.case_id == case).order_by(table.at, table.seq)


def _case_effects(case: str) -> Select[Any]:
    table = REVIEW_CASE_EFFECTS.c
    shown = (table.partition, table.verdict, table.rulings, table.purchases, table.at)
    return select(*shown).where(table.case_id == case).order_by(table.at, table.partition, table.seq)


def _body_seats() -> Select[Any]:
    table = BODY_SEATS.c
    last = select(func.max(table.seq)).group_by(table.constituency)
    shown = ("constituency", "name", "public_key", "valid_until_at", "by_id", "approved_by", "site", "at")
    found = select(*(table[name] for name in shown)).where(table.seq.in_(last))
    return found.order_by(table.constituency)


_CASE = (Parameter("case", "which case"),)

QUERIES = (
    NamedQuery(
        "review_cases",
        "Cases of the counter: what the fence left to people, and until when they have to look at it.",
        _review_cases,
        (
            Parameter(
                "state",
                "those before a panel, of these the overdue ones, or all",
                default="waiting",
                required=False,
                choices=("waiting", "overdue", "all"),
            ),
            Parameter("participant", "only of this buyer or seller", required=False),
            Parameter("subject", "only of this product", required=False),
        ),
    ),
    NamedQuery("review_case", "One case of the counter, whole.", _review_case, _CASE),
    NamedQuery("case_rulings", "What panels ruled on a case, first and on appeal.", _case_rulings, _CASE),
    NamedQuery("case_decisions", "The decisions that a case is about.", _case_decisions, _CASE),
    NamedQuery(
        "case_answers",
        "Which decisions of a case the fence answered otherwise meanwhile, and how.",
        _case_answers,
        _CASE,
    ),
    NamedQuery(
        "case_effects", "What a case's end, or a ruling against, ended in the markets.", _case_effects, _CASE
    ),
    NamedQuery(
        "body_seats",
        "Who was last given each seat of the management body, with which key, until when.",
        _body_seats,
    ),
)
