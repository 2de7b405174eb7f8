"""What the fence decided, what became of commands, and how far the views have come."""

from typing import Any

from sqlalchemy import Select, select, true

from exchange.store.schema import PROGRESS
from exchange.views.compliance import FENCE_DECISIONS
from exchange.views.operations import OUTCOMES
from exchange.views.queries.query import NamedQuery, Parameter


def _decisions(buyer: str | None) -> Select[Any]:
    shown = (
        "decision_id",
        "product_id",
        "seller_id",
        "buyer_id",
        "outcome",
        "deciding_codes",
        "reason_codes",
        "obligations",
        "ruleset_version",
        "holds_until",
        "at",
    )
    wanted = true() if buyer is None else FENCE_DECISIONS.c.buyer_id == buyer
    ordered = (FENCE_DECISIONS.c.at, FENCE_DECISIONS.c.partition, FENCE_DECISIONS.c.seq)
    return select(*(FENCE_DECISIONS.c[name] for name in shown)).where(wanted).order_by(*ordered)


def _decision(id: str) -> Select[Any]:
    return select(FENCE_DECISIONS).where(FENCE_DECISIONS.c.decision_id == id)


def _outcomes(command_id: str) -> Select[Any]:
    ordered = (OUTCOMES.c.at, OUTCOMES.c.context, OUTCOMES.c.partition, OUTCOMES.c.first_seq)
    return select(OUTCOMES).where(OUTCOMES.c.command_id == command_id).order_by(*ordered)


def _positions() -> Select[Any]:
    return select(PROGRESS).order_by(PROGRESS.c.reader, PROGRESS.c.topic, PROGRESS.c.partition)


QUERIES = (
    NamedQuery(
        "decisions",
        "What the fence decided, and by which codes.",
        _decisions,
        (Parameter("buyer", "only of what this buyer asked for", required=False),),
    ),
    NamedQuery(
        "decision",
        "One fence decision whole, with the crossing that was decided.",
        _decision,
        (Parameter("id", "the decision's id"),),
    ),
    NamedQuery(
        "outcomes",
        "What became of a command, or of each command of that id.",
        _outcomes,
        (Parameter("command_id", "the id it was sent with"),),
    ),
    NamedQuery("positions", "How far each reader has come in each journal partition.", _positions),
)
