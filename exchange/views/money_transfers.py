"""Cash between markets: what each sent, and what each took in of what others sent."""

from collections.abc import Iterable

from exchange.market.transfers import facts as happened
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

MONEY_SENT = table(
    "money_sent",
    "Cash that markets sent to other markets, as its owners asked",
    text("transfer_id", key=True),
    count("partition", comment="the sender's"),
    count("seq"),
    text("participant_id"),
    text("to_market_id"),
    text("currency"),
    count("amount_minor"),
    text("state", comment="sent, delayed, concluded or returned"),
    text("reason", null=True, comment="why it came back"),
    text("detail", null=True),
    count("at"),
    count("delayed_at", null=True, comment="when it was a minute in transit"),
    count("closed_at", null=True),
    indexes=[("participant_id",), ("state",)],
)

MONEY_TAKEN_IN = table(
    "money_taken_in",
    "Cash that markets took in from other markets, or turned away",
    text("transfer_id", key=True),
    count("partition", comment="the receiver's"),
    count("seq"),
    count("from_partition"),
    text("participant_id"),
    text("currency"),
    count("amount_minor"),
    count("repaid_minor", comment="of it, credit paid back"),
    count("recovered_minor", comment="of it, refunds owed"),
    text("state", comment="arrived or turned_away"),
    text("reason", null=True, comment="why it was turned away"),
    count("at"),
    indexes=[("participant_id",)],
)


def _sent(here: Here, fact: happened.TransferSent) -> Iterable[Change]:
    yield Insert(
        MONEY_SENT,
        {
            "transfer_id": fact.transfer_id,
            "partition": here.partition,
            "seq": here.seq,
            "participant_id": fact.participant_id,
            "to_market_id": fact.to_market_id,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "state": "sent",
            "reason": None,
            "detail": None,
            "at": here.at,
            "delayed_at": None,
            "closed_at": None,
        },
    )


def _delayed(here: Here, fact: happened.TransferDelayed) -> Iterable[Change]:
    values: Row = {"state": "delayed", "delayed_at": here.at}
    yield Update(MONEY_SENT, {"transfer_id": fact.transfer_id}, values)


def _concluded(here: Here, fact: happened.TransferConcluded) -> Iterable[Change]:
    values: Row = {"state": "concluded", "closed_at": here.at}
    yield Update(MONEY_SENT, {"transfer_id": fact.transfer_id}, values)


def _returned(here: Here, fact: happened.TransferReturned) -> Iterable[Change]:
    values: Row = {
        "state": "returned",
        "reason": fact.reason,
        "detail": fact.detail,
        "closed_at": here.at,
    }
    yield Update(MONEY_SENT, {"transfer_id": fact.transfer_id}, values)


def _arrived(here: Here, fact: happened.TransferArrived) -> Iterable[Change]:
    yield _taken_in(here, fact, "arrived", None, fact.repaid_minor, fact.recovered_minor)


def _turned_away(here: Here, fact: happened.TransferTurnedAway) -> Iterable[Change]:
    yield _taken_in(here, fact, "turned_away", fact.reason, 0, 0)


def _taken_in(
    here: Here,
    fact: happened.TransferArrived | happened.TransferTurnedAway,
    state: str,
    reason: str | None,
    repaid_minor: int,
    recovered_minor: int,
) -> Change:
    return Insert(
        MONEY_TAKEN_IN,
        {
            "transfer_id": fact.transfer_id,
            "partition": here.partition,
            "seq": here.seq,
            "from_partition": fact.from_partition,
            "participant_id": fact.participant_id,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "repaid_minor": repaid_minor,
            "recovered_minor": recovered_minor,
            "state": state,
            "reason": reason,
            "at": here.at,
        },
    )


_HANDLERS: dict[type, Handler] = {
    happened.TransferSent: _sent,
    happened.TransferDelayed: _delayed,
    happened.TransferConcluded: _concluded,
    happened.TransferReturned: _returned,
    happened.TransferArrived: _arrived,
    happened.TransferTurnedAway: _turned_away,
}

MONEY_TRANSFERS_VIEW = View(
    name="money_transfers",
    contexts=("market",),
    tables=(MONEY_SENT, MONEY_TAKEN_IN),
    handlers=_HANDLERS,
    # Whatever else a market does is shown elsewhere.
    ignores=COMMON_IGNORED | (frozenset(MARKET_FACTS) - _HANDLERS.keys()),
)
