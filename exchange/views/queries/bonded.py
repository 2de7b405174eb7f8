"""What is in the business zones, what becomes of it, and who has answered for it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select, true

from exchange.views.bonded_work import (
    EGRESSES,
    EXPORTS_COUNTED,
    GOVERNANCE_CASES,
    INCIDENTS,
    JOB_OUTPUTS,
    JOB_RUNS,
)
from exchange.views.consignments import (
    BALANCE_COUNTS,
    CONSIGNMENT_BALANCES,
    CONSIGNMENTS,
    DELETION_REGISTER,
    ITEM_MOVES,
)
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.united_in_bond import PERSONS_UNITED

_BOOKS = CONSIGNMENT_BALANCES.c
_CAME = _BOOKS.admitted + _BOOKS.transferred_in
_LEFT = _BOOKS.consumed + _BOOKS.returned + _BOOKS.transferred_out + _BOOKS.scrapped + _BOOKS.destroyed
_ON_HAND = _CAME - _LEFT - _BOOKS.in_transit
_FLOWS = (
    *("admitted", "transferred_in", "consumed", "returned", "transferred_out", "scrapped", "destroyed"),
    "in_transit",
)


def _only(column: ColumnElement[Any], value: str | None) -> ColumnElement[bool]:
    return true() if value is None else column == value


def _of(table: Table, names: tuple[str, ...]) -> list[Any]:
    return [table.c[name] for name in names]


def _consignments(zone: str | None, processor: str | None) -> Select[Any]:
    shown = (
        *(
            "consignment_id",
            "zone_id",
            "handbook_no",
            "title",
            "consignor_id",
            "processor_id",
            "unit",
            "state",
        ),
        *("codes", "balance_state"),
    )
    last = (
        "return_list",
        "retention_until",
        "retention_ended_at",
        "key_destroyed",
        "from_consignment_id",
        "at",
    )
    return (
        select(
            *_of(CONSIGNMENTS, shown),
            _CAME.label("came"),
            _ON_HAND.label("on_hand"),
            *_of(CONSIGNMENTS, (*last, "changed_at")),
        )
        .join(CONSIGNMENT_BALANCES, _BOOKS.consignment_id == CONSIGNMENTS.c.consignment_id)
        .where(_only(CONSIGNMENTS.c.zone_id, zone), _only(CONSIGNMENTS.c.processor_id, processor))
        .order_by(CONSIGNMENTS.c.at, CONSIGNMENTS.c.partition, CONSIGNMENTS.c.seq)
    )


def _consignment_balance(consignment: str) -> Select[Any]:
    counted = BALANCE_COUNTS.c
    latest = (
        select(func.max(counted.seq))
        .where(counted.consignment_id == consignment, counted.step == "counted")
        .scalar_subquery()
    )
    found = (
        select(counted.counted, counted.unit)
        .where(counted.consignment_id == consignment, counted.seq == latest)
        .subquery()
    )
    return (
        select(
            *_of(CONSIGNMENTS, ("consignment_id", "handbook_no", "unit")),
            *_of(CONSIGNMENT_BALANCES, _FLOWS),
            _ON_HAND.label("on_hand"),
            found.c.counted.label("last_counted"),
            CONSIGNMENTS.c.balance_state,
        )
        .join(CONSIGNMENT_BALANCES, _BOOKS.consignment_id == CONSIGNMENTS.c.consignment_id)
        .outerjoin(found, found.c.unit == CONSIGNMENTS.c.unit)
        .where(CONSIGNMENTS.c.consignment_id == consignment)
    )


def _balance_counts(consignment: str) -> Select[Any]:
    names = ("step", "unit", *_FLOWS, "on_hand", "counted", "tolerance", "by_id", "at")
    return (
        select(*_of(BALANCE_COUNTS, names))
        .where(BALANCE_COUNTS.c.consignment_id == consignment)
        .order_by(BALANCE_COUNTS.c.at, BALANCE_COUNTS.c.seq, BALANCE_COUNTS.c.unit)
    )


def _item_moves(consignment: str) -> Select[Any]:
    return (
        select(*_of(ITEM_MOVES, ("lot", "first", "last", "way", "by", "at")))
        .where(ITEM_MOVES.c.consignment_id == consignment)
        .order_by(ITEM_MOVES.c.at, ITEM_MOVES.c.partition, ITEM_MOVES.c.seq, ITEM_MOVES.c.line)
    )


def _job_runs(processor: str | None) -> Select[Any]:
    names = ("job_run_id", "zone_id", "processor_id", "job", "state", "consignment_ids", "source_ids")
    last = (
        "origins",
        "domestic_pi",
        "important",
        "separable",
        "clears",
        "pool_id",
        "seats",
        "at",
        "changed_at",
    )
    return (
        select(*_of(JOB_RUNS, (*names, *last)))
        .where(_only(JOB_RUNS.c.processor_id, processor))
        .order_by(JOB_RUNS.c.at, JOB_RUNS.c.partition, JOB_RUNS.c.seq)
    )


def _job_outputs(run: str | None, processor: str | None) -> Select[Any]:
    names = (
        "output_id",
        "job_run_id",
        "kind",
        "reference",
        "unit",
        "quantity",
        "expected",
        "size_bytes",
        "state",
    )
    return (
        select(
            *_of(JOB_OUTPUTS, (*names, "exported_at")),
            *_of(JOB_RUNS, ("origins", "domestic_pi", "important", "zone_id")),
            JOB_OUTPUTS.c.at,
        )
        .join(JOB_RUNS, JOB_RUNS.c.job_run_id == JOB_OUTPUTS.c.job_run_id)
        .where(_only(JOB_OUTPUTS.c.job_run_id, run), _only(JOB_OUTPUTS.c.processor_id, processor))
        .order_by(JOB_OUTPUTS.c.at, JOB_OUTPUTS.c.partition, JOB_OUTPUTS.c.seq, JOB_OUTPUTS.c.output_id)
    )


def _exports_counted(exporter: str | None) -> Select[Any]:
    names = ("exporter_id", "year", "owner", "ways", "origins", "persons", "at")
    return (
        select(*_of(EXPORTS_COUNTED, names))
        .where(_only(EXPORTS_COUNTED.c.exporter_id, exporter))
        .order_by(EXPORTS_COUNTED.c.at, EXPORTS_COUNTED.c.partition, EXPORTS_COUNTED.c.seq)
    )


def _persons_united(exporter: str | None, year: int | None) -> Select[Any]:
    names = ("exporter_id", "year", "origins", "persons", "sensitive_persons", "foreign_persons", "sets")
    told = PERSONS_UNITED.c
    return (
        select(*_of(PERSONS_UNITED, (*names, "declaration_id", "at")))
        .where(_only(told.exporter_id, exporter), true() if year is None else told.year == year)
        .order_by(told.exporter_id, told.year, told.persons, told.origins)
    )


def _egresses(state: str | None, participant: str | None) -> Select[Any]:
    names = (
        *(
            "egress_id",
            "kind",
            "zone_id",
            "processor_id",
            "recipient_id",
            "destination",
            "output_ids",
            "items",
        ),
        *("parts", "size_bytes", "state", "revoked", "decision_id", "outcome", "codes", "to_zone_id"),
        *("to_consignment_id", "grounds", "at", "changed_at"),
    )
    mine: ColumnElement[bool] = true()
    if participant is not None:
        mine = (EGRESSES.c.processor_id == participant) | (EGRESSES.c.recipient_id == participant)
    return (
        select(*_of(EGRESSES, names))
        .where(_only(EGRESSES.c.state, state), mine)
        .order_by(EGRESSES.c.at, EGRESSES.c.partition, EGRESSES.c.seq)
    )


def _egress(egress: str) -> Select[Any]:
    return select(EGRESSES).where(EGRESSES.c.egress_id == egress)


def _consignment(consignment: str) -> Select[Any]:
    return select(CONSIGNMENTS).where(CONSIGNMENTS.c.consignment_id == consignment)


def _deletions(consignment: str | None) -> Select[Any]:
    names = (
        *("certificate_id", "consignment_id", "items", "output_ids", "method", "hashes", "merkle_root"),
        *(
            "erasure",
            "operator_id",
            "verifier_id",
            "verification",
            "sample",
            "state",
            "at",
            "certified_at",
            "credential",
        ),
    )
    return (
        select(*_of(DELETION_REGISTER, names))
        .where(_only(DELETION_REGISTER.c.consignment_id, consignment))
        .order_by(DELETION_REGISTER.c.at, DELETION_REGISTER.c.partition, DELETION_REGISTER.c.seq)
    )


def _incidents() -> Select[Any]:
    first = ("incident_id", "job_run_id", "kind", "own", "statement", "source_ids", "by_id")
    found = ("access_id", "consignment_ids")
    return (
        select(
            *_of(INCIDENTS, (*first, *found)),
            *_of(GOVERNANCE_CASES, ("case_id", "state", "constituencies", "panel", "due_at", "decided_at")),
            INCIDENTS.c.at,
        )
        .join(GOVERNANCE_CASES, GOVERNANCE_CASES.c.incident_id == INCIDENTS.c.incident_id)
        .order_by(INCIDENTS.c.at, INCIDENTS.c.partition, INCIDENTS.c.seq)
    )


_CONSIGNMENT = Parameter("consignment", "its id", required=True)
QUERIES = (
    NamedQuery(
        "consignments",
        "Raw data in the business zones: under which handbook, how far it has come, what is on hand of it.",
        _consignments,
        (
            Parameter("zone", "only in this business zone", required=False),
            Parameter("processor", "only this processor's", required=False),
        ),
    ),
    NamedQuery(
        "consignment_balance",
        "A consignment's account: what came, what became of it, what is on hand, what was counted last.",
        _consignment_balance,
        (_CONSIGNMENT,),
    ),
    NamedQuery(
        "balance_counts",
        "Every time that a consignment's stock was counted, in every unit, beside the books.",
        _balance_counts,
        (_CONSIGNMENT,),
    ),
    NamedQuery(
        "item_moves",
        "Which items of a consignment left the books, how, and by what.",
        _item_moves,
        (_CONSIGNMENT,),
    ),
    NamedQuery(
        "job_runs",
        "Runs of jobs in the business zones, and what their outputs carry of where they come from.",
        _job_runs,
        (Parameter("processor", "only this processor's", required=False),),
    ),
    NamedQuery(
        "job_outputs",
        "What job runs made, whether it is there, and whether it has left.",
        _job_outputs,
        (
            Parameter("run", "only of this job run", required=False),
            Parameter("processor", "only this processor's", required=False),
        ),
    ),
    NamedQuery(
        "egresses",
        "What is to leave a handbook or the zone: held, approved, in transit, left or taken back, and why.",
        _egresses,
        (
            Parameter("state", "only in this state", required=False),
            Parameter("participant", "only of or for this participant", required=False),
        ),
    ),
    NamedQuery(
        "egress",
        "All that is known of one request to let something out.",
        _egress,
        (Parameter("egress", "its id"),),
    ),
    NamedQuery(
        "consignment",
        "All that is known of one consignment.",
        _consignment,
        (Parameter("consignment", "its id"),),
    ),
    NamedQuery(
        "exports_counted",
        "Whose persons came to count in an exporter's year, by what left the zone and what markets sold of it.",
        _exports_counted,
        (Parameter("exporter", "only of this exporter", required=False),),
    ),
    NamedQuery(
        "persons_united",
        "How many distinct persons consignments and sources hold together, as their exporters have declared it.",
        _persons_united,
        (
            Parameter("exporter", "of this exporter alone", required=False),
            Parameter("year", "of this calendar year alone", "whole number", required=False),
        ),
    ),
    NamedQuery(
        "deletions",
        "What was deleted, how, by whom, and who certified it.",
        _deletions,
        (Parameter("consignment", "only of this consignment", required=False),),
    ),
    NamedQuery(
        "incidents",
        "What went wrong in job runs, sessions and volumes, and the case of each.",
        _incidents,
    ),
)
