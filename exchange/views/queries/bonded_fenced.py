"""Who sees and holds bonded data, what guards it, and what is behind products that were made in bond."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from exchange.views.fenced_work import (
    BONDED_PRODUCTS,
    FENCED_VOLUMES,
    STATIONS,
    VOLUME_ENFORCEMENT,
    WORK_SESSIONS,
    WORKER_POOLS,
)
from exchange.views.queries.query import NamedQuery, Parameter


def _only(column: ColumnElement[Any], value: str | None) -> ColumnElement[bool]:
    return true() if value is None else column == value


def _sessions(state: str | None, worker: str | None) -> Select[Any]:
    session = WORK_SESSIONS.c
    return (
        select(
            *(session.session_id, session.state, session.basis, session.worker_id, session.pool_id),
            *(session.station_id, session.seen_from, session.job_run_id, session["items"]),
            *(session.consignment_ids, session.may, session.may_not, session.codes, session.grounds),
            *(session.decision_id, session.at, session.ends_at, session.ended_at),
        )
        .where(_only(session.state, state), _only(session.worker_id, worker))
        .order_by(session.at, session.partition, session.seq)
    )


def _volumes(state: str | None) -> Select[Any]:
    """Each volume beside what its port last said of it."""
    volume, said = FENCED_VOLUMES.c, VOLUME_ENFORCEMENT.c
    latest = (
        select(said.volume_id, func.max(said.seq).label("seq"))
        .where(said.step != "inspected")
        .group_by(said.volume_id)
        .subquery()
    )
    last = VOLUME_ENFORCEMENT.alias()
    return (
        select(
            *(volume.volume_id, volume.zone_id, volume.subject_id, volume.state, volume.sealed),
            *(volume.pool_id, volume.mode, volume.until_at, volume.basis, volume.codes),
            last.c.step.label("enforced"),
            *(last.c.done, last.c.detail, volume.at, volume.changed_at),
        )
        .outerjoin(latest, latest.c.volume_id == volume.volume_id)
        .outerjoin(last, (last.c.volume_id == latest.c.volume_id) & (last.c.seq == latest.c.seq))
        .where(_only(volume.state, state))
        .order_by(volume.at, volume.partition, volume.seq)
    )


def _enforcement(volume: str | None) -> Select[Any]:
    said = VOLUME_ENFORCEMENT.c
    return (
        select(
            *(said.volume_id, said.step, said.done, said.detail, said.files, said.size_bytes),
            *(said.merkle_root, said.strays, said.limits, said.by_id, said.at),
        )
        .where(_only(said.volume_id, volume))
        .order_by(said.at, said.partition, said.seq)
    )


def _stations(zone: str | None) -> Select[Any]:
    station = STATIONS.c
    return (
        select(station.station_id, station.zone_id, station.place, station.state, station.lets)
        .where(_only(station.zone_id, zone))
        .order_by(station.zone_id, station.station_id)
    )


def _worker_pools() -> Select[Any]:
    pool = WORKER_POOLS.c
    return select(pool.zone_id, pool.pool_id, pool.processor_id, pool.worker_ids, pool.changed_at).order_by(
        pool.zone_id, pool.pool_id
    )


def _bonded_products(product: str | None) -> Select[Any]:
    made = BONDED_PRODUCTS.c
    return (
        select(
            *(made.product_id, made.version, made.seller_id, made.output_id, made.origins),
            *(made.domestic_pi, made.important, made.separable, made.consignments, made.routes),
            *(made.at, made.changed_at),
        )
        .where(_only(made.product_id, product))
        .order_by(made.at, made.partition, made.seq)
    )


QUERIES = (
    NamedQuery(
        "work_sessions",
        "Who saw what of bonded data, at which station, from where, until when, and why it ended.",
        _sessions,
        (
            Parameter("state", "only those that are open, or ended", required=False),
            Parameter("worker", "only this worker's", required=False),
        ),
    ),
    NamedQuery(
        "fenced_volumes",
        "Volumes of consignments and job runs as they were decided, beside what their port last did.",
        _volumes,
        (Parameter("state", "only in this state", required=False),),
    ),
    NamedQuery(
        "volume_enforcement",
        "What the port that guards volumes did, could not do, found, and cannot enforce.",
        _enforcement,
        (Parameter("volume", "only of this volume", required=False),),
    ),
    NamedQuery(
        "stations",
        "Stations of business zones, and what they let their worker do.",
        _stations,
        (Parameter("zone", "only in this business zone", required=False),),
    ),
    NamedQuery(
        "worker_pools",
        "Who works for which processor, by names that only it can tell the persons of.",
        _worker_pools,
    ),
    NamedQuery(
        "bonded_products",
        "Product versions that were made in bond, and what is behind them now.",
        _bonded_products,
        (Parameter("product", "only of this product", required=False),),
    ),
)
