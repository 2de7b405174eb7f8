"""Where the money is."""

from typing import Any

from sqlalchemy import BigInteger, Select, Table, and_, case, cast, func, literal, select, true, union_all

from exchange.views.accounts import (
    CASH,
    CLAWBACK,
    COMMISSION,
    CREDIT,
    DEPOSITS,
    ESCROW,
    PAYABLE,
    RESERVED,
    SUPPLY,
    TAX,
    WITHDRAWING,
)
from exchange.views.after_trade import DISPUTE_EVIDENCE, DISPUTES, REFUNDS, RETURNED_LOTS
from exchange.views.dues import BROKERS, CREDIT_LIMITS, FEE_SCHEDULES, SUPPLY_TAXES, WITHDRAWALS
from exchange.views.ledger.sides import account_name, on_normal_side, total
from exchange.views.ledger.tables import BALANCES
from exchange.views.market_data import TRADES
from exchange.views.queries.query import NamedQuery, Parameter

_CREDITED = BALANCES.c.credit_minor - BALANCES.c.debit_minor
_NAMED = account_name(BALANCES.c.account)
_BALANCE = on_normal_side(BALANCES.c.account, BALANCES.c.debit_minor, BALANCES.c.credit_minor)

_PURSE = {
    CASH: "cash",
    RESERVED: "reserved",
    PAYABLE: "payable",
    DEPOSITS: "deposits",
    WITHDRAWING: "withdrawing",
    COMMISSION: "commission",
    CREDIT: "owed",
    CLAWBACK: "clawback",
}
_SHOWN = (
    *("cash", "reserved", "deposits", "escrow", "payable"),
    *("withdrawing", "commission", "owed", "clawback"),
)


def _purses(participant: str) -> Select[Any]:
    held = select(
        BALANCES.c.partition,
        BALANCES.c.currency,
        BALANCES.c.asset,
        *(
            case((BALANCES.c.account == account, _BALANCE), else_=0).label(label)
            for account, label in _PURSE.items()
        ),
        literal(0, BigInteger).label("escrow"),
    ).where(BALANCES.c.party == participant, BALANCES.c.account.in_(_PURSE))
    in_escrow = select(
        TRADES.c.partition,
        TRADES.c.currency,
        TRADES.c.currency.label("asset"),
        *(literal(0, BigInteger).label(label) for label in _PURSE.values()),
        TRADES.c.amount_minor.label("escrow"),
    ).where(TRADES.c.buyer_id == participant, TRADES.c.state.in_(("escrow", "rejected")))
    parts = union_all(held, in_escrow).subquery("parts")
    sums = (total(parts.c[label]).label(f"{label}_minor") for label in _SHOWN)
    purse = (parts.c.partition, parts.c.currency, parts.c.asset)
    return select(*purse, *sums).group_by(*purse).order_by(*purse)


def _balances(account: int | None, party: str | None) -> Select[Any]:
    wanted = [] if account is None else [BALANCES.c.account == account]
    wanted += [] if party is None else [BALANCES.c.party == party]
    key = (
        BALANCES.c.context,
        BALANCES.c.partition,
        BALANCES.c.account,
        BALANCES.c.party,
        BALANCES.c.currency,
        BALANCES.c.asset,
    )
    return (
        select(
            *key[:3],
            _NAMED.label("account_name"),
            *key[3:],
            BALANCES.c.debit_minor,
            BALANCES.c.credit_minor,
            _BALANCE.label("balance_minor"),
        )
        .where(and_(true(), *wanted))
        .order_by(*key)
    )


def _trial_balance() -> Select[Any]:
    return (
        select(
            BALANCES.c.currency,
            BALANCES.c.asset,
            total(BALANCES.c.debit_minor).label("debit_minor"),
            total(BALANCES.c.credit_minor).label("credit_minor"),
            (total(BALANCES.c.debit_minor) - total(BALANCES.c.credit_minor)).label("difference_minor"),
        )
        .group_by(BALANCES.c.currency, BALANCES.c.asset)
        .order_by(BALANCES.c.currency, BALANCES.c.asset)
    )


def _escrow_open() -> Select[Any]:
    trade_of = BALANCES.c.party == TRADES.c.trade_id
    shown = (TRADES.c.product_id, TRADES.c.version, TRADES.c.buyer_id, TRADES.c.seller_id)
    return (
        select(
            BALANCES.c.party.label("trade_id"),
            *shown,
            BALANCES.c.currency,
            _CREDITED.label("amount_minor"),
            TRADES.c.at,
        )
        .select_from(BALANCES.outerjoin(TRADES, trade_of))
        .where(BALANCES.c.account == ESCROW, _CREDITED != 0)
        .order_by(TRADES.c.at, BALANCES.c.party, BALANCES.c.currency)
    )


def _disputes(state: str | None, trade: str | None) -> Select[Any]:
    filed = (
        select(DISPUTE_EVIDENCE.c.trade_id, func.count().label("documents"))
        .group_by(DISPUTE_EVIDENCE.c.trade_id)
        .subquery("filed")
    )
    shown = (
        "trade_id",
        "product_id",
        "buyer_id",
        "seller_id",
        "opened_by",
        "stage",
        "currency",
        "held_minor",
    )
    more = (
        "buyer_proposes_minor",
        "seller_proposes_minor",
        "buyer_minor",
        "seller_minor",
        "basis",
        "state",
        "at",
    )
    return (
        select(
            *(DISPUTES.c[name] for name in shown),
            cast(func.coalesce(filed.c.documents, 0), BigInteger).label("documents"),
            *(DISPUTES.c[name] for name in more),
            DISPUTES.c.closed_at,
        )
        .select_from(DISPUTES.outerjoin(filed, filed.c.trade_id == DISPUTES.c.trade_id))
        .where(
            true() if state is None else DISPUTES.c.state == state,
            true() if trade is None else DISPUTES.c.trade_id == trade,
        )
        .order_by(DISPUTES.c.at, DISPUTES.c.trade_id)
    )


