"""Lines: what they promise, how good they were in a month, what was given back, and ways round."""

from typing import Any

from sqlalchemy import Integer, Select, case, cast, func, select, true

from exchange.kernel.errors import Misuse
from exchange.market.pools.pricing import window
from exchange.views.lines import LINE_CREDITS, LINE_HOURS, LINE_ROUTES, LINES
from exchange.views.queries.query import NamedQuery, Parameter

_PERCENT = 100
_HALF, _MOST, _NEARLY_ALL = 50, 95, 99
_HOUR = (LINE_HOURS.c.partition, LINE_HOURS.c.link_id)


def _lines(line: str | None) -> Select[Any]:
    return (
        select(*LINES.c)
        .where(true() if line is None else LINES.c.link_id == line)
        .order_by(LINES.c.link_id, LINES.c.partition)
    )


def _quality(line: str | None, month: str | None) -> Select[Any]:
    """Percentiles over hours: the least that so many of a hundred hours did not exceed."""
    ranked = (
        select(
            *LINE_HOURS.c,
            func.row_number().over(partition_by=_HOUR, order_by=LINE_HOURS.c.rtt_ms).label("by_rtt"),
            func.row_number().over(partition_by=_HOUR, order_by=LINE_HOURS.c.loss_ppm).label("by_loss"),
            func.count().over(partition_by=_HOUR).label("of"),
        )
        .where(*_wanted(line, month))
        .subquery("ranked")
    )
    of = (ranked.c.partition, ranked.c.link_id)
    return (
        select(
            LINES.c.link_id,
            LINES.c.partition,
            LINES.c.operator_id,
            func.count().label("hours"),
            cast(func.sum(cast(ranked.c.worse, Integer)), Integer).label("worse_hours"),
            LINES.c.rtt_ms_max,
            *_percentiles(ranked, "rtt_ms", "by_rtt"),
            LINES.c.loss_ppm_max,
            *_percentiles(ranked, "loss_ppm", "by_loss"),
            (func.max(ranked.c.throughput_mbps) * _PERCENT // LINES.c.capacity_mbps).label("busiest_pct"),
            func.min(ranked.c.from_at).label("first_at"),
            func.max(ranked.c.from_at).label("last_at"),
        )
        .join(LINES, (LINES.c.partition == of[0]) & (LINES.c.link_id == of[1]))
        .group_by(
            *(
                LINES.c[name]
                for name in ("link_id", "partition", "operator_id", "rtt_ms_max", "loss_ppm_max")
            ),
            LINES.c.capacity_mbps,
        )
        .order_by(LINES.c.link_id, LINES.c.partition)
    )


def _wanted(line: str | None, month: str | None) -> list[Any]:
    wanted = [] if line is None else [LINE_HOURS.c.link_id == line]
    if month is None:
        return wanted
    try:
        begins_at, ends_at = window(month)
    except (ValueError, IndexError) as error:
        raise Misuse(f"month {month!r} is no month; name one such as 2026-11") from error
    return [*wanted, LINE_HOURS.c.from_at >= begins_at, LINE_HOURS.c.from_at < ends_at]


def _percentiles(ranked: Any, column: str, place: str) -> list[Any]:
    def least(percent: int) -> Any:
        within = ranked.c[place] * _PERCENT >= ranked.c.of * percent
        return func.min(case((within, ranked.c[column]))).label(f"{column}_p{percent}")

    return [
        *(least(percent) for percent in (_HALF, _MOST, _NEARLY_ALL)),
        func.max(ranked.c[column]).label(f"{column}_worst"),
    ]


def _credits(line: str | None, buyer: str | None, seller: str | None, state: str | None) -> Select[Any]:
    asked = {"link_id": line, "buyer_id": buyer, "seller_id": seller, "state": state}
    chosen = [LINE_CREDITS.c[name] == value for name, value in asked.items() if value is not None]
    return select(*LINE_CREDITS.c).where(*chosen).order_by(LINE_CREDITS.c.at, LINE_CREDITS.c.trade_id)


def _routes(line: str | None, state: str | None) -> Select[Any]:
    asked = {"link_id": line, "state": state}
    chosen = [LINE_ROUTES.c[name] == value for name, value in asked.items() if value is not None]
    order = (LINE_ROUTES.c.at, LINE_ROUTES.c.partition, LINE_ROUTES.c.seq)
    return select(*LINE_ROUTES.c).where(*chosen).order_by(*order)


_LINE = Parameter("line", "only this one", required=False)

QUERIES = (
    NamedQuery(
        "lines",
        "Lines: what each connects, who runs it, what it promises, and how it stands.",
        _lines,
        (_LINE,),
    ),
    NamedQuery(
        "line_quality",
        "How good lines were in the hours that were measured, in percentiles, beside what they promise.",
        _quality,
        (_LINE, Parameter("month", "only in this month (Asia/Shanghai), such as 2026-11", required=False)),
    ),
    NamedQuery(
        "line_credits",
        "What buyers got back for hours in which a line was worse than promised.",
        _credits,
        (
            _LINE,
            Parameter("buyer", "only this buyer's", required=False),
            Parameter("seller", "only this seller's", required=False),
            Parameter("state", "only these", required=False, choices=("credited", "deferred", "lapsed")),
        ),
    ),
    NamedQuery(
        "line_routes",
        "Ways round for what was sold of lines: where they lead, until when, and what the fence said.",
        _routes,
        (_LINE, Parameter("state", "only these", required=False, choices=("taken", "ended", "barred"))),
    ),
)
