"""Cash on its way between markets, as both ends of it say, and penalties."""

from typing import Any

from sqlalchemy import Select, case, select, true

from exchange.views.money_transfers import MONEY_SENT, MONEY_TAKEN_IN
from exchange.views.penalties import PENALTIES
from exchange.views.queries.query import NamedQuery, Parameter

_SENT = ("transfer_id", "participant_id", "partition", "to_market_id", "currency", "amount_minor")


def _money_transfers(participant: str | None, state: str | None) -> Select[Any]:
    arrived = MONEY_TAKEN_IN.c.state == "arrived"
    became = case(
        (MONEY_SENT.c.state == "returned", "returned"),
        (arrived | (MONEY_SENT.c.state == "concluded"), "arrived"),
        else_="in_transit",
    )
    shown = select(
        *(MONEY_SENT.c[name] for name in _SENT),
        became.label("state"),
        MONEY_TAKEN_IN.c.partition.label("to_partition"),
        MONEY_TAKEN_IN.c.repaid_minor,
        MONEY_TAKEN_IN.c.recovered_minor,
        MONEY_SENT.c.reason,
        MONEY_SENT.c.at,
        MONEY_SENT.c.delayed_at,
        MONEY_SENT.c.closed_at,
    )
    return (
        shown.select_from(
            MONEY_SENT.outerjoin(MONEY_TAKEN_IN, MONEY_TAKEN_IN.c.transfer_id == MONEY_SENT.c.transfer_id)
        )
        .where(
            true() if participant is None else MONEY_SENT.c.participant_id == participant,
            true() if state is None else became == state,
        )
        .order_by(MONEY_SENT.c.at, MONEY_SENT.c.partition, MONEY_SENT.c.seq)
    )


def _penalties(seller: str | None) -> Select[Any]:
    shown = [column for column in PENALTIES.c if column.name not in ("partition", "seq")]
    wanted = true() if seller is None else PENALTIES.c.seller_id == seller
    return select(*shown).where(wanted).order_by(PENALTIES.c.at, PENALTIES.c.partition, PENALTIES.c.seq)


QUERIES = (
    NamedQuery(
        "penalties",
        "What sellers paid for what they delivered late, in part or not at all, and what was taken back.",
        _penalties,
        (Parameter("seller", "only this one's", required=False),),
    ),
    NamedQuery(
        "money_transfers",
        "Cash that participants moved between markets: in transit, since when late, arrived or returned.",
        _money_transfers,
        (
            Parameter("participant", "only this participant's", required=False),
            Parameter("state", "only these", required=False, choices=("in_transit", "arrived", "returned")),
        ),
    ),
)