def _refunds(trade: str | None) -> Select[Any]:
    wanted = true() if trade is None else REFUNDS.c.trade_id == trade
    shown = [column for column in REFUNDS.c if column.name not in ("partition", "seq", "product_id")]
    return select(*shown).where(wanted).order_by(REFUNDS.c.at, REFUNDS.c.partition, REFUNDS.c.seq)


def _returned_lots(instrument: str | None) -> Select[Any]:
    wanted = true() if instrument is None else RETURNED_LOTS.c.instrument_id == instrument
    shown = [column for column in RETURNED_LOTS.c if column.name not in ("partition", "seq")]
    return select(*shown).where(wanted).order_by(RETURNED_LOTS.c.partition, RETURNED_LOTS.c.seq)


def _withdrawals(state: str | None) -> Select[Any]:
    shown = [column for column in WITHDRAWALS.c if column.name not in ("partition", "seq")]
    wanted = true() if state is None else WITHDRAWALS.c.state == state
    return select(*shown).where(wanted).order_by(WITHDRAWALS.c.at, WITHDRAWALS.c.withdrawal_id)


def _credit(participant: str | None) -> Select[Any]:
    latest = _latest(CREDIT_LIMITS, "participant_id", "currency")
    wanted = true() if participant is None else CREDIT_LIMITS.c.participant_id == participant
    return _lines(CREDIT_LIMITS, "owed_minor").where(CREDIT_LIMITS.c.seq == latest, wanted)


def _brokers(seller: str | None) -> Select[Any]:
    latest = _latest(BROKERS, "seller_id", "instrument_id")
    wanted = true() if seller is None else BROKERS.c.seller_id == seller
    return _lines(BROKERS).where(BROKERS.c.seq == latest, BROKERS.c.broker_id.is_not(None), wanted)


def _fees() -> Select[Any]:
    return _lines(FEE_SCHEDULES)


def _supply_taxes() -> Select[Any]:
    return _lines(SUPPLY_TAXES)


def _supply_tax_collected() -> Select[Any]:
    account = (BALANCES.c.party, BALANCES.c.currency)
    return (
        select(
            *account,
            total(BALANCES.c.credit_minor).label("collected_minor"),
            total(BALANCES.c.debit_minor).label("given_back_minor"),
            total(_CREDITED).label("owed_minor"),
        )
        .where(BALANCES.c.account == TAX, BALANCES.c.party.endswith(SUPPLY))
        .group_by(*account)
        .order_by(*account)
    )


def _lines(shown: Table, *hidden: str) -> Select[Any]:
    """A table of lines of which later ones replace earlier ones, in their order."""
    columns = [column for column in shown.c if column.name not in ("seq", *hidden)]
    return select(*columns).order_by(shown.c.at, shown.c.partition, shown.c.seq)


def _latest(lines: Table, *key: str) -> Any:
    """The number of the last line of the same partition and key."""
    later = lines.alias("later")
    same = (later.c[name] == lines.c[name] for name in ("partition", *key))
    return select(func.max(later.c.seq)).where(*same).correlate(lines).scalar_subquery()


QUERIES = (
    NamedQuery(
        "purses",
        "A participant's money in each market partition, e-CNY apart: cash, held for orders, left as"
        " deposits, in escrow, owed to it and by it.",
        _purses,
        (Parameter("participant", "whose money"),),
    ),
    NamedQuery(
        "balances",
        "What every account comes to, on the side on which it grows.",
        _balances,
        (
            Parameter("account", "only this account of the chart", "whole number", required=False),
            Parameter("party", "only this party's", required=False),
        ),
    ),
    NamedQuery(
        "trial_balance",
        "Debits and credits per currency and settlement asset; a difference other than 0 is a bug.",
        _trial_balance,
    ),
    NamedQuery(
        "disputes",
        "Purchases in dispute: what is held, what each side proposes, how it ended.",
        _disputes,
        (
            Parameter("state", "only those open, or resolved", required=False),
            Parameter("trade", "only of this trade", required=False),
        ),
    ),
    NamedQuery(
        "refunds",
        "What went back of accepted purchases, from whom, and what is left of them.",
        _refunds,
        (Parameter("trade", "only of this trade", required=False),),
    ),
    NamedQuery(
        "returned_lots",
        "Lots that may be sold again, since the right to them ended with their money.",
        _returned_lots,
        (Parameter("instrument", "only of this one", required=False),),
    ),
    NamedQuery(
        "withdrawals",
        "Cash that participants asked to have back, and what the bank did.",
        _withdrawals,
        (Parameter("state", "only those requested, paid or rejected", required=False),),
    ),
    NamedQuery(
        "credit",
        "How much of what they buy participants may pay later.",
        _credit,
        (Parameter("participant", "only this one's", required=False),),
    ),
    NamedQuery("fees", "What the exchange takes, from when on.", _fees),
    NamedQuery(
        "supply_taxes",
        "Sellers' tax that the exchange collects on sales at home: whose, at which rate, from when on.",
        _supply_taxes,
    ),
    NamedQuery(
        "supply_tax_collected",
        "What of sellers' tax was collected and given back with refunds, by authority, rate and currency.",
        _supply_tax_collected,
    ),
    NamedQuery(
        "brokers",
        "Who earns a part of which seller's sales.",
        _brokers,
        (Parameter("seller", "only this one's", required=False),),
    ),
    NamedQuery("escrow_open", "Purchases whose money is held until acceptance or refund.", _escrow_open),
)
