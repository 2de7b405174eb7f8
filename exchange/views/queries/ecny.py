"""e-CNY: what its wallets hold, and what became of it."""

from typing import Any

from sqlalchemy import Select, and_, func, select, true

from exchange.kernel.money import ECNY
from exchange.views.accounts import WALLET
from exchange.views.ecny import ECNY_CONVERSIONS, ECNY_WALLETS
from exchange.views.ledger.sides import total
from exchange.views.ledger.tables import BALANCES
from exchange.views.queries.query import NamedQuery, Parameter


def _wallets() -> Select[Any]:
    held = BALANCES.c.debit_minor - BALANCES.c.credit_minor
    lines = (
        select(
            ECNY_WALLETS.c.partition,
            ECNY_WALLETS.c.bank_id,
            ECNY_WALLETS.c.currency,
            func.min(ECNY_WALLETS.c.at).label("opened_at"),
            total(ECNY_WALLETS.c.interest_minor).label("interest_minor"),
        )
        .group_by(ECNY_WALLETS.c.partition, ECNY_WALLETS.c.bank_id, ECNY_WALLETS.c.currency)
        .subquery("lines")
    )
    balance = and_(
        BALANCES.c.context == "market",
        BALANCES.c.partition == lines.c.partition,
        BALANCES.c.party == lines.c.bank_id,
        BALANCES.c.account == WALLET,
        BALANCES.c.asset == ECNY,
    )
    return (
        select(
            lines.c.partition,
            lines.c.bank_id,
            lines.c.currency,
            func.coalesce(held, 0).label("held_minor"),
            lines.c.interest_minor,
            lines.c.opened_at,
        )
        .select_from(lines.outerjoin(BALANCES, balance))
        .order_by(lines.c.partition, lines.c.bank_id)
    )


def _conversions(participant: str | None) -> Select[Any]:
    shown = [column for column in ECNY_CONVERSIONS.c if column.name != "seq"]
    wanted = true() if participant is None else ECNY_CONVERSIONS.c.participant_id == participant
    order = (ECNY_CONVERSIONS.c.at, ECNY_CONVERSIONS.c.partition, ECNY_CONVERSIONS.c.seq)
    return select(*shown).where(wanted).order_by(*order)


QUERIES = (
    NamedQuery(
        "ecny_wallets",
        "Where e-CNY is kept for each market partition, what is there, and what of it is interest.",
        _wallets,
    ),
    NamedQuery(
        "ecny_conversions",
        "CNY that became e-CNY at par, or e-CNY that became CNY.",
        _conversions,
        (Parameter("participant", "only this participant's", required=False),),
    ),
)
