"""How participants and product versions came to be described as they are."""

from typing import Any

from sqlalchemy import Select, select, true

from exchange.views.described import PARTICIPANT_UPDATES, PRODUCT_RECLASSIFICATIONS, RECEIVED_DATA
from exchange.views.queries.query import NamedQuery, Parameter


def _participant_updates(participant: str | None) -> Select[Any]:
    told = PARTICIPANT_UPDATES.c
    about = true() if participant is None else told.participant_id == participant
    return select(PARTICIPANT_UPDATES).where(about).order_by(told.at, told.partition, told.seq)


def _product_reclassifications(product: str | None) -> Select[Any]:
    told = PRODUCT_RECLASSIFICATIONS.c
    about = true() if product is None else told.product_id == product
    return (
        select(PRODUCT_RECLASSIFICATIONS).where(about).order_by(told.at, told.partition, told.seq, told.line)
    )


def _received_data(participant: str | None) -> Select[Any]:
    told = RECEIVED_DATA.c
    about = true() if participant is None else told.participant_id == participant
    return select(RECEIVED_DATA).where(about).order_by(told.at, told.partition, told.seq)


QUERIES = (
    NamedQuery(
        "participant_updates",
        "What became otherwise of participants after their admission, and why.",
        _participant_updates,
        (Parameter("participant", "of this participant alone", required=False),),
    ),
    NamedQuery(
        "product_reclassifications",
        "Which product versions turned out to be other data, and what inherits it.",
        _product_reclassifications,
        (Parameter("product", "of this product alone", required=False),),
    ),
    NamedQuery(
        "received_data",
        "Which product versions participants have under contracts that bind them in where it goes next.",
        _received_data,
        (Parameter("participant", "of this participant alone", required=False),),
    ),
)
